"""The calendar on the screen: real drags and keys move, stretch and make appointments; series, zones, holidays, both looks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from desktop_crm import i18n
from desktop_crm.services import activities, records
from desktop_crm.ui.activities.calendar_page import CalendarPage, local_zone, zone_named
from desktop_crm.ui.theme import Scheme
from tests.ui.conftest import both_ways

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def today(workspace):
    return workspace.today()


@pytest.fixture
def at(today):
    """A moment of today by the laptop's clock."""
    return lambda hour, days=0: datetime(today.year, today.month, today.day, hour).astimezone() + timedelta(days=days)


@pytest.fixture
def meeting(workspace, at):
    return activities.log(workspace, "meeting", "본부 회의", occurred_at=at(10).astimezone(UTC), minutes=60).id


def opened(context, show, qtbot, view, wanted=1):
    context.settings.put("calendar.view", view)
    for entity in ("task", "activity"):
        context.routes.register(entity, entity)
    page = show(CalendarPage(context), 1180, 760)
    qtbot.waitUntil(lambda: len(page._events) == wanted)
    return page


def drag(widget, begin, end):
    QTest.mousePress(widget, LEFT, Qt.KeyboardModifier.NoModifier, begin)
    middle = QPoint((begin.x() + end.x()) // 2, (begin.y() + end.y()) // 2)
    for point in (middle, end):
        QTest.mouseMove(widget, point)
    QTest.mouseRelease(widget, LEFT, Qt.KeyboardModifier.NoModifier, end)


def of(workspace, row_id):
    return records.get(workspace, "activity", row_id).fields


def test_a_drag_in_the_month_moves_by_days_and_undo_takes_it_back(context, show, qtbot, workspace, meeting, today, at):
    page = opened(context, show, qtbot, "month")
    day = today + timedelta(days=1 if page.month.cell(today + timedelta(days=1)).bottom() < page.month.height() else -1)
    spot = page.month.cell(today).topLeft() + QPoint(30, 32)
    assert page.month.event_at(spot).id == meeting
    drag(page.month, spot, page.month.cell(day).center())
    qtbot.waitUntil(lambda: of(workspace, meeting)["occurred_at"] == at(10, (day - today).days))
    qtbot.waitUntil(lambda: [one.start for one in page._events] == [at(10, (day - today).days)])
    assert (page.taken.isVisible(), page.month.taken.start) == (True, at(10, (day - today).days))
    context.undo.undo()
    qtbot.waitUntil(lambda: of(workspace, meeting)["occurred_at"] == at(10))


@pytest.mark.parametrize("view", ["day", "month"])
def test_what_was_moved_stays_chosen_so_that_it_can_be_moved_again(context, show, qtbot, workspace, meeting, view, at):
    page = opened(context, show, qtbot, view)
    sheet = page.month if view == "month" else page.hours.canvas
    back = workspace.today().day > 15
    choose, key, step = (Qt.Key.Key_Down, Qt.Key.Key_Down, timedelta(minutes=15))
    if view == "month":
        choose, key = Qt.Key.Key_Space, Qt.Key.Key_Left if back else Qt.Key.Key_Right
        step = timedelta(days=-1 if back else 1)
    sheet.setFocus()
    qtbot.keyClick(sheet, choose)
    for times in (1, 2):
        qtbot.keyClick(sheet, key, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda times=times: [one.start for one in page._events] == [at(10) + times * step])
    assert page.taken.isVisible()


def test_keys_alone_choose_move_stretch_and_open(context, show, qtbot, workspace, meeting, at):
    page = opened(context, show, qtbot, "week")
    canvas = page.hours.canvas
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert page.hours.taken.id == meeting
    qtbot.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: of(workspace, meeting)["minutes"] == 75)
    qtbot.waitUntil(lambda: page.hours.taken is not None and page.hours.taken.minutes == 75)
    qtbot.keyClick(canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: of(workspace, meeting)["occurred_at"] == at(10) - timedelta(minutes=15))
    went = []
    context.routes.arrived.connect(went.append)
    page.hours.walk(1)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert [(place.page, place.row_id) for place in went] == [("activity", meeting)]
    assert "본부 회의" in canvas.accessibleDescription()


def test_a_drag_by_the_hours_moves_and_its_edge_stretches(context, show, qtbot, workspace, meeting, at):
    page = opened(context, show, qtbot, "day")
    canvas = page.hours.canvas
    box = canvas.boxes()[meeting]
    drag(canvas, box.center(), box.center() + QPoint(0, 48))
    qtbot.waitUntil(lambda: of(workspace, meeting)["occurred_at"] == at(11))
    qtbot.waitUntil(lambda: canvas.boxes()[meeting].top() > box.top() + 40)
    box = canvas.boxes()[meeting]
    edge = QPoint(box.center().x(), box.bottom() - 2)
    drag(canvas, edge, edge + QPoint(0, 24))
    qtbot.waitUntil(lambda: of(workspace, meeting)["minutes"] == 90)
    assert of(workspace, meeting)["occurred_at"] == at(11)


def test_a_drag_over_free_hours_wishes_an_appointment(context, show, qtbot, at):
    page = opened(context, show, qtbot, "day", wanted=0)
    wished = []
    context.routes.creation_requested.connect(lambda entity, fields: wished.append((entity, fields)))
    drag(page.hours.canvas, QPoint(300, 14 * 48 + 2), QPoint(300, 15 * 48 + 20))
    ((entity, fields),) = wished
    assert (entity, fields["kind"], fields["occurred_at"], fields["minutes"]) == ("activity", "meeting", at(14), 90)
    page.new.click()
    assert wished[1][1]["occurred_at"] == at(9)


def test_a_task_moves_in_the_month_by_keys(context, show, qtbot, workspace, today):
    task = activities.promise(workspace, "자료", due_on=today).id
    page = opened(context, show, qtbot, "month")
    page.month.setFocus()
    qtbot.keyClick(page.month, Qt.Key.Key_Space)
    assert not page.taken.repeat.isVisible()
    qtbot.keyClick(page.month, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    moved = today + timedelta(days=1)
    qtbot.waitUntil(lambda: records.get(workspace, "task", task).fields["due_on"] == moved)


def test_an_appointment_is_repeated_from_the_bar(context, show, qtbot, workspace, meeting):
    page = opened(context, show, qtbot, "week")
    page.hours.take(page._events[0])
    page.taken.choose("FREQ=DAILY")
    qtbot.waitUntil(lambda: len(page._events) > 1 or page.hours.first + timedelta(days=6) == page.hours.day)
    assert "RRULE:FREQ=DAILY" in of(workspace, meeting)["repeats"]


def test_kinds_people_and_zones_are_chosen_and_remembered(context, show, qtbot, workspace, meeting, at):
    page = opened(context, show, qtbot, "day")
    before = page.hours.canvas.boxes()[meeting].top()
    place = page.zone.findData("Asia/Seoul" if local_zone() != "Asia/Seoul" else "Asia/Tokyo")
    page.kinds["meeting"].click()
    qtbot.waitUntil(lambda: not page._events)
    page.kinds["meeting"].click()
    qtbot.waitUntil(lambda: len(page._events) == 1)
    page.zone.setCurrentIndex(place)
    page.zone.activated.emit(place)
    qtbot.waitUntil(lambda: len(page._events) == 1)
    if at(10).utcoffset() != at(10).astimezone(ZoneInfo(page.zone_name())).utcoffset():
        assert page.hours.canvas.boxes().get(meeting) is None or page.hours.canvas.boxes()[meeting].top() != before
    assert context.settings.get("calendar.zone") == page.zone_name()
    assert zone_named("Nowhere/None") is UTC


@pytest.mark.parametrize(("language", "scheme"), both_ways())
def test_it_opens_in_both_languages_and_themes_with_holidays(context, theme, show, qtbot, language, scheme, meeting):
    theme.choose(Scheme(scheme))
    i18n.use(language)
    page = opened(context, show, qtbot, "month")
    page._on_left(date(2026, 9, 20))
    named = "추석" if language == "ko" else "Chuseok"
    qtbot.waitUntil(lambda: named in page.month._holidays.get(date(2026, 9, 25), ""), timeout=20_000)
    page.views.choose("week")
    page._on_view("week")
    for step in (page._after, page._before, page._go_today):
        step()
    assert not page.grab().isNull()


def test_one_of_a_series_asks_for_how_much_of_it_the_move_is(context, show, qtbot, workspace, meeting, today, at):
    rule = f"DTSTART:{at(10).astimezone(UTC):%Y%m%dT%H%M%SZ}\nRRULE:FREQ=WEEKLY;COUNT=3"
    records.set_fields(workspace, "activity", meeting, {"repeats": rule})
    context.settings.put("calendar.view", "month")
    page = show(CalendarPage(context), 1180, 760)
    qtbot.waitUntil(lambda: any(one.series for one in page._events))
    day = today + timedelta(days=1 if page.month.cell(today + timedelta(days=1)).bottom() < page.month.height() else -1)
    drag(page.month, page.month.cell(today).topLeft() + QPoint(30, 32), page.month.cell(day).center())
    menu = page.findChild(QMenu, "span")
    assert [one.text() for one in menu.actions()] == [
        "This one only",
        "This one and those after it",
        "All of the series",
    ]
    assert of(workspace, meeting)["occurred_at"] == at(10)
    menu.actions()[2].trigger()
    menu.close()
    qtbot.waitUntil(lambda: of(workspace, meeting)["occurred_at"] == at(10, (day - today).days))
    assert records.count(workspace, "activity") == 1
    page.taken.show_event(next(one for one in page._events if one.series), page._tz())
    words, end = page.taken.endings()[0]
    assert words == "This is the last one"
    page.taken._on_end(end)
    qtbot.waitUntil(lambda: "UNTIL" in of(workspace, meeting)["repeats"])
