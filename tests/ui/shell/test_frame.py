"""Navigation, top bar, palette, page stack, first look: each by itself, with keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAction, QImage, QPainter
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QScrollArea, QStyleOptionViewItem, QWidget

from desktop_crm import bootstrap, i18n
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.changes import Changes
from desktop_crm.services import activities, records
from desktop_crm.ui.runtime.routes import Place
from desktop_crm.ui.shell.first_look import COLUMN_HEAD, HEAD, FirstLookPage
from desktop_crm.ui.shell.navigation import Navigation, counts_of
from desktop_crm.ui.shell.page_stack import PageStack
from desktop_crm.ui.shell.palette import SearchPalette
from desktop_crm.ui.shell.palette_list import LINE, Entry
from desktop_crm.ui.shell.rows import ActionRow, PageRow
from desktop_crm.ui.shell.shortcuts_dialog import ShortcutsDialog
from desktop_crm.ui.shell.status_line import StatusLine
from desktop_crm.ui.shell.top_bar import TopBar
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.theme.tokens import ROW_HEIGHT
from desktop_crm.ui.widgets.new_record_dialog import NewRecordDialog
from desktop_crm.ui.widgets.search_field import SearchField


class Blank(QWidget):
    """A page that remembers what it was asked."""

    def __init__(self, context: object = None, name: str = "") -> None:
        super().__init__()
        self.name = name
        self.asked: list[object] = []

    def title(self) -> str:
        return self.name

    def open_row(self, row_id: str | None) -> None:
        self.asked.append(row_id)

    def refresh(self) -> None:
        self.asked.append("refresh")


class BlankWithNew(Blank):
    def begin_new(self, fields: dict[str, object]) -> None:
        self.asked.append(fields)


def row(key: str, section: str = "One", **more: object) -> PageRow:
    facts: dict[str, object] = {"title": key.title(), "icon": "file", "build": partial(Blank, name=key)}
    return PageRow(key=key, section=section, **(facts | more))


ROWS = (row("contact", entity="contact"), row("task", entity="task"), row("settings", "Two"))


def texts(widget: QWidget) -> list[str]:
    return [found.text() for found in widget.findChildren(QLabel) if found.isVisibleTo(widget) and found.text()]


# the rows of the app


def test_pages_have_keys_of_their_own_and_words_in_both_languages() -> None:
    for language in ("ko", "en"):
        i18n.use(language)
        rows = bootstrap.pages()
        assert len({found.key for found in rows}) == len(rows)
        assert all(found.title and found.section and found.icon for found in rows)


def test_shortcuts_are_given_once() -> None:
    given = [found.shortcut for found in bootstrap.pages() if found.shortcut]
    assert len(given) == len(set(given))
    assert not {"Ctrl+K", "Ctrl+Z", "Ctrl+N", "Ctrl+F", "Ctrl+Q", "F5", "F1"} & set(given)


def test_pages_open_rows_of_entities_that_exist_and_each_entity_on_one_page() -> None:
    entities = [e for found in bootstrap.pages() for e in (found.entity, *found.more_entities) if e]
    assert len(entities) == len(set(entities))
    assert all(entity in REGISTRY for entity in entities)
    needed = {
        "account", "contact", "product", "price_book", "opportunity", "stakeholder_map", "quote", "activity", "task",
        "user", "team", "contract", "order", "lead", "ticket",
    }  # fmt: skip
    assert needed <= set(entities)


# navigation


def test_sections_stand_over_their_pages(qtbot, theme, show) -> None:
    navigation = show(Navigation(ROWS), 200, 500)
    assert texts(navigation) == ["One", "Two"]


def test_a_press_chooses_and_only_one_is_current(qtbot, theme, show) -> None:
    navigation = show(Navigation(ROWS), 200, 500)
    with qtbot.waitSignal(navigation.chosen) as chosen:
        qtbot.mouseClick(navigation.button("task"), Qt.MouseButton.LeftButton)
    assert chosen.args == ["task"]
    navigation.show_current("settings")
    assert [key for key in ("contact", "task", "settings") if navigation.button(key).isChecked()] == ["settings"]
    navigation.show_current("no such page")


def test_arrow_keys_go_round_and_space_chooses(qtbot, theme, show) -> None:
    navigation = show(Navigation(ROWS), 200, 500)
    navigation.button("contact").setFocus()
    qtbot.keyClick(navigation.button("contact"), Qt.Key.Key_Up)
    assert navigation.button("settings").hasFocus()
    qtbot.keyClick(navigation.button("settings"), Qt.Key.Key_Down)
    assert navigation.button("contact").hasFocus()
    with qtbot.waitSignal(navigation.chosen):
        qtbot.keyClick(navigation.button("contact"), Qt.Key.Key_Space)


def test_on_a_low_screen_all_pages_are_in_sight(qtbot, theme, show) -> None:
    navigation = show(Navigation(bootstrap.pages()), 200, 646)  # a window of 720 without its bars
    area = navigation.findChild(QScrollArea)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() == 0)
    low = navigation.button("contact").height()
    navigation.resize(200, 900)
    qtbot.waitUntil(lambda: navigation.button("contact").height() > low)


def test_counts_follow_the_records(qtbot, context, workspace, show) -> None:
    navigation = show(Navigation(ROWS), 200, 500)
    navigation.attach(context)
    qtbot.waitUntil(lambda: navigation.button("task").count_text() == "0")
    context.hub.announce(records.create(workspace, "task", {"subject": "Call"}).changes)
    qtbot.waitUntil(lambda: navigation.button("task").count_text() == "1")
    assert navigation.button("task").accessibleDescription() == "1"
    assert navigation.button("settings").count_text() == ""


def test_large_counts_are_grouped(qtbot, theme) -> None:
    navigation = Navigation(ROWS)
    qtbot.addWidget(navigation)
    navigation.show_count("contact", 100_000)
    assert navigation.button("contact").count_text() == "100,000"


def test_counts_are_asked_together(workspace) -> None:
    records.create(workspace, "task", {"subject": "Call"})
    assert counts_of(workspace, {"a": "task", "b": "contact"}) == {"a": 1, "b": 0}


# top bar and status line


def test_the_pill_tells_a_word_and_a_press_asks_for_the_centre(qtbot, theme, show) -> None:
    bar = show(TopBar(), 1000, 48)
    assert not bar.pill.isVisible()
    bar.show_sync("Offline", Mood.warn, "Saved here")
    assert "Offline" in bar.pill.text()
    assert bar.pill.toolTip() == "Saved here"
    assert bar.pill.accessibleName() == "Sync: Offline"
    with qtbot.waitSignal(bar.sync_wanted):
        qtbot.mouseClick(bar.pill, Qt.MouseButton.LeftButton)
    bar.show_sync("", Mood.neutral)
    assert not bar.pill.isVisible()


def test_the_key_hint_steps_aside_while_something_is_typed(qtbot, theme, show) -> None:
    bar = show(TopBar(), 1000, 48)
    assert bar._keycap.isVisible()
    qtbot.keyClicks(bar.search, "x")
    assert not bar._keycap.isVisible()
    bar.search.clear()
    assert bar._keycap.isVisible()


def test_the_menus_of_the_bar_hold_what_they_are_given(qtbot, theme, show) -> None:
    bar = show(TopBar(), 1000, 48)
    action = QAction("New task", bar)
    bar.fill_new([action])
    assert [found.text() for found in bar.new.menu().actions()] == ["New task"]
    bar.fill_new([])
    assert not bar.new.isVisible()
    menu = QMenu(bar.me)
    bar.set_me_menu(menu)
    assert bar.me.menu() is menu
    bar.show_name("김하늘")
    assert bar.me.accessibleName().startswith("김하늘")


def test_the_status_line_is_quiet_until_there_is_something_to_say(qtbot, theme, show) -> None:
    line = show(StatusLine(), 900, 26)
    assert line.text() == ""
    line.show_workspace("Sales team 1")
    line.show_sync("Last sync 09:41")
    assert line.text() == "Workspace: Sales team 1 · Encrypted · Last sync 09:41"


# page stack


@pytest.fixture
def stack(qtbot, context, show) -> PageStack:
    rows = (row("contact", entity="contact"), row("task", entity="task", build=partial(BlankWithNew, name="task")))
    made = PageStack(rows)
    made.attach(context)
    return show(made, 600, 400)


def test_a_page_is_built_at_its_first_visit_and_kept(qtbot, stack) -> None:
    assert stack.opened() == ()
    assert stack.show_place(Place(page="contact"))
    first = stack.currentWidget()
    stack.show_place(Place(page="task"))
    stack.show_place(Place(page="contact", row_id="7"))
    assert stack.currentWidget() is first
    assert first.asked == [None, "7"]
    assert not stack.show_place(Place(page="no such page"))


def test_refresh_asks_the_page_that_is_shown(qtbot, stack) -> None:
    stack.show_place(Place(page="task"))
    stack.refresh()
    assert stack.currentWidget().asked == [None, "refresh"]


def test_a_page_with_a_place_for_new_records_is_asked_and_one_without_gets_a_dialog(qtbot, stack) -> None:
    stack.show_place(Place(page="task"))
    stack.begin_new("task", {"subject": "Call"})
    assert stack.currentWidget().asked[-1] == {"subject": "Call"}
    stack.show_place(Place(page="contact"))
    stack.begin_new("contact", {"name": "Lee"})
    dialog = stack.findChild(NewRecordDialog)
    assert dialog.form.row_of("name").editor.value() == "Lee"
    dialog.reject()


def test_without_a_workspace_there_is_no_page(qtbot, theme) -> None:
    stack = PageStack(ROWS)
    qtbot.addWidget(stack)
    assert stack.page("contact") is None


# palette


@pytest.fixture
def palette(qtbot, context, show, workspace):
    records.create(workspace, "account", {"name": "한빛전자"})
    window = show(QWidget(), 900, 600)
    search = SearchField("Find", window)
    search.setGeometry(10, 10, 400, 30)
    search.show()
    made = SearchPalette(search, window)
    acted: list[str] = []
    actions = (
        ActionRow(key="a", text="Go to Contacts", act=partial(acted.append, "a"), shortcut="Alt+2"),
        ActionRow(key="b", text="Dark appearance", act=partial(acted.append, "b"), words="night"),
        ActionRow(key="c", text="Hidden", act=partial(acted.append, "c"), in_palette=False),
    )
    made.attach(context, actions, {"account": "account"})
    made.kept = window
    return made


def titles(palette: SearchPalette) -> list[str]:
    """What can be chosen, in its order."""
    found = [palette.entries.entry(place) for place in range(palette.entries.rowCount())]
    return [entry.title for entry in found if not entry.head]


def heads(palette: SearchPalette) -> list[str]:
    found = [palette.entries.entry(place) for place in range(palette.entries.rowCount())]
    return [entry.title for entry in found if entry.head]


def chosen(palette: SearchPalette) -> str:
    return palette.entries.entry(palette.list.currentIndex().row()).title


def opens(qtbot, palette: SearchPalette, *shown: str) -> None:
    """Open it and wait for what it shows."""
    palette.begin()
    qtbot.waitUntil(lambda: titles(palette) == list(shown))


def test_an_empty_palette_shows_what_can_be_done(qtbot, palette) -> None:
    opens(qtbot, palette, "Go to Contacts", "Dark appearance")
    assert heads(palette) == ["Actions"]
    assert palette.isVisible()


@pytest.mark.parametrize("span", [None, (0, 4), (60, 70)])
def test_a_long_title_leaves_room_for_the_text_that_was_found(palette, span) -> None:
    def painted(found: str) -> QImage:
        entry = Entry(title="Extension of the framework agreement " * 6, subtitle=found, span=span, entity="contract")
        palette.entries.show_entries((entry,))
        option = QStyleOptionViewItem()
        option.rect = QRect(0, 0, 560, LINE)
        image = QImage(560, LINE, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        palette.list.itemDelegate().paint(painter, option, palette.entries.index(0))
        painter.end()
        return image

    begin = painted("… price of steel until spring")
    assert painted("… price of steel until spring") == begin
    assert painted("… offer in dollars since autumn") != begin


def test_an_empty_palette_shows_what_was_opened_lately(qtbot, palette, context, workspace) -> None:
    one = records.list_rows(workspace, "account").records[0].id
    two = records.create(workspace, "contact", {"name": "이정훈", "account_id": one}).id
    context.routes.register("account", "account")
    context.routes.register("contact", "contact")
    context.routes.open("account", one)
    context.routes.open("contact", two)
    written = []
    context.lanes.write(Changes.none, written.append)
    qtbot.waitUntil(lambda: bool(written))
    opens(qtbot, palette, "이정훈", "한빛전자", "Go to Contacts", "Dark appearance")
    assert heads(palette) == ["Looked at lately", "Actions"]
    with qtbot.waitSignal(palette.opened) as opened:
        qtbot.keyClick(palette._field, Qt.Key.Key_Return)
    assert opened.args == ["contact", two]
    assert not palette.isVisible()


def test_actions_are_found_by_more_words_than_their_own(qtbot, palette) -> None:
    palette.begin()
    qtbot.keyClicks(palette._field, "night")
    qtbot.waitUntil(lambda: titles(palette) == ["Dark appearance"])
    with qtbot.waitSignal(palette.acted) as acted:
        qtbot.keyClick(palette._field, Qt.Key.Key_Return)
    assert acted.args[0].key == "b"
    assert not palette.isVisible()
    assert palette._field.text() == ""


@pytest.mark.parametrize("typed", ["ㅇㅁ가", "dark", "DARK APP", "k app"])
def test_actions_are_found_on_either_layout(qtbot, palette, typed) -> None:
    palette.begin()
    palette._field.insert(typed)
    qtbot.waitUntil(lambda: titles(palette) == ["Dark appearance"])


def test_records_stand_in_groups_before_actions_and_open(qtbot, palette, workspace) -> None:
    records.create(workspace, "contact", {"name": "한빛나"})
    palette.begin()
    palette._field.insert("한빛")
    qtbot.waitUntil(lambda: titles(palette) == ["한빛전자", "한빛나"])
    assert heads(palette) == ["Accounts", "Contacts"]
    entry = palette.entries.entry(1)
    assert (entry.entity, entry.icon, entry.span) == ("account", "account", (0, 2))
    with qtbot.waitSignal(palette.opened) as opened:
        palette.list.clicked.emit(palette.entries.index(1))
    assert opened.args == ["account", entry.row_id]


def test_what_stands_in_texts_comes_under_the_names(qtbot, palette, workspace) -> None:
    activities.log(workspace, "note", "회의 메모", body="내년 봄에 " * 4 + "한빛전자와 시연을 약속했다")
    palette.begin()
    palette._field.insert("한빛")
    qtbot.waitUntil(lambda: titles(palette) == ["한빛전자", "회의 메모"])
    assert heads(palette) == ["Accounts", "In texts"]
    assert chosen(palette) == "한빛전자"
    entry = palette.entries.entry(3)
    assert (entry.entity, entry.subtitle) == ("activity", "…에 내년 봄에 내년 봄에 한빛전자와 시연을 약속했다")
    palette._field.insert(" 시연")
    qtbot.waitUntil(lambda: heads(palette) == ["In texts"])
    with qtbot.waitSignal(palette.opened) as opened:
        qtbot.keyClick(palette._field, Qt.Key.Key_Return)
    assert opened.args == ["activity", entry.row_id]


def test_a_head_is_no_choice(qtbot, palette) -> None:
    opens(qtbot, palette, "Go to Contacts", "Dark appearance")
    heard = []
    palette.acted.connect(heard.append)
    palette.list.clicked.emit(palette.entries.index(0))
    palette.list.entered.emit(palette.entries.index(0))
    assert (heard, chosen(palette)) == ([], "Go to Contacts")


def test_tab_and_control_arrows_walk_through_groups(qtbot, palette, workspace) -> None:
    for name in ("한빛나", "한빛솔"):
        records.create(workspace, "contact", {"name": name})
    records.create(workspace, "opportunity", {"name": "한빛 증설"})
    palette.begin()
    palette._field.insert("한빛")
    qtbot.waitUntil(lambda: len(titles(palette)) == 4)
    field, control = palette._field, Qt.KeyboardModifier.ControlModifier
    walked = [chosen(palette)]
    for key, modifier in (
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Up, control),
        (Qt.Key.Key_Down, control),
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier),
    ):
        qtbot.keyClick(field, key, modifier)
        walked.append(chosen(palette))
    assert walked == ["한빛전자", "한빛솔", "한빛나", "한빛솔", "한빛 증설", "한빛 증설", "한빛솔"]
    assert field.hasFocus()


def test_a_palette_that_was_left_does_not_open_again_by_itself(qtbot, palette, context) -> None:
    opens(qtbot, palette, "Go to Contacts", "Dark appearance")
    palette._field.insert("한빛")
    qtbot.waitUntil(lambda: titles(palette) == ["한빛전자"])
    qtbot.keyClick(palette._field, Qt.Key.Key_Escape)
    read = []
    context.lanes.read(lambda: True, read.append)
    qtbot.waitUntil(lambda: bool(read))
    assert not palette.isVisible()


def test_the_last_line_leads_to_the_page_that_searches_everything(qtbot, palette, context) -> None:
    palette.attach(context, (ActionRow(key="go.search", text="Go to Search", act=list),), {"account": "account"})
    palette.begin()
    qtbot.keyClicks(palette._field, "qqq")
    qtbot.waitUntil(lambda: titles(palette) == ["Nothing found", "Search notes, mails and files for “qqq”"])
    qtbot.keyClick(palette._field, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.acted) as acted:
        qtbot.keyClick(palette._field, Qt.Key.Key_Return)
    acted.args[0].act()
    assert (context.routes.here.page, context.routes.here.row_id) == ("search", "qqq")


def test_nothing_found_is_said_and_enter_does_nothing(qtbot, palette) -> None:
    palette.begin()
    qtbot.keyClicks(palette._field, "zzzz")
    qtbot.waitUntil(lambda: titles(palette) == ["Nothing found"])
    heard = []
    palette.opened.connect(heard.append)
    palette.acted.connect(heard.append)
    qtbot.keyClick(palette._field, Qt.Key.Key_Return)
    assert heard == []


def test_the_arrows_stop_at_both_ends(qtbot, palette) -> None:
    opens(qtbot, palette, "Go to Contacts", "Dark appearance")
    for _ in range(5):
        qtbot.keyClick(palette._field, Qt.Key.Key_Down)
    assert chosen(palette) == "Dark appearance"
    qtbot.keyClick(palette._field, Qt.Key.Key_PageUp)
    assert chosen(palette) == "Go to Contacts"


def test_escape_closes_and_hands_the_keyboard_back(qtbot, palette) -> None:
    opens(qtbot, palette, "Go to Contacts", "Dark appearance")
    with qtbot.waitSignal(palette.left):
        qtbot.keyClick(palette._field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_the_palette_is_painted_with_long_names(qtbot, palette) -> None:
    long = "한빛전자 구미사업장 설비기술본부 제어시스템팀 " * 6
    palette.begin()
    palette._show((Entry(title=long, subtitle=long, kind="계정", icon="account", span=(3, 9)), Entry(title="x")))
    assert not palette.grab().isNull()
    assert palette.entries.index(0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("한빛전자")


def test_shortcuts_are_listed_with_their_keys(qtbot, theme) -> None:
    dialog = ShortcutsDialog((ActionRow(key="a", text="Search", act=print, shortcut="Ctrl+K"),))
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitExposed(dialog)
    assert {"Search", "Ctrl+K", "Ctrl+N"} <= set(texts(dialog))
    qtbot.mouseClick(dialog.findChild(QPushButton), Qt.MouseButton.LeftButton)


# first look


@dataclass(frozen=True)
class Amounts:
    open: Decimal
    weighted: Decimal
    won: Decimal


@dataclass(frozen=True)
class Sums:
    currency: str
    total: Amounts


@dataclass(frozen=True)
class Node:
    name: str
    child_count: int = 0
    sums: tuple[Sums, ...] = ()


@dataclass(frozen=True)
class Look:
    name: str = "Sales team 1"
    total: int = 2
    nodes: tuple[Node, ...] = field(default_factory=tuple)


def test_the_first_look_shows_names_and_sums_and_takes_no_keyboard(qtbot, theme, show) -> None:
    won = Amounts(open=Decimal(482_000_000), weighted=Decimal(0), won=Decimal(-5))
    look = Look(nodes=(Node("한빛그룹", 2, (Sums("KRW", won), Sums("USD", won))), Node("누리소프트")))
    i18n.use("ko")
    page = show(FirstLookPage(look, 530), 1200, 700)
    assert page.rows == (("한빛그룹", "₩4.82억 · $482M", "", "−₩5 · −$5.00"), ("누리소프트", "", "", ""))
    assert page.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert page.accessibleDescription() == "한빛그룹, 누리소프트"


def test_the_rows_of_the_first_look_are_painted_in_the_ink_of_the_theme(qtbot, theme, show) -> None:
    page = show(FirstLookPage(Look(nodes=(Node("한빛그룹"),)), 530), 1200, 700)
    picture = page.grab().toImage()
    top = HEAD + COLUMN_HEAD
    inks = {picture.pixelColor(x, y).name() for x in range(18, 120) for y in range(top, top + ROW_HEIGHT - 1)}
    below = {picture.pixelColor(x, y).name() for x in range(18, 120) for y in range(top + ROW_HEIGHT, top + 60)}
    assert theme.tokens.ink.lower() in inks
    assert below == {theme.tokens.surface.lower()}


def test_an_empty_workspace_has_an_empty_first_look(qtbot, theme, show) -> None:
    page = show(FirstLookPage(Look(), 530), 1200, 700)
    assert page.rows == ()
    assert not page.grab().isNull()
