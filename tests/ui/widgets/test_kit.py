"""The small pieces of the kit: labels, pills, buttons, cards, headers, choices, states, toast, forms that ask."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop_crm import i18n
from desktop_crm.foundation.errors import Trouble
from desktop_crm.ui.runtime.reporter import Report, ReportKind
from desktop_crm.ui.theme import Mood, current
from desktop_crm.ui.widgets.ask_form import AskForm, JoinForm
from desktop_crm.ui.widgets.avatar import Avatar, initials
from desktop_crm.ui.widgets.buttons import button, icon_button, primary
from desktop_crm.ui.widgets.card import Card, KpiCard
from desktop_crm.ui.widgets.error_dialog import ErrorDialog
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label, rule, tight
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.search_field import SearchField
from desktop_crm.ui.widgets.segmented import SegmentedControl, TabRow
from desktop_crm.ui.widgets.states import EmptyState, FailedState, LoadingState, StateStack
from desktop_crm.ui.widgets.toast import Toast

CHOICES = (("a", "One"), ("b", "Two"), ("c", "Three"))


def texts(widget: QWidget) -> list[str]:
    return [found.text() for found in widget.findChildren(QLabel) if found.isVisibleTo(widget)]


# labels


def test_a_label_never_reads_what_customers_type_as_markup(qtbot, theme) -> None:
    made = label("<b>한빛</b> & Co")
    qtbot.addWidget(made)
    assert made.textFormat() is Qt.TextFormat.PlainText


def test_a_long_label_is_shortened_and_tells_the_whole_on_hover(qtbot, theme, show) -> None:
    made = show(ElidedLabel("한빛전자 구미사업장 설비기술본부 제어시스템팀"), 120, 24)
    assert made.text().endswith("…")
    assert made.toolTip() == made.whole()
    assert made.accessibleName() == made.whole()
    made.resize(600, 24)
    assert made.text() == made.whole()
    assert made.toolTip() == ""


def test_a_layout_is_emptied_with_everything_inside(qtbot, theme) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    box = QVBoxLayout(holder)
    box.addWidget(label("a"))
    inner = QHBoxLayout()
    inner.addWidget(label("b"))
    box.addLayout(inner)
    box.addStretch(1)
    clear(box)
    assert box.count() == 0
    assert texts(holder) == []


def test_a_layout_is_set_tight_in_one_word(qtbot, theme) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    box = tight(QVBoxLayout(holder), 4, 2)
    assert (box.contentsMargins().left(), box.spacing()) == (4, 2)


def test_rules_are_one_pixel_thin(qtbot, theme, show) -> None:
    assert show(rule(), 100, 10).maximumHeight() == 1
    assert show(rule(vertical=True), 10, 100).maximumWidth() == 1


# pills and buttons


@pytest.mark.parametrize("mood", list(Mood))
def test_a_pill_has_the_ground_of_its_mood_and_a_word(qtbot, theme, show, mood: Mood) -> None:
    holder = QWidget()
    row = QHBoxLayout(holder)
    pill = Pill("Waiting", mood)
    row.addWidget(pill)
    show(holder, 200, 60)
    ground = pill.grab().toImage().pixelColor(10, 3).name().upper()
    assert ground == current().ground_of(mood)
    assert pill.text() == "Waiting"


def test_a_pill_changes_word_and_mood(qtbot, theme, show) -> None:
    pill = show(Pill("A", Mood.good), 100, 30)
    pill.show_state("B", Mood.bad)
    assert (pill.text(), pill.property("pill")) == ("B", "bad")


def test_a_button_is_pressed_by_its_shortcut_and_names_it(qtbot, theme, show) -> None:
    pressed = []
    made = button("Send", partial(pressed.append, 1), shortcut="Ctrl+Return")
    show(made, 100, 30)
    assert "Ctrl+Return" in made.toolTip()
    qtbot.keyClick(made, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
    assert pressed == [1, 1]


def test_a_disabled_button_does_nothing(qtbot, theme, show) -> None:
    pressed = []
    made = primary("Send", partial(pressed.append, 1), shortcut="Ctrl+Return")
    made.setEnabled(False)
    show(made, 100, 30)
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
    made.click()
    assert pressed == []


def test_a_button_with_only_an_icon_has_a_name(qtbot, theme) -> None:
    made = icon_button("trash", "Delete")
    qtbot.addWidget(made)
    assert (made.text(), made.accessibleName(), made.toolTip()) == ("", "Delete", "Delete")
    assert not made.icon().isNull()


# cards


def test_a_figure_tells_the_exact_amount_on_hover_and_to_screen_readers(qtbot, theme, show) -> None:
    card = show(KpiCard("Open", "₩4.82억", "6 deals", "₩482,000,000"), 200, 90)
    assert card.accessibleName() == "Open: ₩482,000,000"
    assert "₩4.82억" in texts(card)
    card.show_figure("–")
    assert card.accessibleName() == "Open: –"
    card.show_pill("To decide", Mood.bad)
    assert "To decide" in texts(card)
    card.show_pill("", Mood.bad)
    assert "To decide" not in texts(card)


def test_a_card_has_a_title_a_corner_and_a_body(qtbot, theme, show) -> None:
    card = Card("Timeline", "newest first")
    card.corner.addWidget(button("All"))
    card.add(label("body"))
    inner = QHBoxLayout()
    inner.addWidget(label("inner"))
    card.add(inner)
    show(card, 300, 120)
    assert texts(card)[:2] == ["Timeline", "newest first"]
    assert {"body", "inner"} <= set(texts(card))


# header


def test_a_header_shows_the_way_the_title_and_what_can_be_done(qtbot, theme, show) -> None:
    went = []
    header = PageHeader(
        "이해관계자 맵",
        crumbs=(("한빛전자", partial(went.append, "account")), ("설비 증설", None)),
        subtitle="11 people",
        actions=(button("Export"), primary("Add")),
    )
    show(header, 900, 80)
    assert header.title() == "이해관계자 맵"
    crumb = next(b for b in header.findChildren(QPushButton) if b.text() == "한빛전자")
    qtbot.mouseClick(crumb, Qt.MouseButton.LeftButton)
    assert went == ["account"]
    assert "›" in texts(header)


def test_a_header_keeps_its_title_readable_when_room_is_scarce(qtbot, theme, show) -> None:
    header = show(PageHeader("한빛전자 구미사업장 설비기술본부", actions=(button("A" * 30), button("B" * 30))), 700, 80)
    assert header._title.width() > 120


def test_a_header_changes_what_it_says(qtbot, theme, show) -> None:
    header = show(PageHeader("A"), 600, 80)
    header.set_title("Q-2026-0187", "v4")
    header.set_subtitle("draft")
    header.set_pills(("Draft", Mood.warn), ("Offline", Mood.neutral))
    header.set_crumbs((("Quotes", None),))
    wanted = {"Q-2026-0187", "v4", "draft", "Draft", "Offline", "Quotes"}
    qtbot.waitUntil(lambda: wanted <= set(texts(header)))
    header.set_pills()
    header.set_subtitle("")
    assert not {"Draft", "draft"} & set(texts(header))


# choices


@pytest.mark.parametrize("kind", [SegmentedControl, TabRow])
def test_one_of_some_choices_is_taken_with_mouse_and_arrow_keys(qtbot, theme, show, kind) -> None:
    made = show(kind(CHOICES, "a"), 400, 40)
    chosen = []
    made.chosen.connect(chosen.append)
    qtbot.mouseClick(made.findChild(QPushButton, "b"), Qt.MouseButton.LeftButton)
    assert made.current() == "b"
    qtbot.keyClick(made.findChild(QPushButton, "b"), Qt.Key.Key_Right)
    assert made.current() == "c"
    qtbot.keyClick(made.findChild(QPushButton, "c"), Qt.Key.Key_Right)
    assert made.current() == "a"
    qtbot.keyClick(made.findChild(QPushButton, "a"), Qt.Key.Key_Left)
    assert made.current() == "c"
    assert chosen == ["b", "c", "a", "c"]


def test_choosing_by_program_is_not_told(qtbot, theme) -> None:
    made = SegmentedControl(CHOICES)
    qtbot.addWidget(made)
    chosen = []
    made.chosen.connect(chosen.append)
    made.choose("c")
    made.choose("no such key")
    assert (made.current(), chosen) == ("c", [])
    made.set_text("c", "Three 3")
    assert made.findChild(QPushButton, "c").text() == "Three 3"


# avatar


@pytest.mark.parametrize(
    ("name", "size", "sign"),
    [
        ("김하늘", 28, "김"),
        ("이정훈", 40, "이정"),
        ("Ada Lovelace", 28, "AL"),
        ("cher", 28, "C"),
        ("", 28, "?"),
        ("  ", 40, "?"),
    ],
)
def test_initials_are_those_people_use(name: str, size: int, sign: str) -> None:
    assert initials(name, size) == sign


def test_an_avatar_is_round_and_named(qtbot, theme, show) -> None:
    made = show(Avatar("김하늘", 40), 40, 40)
    image = made.grab().toImage()
    assert image.pixelColor(20, 4).name().upper() == current().accent
    assert image.pixelColor(0, 0) != QColor(current().accent)
    assert made.accessibleName() == "김하늘"
    assert made.sizeHint() == QSize(40, 40)


# search


def test_a_search_is_told_after_a_pause_once(qtbot, theme, show) -> None:
    field = show(SearchField("Find"), 200, 30)
    told = []
    field.searched.connect(told.append)
    qtbot.keyClicks(field, "steel")
    assert told == []
    qtbot.waitUntil(lambda: told == ["steel"])
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told == ["steel"]
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert told == ["steel", ""]


def test_escape_and_arrow_down_leave_an_empty_search(qtbot, theme, show) -> None:
    field = show(SearchField("Find"), 200, 30)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
        with qtbot.waitSignal(field.left):
            qtbot.keyClick(field, key)


# states


def test_an_empty_page_says_what_belongs_here_and_offers_the_first_step(qtbot, theme, show) -> None:
    steps = []
    state = show(
        EmptyState("No tasks yet", "Promises stand here.", (primary("New", partial(steps.append, 1)),)), 500, 400
    )
    assert state.accessibleName() == "No tasks yet. Promises stand here."
    qtbot.mouseClick(state.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert steps == [1]
    state.tell("Nothing matches", "Try another word.")
    assert {"Nothing matches", "Try another word."} <= set(texts(state))


def test_loading_is_quiet_at_first_and_then_shows_itself_with_a_way_out(qtbot, theme, show) -> None:
    state = show(LoadingState("Reading…", can_cancel=True), 400, 300)
    assert "Reading…" not in texts(state)
    qtbot.waitUntil(lambda: "Reading…" in texts(state))
    with qtbot.waitSignal(state.cancelled):
        qtbot.mouseClick(state.findChild(QPushButton), Qt.MouseButton.LeftButton)
    state.show_progress(3, 10, "Row 3 of 10")
    assert "Row 3 of 10" in texts(state)
    state.begin()
    assert texts(state) == []
    state.end()


def test_a_failure_says_what_happened_what_was_kept_and_what_to_do(qtbot, theme, show) -> None:
    state = show(FailedState(), 500, 300)
    state.tell("The disk is full", "No room for a.crm.", "", "Make room.")
    assert "The disk is full" in texts(state)
    assert "No room for a.crm.\nMake room." in texts(state)
    with qtbot.waitSignal(state.retried):
        qtbot.mouseClick(state.findChild(QPushButton), Qt.MouseButton.LeftButton)


def test_one_state_is_shown_at_a_time(qtbot, theme, show) -> None:
    content, empty = label("rows"), EmptyState("Empty")
    stack = show(StateStack(content, empty), 400, 300)
    for act, page in (
        (stack.show_loading, stack.loading),
        (stack.show_content, content),
        (stack.show_empty, empty),
        (partial(stack.show_failed, Trouble("disk.full")), stack.failed),
        (stack.show_content, content),
    ):
        act()
        visible = [w for w in (content, empty, stack.loading, stack.failed) if w.isVisible()]
        assert visible == [page]


# toast


def test_a_toast_stands_at_the_bottom_and_its_button_acts_once(qtbot, theme, show) -> None:
    window = show(QWidget(), 800, 600)
    acted = []
    toast = Toast(window)
    toast.tell("Moved 3 accounts", "Undo", partial(acted.append, 1))
    assert toast.isVisible()
    assert abs(toast.geometry().center().x() - 400) <= 1
    assert toast.geometry().bottom() < 600
    window.resize(1000, 700)
    qtbot.waitUntil(lambda: abs(toast.geometry().center().x() - 500) <= 1)
    qtbot.mouseClick(toast.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert (acted, toast.isVisible()) == ([1], False)


def test_a_toast_without_an_action_has_no_button_and_goes_by_itself(qtbot, theme, show) -> None:
    window = show(QWidget(), 800, 600)
    toast = Toast(window)
    toast._stay.setInterval(30)
    toast.tell("Saved")
    assert not toast.findChild(QPushButton).isVisible()
    qtbot.waitUntil(lambda: not toast.isVisible())


# forms that ask


class TwoLines(AskForm):
    def __init__(self) -> None:
        super().__init__("Title", "Text", "Go")
        self.line("name", "Name")
        self.choice("currency", "Currency", ("KRW", "USD"))
        self.finish()

    def wrong(self, values: dict[str, str]) -> str:
        return "" if values["name"] else "Give a name."


def test_a_form_tells_what_is_wrong_and_then_what_was_typed(qtbot, theme, show) -> None:
    form = show(TwoLines(), 400, 300)
    form.begin()
    answers = []
    form.answered.connect(answers.append)
    name = form.findChild(QLineEdit, "name")
    assert name.hasFocus()
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert (form.word(), answers) == ("Give a name.", [])
    qtbot.keyClicks(name, "Team")
    qtbot.keyClick(form.findChild(QComboBox, "currency"), Qt.Key.Key_Down)
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert answers == [{"name": "Team", "currency": "USD"}]
    assert not form.go.isEnabled()
    form.tell("The server said no.")
    assert form.go.isEnabled()


def test_escape_and_the_back_button_leave_a_form(qtbot, theme, show) -> None:
    form = show(TwoLines(), 400, 300)
    with qtbot.waitSignal(form.left):
        qtbot.keyClick(form, Qt.Key.Key_Escape)
    back = next(b for b in form.findChildren(QPushButton) if b is not form.go)
    with qtbot.waitSignal(form.left):
        qtbot.mouseClick(back, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("crm.example.com", "https://crm.example.com"),
        ("https://crm.example.com/", "https://crm.example.com"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("  crm.example.com:8443 ", "https://crm.example.com:8443"),
    ],
)
def test_a_server_address_is_completed(qtbot, theme, typed: str, address: str) -> None:
    form = JoinForm()
    qtbot.addWidget(form)
    form.findChild(QLineEdit, "server").setText(typed)
    assert form.values()["server"] == address


def test_a_password_is_not_shown(qtbot, theme) -> None:
    form = JoinForm(can_leave=False)
    qtbot.addWidget(form)
    assert form.findChild(QLineEdit, "password").echoMode() is QLineEdit.EchoMode.Password
    assert [b.text() for b in form.findChildren(QPushButton)] == [form.browser.text(), form.go.text()]


# the error dialog


def report(kind: ReportKind = ReportKind.trouble) -> Report:
    return Report(
        kind=kind,
        title="The disk is full",
        happened="There is no room left.",
        kept="Everything saved before is still there.",
        next_step="Make room and try again.",
        details="Desktop CRM 0.1.0\ndisk.full",
    )


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", list(ReportKind))
def test_an_error_says_all_four_things_and_its_details_can_be_copied(qtbot, qapp, theme, kind, language) -> None:
    i18n.use(language)
    dialog = ErrorDialog(report(kind))
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitExposed(dialog)
    said = texts(dialog)
    for sentence in (report().title, report().happened, report().kept, report().next_step):
        assert sentence in said
    qtbot.mouseClick(dialog._copy, Qt.MouseButton.LeftButton)
    assert "disk.full" in qapp.clipboard().text()
    assert "Make room" in qapp.clipboard().text()
    assert not dialog._details.isVisible()
    qtbot.mouseClick(dialog._more, Qt.MouseButton.LeftButton)
    assert dialog._details.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_the_line_below_a_figure_is_never_cut(show) -> None:
    whole = "weighted ₩1,234M · 12 deals here, and a renewal in 129 days"
    card = show(KpiCard("Open", "₩442M", whole), 150, 160)
    hint = next(one for one in card.findChildren(QLabel) if one.text() == whole)
    assert hint.height() >= hint.heightForWidth(hint.width())


def test_tabs_without_room_stand_in_a_menu_and_the_taken_one_is_always_seen(qtbot, theme, show) -> None:
    keys = tuple((f"tab{number}", f"A tab of the page {number}") for number in range(8))
    tabs = show(TabRow(keys), 1400, 60)
    qtbot.waitUntil(lambda: all(tabs.choice(key).isVisible() for key, _ in keys))
    more = next(one for one in tabs.findChildren(QPushButton) if one.accessibleName() == "More tabs")
    assert not more.isVisible()
    tabs.resize(500, 60)
    qtbot.waitUntil(more.isVisible)
    hidden = [key for key, _ in keys if not tabs.choice(key).isVisible()]
    assert hidden == [key for key, _ in keys][-len(hidden) :]
    assert [action.text() for action in more.menu().actions()] == [f"A tab of the page {key[3:]}" for key in hidden]
    with qtbot.waitSignal(tabs.chosen) as told:
        more.menu().actions()[-1].trigger()
    assert told.args == ["tab7"]
    assert tabs.choice("tab7").isVisible()
    right = max(tabs.choice(key).geometry().right() for key, _ in keys if tabs.choice(key).isVisible())
    assert right < more.geometry().left() + 1
    assert more.geometry().right() <= tabs.width()
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    assert tabs.current() == "tab0"
