"""The lazy model and its table: pages, refreshes after changes, columns that are remembered, selection that stays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QWidget

from desktop_crm import i18n
from desktop_crm.domain.lists.query import Sort
from desktop_crm.foundation.changes import Change, ChangeKind, Changes
from desktop_crm.foundation.errors import Trouble
from desktop_crm.i18n import formats
from desktop_crm.services import records
from desktop_crm.ui.theme import Scheme, Theme, current
from desktop_crm.ui.widgets import record_model, record_order
from desktop_crm.ui.widgets.cell_delegate import EDGE, PAD
from desktop_crm.ui.widgets.cells import columns_of
from desktop_crm.ui.widgets.list_layout import TableState
from desktop_crm.ui.widgets.record_model import RecordModel
from desktop_crm.ui.widgets.record_order import KEPT_ROWS
from desktop_crm.ui.widgets.record_source import PAGE, Wish, rows_of
from desktop_crm.ui.widgets.record_table import RecordTable

MANY = 450


@pytest.fixture
def accounts(workspace) -> list[str]:
    with workspace.write("test") as work:
        return list(work.bulk("account", inserts=[{"name": f"Company {n:04}", "employees": n} for n in range(MANY)]))


@pytest.fixture
def model(qtbot, context, accounts) -> RecordModel:
    made = RecordModel(context, Wish(entity="account", sort="name"), columns_of("account"), context.lanes)
    with qtbot.waitSignal(made.loaded):
        made.ask()
    return made


@pytest.fixture
def table(qtbot, context, accounts, show) -> RecordTable:
    wish = Wish(entity="account", sort="name")
    made = RecordTable(context, wish, columns_of("account"), "test")
    show(made, 900, 400)
    with qtbot.waitSignal(made.records.loaded):
        made.ask(wish)
    return made


def text(model: RecordModel, row: int, column: int = 0) -> str:
    return model.index(row, column).data()


# the model


def test_rows_beyond_the_first_page_are_blank_until_they_come(qtbot, model) -> None:
    assert model.rowCount() == MANY
    assert text(model, PAGE + 5) == ""
    with qtbot.waitSignal(model.refreshed):
        pass
    assert text(model, PAGE + 5) == f"Company {PAGE + 5:04}"


def test_rows_of_one_screen_are_asked_for_together_and_once(qtbot, model, monkeypatch) -> None:
    asked = []

    def counting(workspace, entity, columns, keys):
        asked.append(len(keys))
        return rows_of(workspace, entity, columns, keys)

    monkeypatch.setattr(record_order, "rows_of", counting)
    monkeypatch.setattr(record_order, "AHEAD", 0)
    for row in range(PAGE, PAGE + 30):
        text(model, row)
    with qtbot.waitSignal(model.refreshed):
        pass
    assert asked == [30]


def test_only_so_many_rows_are_kept(qtbot, model, monkeypatch) -> None:
    monkeypatch.setattr(record_order, "KEPT_ROWS", 200)
    for first in range(0, MANY, 50):
        text(model, first)
        qtbot.waitUntil(lambda first=first: bool(text(model, first)))
    assert len(model._rows) <= 200
    assert KEPT_ROWS > 200


def test_a_row_that_went_between_order_and_fetch_stays_blank_and_is_not_asked_again(qtbot, model, workspace, accounts):
    records.delete(workspace, "account", accounts[300])
    with workspace.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM account WHERE id=?", (accounts[300],))
    text(model, 300)
    qtbot.waitUntil(lambda: text(model, 301) != "")
    assert text(model, 300) == ""
    assert not model._missing


def test_an_answer_to_an_older_wish_is_dropped(qtbot, model) -> None:
    loaded = []
    model.loaded.connect(loaded.append)
    model.ask(Wish(entity="account", sort="name", text="Company 000"))
    model.ask(Wish(entity="account", sort="name", text="Company 044"))
    qtbot.waitUntil(lambda: loaded == [10])
    assert text(model, 0) == "Company 0440"
    qtbot.wait(50)
    assert loaded == [10]
    assert model.whole


def test_filters_and_text_are_joined_by_and(qtbot, model) -> None:
    with qtbot.waitSignal(model.loaded) as loaded:
        model.ask(Wish(entity="account", sort="name", text="Company 004", filters=(("employees", 45),)))
    assert loaded.args == [1]
    assert text(model, 0) == "Company 0045"


def test_an_edited_row_is_fetched_again_in_its_place(qtbot, context, model, accounts, workspace) -> None:
    reset = []
    model.modelReset.connect(lambda: reset.append(1))
    changes = records.set_fields(workspace, "account", accounts[3], {"industry": "Steel"})
    with qtbot.waitSignal(model.refreshed):
        context.hub.announce(changes)
    assert text(model, 3, 3) == "Steel"
    assert reset == []


def test_an_edit_of_the_sorted_field_asks_again(qtbot, context, model, accounts, workspace) -> None:
    changes = records.set_fields(workspace, "account", accounts[3], {"name": "Zulu"})
    with qtbot.waitSignal(model.loaded):
        context.hub.announce(changes)
    assert text(model, 3) == "Company 0004"


def test_a_new_and_a_deleted_row_change_the_count(qtbot, context, model, accounts, workspace) -> None:
    with qtbot.waitSignal(model.loaded) as loaded:
        context.hub.announce(records.create(workspace, "account", {"name": "Alpha"}).changes)
    assert loaded.args == [MANY + 1]
    with qtbot.waitSignal(model.loaded) as loaded:
        context.hub.announce(records.delete(workspace, "account", accounts[0]))
    assert loaded.args == [MANY]


def test_changes_of_other_entities_leave_the_model_alone(qtbot, context, model) -> None:
    heard = []
    model.loaded.connect(heard.append)
    model.refreshed.connect(lambda: heard.append(0))
    context.hub.announce(Changes(items=(Change(entity="task", row_id="1", kind=ChangeKind.CREATED),)))
    qtbot.wait(50)
    assert heard == []


def test_a_renamed_row_is_seen_where_it_is_referred_to(qtbot, context, workspace) -> None:
    owner = records.create(workspace, "user", {"name": "Kim"}).id
    records.create(workspace, "contact", {"name": "Lee", "owner_id": owner})
    model = RecordModel(context, Wish(entity="contact", sort="name"), columns_of("contact"), context.lanes)
    with qtbot.waitSignal(model.loaded):
        model.ask()
    place = [column.name for column in model.columns].index("owner_id")
    assert text(model, 0, place) == "Kim"
    changes = records.set_fields(workspace, "user", owner, {"name": "Kim Ha-neul"})
    with qtbot.waitSignal(model.refreshed):
        context.hub.announce(changes)
    assert text(model, 0, place) == "Kim Ha-neul"


def test_a_failing_read_is_told_and_the_rows_stay(qtbot, model, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise Trouble("disk.failed", file="a.crm", reason="gone")

    monkeypatch.setattr(record_model, "listing_of", broken)
    with qtbot.waitSignal(model.failed) as failed:
        model.ask()
    assert failed.args[0].code == "disk.failed"
    assert text(model, 0) == "Company 0000"


def test_cells_speak_to_screen_readers_with_their_column(qtbot, model) -> None:
    index = model.index(7, 4)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Employees: 7"
    assert model.index(0, 0).data(Qt.ItemDataRole.DecorationRole) is None
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert model.data(QModelIndex()) is None


def test_the_model_keeps_qts_rules_through_all_of_it(qtbot, context, model, accounts, workspace) -> None:
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    for wish in (Wish(entity="account", text="044"), Wish(entity="account", text="nothing"), Wish(entity="account")):
        with qtbot.waitSignal(model.loaded):
            model.ask(wish)
    with qtbot.waitSignal(model.loaded):
        context.hub.announce(records.delete(workspace, "account", accounts[9]))


# the table


def test_the_arrow_keys_move_and_enter_opens(qtbot, table, accounts) -> None:
    table.setFocus()
    table.selectRow(0)
    with qtbot.waitSignal(table.picked) as picked:
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert picked.args == [accounts[1]]
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [accounts[1]]


def test_a_double_click_opens(qtbot, table, accounts) -> None:
    where = table.visualRect(table.records.index(2, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert opened.args == [accounts[2]]


def test_the_chosen_row_stays_chosen_when_the_list_is_asked_again(qtbot, table, accounts) -> None:
    table.select_id(accounts[5])
    assert table.current_id() == accounts[5]
    with qtbot.waitSignal(table.records.loaded):
        table.ask(Wish(entity="account", sort="name", text="Company 000"))
    assert table.current_id() == accounts[5]


def test_a_row_that_is_not_fetched_yet_is_chosen_as_soon_as_it_is(qtbot, table, accounts) -> None:
    table.select_id(accounts[PAGE + 40])
    assert table.current_id() is None
    table.records.index(PAGE + 40, 0).data()
    qtbot.waitUntil(lambda: table.current_id() == accounts[PAGE + 40])


def test_end_goes_to_the_last_of_many_rows(qtbot, table, accounts) -> None:
    table.setFocus()
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: table.current_id() == accounts[-1])


def test_widths_order_sorting_and_hidden_columns_are_remembered(qtbot, context, table, show) -> None:
    names = [column.name for column in table.records.columns]
    table.arrange(TableState(columns=(names[0], names[4], names[1]), widths={names[1]: 222}))
    table.horizontalHeader().sectionClicked.emit(1)
    qtbot.waitUntil(lambda: table.records.wish.sort == names[4])
    table.horizontalHeader().moveSection(2, 1)
    table.remember()
    again = RecordTable(context, Wish(entity="account"), columns_of("account"), "test")
    show(again, 900, 400)
    assert again.shown_columns() == (names[0], names[1], names[4])
    assert again.columnWidth(1) == 222
    assert again.remembered.sorts == (Sort(field=names[4]),)


def test_what_an_older_version_remembered_is_understood(qtbot, context) -> None:
    old = {"order": ["name", "kind", "industry"], "widths": {"name": 300, "industry": 99}, "hidden": ["kind"]}
    context.settings.put("table.test", old)
    table = RecordTable(context, Wish(entity="account"), columns_of("account"), "test")
    qtbot.addWidget(table)
    assert table.shown_columns() == ("name", "industry")
    assert (table.columnWidth(0), table.columnWidth(1)) == (300, 99)


@pytest.mark.parametrize(
    "stored",
    ["nonsense", {"order": ["gone"]}, {"order": 5}, {"order": [], "widths": "x"}, {"order": ["kind"], "sorts": [1]}],
)
def test_a_damaged_memory_of_columns_is_ignored(qtbot, context, stored) -> None:
    context.settings.put("table.test", stored)
    table = RecordTable(context, Wish(entity="account"), columns_of("account"), "test")
    qtbot.addWidget(table)
    assert table.shown_columns()[0] == "name"
    assert table.columnWidth(0) > 0


def test_the_title_takes_the_room_that_is_left(qtbot, table) -> None:
    before = table.columnWidth(0)
    table.resize(1600, 400)
    qtbot.waitUntil(lambda: table.columnWidth(0) > before)


def test_sorting_shows_an_arrow_at_the_head(qtbot, table) -> None:
    head = table.horizontalHeader()
    assert head.sortIndicatorSection() == 0
    with qtbot.waitSignal(table.records.loaded):
        head.sectionClicked.emit(4)
    assert head.sortIndicatorSection() == 4
    assert head.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
    with qtbot.waitSignal(table.records.loaded):
        head.sectionClicked.emit(4)
    assert head.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
    assert text(table.records, 0) == f"Company {MANY - 1:04}"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_day_with_its_time_has_room_in_both_languages(qtbot, context, show, language) -> None:
    columns = columns_of("activity")
    made = RecordTable(context, Wish(entity="activity"), columns, "activity")
    show(made, 900, 400)
    place = next(i for i, column in enumerate(columns) if column.name == "occurred_at")
    with i18n.speaking(language):
        longest = formats.datetime(datetime(2026, 11, 28, 20, 58, tzinfo=UTC))
    assert made.fontMetrics().horizontalAdvance(longest) + EDGE + PAD <= made.columnWidth(place)


def test_room_that_the_title_does_not_need_goes_to_texts(qtbot, context, show) -> None:
    columns = columns_of("user")
    made = RecordTable(context, Wish(entity="user"), columns, "user")
    show(made, 1240, 400)
    place = next(i for i, column in enumerate(columns) if column.name == "email")
    qtbot.waitUntil(lambda: made.columnWidth(place) > columns[place].width)
    assert sum(made.columnWidth(i) for i in range(len(columns))) <= made.viewport().width()


LISTED = (
    "contact",
    "user",
    "opportunity",
    "quote",
    "activity",
    "task",
    "contract",
    "order",
    "lead",
    "ticket",
    "product",
)


@pytest.mark.parametrize("entity", LISTED)
def test_beside_the_panel_of_a_small_window_no_list_scrolls_sideways(qtbot, context, show, entity) -> None:
    made = RecordTable(context, Wish(entity=entity), columns_of(entity), "test")
    show(made, 733, 400)
    columns = columns_of(entity)
    assert sum(made.columnWidth(i) for i in range(len(columns))) <= made.viewport().width()
    assert all(made.columnWidth(i) >= columns[i].least for i in range(len(columns)))


def test_in_a_very_narrow_list_columns_keep_what_tells_them_apart(qtbot, context, show) -> None:
    columns = columns_of("contact")
    made = RecordTable(context, Wish(entity="contact"), columns, "test")
    show(made, 420, 400)
    assert [made.columnWidth(i) for i in range(len(columns))] == [one.least for one in columns]


def test_a_bar_says_that_the_list_has_the_keyboard(qtbot, table) -> None:
    def bar() -> str:
        rect = table.visualRect(table.currentIndex())
        return table.viewport().grab(rect).toImage().pixelColor(1, 10).name().upper()

    table.setCurrentIndex(table.model().index(2, 0))
    table.setFocus()
    qtbot.waitUntil(lambda: bar() == current().accent.upper())
    table.clearFocus()
    qtbot.waitUntil(lambda: bar() == current().accent_soft.upper())


def test_rows_are_painted_once_with_their_window(qtbot, table) -> None:
    """Qt paints what is not opaque again after the window below it: the rows would be drawn twice."""
    qtbot.waitUntil(lambda: table.records.record_row(0) is not None)
    QApplication.processEvents()
    counted = PaintCount(table.viewport())
    table.window().update()
    table.viewport().update()
    qtbot.waitUntil(lambda: counted.paints > 0)
    assert counted.paints == 1


@pytest.mark.parametrize("scheme", [Scheme.light, Scheme.dark])
def test_a_table_stands_on_the_colour_of_surfaces(qapp, context, show, scheme) -> None:
    Theme(qapp, scheme)
    made = RecordTable(context, Wish(entity="team", sort="name"), columns_of("team"), "ground")
    show(made, 600, 300)
    seen = made.viewport().grab().toImage().pixelColor(300, 200).name().upper()
    assert seen == current().surface.upper()


class PaintCount(QObject):
    """Counts the paints of a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.paints = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.paints += event.type() == QEvent.Type.Paint
        return super().eventFilter(watched, event)
