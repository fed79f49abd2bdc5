"""Calendar files of other programs: every file is read, read with a note, or refused with a reason; times and repetitions."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from desktop_crm.exchange.ical_files import CalendarItem, occurrences, read_calendar, write_calendar
from desktop_crm.foundation.errors import Refusal

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def event(*lines, name="VEVENT"):
    body = "\r\n".join((f"BEGIN:{name}", "UID:u1", *lines, f"END:{name}"))
    return read_calendar(f"{HEAD}{body}\r\nEND:VCALENDAR\r\n".encode()).items[0]


def test_every_file_of_the_corpus_is_read_or_refused_with_a_reason(data):
    verdicts = Counter()
    refused = {}
    for path in sorted(data("calendar-ics").rglob("*.ics")):
        try:
            found = read_calendar(path.read_bytes())
        except Refusal as refusal:
            verdicts["refused"] += 1
            refused[path.name] = refusal.params["reason"]
            continue
        verdicts["with a note" if found.notes else "read"] += 1
    assert sum(verdicts.values()) == 259
    assert verdicts == {"read": 205, "with a note": 49, "refused": 5}
    assert all(refused.values())
    assert set(refused) >= {"fuzz_testcase_invalid_month.ics", "issue_104_broken_calendar.ics", "base64.ics"}


def test_an_appointment_with_zone_length_and_people():
    found = event(
        "SUMMARY:본부 회의",
        "DTSTART;TZID=Asia/Seoul:20261202T140000",
        "DURATION:PT90M",
        "LOCATION:구미",
        "ATTENDEE;CN=오재석:mailto:oh@example.com",
        "ATTENDEE:mailto:lee@example.com",
    )
    assert (found.subject, found.place, found.minutes) == ("본부 회의", "구미", 90)
    assert found.start == datetime(2026, 12, 2, 5, tzinfo=UTC)
    assert found.people == ("오재석", "lee@example.com")


def test_a_whole_day_and_a_task():
    whole = event("SUMMARY:x", "DTSTART;VALUE=DATE:20261225")
    assert (whole.all_day, whole.start.astimezone().date()) == (True, date(2026, 12, 25))
    task = event("SUMMARY:x", "DUE;VALUE=DATE:20261125", "STATUS:COMPLETED", name="VTODO")
    assert (task.is_task, task.due_on, task.done) == (True, date(2026, 11, 25), True)


def test_repetition_is_counted_in_the_zone_of_the_file():
    found = event(
        "DTSTART;TZID=Europe/Berlin:20260327T090000",
        "RRULE:FREQ=DAILY;COUNT=4",
        "EXDATE;TZID=Europe/Berlin:20260328T090000",
    )
    moments = occurrences(found.repeats, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 30, tzinfo=UTC))
    assert [one.isoformat() for one in moments] == [
        "2026-03-27T08:00:00+00:00",
        "2026-03-29T07:00:00+00:00",
        "2026-03-30T07:00:00+00:00",
    ]


def test_a_moved_instance_has_a_key_of_its_own():
    moved = event("DTSTART:20260402T090000Z", "RECURRENCE-ID:20260401T090000Z")
    assert moved.key == "u1/20260401T090000Z"


def test_what_is_written_is_read_back_alike():
    items = (
        CalendarItem(
            key="a",
            subject="회의, 본부; 2층",
            text="줄 하나\n줄 둘",
            start=NOW,
            minutes=30,
            people=("오재석",),
        ),
        CalendarItem(key="b", is_task=True, subject="자료", due_on=date(2026, 11, 25), done=True),
        CalendarItem(
            key="c",
            subject="매주",
            start=datetime(2026, 11, 23, 1, tzinfo=UTC),
            repeats="DTSTART:20261123T010000Z\nRRULE:FREQ=WEEKLY;COUNT=3",
        ),
    )
    back = read_calendar(write_calendar(items, NOW)).items
    assert [(one.key, one.subject, one.text, one.start) for one in back[:1]] == [
        ("a", "회의, 본부; 2층", "줄 하나\n줄 둘", NOW)
    ]
    assert (back[0].people, back[0].minutes) == (("오재석",), 30)
    assert (back[1].due_on, back[1].done) == (date(2026, 11, 25), True)
    until = datetime(2027, 1, 1, tzinfo=UTC)
    assert len(occurrences(back[2].repeats, NOW, until)) == 3


@pytest.mark.parametrize("rule", ["RRULE:FREQ=NEVER", "nonsense"])
def test_a_rule_that_cannot_be_followed_is_refused(rule):
    with pytest.raises(Refusal, match=r"calendar\.unreadable"):
        occurrences(f"DTSTART:20261123T010000Z\n{rule}", NOW, NOW)
