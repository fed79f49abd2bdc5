"""Calendar files in and out: nothing twice, changed where the file changed, undone as one act."""

from __future__ import annotations

from datetime import UTC, date, datetime

from desktop_crm.services import activities, calendar_files, history, records, visits

FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:one
SUMMARY:{title}
DTSTART:20261202T050000Z
DTEND:20261202T060000Z
LOCATION:구미
END:VEVENT
BEGIN:VEVENT
UID:weekly
SUMMARY:주간 회의
DTSTART:20261123T010000Z
RRULE:FREQ=WEEKLY;COUNT=4
END:VEVENT
BEGIN:VTODO
UID:two
SUMMARY:자료
DUE;VALUE=DATE:20261125
END:VTODO
END:VCALENDAR
"""


def given(title="본부 회의"):
    return FILE.format(title=title).replace("\n", "\r\n").encode()


def test_a_file_is_taken_in_once_and_its_changes_after(workspace):
    first = calendar_files.import_calendar(workspace, given())
    assert (first.created, first.updated, first.same, first.notes) == (3, 0, 0, ())
    again = calendar_files.import_calendar(workspace, given())
    assert (again.created, again.updated, again.same) == (0, 0, 3)
    third = calendar_files.import_calendar(workspace, given("본부 예산 회의"))
    assert (third.created, third.updated, third.same) == (0, 1, 2)
    rows = {one.fields["external_id"]: one.fields for one in records.list_rows(workspace, "activity").records}
    assert (rows["one"]["subject"], rows["one"]["place"], rows["one"]["minutes"]) == ("본부 예산 회의", "구미", 60)
    assert records.list_rows(workspace, "task").records[0].fields["due_on"] == date(2026, 11, 25)
    history.revert(workspace, first.changes.tx_id)
    assert records.count(workspace, "task") == 0


def test_repetitions_are_seen_among_the_times(workspace):
    calendar_files.import_calendar(workspace, given())
    found = calendar_files.times(workspace, datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 12, 3, tzinfo=UTC))
    assert [(one[0].isoformat()[:10], one[2]) for one in found] == [
        ("2026-11-23", "주간 회의"),
        ("2026-11-30", "주간 회의"),
        ("2026-12-02", "본부 회의"),
    ]


def test_what_goes_out_comes_in_elsewhere(workspace, new_workspace):
    account = records.create(workspace, "account", {"name": "한빛전자"}).id
    visits.plan(workspace, account, at=datetime(2026, 11, 24, 5, tzinfo=UTC), subject="증설 방문")
    activities.promise(workspace, "자료 보내기", due_on=date(2026, 11, 25))
    calendar_files.import_calendar(workspace, given())
    other = new_workspace("second")
    taken = calendar_files.import_calendar(other, calendar_files.export_calendar(workspace))
    assert (taken.created, taken.left) == (5, 0)
    subjects = {one.fields["subject"] for one in records.list_rows(other, "activity").records}
    assert subjects == {"증설 방문", "본부 회의", "주간 회의"}
    assert calendar_files.import_calendar(other, calendar_files.export_calendar(workspace)).created == 0
