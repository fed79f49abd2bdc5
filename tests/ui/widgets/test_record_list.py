"""The whole list by keys and clicks: filter, views, groups, columns, selection, edits in place and of many, copies."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QInputDialog

from desktop_crm import i18n
from desktop_crm.domain.lists.filters import Filter, Group, Test
from desktop_crm.domain.lists.periods import Period, Span
from desktop_crm.domain.lists.query import Sort
from desktop_crm.services import list_views, records
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.bulk_dialog import BulkDialog
from desktop_crm.ui.widgets.columns_popup import ColumnsPopup
from desktop_crm.ui.widgets.filter_editor import FilterEditor
from desktop_crm.ui.widgets.record_list import ListSetup, RecordList
from desktop_crm.ui.widgets.states import EmptyState
from tests.ui.conftest import both_ways

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
NAMES = ("name", "account_id", "amount", "close_date", "next_step")
MANY = 240


@pytest.fixture
def deals(workspace) -> list[str]:
    with workspace.write("test") as work:
        accounts = [work.insert("account", {"name": name}) for name in ("Hanbit", "Nuri", "다온")]
        rows = [
            {
                "name": f"Deal {n:03}",
                "account_id": accounts[n % 3],
                "amount": Decimal(n * 100),
                "currency": ("KRW", "USD")[n % 2],
                "next_step": ("call", "visit", None)[n % 3],
            }
            for n in range(MANY)
        ]
        return list(work.bulk("opportunity", inserts=rows))


@pytest.fixture
def page(qtbot, context, deals, show) -> RecordList:
    return opened(qtbot, context, show)


def opened(qtbot, context, show, name: str = "test", **more) -> RecordList:
    empty = EmptyState("Nothing", "Nothing yet", ())
    made = RecordList(context, ListSetup(entity="opportunity", name=name, columns=NAMES, sort="name", **more), empty)
    show(made, 1100, 600)
    with qtbot.waitSignal(made.table.records.loaded):
        made.begin()
    qtbot.waitUntil(lambda: made.table.selectionModel().hasSelection())
    return made


def column(page, name: str) -> int:
    return [one.name for one in page.table.records.columns].index(name)


def texts(page, name: str = "name", rows: int = 5) -> list[str]:
    model = page.table.records
    return [model.index(row, column(page, name)).data() for row in range(min(rows, model.rowCount()))]


def popup(kind):
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


def filtered(qtbot, page, *parts, any=False) -> None:
    with qtbot.waitSignal(page.table.records.loaded):
        page.filter_bar._tell(Group(parts=parts, any=any))


def value(workspace, row_id: str, name: str):
    return records.get(workspace, "opportunity", row_id).fields[name]


# filter


def test_a_condition_is_made_by_keyboard_and_stands_as_a_chip(qtbot, page) -> None:
    qtbot.keyClick(page.table, Qt.Key.Key_F, CTRL | SHIFT)
    editor = popup(FilterEditor)
    line = editor.lines[0]
    line.fields.setCurrentIndex(line.fields.findData("next_step"))
    target = line.editor.focusProxy()
    qtbot.keyClicks(target.target(), "vis")
    with qtbot.waitSignal(page.table.records.loaded):
        qtbot.keyClick(target.target(), Qt.Key.Key_Return)
    assert page.table.records.total == MANY // 3
    assert page.filter_bar.chips[0].word.text() == "Next step contains “vis”"
    with qtbot.waitSignal(page.table.records.loaded):
        qtbot.keyClick(page.filter_bar.chips[0], Qt.Key.Key_Delete)
    assert page.table.records.total == MANY
    assert not page.filter_bar.isVisible()


def test_conditions_of_one_chip_are_joined_by_or_and_chips_by_and_or_or(qtbot, page) -> None:
    page.filter_bar.begin(page.filter)
    editor = popup(FilterEditor)
    for n, text in enumerate(("Deal 00", "Deal 01")):
        line = editor.lines[n] if n < len(editor.lines) else editor.add()
        qtbot.keyClicks(line.editor.focusProxy().target(), text)
    editor.joint.setCurrentIndex(1)
    with qtbot.waitSignal(page.table.records.loaded):
        editor.decide()
    assert page.table.records.total == 20
    even = Filter(field="currency", test=Test.ANY_OF, value=("KRW",))
    filtered(qtbot, page, *page.filter_bar.where.parts, even)
    assert page.table.records.total == 10
    with qtbot.waitSignal(page.table.records.loaded):
        qtbot.mouseClick(page.filter_bar.joint, Qt.MouseButton.LeftButton)
    assert page.table.records.total == 20 + MANY // 2 - 10


def test_a_value_that_is_missing_is_said_and_the_window_stays(qtbot, page) -> None:
    page.filter_bar.begin(page.filter)
    editor = popup(FilterEditor)
    editor.decide()
    assert editor.isVisible()
    assert editor._word.text()
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not page.filter_bar.chips


def test_a_reference_is_chosen_by_name_and_named_on_the_chip(qtbot, page) -> None:
    page.filter_bar.begin(page.filter)
    editor = popup(FilterEditor)
    line = editor.lines[0]
    line.fields.setCurrentIndex(line.fields.findData("account_id"))
    find = line.editor._find
    find.line.setFocus()
    qtbot.keyClicks(find.line, "Nur")
    qtbot.waitUntil(lambda: "Nuri" in find._ids)
    find._completer.activated.emit("Nuri")
    with qtbot.waitSignal(page.table.records.loaded):
        editor.decide()
    assert page.table.records.total == MANY // 3
    assert page.filter_bar.chips[0].word.text() == "Account: Nuri"


@pytest.mark.parametrize(
    ("field", "test", "value", "said"),
    [
        ("close_date", Test.DURING, Period(span=Span.LAST_DAYS, days=7), "Close date: the last 7 days"),
        ("close_date", Test.EMPTY, None, "Close date is empty"),
        ("owner_id", Test.ANY_OF, ("@me",), "Owner: me"),
        ("amount", Test.AT_LEAST, Decimal(5000), "Amount ≥ 5,000"),
        ("name", Test.BEGINS, "Deal 1", "Opportunity name begins with “Deal 1”"),
        ("next_step", Test.LACKS, "call", "Next step without “call”"),
        ("currency", Test.NONE_OF, ("KRW",), "Currency: not KRW"),
    ],
)
def test_each_way_of_asking_is_shown_and_comes_back_into_its_editor(qtbot, page, field, test, value, said) -> None:
    filtered(qtbot, page, Filter(field=field, test=test, value=value))
    assert page.filter_bar.chips[0].word.accessibleName() == f"Filter: {said}"
    page.filter_bar._edit(0, page.filter_bar.chips[0])
    editor = popup(FilterEditor)
    assert editor.lines[0].condition() == Filter(field=field, test=test, value=value)
    editor.reject()


def test_search_looks_into_all_shown_texts(qtbot, page) -> None:
    page.search.setFocus()
    qtbot.keyClicks(page.search, "nuri")
    qtbot.waitUntil(lambda: page.table.records.total == MANY // 3)
    page.search.clear()
    qtbot.waitUntil(lambda: page.table.records.total == MANY)
    qtbot.keyClicks(page.search, "visit")
    qtbot.waitUntil(lambda: page.table.records.total == MANY // 3 and page.table.records.wish.text == "visit")


def test_ctrl_f_goes_to_the_search_and_escape_comes_back(qtbot, page) -> None:
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_F, CTRL)
    qtbot.waitUntil(page.search.hasFocus)
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(page.table.hasFocus)


# order, groups, columns


def head_click(qtbot, page, name: str, held=Qt.KeyboardModifier.NoModifier) -> None:
    head = page.table.horizontalHeader()
    where = QPoint(head.sectionViewportPosition(column(page, name)) + 20, 12)
    with qtbot.waitSignal(page.table.records.loaded):
        qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, held, where)


def test_shift_and_a_click_sort_by_a_further_column(qtbot, page) -> None:
    head_click(qtbot, page, "next_step")
    head_click(qtbot, page, "amount", SHIFT)
    head_click(qtbot, page, "amount", SHIFT)
    wish = page.table.records.wish
    assert wish.sorts == (Sort(field="next_step"), Sort(field="amount", descending=True))
    assert texts(page, rows=2) == ["Deal 239", "Deal 236"]
    assert page.table.records.headerData(column(page, "amount"), Qt.Orientation.Horizontal).endswith("↓2")
    again = page.table.arrangement()
    assert again.sorts == wish.sorts


def test_the_order_is_remembered_for_the_next_time(qtbot, context, page, show) -> None:
    head_click(qtbot, page, "amount")
    head_click(qtbot, page, "amount")
    page.table.remember()
    again = opened(qtbot, context, show)
    assert texts(again, rows=1) == ["Deal 239"]


def grouped(qtbot, page, name: str) -> None:
    page.group.setCurrentIndex(page.group.findData(name))
    with qtbot.waitSignal(page.table.records.loaded):
        page.group.activated.emit(page.group.currentIndex())


def test_groups_have_counts_and_sums_and_open_and_close_by_keys(qtbot, page) -> None:
    QAbstractItemModelTester(page.table.records, QAbstractItemModelTester.FailureReportingMode.Warning)
    grouped(qtbot, page, "currency")
    model = page.table.records
    assert model.rowCount() == MANY + 2
    assert model.index(0, 0).data() == "KRW (120) ₩1.43M"
    page.table.setFocus()
    page.table.setCurrentIndex(model.index(0, 0))
    qtbot.keyClick(page.table, Qt.Key.Key_Left)
    assert model.rowCount() == MANY // 2 + 2
    assert model.index(1, 0).data().startswith("USD (120)")
    qtbot.keyClick(page.table, Qt.Key.Key_Right)
    assert model.rowCount() == MANY + 2
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    model.turn_all(is_open=False)
    assert model.rowCount() == 2
    model.turn_all(is_open=True)
    page.table.selectAll()
    assert page.table.selection_now().count == MANY


def test_a_closed_group_stays_closed_when_the_list_is_read_again(qtbot, page) -> None:
    grouped(qtbot, page, "account_id")
    model = page.table.records
    assert [model.index(row, 0).data().split(" (")[0] for row in (0, 81, 162)] == ["Hanbit", "Nuri", "다온"]
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 10))
    assert model.rowCount() == MANY - 80 + 3
    filtered(qtbot, page, Filter(field="amount", test=Test.ABOVE, value=Decimal(0)))
    assert model.rowCount() == MANY - 1 - 79 + 3
    assert not page.grab().isNull()


def test_columns_are_ticked_and_moved_by_keys(qtbot, page) -> None:
    chooser = page.choose_columns()
    assert isinstance(chooser, ColumnsPopup)
    assert chooser.names() == NAMES
    chooser.list.setCurrentRow(2)
    qtbot.keyClick(chooser.list, Qt.Key.Key_Up, ALT)
    assert page.table.shown_columns() == ("name", "amount", "account_id", "close_date", "next_step")
    chooser.list.setCurrentRow(4)
    qtbot.keyClick(chooser.list, Qt.Key.Key_Space)
    assert page.table.shown_columns() == ("name", "amount", "account_id", "close_date")
    assert not chooser.list.item(0).flags() & Qt.ItemFlag.ItemIsUserCheckable
    chooser._on_reset()
    assert page.table.shown_columns() == NAMES
    qtbot.waitUntil(lambda: texts(page, "next_step", 1) == ["call"])


def test_fields_of_our_own_are_columns_and_are_filtered(qtbot, context, workspace, page, deals) -> None:
    records.set_fields(workspace, "opportunity", deals[7], {"x_grade": "A"})
    made = records.create(workspace, "own_field", {"entity": "opportunity", "field": "x_grade", "label": "Grade"})
    context.hub.announce(made.changes)
    qtbot.waitUntil(lambda: page._own == {"x_grade": "Grade"})
    page._on_columns(("name", "x_grade"))
    filtered(qtbot, page, Filter(field="x_grade", test=Test.FILLED))
    assert texts(page) == ["Deal 007"]
    qtbot.waitUntil(lambda: texts(page, "x_grade") == ["A"])
    assert page.table.records.headerData(1, Qt.Orientation.Horizontal) == "Grade"
    assert page.filter_bar.chips[0].word.text() == "Grade is not empty"


# views


def test_a_view_is_kept_chosen_renamed_and_opened_with(qtbot, context, workspace, page, show) -> None:
    filtered(qtbot, page, Filter(field="currency", test=Test.ANY_OF, value=("USD",)))
    head_click(qtbot, page, "amount")
    page._on_columns(("name", "amount"))
    page.views._ask_name("")
    dialog = popup(QInputDialog)
    dialog.setTextValue("Dollars")
    dialog.accept()
    qtbot.waitUntil(lambda: page.views.view == "Dollars")
    with qtbot.waitSignal(page.table.records.loaded):
        page.views._choose("")
    assert page.table.records.total == MANY
    assert page.table.shown_columns() == NAMES
    with qtbot.waitSignal(page.table.records.loaded):
        page.views._choose("Dollars")
    assert page.table.records.total == MANY // 2
    assert page.table.shown_columns() == ("name", "amount")
    page.views.rename("Dollars", "달러")
    qtbot.waitUntil(lambda: page.views.view == "달러")
    page.views._on_opens(checked=True)
    qtbot.waitUntil(lambda: page.views.kept.default == "달러")
    again = opened(qtbot, context, show)
    assert again.table.records.total == MANY // 2
    assert again.views.text() == "달러"
    again.views._forget("달러")
    qtbot.waitUntil(lambda: again.views.kept.views == ())
    assert list_views.kept(workspace, "test", "opportunity").views == ()


def test_the_menu_of_views_is_all_there(qtbot, page) -> None:
    page.views.keep("Mine")
    qtbot.waitUntil(lambda: page.views.view == "Mine")
    menu = page.views.pop_up()
    said = [action.text() for action in menu.actions() if action.text()]
    assert said[:2] == ["All, as proposed", "Mine"]
    assert "Forget this view" in said
    menu.close()


# selection


def test_all_that_match_are_a_query_and_their_sums_are_told(qtbot, page) -> None:
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_A, CTRL)
    chosen = page.table.selection_now()
    assert (chosen.count, chosen.all_but, len(chosen.keys)) == (MANY, True, 0)
    qtbot.waitUntil(lambda: page.status.sums.whole() == "Sum: ₩1.43M · $1.44M")
    assert page.status.chosen.text() == "240 chosen"
    page.table.selectionModel().select(page.table.records.index(5, 0), _flags("Deselect"))
    chosen = page.table.selection_now()
    assert (chosen.count, chosen.all_but, len(chosen.keys)) == (MANY - 1, True, 1)
    qtbot.keyClick(page.table, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: not page.status.chosen.isVisible())


def _flags(name: str):
    return QItemSelectionModel.SelectionFlag[name] | QItemSelectionModel.SelectionFlag.Rows


def test_shift_and_end_choose_to_the_end(qtbot, page) -> None:
    page.table.setFocus()
    for _ in range(200):
        qtbot.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.keyClick(page.table, Qt.Key.Key_End, SHIFT)
    chosen = page.table.selection_now()
    assert (chosen.count, chosen.all_but) == (40, False)


def test_the_selection_stays_when_a_chosen_row_is_edited(qtbot, context, workspace, page, deals) -> None:
    page.table.selectAll()
    changes = records.set_fields(workspace, "opportunity", deals[3], {"next_step": "lunch"})
    with qtbot.waitSignal(page.table.records.refreshed):
        context.hub.announce(changes)
    assert page.table.selection_now().count == MANY
    assert texts(page, "next_step")[3] == "lunch"


# edits


def at(page, row: int, name: str) -> None:
    page.table.setFocus()
    page.table.setCurrentIndex(page.table.records.index(row, column(page, name)))


def test_typing_into_a_cell_edits_it_and_enter_keeps(qtbot, context, workspace, page, deals) -> None:
    at(page, 2, "next_step")
    qtbot.keyClicks(page.table, "s")
    line = page.table.delegate.line()
    qtbot.keyClicks(line, "end")
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert value(workspace, deals[2], "next_step") == "send"
    with qtbot.waitSignal(context.hub.changed):
        context.undo.undo()
    assert value(workspace, deals[2], "next_step") is None


def test_tab_goes_on_to_the_next_cell_and_escape_gives_up(qtbot, context, workspace, page, deals) -> None:
    at(page, 0, "amount")
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    line = page.table.delegate.line()
    line.selectAll()
    qtbot.keyClicks(line, "7,500")
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(line, Qt.Key.Key_Tab)
    assert value(workspace, deals[0], "amount") == Decimal(7500)
    qtbot.waitUntil(lambda: page.table.delegate.editor is not None)
    assert page.table.delegate.editor.field.name == "close_date"
    qtbot.keyClicks(page.table.delegate.line(), "2026.12.3")
    qtbot.keyClick(page.table.delegate.line(), Qt.Key.Key_Escape)
    assert page.table.delegate.editor is None
    assert value(workspace, deals[0], "close_date") is None


def test_what_cannot_be_read_stays_in_the_cell(qtbot, context, workspace, page, deals) -> None:
    context.reporter.setProperty("expected", 1)
    at(page, 1, "amount")
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    line = page.table.delegate.line()
    line.selectAll()
    qtbot.keyClicks(line, "much")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert page.table.delegate.editor is not None
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert value(workspace, deals[1], "amount") == Decimal(100)


def test_a_double_click_edits_a_reference_by_name(qtbot, context, workspace, page, deals) -> None:
    index = page.table.records.index(0, column(page, "account_id"))
    where = page.table.visualRect(index).center()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.mouseDClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    editor = page.table.delegate.editor
    assert editor.line.text() == "Hanbit"
    editor.line.selectAll()
    qtbot.keyClicks(editor.line, "Nur")
    qtbot.waitUntil(lambda: "Nuri" in editor._ids)
    editor._completer.activated.emit("Nuri")
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(editor.line, Qt.Key.Key_Return)
    assert records.get(workspace, "opportunity", deals[0]).titles["account_id"] == "Nuri"


def test_hangul_from_an_input_method_begins_an_edit(qtbot, context, workspace, page, deals) -> None:
    at(page, 0, "next_step")
    composing = QInputMethodEvent("방", [])
    QApplication.sendEvent(page.table, composing)
    line = page.table.delegate.line()
    committed = QInputMethodEvent()
    committed.setCommitString("방문")
    QApplication.sendEvent(line, committed)
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert value(workspace, deals[0], "next_step") == "방문"


def test_letters_on_the_title_find_its_row_also_far_away(qtbot, page, deals) -> None:
    at(page, 0, "name")
    qtbot.keyClicks(page.table, "deal 23")
    qtbot.waitUntil(lambda: page.table.currentIndex().row() == 230)
    qtbot.waitUntil(lambda: page.table.current_id() == deals[230])


def test_enter_opens_home_and_end_go_to_the_ends(qtbot, page, deals) -> None:
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: page.table.current_id() == deals[-1])
    with qtbot.waitSignal(page.opened) as told:
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert told.args == [deals[-1]]
    qtbot.keyClick(page.table, Qt.Key.Key_Home)
    assert page.table.current_id() == deals[0]
    qtbot.keyClick(page.table, Qt.Key.Key_PageDown)
    assert page.table.currentIndex().row() > 5


def test_many_are_changed_at_once_and_one_undo_takes_it_back(qtbot, context, workspace, page, deals) -> None:
    filtered(qtbot, page, Filter(field="currency", test=Test.ANY_OF, value=("USD",)))
    page.table.selectAll()
    page.acts.edit()
    dialog = popup(BulkDialog)
    line = dialog.lines[0]
    line.fields.setCurrentIndex(line.fields.findData("next_step"))
    qtbot.keyClicks(line.editor.line, "visit")
    qtbot.waitUntil(lambda: "80 records will change. 40 have the value already." in dialog.word.text())
    with qtbot.waitSignal(context.hub.changed):
        dialog.decide()
    assert records.count(workspace, "opportunity", (Filter(field="next_step", value="visit"),)) == 160
    assert page.table.selection_now().count == 120
    with qtbot.waitSignal(context.hub.changed):
        context.undo.undo()
    assert records.count(workspace, "opportunity", (Filter(field="next_step", value="visit"),)) == 80


def test_many_are_deleted_and_come_back(qtbot, context, workspace, page) -> None:
    page.table.setFocus()
    for _ in range(4):
        qtbot.keyClick(page.table, Qt.Key.Key_Down, SHIFT)
    with qtbot.waitSignal(page.table.records.loaded):
        qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert page.table.records.total == MANY - 5
    with qtbot.waitSignal(page.table.records.loaded):
        context.undo.undo()
    assert page.table.records.total == MANY


def test_the_menu_comes_by_key_and_says_its_shortcuts(qtbot, page) -> None:
    page.table.setFocus()
    at(page, 3, "name")
    wanted = []
    page.table.menu_wanted.connect(wanted.append)
    from PySide6.QtGui import QContextMenuEvent

    QApplication.sendEvent(page.table, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1)))
    assert len(wanted) == 1
    menu = page.show_menu(wanted[0])
    keys = {action.text(): action.shortcut().toString() for action in menu.actions()}
    assert keys["Copy as a table"] == "Ctrl+C"
    menu.close()


def test_chosen_rows_are_copied_as_a_table_with_heads(qtbot, page) -> None:
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Down, SHIFT)
    with qtbot.waitSignal(page.acts.copied) as told:
        qtbot.keyClick(page.table, Qt.Key.Key_C, CTRL)
    assert told.args == [2]
    data = QGuiApplication.clipboard().mimeData()
    assert data.text().split("\n") == [
        "Opportunity name\tAccount\tAmount\tCurrency\tClose date\tNext step",
        "Deal 000\tHanbit\t0\tKRW\t\tcall",
        "Deal 001\tNuri\t100\tUSD\t\tvisit",
    ]
    assert '<td align="right">100</td>' in data.html()


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_all_of_it_opens_in_both_languages_and_themes(qtbot, qapp, context, deals, show, language, scheme) -> None:
    i18n.use(language)
    Theme(qapp, scheme)
    page = opened(qtbot, context, show)
    filtered(qtbot, page, Filter(field="amount", test=Test.AT_LEAST, value=Decimal(100)))
    grouped(qtbot, page, "next_step")
    page.filter_bar.begin(page.filter)
    popup(FilterEditor).reject()
    page.choose_columns().accept()
    page.show_menu(QPoint(50, 50)).close()
    page.acts.edit()
    popup(BulkDialog).reject()
    assert not page.grab().isNull()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_what_the_list_shows_is_exported_by_the_worker(qtbot, page, tmp_path) -> None:
    filtered(qtbot, page, Filter(field="next_step", test=Test.ANY_OF, value=("call",)))
    page._on_columns(("name", "amount"))
    head_click(qtbot, page, "amount")
    head_click(qtbot, page, "amount")
    target = tmp_path / "deals.csv"
    with qtbot.waitSignal(page.acts.exported) as told:
        page.acts.export_to(target, "csv")
    assert told.args == ["80 rows exported to deals.csv"]
    assert page.status.sums.whole() == told.args[0]
    lines = target.read_text("utf-8-sig").splitlines()
    assert lines[:2] == ["Opportunity name,Amount,Currency", "Deal 237,23700,USD"]
    assert len(lines) == 81


def test_the_file_is_asked_for_with_its_form(qtbot, page, tmp_path) -> None:
    dialog = page.acts.export()
    dialog.filterSelected.emit(dialog.nameFilters()[1])
    assert dialog.defaultSuffix() == "csv"
    dialog.reject()


def test_an_export_into_nowhere_says_so(qtbot, context, page, tmp_path) -> None:
    context.reporter.setProperty("expected", 1)
    with qtbot.waitSignal(context.reporter.reported):
        page.acts.export_to(tmp_path / "gone" / "deals.xlsx", "xlsx")
