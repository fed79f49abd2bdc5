"""The panel beside a list and the list of what happened: details, history, making, giving up, deleting."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from desktop_crm import i18n
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.services import history, records
from desktop_crm.ui.widgets.history_list import HistoryList, events_of
from desktop_crm.ui.widgets.new_record_dialog import NewRecordDialog
from desktop_crm.ui.widgets.record_form import RecordForm, form_fields
from desktop_crm.ui.widgets.record_panel import RecordPanel
from desktop_crm.ui.widgets.record_source import Beginning, beginning_of


@pytest.fixture
def me(workspace) -> str:
    made = records.create(workspace, "user", {"name": "김하늘"}).id
    workspace.act_as(made)
    return made


@pytest.fixture
def account(workspace, me) -> str:
    made = records.create(workspace, "account", {"name": "한빛전자", "owner_id": me})
    records.set_fields(workspace, "account", made.id, {"employees": 8200})
    records.set_fields(
        workspace,
        "account",
        made.id,
        {"annual_revenue": Decimal(5_000_000), "annual_revenue_currency": "KRW", "employees": None},
    )
    return made.id


def texts(widget) -> list[str]:
    return [found.text() for found in widget.findChildren(QLabel) if found.isVisibleTo(widget)]


def press(qtbot, widget, text: str) -> None:
    made = next(b for b in widget.findChildren(QPushButton) if b.text() == text and b.isVisible())
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("entity", REGISTRY.names())
def test_a_form_shows_what_people_edit(entity: str) -> None:
    fields = form_fields(entity)
    assert fields
    assert not any(field.type is FieldType.ORDER_KEY for field in fields)
    currencies = {field.currency_field for field in fields if field.currency_field}
    assert not currencies & {field.name for field in fields}


def test_a_form_can_show_some_fields_in_an_order_of_its_own() -> None:
    assert [field.name for field in form_fields("account", ("industry", "name"))] == ["industry", "name"]


def test_nothing_chosen_is_said(qtbot, context, show) -> None:
    panel = show(RecordPanel(context, "account"), 340, 600)
    assert "Nothing chosen" in texts(panel)


def test_a_row_is_shown_with_its_name_and_its_history(qtbot, context, account, show) -> None:
    panel = show(RecordPanel(context, "account"), 340, 600)
    panel.show_row(account)
    qtbot.waitUntil(lambda: "한빛전자" in texts(panel))
    press(qtbot, panel, "History")
    qtbot.waitUntil(lambda: "Created" in texts(panel))
    assert "Employees: – → 8,200" in texts(panel)
    assert "Annual revenue: – → ₩5M" in texts(panel) or any(t.startswith("Annual revenue") for t in texts(panel))
    assert "김하늘" in texts(panel)


def test_history_names_what_references_point_to(workspace, account, me) -> None:
    other = records.create(workspace, "user", {"name": "박지호"}).id
    records.set_fields(workspace, "account", account, {"owner_id": other})
    newest = events_of(workspace, "account", account)[0]
    assert newest.lines == (("Owner", "김하늘", "박지호"),)


def test_history_tells_deletion_and_return(workspace, account) -> None:
    changes = records.delete(workspace, "account", account)
    history.revert(workspace, changes.tx_id)
    assert [event.kind for event in events_of(workspace, "account", account)][:2] == ["restored", "deleted"]


def test_history_looks_again_when_the_row_changes(qtbot, context, workspace, account, show) -> None:
    made = show(HistoryList(context, "account"), 340, 600)
    made.show_row(account)
    qtbot.waitUntil(lambda: "Created" in texts(made))
    before = texts(made).count("Edited")
    context.hub.announce(records.set_fields(workspace, "account", account, {"country": "KR"}))
    qtbot.waitUntil(lambda: texts(made).count("Edited") == before + 1)


def test_a_record_without_a_past_says_so(qtbot, context, workspace, account, show) -> None:
    with workspace.database.writing() as connection:  # as a row that came with a snapshot of the server
        connection.exec_driver_sql("DELETE FROM change WHERE row_id=?", (account,))
    made = show(HistoryList(context, "account"), 340, 300)
    made.show_row(account)
    qtbot.waitUntil(lambda: "Nothing has happened to this record yet." in texts(made))


def test_a_new_record_begins_with_me_as_its_owner(qtbot, context, me, show) -> None:
    panel = show(RecordPanel(context, "contact"), 340, 600)
    panel.begin_new({"title": "부장"})
    owner = panel.new_form.row_of("owner_id").editor
    qtbot.waitUntil(lambda: owner.line.text() == "김하늘")
    assert panel.new_form.row_of("title").editor.value() == "부장"


def test_what_the_page_adds_does_not_overwrite_what_was_given(qtbot, context, me, show) -> None:
    def more(_workspace) -> Beginning:
        return Beginning(values={"name": "from the page", "next_step": "call"}, titles={})

    panel = show(RecordPanel(context, "opportunity", more), 340, 600)
    panel.begin_new({"name": "given"})
    qtbot.waitUntil(lambda: panel.new_form.row_of("next_step").editor.value() == "call")
    assert panel.new_form.row_of("name").editor.value() == "given"


def test_an_activity_begins_now(workspace, me) -> None:
    begins = beginning_of(workspace, "activity", None)
    assert begins.values["owner_id"] == me
    assert abs((begins.values["occurred_at"] - workspace.clock.now()).total_seconds()) < 60


def test_a_new_record_can_be_given_up(qtbot, context, show, workspace) -> None:
    panel = show(RecordPanel(context, "task"), 340, 600)
    panel.begin_new()
    assert panel.making_new()
    with qtbot.waitSignal(panel.closed):
        press(qtbot, panel, "Cancel")
    assert not panel.making_new()
    assert records.count(workspace, "task") == 0


def test_the_trash_asks_for_deletion_of_the_shown_row(qtbot, context, account, show) -> None:
    panel = show(RecordPanel(context, "account"), 340, 600)
    panel.show_row(account)
    with qtbot.waitSignal(panel.deletion_requested) as asked:
        qtbot.mouseClick(panel._delete, Qt.MouseButton.LeftButton)
    assert asked.args == [account]


def test_a_row_that_goes_away_leaves_an_empty_panel(qtbot, context, workspace, account, show) -> None:
    panel = show(RecordPanel(context, "account"), 340, 600)
    panel.show_row(account)
    qtbot.waitUntil(lambda: panel.form._record is not None)
    context.hub.announce(records.delete(workspace, "account", account))
    qtbot.waitUntil(lambda: "Nothing chosen" in texts(panel))


def test_going_to_another_row_saves_what_was_typed(qtbot, context, workspace, account, me, show) -> None:
    other = records.create(workspace, "account", {"name": "대양중공업"}).id
    form = show(RecordForm(context, "account"), 340, 900)
    form.show_row(account)
    qtbot.waitUntil(lambda: form._record is not None)
    qtbot.keyClicks(form.row_of("industry").editor.line, "Steel")
    with qtbot.waitSignal(context.hub.changed):
        form.show_row(other)
    assert records.get(workspace, "account", account).fields["industry"] == "Steel"
    qtbot.waitUntil(lambda: form.row_of("name").editor.line.text() == "대양중공업")
    assert form.row_of("industry").editor.line.text() == ""


def test_emptying_a_field_stores_nothing(qtbot, context, workspace, account, show) -> None:
    records.set_fields(workspace, "account", account, {"industry": "Steel"})
    form = show(RecordForm(context, "account"), 340, 900)
    form.show_row(account)
    line = form.row_of("industry").editor.line
    qtbot.waitUntil(lambda: line.text() == "Steel")
    line.selectAll()
    qtbot.keyClick(line, Qt.Key.Key_Delete)
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert records.get(workspace, "account", account).fields["industry"] is None


def test_a_required_field_cannot_be_emptied(qtbot, context, workspace, account, show) -> None:
    form = show(RecordForm(context, "account"), 340, 900)
    form.show_row(account)
    row = form.row_of("name")
    qtbot.waitUntil(lambda: row.editor.line.text() == "한빛전자")
    row.editor.line.selectAll()
    qtbot.keyClick(row.editor.line, Qt.Key.Key_Delete)
    qtbot.keyClick(row.editor.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(row.word()))
    assert records.get(workspace, "account", account).fields["name"] == "한빛전자"


def test_enter_without_a_change_writes_nothing(qtbot, context, workspace, account, show) -> None:
    form = show(RecordForm(context, "account"), 340, 900)
    form.show_row(account)
    line = form.row_of("name").editor.line
    qtbot.waitUntil(lambda: line.text() == "한빛전자")
    before = len(records.history(workspace, "account", account))
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.wait(80)
    assert len(records.history(workspace, "account", account)) == before


def test_a_reference_that_names_nobody_is_refused_and_one_can_be_taken_away(qtbot, context, workspace, account, show):
    form = show(RecordForm(context, "account"), 340, 900)
    form.show_row(account)
    row = form.row_of("owner_id")
    qtbot.waitUntil(lambda: row.editor.line.text() == "김하늘")
    row.editor.line.setFocus()
    row.editor.line.selectAll()
    qtbot.keyClicks(row.editor.line, "Nobody")
    form.row_of("name").editor.line.setFocus()
    qtbot.waitUntil(lambda: bool(row.word()))
    assert records.get(workspace, "account", account).fields["owner_id"]
    row.editor.line.clear()
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(row.editor.line, Qt.Key.Key_Return)
    assert records.get(workspace, "account", account).fields["owner_id"] is None


def test_the_arrow_of_a_reference_goes_to_the_row(qtbot, context, account, me, show) -> None:
    context.routes.register("user", "user")
    form = show(RecordForm(context, "account"), 340, 900)
    form.show_row(account)
    editor = form.row_of("owner_id").editor
    qtbot.waitUntil(editor._open.isVisible)
    with qtbot.waitSignal(context.routes.arrived) as arrived:
        editor._open.trigger()
    assert (arrived.args[0].page, arrived.args[0].row_id) == ("user", me)


def test_a_choice_is_saved_at_once(qtbot, context, workspace, account, show) -> None:
    form = show(RecordForm(context, "account"), 340, 900)
    form.show_row(account)
    combo = form.row_of("tier").editor.combo
    qtbot.waitUntil(lambda: form._record is not None)
    combo.setFocus()
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert records.get(workspace, "account", account).fields["tier"] == "key"


def test_two_columns_hold_all_fields_and_long_text_the_whole_width(qtbot, context, show) -> None:
    form = show(RecordForm(context, "account", columns=2), 700, 700)
    note, name, parent = (form.row_of(field) for field in ("note", "name", "parent_id"))
    assert note.width() > name.width() * 1.8
    assert name.y() == parent.y()


def test_tab_goes_from_field_to_field_in_order(qtbot, context, workspace, account, show) -> None:
    form = show(RecordForm(context, "task"), 340, 900)
    form.begin_new()
    names = [field.name for field in form_fields("task")]
    order = []
    form.focus_first()
    for _ in names:
        order.append(next(name for name in names if form.row_of(name).isAncestorOf(form.window().focusWidget())))
        qtbot.keyClick(form.window().focusWidget(), Qt.Key.Key_Tab)
    assert order == names


def test_the_dialog_makes_a_record_of_any_kind(qtbot, context, workspace, account, me) -> None:
    i18n.use("ko")
    values = {"name": "구매 위원회", "account_id": account, "account_id_title": "한빛전자"}
    dialog = NewRecordDialog(context, "stakeholder_map", values)  # closes and deletes itself
    dialog.open()
    qtbot.waitExposed(dialog)
    assert dialog.form.row_of("account_id").editor.line.text() == "한빛전자"
    with qtbot.waitSignal(dialog.created) as created:
        qtbot.mouseClick(dialog.make, Qt.MouseButton.LeftButton)
    fields = records.get(workspace, "stakeholder_map", created.args[0]).fields
    assert (fields["name"], fields["account_id"]) == ("구매 위원회", account)


def test_a_due_date_typed_the_korean_way_is_saved(qtbot, context, workspace, show) -> None:
    task = records.create(workspace, "task", {"subject": "Call"}).id
    form = show(RecordForm(context, "task"), 340, 700)
    form.show_row(task)
    line = form.row_of("due_on").editor.line
    qtbot.waitUntil(lambda: form._record is not None)
    qtbot.keyClicks(line, "2026.12.3")
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert records.get(workspace, "task", task).fields["due_on"] == date(2026, 12, 3)
    qtbot.waitUntil(lambda: line.text() == "2026-12-03")
