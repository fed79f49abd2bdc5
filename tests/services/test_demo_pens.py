"""Writing the demo's past: whose name and hour stand in the log, and that the present goes on above it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.hlc import Stamp, read_stamp, stamp_time
from desktop_crm.services import records
from desktop_crm.services.demo.events import Event
from desktop_crm.services.demo.pens import CAUSE, Pens
from desktop_crm.services.workspace import Workspace

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
ANNA = "0192bbd2-b004-7789-aae6-eba677aef380"
BERT = "0192bbd2-b004-7789-aae6-eba677aef381"


@pytest.fixture
def workspace(new_workspace: Callable[..., Workspace]) -> Workspace:
    return new_workspace("pens", clock=FixedClock(at=NOW))


@pytest.fixture
def pens(workspace: Workspace) -> Pens:
    return Pens(workspace, ANNA, date(2024, 11, 1))


def _event(
    day: date, owner: str, row_id: str, *, made: bool = True, entity: str = "opportunity", **fields: object
) -> Event:
    at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    return Event(
        at=at,
        turn=0,
        owner=owner,
        entity=entity,
        row_id=row_id,
        fields={"id": row_id, **fields} if made else fields,
        made=made,
    )


def test_each_writes_in_their_own_name_at_their_own_hour(workspace: Workspace, pens: Pens) -> None:
    pens.write_down(
        [
            _event(date(2025, 1, 10), ANNA, "a", name="설비 증설"),
            _event(date(2025, 1, 12), BERT, "b", name="보안 강화"),
            _event(date(2025, 2, 20), ANNA, "a", made=False, name="설비 증설 2단계"),
        ],
        lambda _share: None,
    )
    first, second = records.history(workspace, "opportunity", "a")
    assert (first.actor, first.cause, stamp_time(Stamp(first.stamp)).date()) == (ANNA, CAUSE, date(2025, 1, 10))
    assert (second.actor, stamp_time(Stamp(second.stamp)).date()) == (ANNA, date(2025, 2, 20))
    assert second.before == {"name": "설비 증설"}
    (other,) = records.history(workspace, "opportunity", "b")
    assert other.actor == BERT
    assert read_stamp(Stamp(other.stamp))[2] != read_stamp(Stamp(first.stamp))[2], "each has a laptop of their own"


def test_the_present_stands_above_the_past(workspace: Workspace, pens: Pens) -> None:
    pens.write_down([_event(date(2025, 5, 5), ANNA, "a", name="옛 이름")], lambda _share: None)
    records.set_fields(workspace, "opportunity", "a", {"name": "새 이름"})
    stamps = [entry.stamp for entry in records.history(workspace, "opportunity", "a")]
    assert stamps == sorted(stamps)
    assert stamp_time(Stamp(stamps[-1])) >= NOW


def test_nothing_is_written_after_now(workspace: Workspace, pens: Pens) -> None:
    pens.write_down([_event(NOW.date() + timedelta(days=30), ANNA, "a", name="앞날")], lambda _share: None)
    (entry,) = records.history(workspace, "opportunity", "a")
    assert stamp_time(Stamp(entry.stamp)) <= NOW


def test_one_transaction_for_each_persons_quarter(workspace: Workspace, pens: Pens) -> None:
    days = [date(2025, 1, 5), date(2025, 2, 5), date(2025, 3, 5), date(2025, 4, 5)]
    happenings = [_event(day, owner, f"{owner[-1]}{day}", name="x") for day in days for owner in (ANNA, BERT)]
    pens.write_down(happenings, lambda _share: None)
    with workspace.read() as session:
        count = session.connection().exec_driver_sql("SELECT count(DISTINCT tx_id) FROM change").scalar_one()
    assert count == 4


def test_whole_records_come_before_their_parts(workspace: Workspace, pens: Pens) -> None:
    day = date(2025, 1, 5)
    line = _event(day, ANNA, "line", entity="quote_line", quote_id="quote", name="품목")
    quote = _event(day, ANNA, "quote", entity="quote", number="Q-1")
    ordered = [
        Event(at=one.at, turn=turn, owner=one.owner, entity=one.entity, row_id=one.row_id, fields=one.fields, made=True)
        for turn, one in ((3, line), (1, quote))
    ]
    pens.write_down(ordered, lambda _share: None)
    with workspace.read() as session:
        entities = session.connection().exec_driver_sql("SELECT entity FROM change ORDER BY n").scalars().all()
    assert entities == ["quote", "quote_line"]


def test_progress_is_told_to_the_end(workspace: Workspace, pens: Pens) -> None:
    told: list[float] = []
    pens.write_down([_event(date(2025, month, 1), ANNA, str(month), name="x") for month in range(1, 13)], told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_nothing_happened_is_fine(pens: Pens) -> None:
    pens.write_down([], lambda _share: None)
