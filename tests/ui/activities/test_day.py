"""One's day: quick notes, ticks, what is late; and the list pages in both languages."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop_crm import i18n
from desktop_crm.services import activities, records
from desktop_crm.ui.accounts.page import contacts_page
from desktop_crm.ui.activities.lines import ActivityRow, AppointmentRow, TaskRow
from desktop_crm.ui.activities.page import DayPage, activities_page, tasks_page
from desktop_crm.ui.contracts.page import contracts_page, orders_page
from desktop_crm.ui.customers.page import tickets_page
from desktop_crm.ui.marketing.page import leads_page
from desktop_crm.ui.theme import Scheme
from desktop_crm.ui.widgets.states import StateStack
from tests.ui.conftest import both_ways


@pytest.fixture
def account(workspace):
    return records.create(workspace, "account", {"name": "한빛전자"}).id


@pytest.fixture
def page(context, show, qtbot, account):
    for entity in ("task", "activity", "account"):
        context.routes.register(entity, entity)
    made = show(DayPage(context), 1280, 800)
    qtbot.waitUntil(lambda: made.header._subtitle.whole() != "")
    return made


def texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.text()]


def test_a_task_is_written_down_with_the_keyboard_alone(page, qtbot, context, workspace):
    assert "Nothing is due today." in texts(page.due)
    page.quick.subject.setFocus()
    qtbot.keyClicks(page.quick.subject, "call the plant")
    qtbot.keyClick(page.quick.subject, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "call the plant" in texts(page.due))
    assert page.quick.subject.text() == ""
    assert "1 task is due" in page.header._subtitle.whole()
    task = records.list_rows(workspace, "task").records[0].fields
    assert (task["due_on"], task["done"]) == (workspace.today(), False)
    context.undo.undo()
    qtbot.waitUntil(lambda: "call the plant" not in texts(page.due))


def test_an_activity_is_written_down_at_an_account(page, qtbot, workspace, account):
    place = page.quick.kind.findData("call")
    page.quick.kind.setCurrentIndex(place)
    assert not page.quick.due.isVisible()
    page.quick.account.show_reference(account, "한빛전자")
    qtbot.keyClicks(page.quick.subject, "12 minutes")
    qtbot.mouseClick(page.quick.add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "12 minutes" in texts(page.recent))
    made = records.list_rows(workspace, "activity").records[0]
    assert (made.fields["kind"], made.titles["account_id"]) == ("call", "한빛전자")


def test_without_words_nothing_is_written(page, qtbot, context):
    qtbot.mouseClick(page.quick.add, Qt.MouseButton.LeftButton)
    assert context.undo.count() == 0
    assert page.quick.subject.hasFocus()


def test_an_account_that_is_not_there_is_refused_with_a_word(page, qtbot, context):
    context.reporter.setProperty("expected", 1)
    page.quick.account.line.setText("nobody")
    qtbot.keyClicks(page.quick.subject, "x")
    page.quick.write_down()
    assert context.undo.count() == 0


def test_what_is_late_stands_first_and_is_ticked_off(page, qtbot, context, workspace, account):
    late = workspace.today() - timedelta(days=3)
    context.lanes.write(
        lambda: activities.promise(workspace, "late one", due_on=late, priority="high", account_id=account)
    )
    qtbot.waitUntil(lambda: "late one" in texts(page.late))
    assert {"3 days ago", "High", "1"} <= set(texts(page.late))
    row = page.late.findChild(TaskRow)
    row.check.click()
    qtbot.waitUntil(lambda: not page.late.isVisible())
    context.undo.undo()
    qtbot.waitUntil(lambda: page.late.isVisible() and "late one" in texts(page.late))


def test_a_line_opens_what_it_stands_for(page, qtbot, context, workspace, account):
    made = activities.log(workspace, "visit", "plant", account_id=account)
    page.refresh()
    qtbot.waitUntil(lambda: page.recent.findChild(ActivityRow) is not None)
    went = []
    context.routes.arrived.connect(went.append)
    row = page.recent.findChild(ActivityRow)
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Return)
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert [(place.page, place.row_id) for place in went] == [("visit", made.id)] * 2


def test_appointments_of_today_stand_first(page, qtbot, context, workspace):
    assert not page.booked.isVisible()
    noon = workspace.clock.now().astimezone().replace(hour=12, minute=0)
    made = activities.log(workspace, "visit", "plant", occurred_at=noon.astimezone(UTC), place="Gumi")
    page.refresh()
    qtbot.waitUntil(lambda: "plant" in texts(page.booked))
    went = []
    context.routes.arrived.connect(went.append)
    page.booked.findChild(AppointmentRow).open()
    assert [(place.page, place.row_id) for place in went] == [("visit", made.id)]


PAGES = [tasks_page, activities_page, contacts_page, contracts_page, orders_page, leads_page, tickets_page, DayPage]


@pytest.mark.parametrize(("language", "scheme"), both_ways())
@pytest.mark.parametrize("make", PAGES)
def test_every_list_opens_empty_in_both_languages_and_themes(context, theme, show, qtbot, make, language, scheme):
    theme.choose(Scheme(scheme))
    i18n.use(language)
    page = show(make(context))
    assert page.title()
    qtbot.waitUntil(lambda: not page.findChild(StateStack).loading.isVisible())
    assert not page.grab().isNull()
