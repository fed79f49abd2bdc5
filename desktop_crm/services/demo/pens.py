"""Writing in many people's names and at past hours: each of them has a clock of their own, as each has a laptop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from itertools import groupby

from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.hlc import HybridClock
from desktop_crm.foundation.ids import DeviceId, UserId
from desktop_crm.persistence.change_log import Author
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.demo.events import Event
from desktop_crm.services.workspace import Workspace

CAUSE = "demo"


class Pens:
    """Units of work by author and hour, none of them in the future."""

    def __init__(self, workspace: Workspace, administrator: str, first_day: date) -> None:
        self.administrator = administrator
        self.start = datetime.combine(first_day, time(1), UTC)
        self._workspace = workspace
        self._now = workspace.clock.now()
        self._clocks: dict[str, tuple[FixedClock, HybridClock]] = {}

    def work(self, owner: str, at: datetime) -> UnitOfWork:
        """A unit of work of this person at this hour."""
        clock, stamps = self._clock(owner)
        clock.at = min(at, self._now)
        author = Author(user_id=UserId(owner), device_id=stamps.device)
        return UnitOfWork(self._workspace.database, author, stamps, CAUSE)

    def write_down(self, happenings: list[Event], tell: Callable[[float], None]) -> None:
        """Write what happened, quarter by quarter, one transaction for each person's quarter."""
        done = 0
        for _, quarter in groupby(happenings, key=lambda event: (event.at.year, (event.at.month - 1) // 3)):
            by_owner: dict[str, list[Event]] = {}
            for event in quarter:
                by_owner.setdefault(event.owner, []).append(event)
            for owner, own in by_owner.items():
                self._write_quarter(owner, own)
                done += len(own)
                tell(done / len(happenings))

    def _write_quarter(self, owner: str, own: list[Event]) -> None:
        """Stage by stage at its hour; what carries its own date needs no exact stamp and goes in together, at the end."""
        clock, _ = self._clock(owner)
        steps = [event for event in own if event.entity == "opportunity"]
        others = sorted((event for event in own if event.entity != "opportunity"), key=lambda event: event.turn)
        with self.work(owner, own[0].at) as work:
            for at, group in groupby(steps, key=lambda event: event.at):
                clock.at = min(at, self._now)
                _write(work, "opportunity", list(group))
            clock.at = min(own[-1].at, self._now)
            for (_, entity), group in groupby(others, key=lambda event: (event.turn, event.entity)):
                _write(work, entity, list(group))

    def _clock(self, owner: str) -> tuple[FixedClock, HybridClock]:
        if owner not in self._clocks:
            clock = FixedClock(at=self.start)
            self._clocks[owner] = clock, HybridClock(DeviceId(owner.replace("-", "")[-12:]), clock)
        return self._clocks[owner]


def _write(work: UnitOfWork, entity: str, together: list[Event]) -> None:
    work.bulk(entity, inserts=[event.fields for event in together if event.made])
    work.bulk(entity, updates=[(event.row_id, event.fields) for event in together if not event.made])
