"""The list and form of any entity, driven by real keys over a real workspace."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from desktop_crm import i18n
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.services import records
from desktop_crm.ui.activities.page import activities_page
from desktop_crm.ui.runtime.routes import Place
from desktop_crm.ui.shell.page_stack import PageStack
from desktop_crm.ui.shell.rows import PageRow
from desktop_crm.ui.theme import Theme
from desktop_crm.ui.widgets.cell_delegate import CELL_ROLE
from desktop_crm.ui.widgets.cells import columns_of
from desktop_crm.ui.widgets.record_form import RecordForm
from desktop_crm.ui.widgets.record_model import RecordModel
from desktop_crm.ui.widgets.record_page import RecordListPage
from desktop_crm.ui.widgets.record_source import Wish
from tests.ui.conftest import both_ways

WITH_PAGE = [entity.name for entity in REGISTRY if not entity.server_made and not entity.issued]


@pytest.fixture
def companies(workspace) -> list[str]:
    with workspace.write("test") as work:
        return [
            work.insert("account", {"name": f"Company {n:03}", "employees": n, "tier": ("key", "new")[n % 2]})
            for n in range(250)
        ]


def rows_shown(page: RecordListPage) -> int:
    return page.table.records.rowCount()


def test_a_list_shows_all_rows_and_fetches_only_pages_that_are_looked_at(qtbot, context, companies, show) -> None:
    page = show(RecordListPage(context, "account"))
    qtbot.waitUntil(lambda: rows_shown(page) == 250)
    assert len(page.table.records._rows) < 250
    page.table.scrollToBottom()
    qtbot.waitUntil(lambda: page.table.records.row_id(249) == companies[249])
    assert page.header._subtitle.whole() == "250 records"


def test_the_first_row_is_chosen_also_when_the_keyboard_came_before_the_rows(qtbot, context, companies, show) -> None:
    page = RecordListPage(context, "account")
    page.setFocus()
    show(page)
    page.setFocus()
    qtbot.waitUntil(lambda: rows_shown(page) == 250)
    qtbot.waitUntil(lambda: [index.row() for index in page.table.selectionModel().selectedRows()] == [0])


def test_the_model_keeps_qts_rules(qtbot, context, companies) -> None:
    model = RecordModel(context, Wish(entity="account", sort="name"), columns_of("account"), context.lanes)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    with qtbot.waitSignal(model.loaded):
        model.ask()
    assert model.index(0, 0).data() == "Company 000"
    assert model.index(3, 4).data(CELL_ROLE).text == "3"


def test_a_click_on_a_head_sorts_and_a_second_turns_it_round(qtbot, context, companies, show) -> None:
    page = show(RecordListPage(context, "account"))
    qtbot.waitUntil(lambda: rows_shown(page) == 250)
    head = page.table.horizontalHeader()
    place = [c.name for c in page.table.records.columns].index("employees")
    x = head.sectionViewportPosition(place) + 20
    for first in ("Company 000", "Company 249"):
        with qtbot.waitSignal(page.table.records.loaded):
            qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=head.rect().center().__class__(x, 12))
        assert page.table.records.index(0, 0).data() == first


def test_a_reference_sorts_by_what_it_points_to(qtbot, context, workspace, show) -> None:
    with workspace.write("test") as work:
        parents = [work.insert("account", {"name": name}) for name in ("Zeta", "Alpha")]
        for number, parent in enumerate(parents):
            work.insert("contact", {"name": f"Person {number}", "account_id": parent})
    page = show(RecordListPage(context, "contact"))
    qtbot.waitUntil(lambda: rows_shown(page) == 2)
    place = [c.name for c in page.table.records.columns].index("account_id")
    with qtbot.waitSignal(page.table.records.loaded):
        page.table.records.sort(place)
    assert [page.table.records.index(row, 0).data() for row in (0, 1)] == ["Person 1", "Person 0"]


def test_fields_of_our_own_stand_in_the_form(qtbot, context, workspace, companies, show) -> None:
    form = show(RecordForm(context, "account"))
    form.show_row(companies[0])
    qtbot.waitUntil(lambda: form._record is not None)
    with qtbot.waitSignal(context.hub.changed):
        values = {"entity": "account", "field": "x_ship_to", "label": "Ship to"}
        context.undo.run("x", lambda: records.create(workspace, "own_field", values))
    qtbot.waitUntil(lambda: "x_ship_to" in form._rows)
    row = form.row_of("x_ship_to")
    assert row.label_text() == "Ship to"
    qtbot.keyClicks(row.editor.line, "Dock 7")
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(row.editor.line, Qt.Key.Key_Return)
    assert records.get(workspace, "account", companies[0]).fields["x_ship_to"] == "Dock 7"


def test_typing_in_the_search_field_narrows_the_list(qtbot, context, companies, show) -> None:
    page = show(RecordListPage(context, "account"))
    qtbot.waitUntil(lambda: rows_shown(page) == 250)
    qtbot.keyClicks(page.search, "Company 24")
    qtbot.waitUntil(lambda: rows_shown(page) == 10)
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: rows_shown(page) == 250)


def test_an_edit_is_saved_on_enter_and_undone(qtbot, context, workspace, companies, show) -> None:
    page = show(RecordListPage(context, "account"))
    qtbot.waitUntil(lambda: page.panel.form.row_id == companies[0])
    row = page.panel.form.row_of("industry")
    qtbot.waitUntil(lambda: page.panel.form._record is not None)
    qtbot.keyClicks(row.editor.line, "Steel")
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(row.editor.line, Qt.Key.Key_Return)
    assert records.get(workspace, "account", companies[0]).fields["industry"] == "Steel"
    qtbot.waitUntil(lambda: page.table.records.index(0, 3).data() == "Steel")
    with qtbot.waitSignal(context.hub.changed):
        context.undo.undo()
    assert records.get(workspace, "account", companies[0]).fields["industry"] is None
    qtbot.waitUntil(lambda: row.editor.line.text() == "")
    with qtbot.waitSignal(context.hub.changed):
        context.undo.redo()
    qtbot.waitUntil(lambda: row.editor.line.text() == "Steel")


def test_what_is_being_typed_is_not_overwritten_by_a_change_from_elsewhere(qtbot, context, workspace, companies, show):
    form = show(RecordForm(context, "account"))
    form.show_row(companies[0])
    qtbot.waitUntil(lambda: form._record is not None)
    row = form.row_of("industry")
    qtbot.keyClicks(row.editor.line, "Ste")
    changes = records.set_fields(workspace, "account", companies[0], {"industry": "Paper", "country": "KR"})
    context.hub.announce(changes)
    qtbot.waitUntil(lambda: form.row_of("country").editor.line.text() == "KR")
    assert row.editor.line.text() == "Ste"
    assert "Paper" in row.word()


def test_a_number_that_cannot_be_read_stays_and_is_named(qtbot, context, workspace, companies, show) -> None:
    form = show(RecordForm(context, "account"))
    form.show_row(companies[5])
    qtbot.waitUntil(lambda: form._record is not None)
    row = form.row_of("employees")
    row.editor.line.selectAll()
    qtbot.keyClicks(row.editor.line, "many")
    qtbot.keyClick(row.editor.line, Qt.Key.Key_Return)
    assert row.word()
    assert row.editor.line.text() == "many"
    assert records.get(workspace, "account", companies[5]).fields["employees"] == 5


def test_an_amount_is_written_with_its_currency(qtbot, context, workspace, companies, show) -> None:
    form = show(RecordForm(context, "account"))
    form.show_row(companies[0])
    qtbot.waitUntil(lambda: form._record is not None)
    row = form.row_of("annual_revenue")
    qtbot.keyClicks(row.editor.line, "1,234,567,890")
    with qtbot.waitSignal(context.hub.changed):
        qtbot.keyClick(row.editor.line, Qt.Key.Key_Return)
    fields = records.get(workspace, "account", companies[0]).fields
    assert fields["annual_revenue"] == Decimal(1234567890)
    assert fields["annual_revenue_currency"] == "KRW"


def test_a_reference_is_chosen_by_name(qtbot, context, workspace, companies, show) -> None:
    form = show(RecordForm(context, "account"))
    form.show_row(companies[0])
    qtbot.waitUntil(lambda: form._record is not None)
    row = form.row_of("parent_id")
    row.editor.line.setFocus()
    qtbot.keyClicks(row.editor.line, "Company 017")
    qtbot.waitUntil(lambda: "Company 017" in row.editor._ids)
    with qtbot.waitSignal(context.hub.changed):
        row.editor._completer.activated.emit("Company 017")
    assert records.get(workspace, "account", companies[0]).fields["parent_id"] == companies[17]


def test_a_new_record_is_made_with_the_keyboard(qtbot, context, workspace, show) -> None:
    page = show(RecordListPage(context, "task"))
    qtbot.waitUntil(lambda: page.table.records.total == 0 and not page.list.states.loading._patience.isActive())
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    form = page.panel.new_form
    subject = form.row_of("subject").editor.line
    qtbot.waitUntil(subject.hasFocus)
    qtbot.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert form.row_of("subject").word()
    qtbot.keyClicks(subject, "Send the drawings")
    qtbot.keyClicks(form.row_of("due_on").editor.line, "2026.12.3")
    with qtbot.waitSignal(page.panel.created):
        qtbot.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: rows_shown(page) == 1)
    made = records.list_rows(workspace, "task").records[0].fields
    assert (made["subject"], made["due_on"]) == ("Send the drawings", date(2026, 12, 3))


def test_delete_takes_the_row_away_and_undo_brings_it_back(qtbot, context, workspace, companies, show) -> None:
    page = show(RecordListPage(context, "account"))
    qtbot.waitUntil(lambda: page.table.current_id() == companies[0])
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: rows_shown(page) == 249)
    context.undo.undo()
    qtbot.waitUntil(lambda: rows_shown(page) == 250)
    kinds = [entry.kind for entry in records.history(workspace, "account", companies[0])]
    assert kinds == ["created", "deleted", "restored"]


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_every_entity_opens_in_both_languages_and_themes(qtbot, qapp, context, show, language, scheme) -> None:
    i18n.use(language)
    Theme(qapp, scheme)
    for entity in WITH_PAGE:
        page = RecordListPage(context, entity)
        qtbot.addWidget(page)
        page.resize(1280, 720)
        page.show()
        qtbot.waitUntil(lambda page=page: page.list.states._stack.currentWidget() is page.list.states.empty)
        assert page.title()
        page.begin_new({})
        assert not page.grab().isNull()
        page.close()


@pytest.fixture
def activities(workspace, companies) -> list[str]:
    with workspace.write("test") as work:
        return [
            work.insert("activity", {"kind": "call", "subject": f"Call {n}", "account_id": companies[0]})
            for n in range(30)
        ]


def test_a_new_record_begun_on_a_page_just_opened_stays_when_the_list_has_loaded(
    qtbot, context, companies, activities, show
) -> None:
    stack = PageStack((PageRow(key="activities", title="", section="", icon="activity", build=activities_page),))
    stack.attach(context)
    show(stack)
    stack.show_place(Place(page="activities"))
    page = stack.page("activities")
    with qtbot.waitSignal(page.table.records.loaded):
        given = {"kind": "visit", "account_id": companies[7], "account_id_title": "Company 007"}
        stack.begin_new("activities", {**given, "subject": "Visit to Gil"})
    qtbot.waitUntil(lambda: page.table.current_id() in activities)
    qtbot.wait(50)
    assert page.panel.making_new()
    form = page.panel.new_form
    assert form.isVisible()
    assert form.row_of("subject").editor.line.text() == "Visit to Gil"
    assert form.row_of("account_id").editor.line.text() == "Company 007"
    assert page.panel.isAncestorOf(page.window().focusWidget())


def test_a_new_record_being_typed_stays_when_the_list_is_read_again(qtbot, context, workspace, companies, show) -> None:
    page = show(RecordListPage(context, "account"))
    qtbot.waitUntil(lambda: page.table.current_id() == companies[0])
    page.begin_new({"name": "Nine Pumps"})
    changes = records.set_fields(workspace, "account", companies[9], {"name": "Another"})
    with qtbot.waitSignal(page.table.records.loaded):
        context.hub.announce(changes)
        page.refresh()
    qtbot.wait(50)
    assert page.panel.making_new()
    assert page.panel.new_form.row_of("name").editor.line.text() == "Nine Pumps"


def test_a_row_chosen_by_hand_takes_the_place_of_a_new_record(qtbot, context, companies, show) -> None:
    page = show(RecordListPage(context, "account"))
    qtbot.waitUntil(lambda: page.table.current_id() == companies[0])
    page.begin_new({"name": "Nine Pumps"})
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.panel.form.row_id == companies[1])
    assert not page.panel.making_new()
    page.begin_new({"name": "Nine Pumps"})
    where = page.table.visualRect(page.table.records.index(4, 0)).center()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(lambda: page.panel.form.row_id == companies[4])
    assert not page.panel.making_new()
