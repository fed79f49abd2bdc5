"""The calendar's reads and acts: zones, whole days, series, moves that can be undone, repeated tasks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import speaking
from desktop_crm.i18n.public_holidays import public_holidays
from desktop_crm.services import activities, agenda, calendar_files, history, records

SEOUL = ZoneInfo("Asia/Seoul")
DAY = date(2026, 11, 25)
NINE = datetime(2026, 11, 25, 9, tzinfo=SEOUL)


def shown(workspace, first=DAY, last=None, zone=SEOUL, **more):
    found = agenda.agenda(workspace, first, last or first, zone, **more)
    return [
        (one.subject, one.start.astimezone(zone).strftime("%d %H:%M") if one.start else one.day.day) for one in found
    ]


def planned(workspace, subject="본부 회의", at=NINE, kind="meeting", **fields):
    return activities.log(workspace, kind, subject, occurred_at=at.astimezone(UTC), **fields).id


def test_a_day_shows_what_falls_on_it_in_its_zone(workspace):
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    planned(workspace, account_id=account, minutes=90, place="구미")
    planned(workspace, "새벽", datetime(2026, 11, 26, 0, 30, tzinfo=SEOUL))
    planned(workspace, "밤샘", datetime(2026, 11, 24, 22, tzinfo=SEOUL), minutes=180)
    planned(workspace, "메모", kind="note")
    activities.promise(workspace, "자료", due_on=DAY, account_id=account)
    activities.promise(workspace, "내일", due_on=DAY + timedelta(days=1))
    assert shown(workspace) == [("밤샘", "24 22:00"), ("본부 회의", "25 09:00"), ("자료", 25)]
    assert shown(workspace, kinds=("note",)) == [("메모", "25 09:00")]
    assert shown(workspace, zone=ZoneInfo("America/New_York")) == [("새벽", "25 10:30"), ("자료", 25)]
    first = agenda.agenda(workspace, DAY, DAY, SEOUL, kinds=("meeting",))[1]
    assert (first.account, first.place, first.minutes, first.whole) == ("한빛전자", "구미", 90, False)


def test_other_peoples_appointments_are_shown_when_asked(workspace):
    one, other = (records.create(workspace, "user", {"name": name}).id for name in ("나", "남"))
    workspace.act_as(one)
    planned(workspace, "내 것")
    planned(workspace, "남의 것", owner_id=other)
    assert shown(workspace) == [("내 것", "25 09:00")]
    assert len(shown(workspace, everyone=True)) == 2


def test_a_move_and_a_stretch_are_acts(workspace):
    planned(workspace, minutes=30)
    (event,) = agenda.agenda(workspace, DAY, DAY, SEOUL)
    done = agenda.move(workspace, event, start=NINE + timedelta(days=1, hours=2), minutes=45)
    (moved,) = agenda.agenda(workspace, DAY + timedelta(days=1), DAY + timedelta(days=1), SEOUL)
    assert (moved.start, moved.minutes) == (NINE + timedelta(days=1, hours=2), 45)
    history.revert(workspace, done.tx_id)
    assert shown(workspace) == [("본부 회의", "25 09:00")]
    activities.promise(workspace, "자료", due_on=DAY)
    task = agenda.agenda(workspace, DAY, DAY, SEOUL, kinds=("task",))[0]
    agenda.move(workspace, task, day=DAY + timedelta(days=3))
    assert shown(workspace, DAY + timedelta(days=3)) == [("자료", 28)]


def test_a_series_is_followed_and_one_of_it_moves_alone(workspace):
    planned(workspace)
    (event,) = agenda.agenda(workspace, DAY, DAY, SEOUL)
    agenda.repeat(workspace, event, "FREQ=WEEKLY;COUNT=4", "Asia/Seoul")
    month = (DAY, DAY + timedelta(days=30))
    assert [when for _, when in shown(workspace, *month)] == ["25 09:00", "02 09:00", "09 09:00", "16 09:00"]
    second = agenda.agenda(workspace, *month, SEOUL)[1]
    done = agenda.move(workspace, second, start=second.start + timedelta(hours=5))
    assert sorted(when for _, when in shown(workspace, *month)) == ["02 14:00", "09 09:00", "16 09:00", "25 09:00"]
    assert b"EXDATE" in calendar_files.export_calendar(workspace)
    history.revert(workspace, done.tx_id)
    assert min(when for _, when in shown(workspace, *month)) == "02 09:00"
    agenda.repeat(workspace, event, "", "Asia/Seoul")
    assert shown(workspace, *month) == [("본부 회의", "25 09:00")]
    with pytest.raises(Refusal, match=r"calendar\.unreadable"):
        agenda.repeat(workspace, event, "FREQ=NEVER", "Asia/Seoul")


def test_a_series_over_a_change_of_the_clock_keeps_its_hour(workspace):
    berlin = ZoneInfo("Europe/Berlin")
    planned(workspace, at=datetime(2026, 10, 19, 9, tzinfo=berlin))
    (event,) = agenda.agenda(workspace, date(2026, 10, 19), date(2026, 10, 19), berlin)
    agenda.repeat(workspace, event, "FREQ=WEEKLY;COUNT=2", "Europe/Berlin")
    assert [when for _, when in shown(workspace, date(2026, 10, 19), DAY, berlin)] == ["19 09:00", "26 09:00"]


def test_whole_days_stay_days_and_leave_a_series_as_days(workspace):
    midnight = datetime(2026, 11, 25).astimezone()
    planned(workspace, "연수", midnight, all_day=True, minutes=3 * 24 * 60)
    (event,) = agenda.agenda(workspace, DAY + timedelta(days=2), DAY + timedelta(days=2), SEOUL)
    assert (event.day, event.days, event.last(SEOUL)) == (DAY, 3, DAY + timedelta(days=2))
    agenda.repeat(workspace, event, "FREQ=MONTHLY;COUNT=3", "Asia/Seoul")
    december = agenda.agenda(workspace, date(2026, 12, 20), date(2026, 12, 31), SEOUL)
    assert [one.day for one in december] == [date(2026, 12, 25)]
    agenda.move(workspace, december[0], day=date(2026, 12, 28))
    assert shown(workspace, date(2026, 12, 20), date(2026, 12, 31)) == [("연수", 28)]


def test_a_repetition_nobody_can_follow_is_shown_once(workspace):
    planned(workspace, repeats="RRULE:FREQ=SOMETIMES")
    assert shown(workspace) == [("본부 회의", "25 09:00")]
    assert shown(workspace, DAY + timedelta(days=1)) == []


def test_a_repeated_task_makes_the_next_one_with_its_tick(workspace):
    repeats = "DTSTART;VALUE=DATE:20261125\nRRULE:FREQ=MONTHLY;COUNT=3"
    task = activities.promise(workspace, "월 보고", due_on=DAY, repeats=repeats).id
    done = activities.tick(workspace, task, done=True)
    rows = {one.fields["due_on"]: bool(one.fields.get("done")) for one in records.list_rows(workspace, "task").records}
    assert rows == {DAY: True, date(2026, 12, 25): False}
    history.revert(workspace, done.tx_id)
    assert records.count(workspace, "task") == 1
    last = activities.promise(workspace, "끝", due_on=date(2027, 1, 25), repeats=repeats).id
    activities.tick(workspace, last, done=True)
    assert records.get(workspace, "task", last).fields["done"] is True


def test_holidays_are_named_in_the_language_of_now():
    with speaking("ko"):
        found = public_holidays(date(2026, 2, 1), date(2026, 3, 31))
    assert found[date(2026, 2, 17)] == "설날"
    assert found[date(2026, 3, 2)] == "삼일절 대체 휴일"
    with speaking("en"):
        assert "Korean New Year" in public_holidays(date(2026, 2, 17), date(2026, 2, 17))[date(2026, 2, 17)]
    assert date(2026, 9, 25) in public_holidays(date(2026, 9, 1), date(2027, 1, 2))


WEEKLY = {"repeats": "DTSTART;TZID=Asia/Seoul:20261125T090000\nRRULE:FREQ=WEEKLY;BYDAY=WE"}


def weeks(workspace):
    return shown(workspace, DAY, DAY + timedelta(days=27))


def third(workspace):
    return next(one for one in agenda.agenda(workspace, DAY, DAY + timedelta(days=27), SEOUL) if one.start.day == 9)


def test_one_the_following_or_all_of_a_series_move(workspace):
    planned(workspace, minutes=60, **WEEKLY)
    to = datetime(2026, 12, 10, 14, tzinfo=SEOUL)
    assert [when for _, when in weeks(workspace)] == ["25 09:00", "02 09:00", "09 09:00", "16 09:00"]
    done = agenda.move(workspace, third(workspace), start=to, span=agenda.Span.FOLLOWING)
    assert sorted(when for _, when in weeks(workspace)) == ["02 09:00", "10 14:00", "17 14:00", "25 09:00"]
    history.revert(workspace, done.tx_id)
    agenda.move(workspace, third(workspace), start=to, span=agenda.Span.ALL)
    assert sorted(when for _, when in weeks(workspace)) == ["03 14:00", "10 14:00", "17 14:00", "26 14:00"]
    (record,) = records.list_rows(workspace, "activity").records
    assert record.fields["occurred_at"] == datetime(2026, 11, 26, 14, tzinfo=SEOUL)


def test_following_keeps_a_count_and_what_was_left_out(workspace):
    planned(workspace, repeats=f"{WEEKLY['repeats']};COUNT=4\nEXDATE;TZID=Asia/Seoul:20261216T090000")
    agenda.move(workspace, third(workspace), start=datetime(2026, 12, 9, 11, tzinfo=SEOUL), span=agenda.Span.FOLLOWING)
    assert sorted(when for _, when in weeks(workspace)) == ["02 09:00", "09 11:00", "25 09:00"]
    assert len(shown(workspace, DAY, DAY + timedelta(days=90))) == 3


def test_a_series_ends_after_a_day_or_so_many_and_goes_on_again(workspace):
    planned(workspace, **WEEKLY)
    agenda.end_series(workspace, third(workspace), after=date(2026, 12, 9))
    assert len(shown(workspace, DAY, DAY + timedelta(days=90))) == 3
    agenda.end_series(workspace, third(workspace), count=2)
    assert len(shown(workspace, DAY, DAY + timedelta(days=90))) == 2
    (event, *_) = agenda.agenda(workspace, DAY, DAY, SEOUL)
    agenda.end_series(workspace, event)
    assert len(shown(workspace, DAY, DAY + timedelta(days=90))) == 13


def test_a_series_of_whole_days_ends_too(workspace):
    planned(workspace, all_day=True, repeats="DTSTART;VALUE=DATE:20261125\nRRULE:FREQ=DAILY")
    (event,) = agenda.agenda(workspace, DAY, DAY, SEOUL)
    agenda.end_series(workspace, event, after=DAY + timedelta(days=2))
    assert len(shown(workspace, DAY, DAY + timedelta(days=9))) == 3
