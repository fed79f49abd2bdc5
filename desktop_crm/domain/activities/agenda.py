"""What stands on a calendar, and how it is laid out: pure values in, places out. It knows neither a database nor a screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from heapq import heappop, heappush
from operator import itemgetter

DAY_MINUTES = 24 * 60
LEAST_MINUTES = 30
"""An appointment without a length is drawn so long."""
WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing on the calendar: a moment with its length, or whole days.

    `start` is aware, None for whole days; `series` says that it is one of a repeated appointment, whose own time `start` is.
    """

    entity: str
    id: str
    kind: str
    subject: str
    account: str = ""
    place: str = ""
    start: datetime | None = None
    minutes: int = 0
    day: date | None = None
    days: int = 1
    series: bool = False
    done: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """Tells one event from another, of a series too; one that is no series keeps it when it is moved."""
        at = (self.start or self.day or date.min).isoformat() if self.series else ""
        return self.entity, self.id, at

    def first(self, zone: tzinfo) -> date:
        """The day it begins, in that zone."""
        return self.day if self.start is None else self.start.astimezone(zone).date()  # type: ignore[return-value]

    def last(self, zone: tzinfo) -> date:
        """The day it ends; what ends at midnight ends the day before."""
        if self.start is None:
            return self.first(zone) + timedelta(days=max(self.days, 1) - 1)
        end = self.start + timedelta(minutes=max(self.minutes, 1), microseconds=-1)
        return end.astimezone(zone).date()

    @property
    def whole(self) -> bool:
        """Whether it takes whole days instead of hours."""
        return self.start is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The part of an event on one day: from and to in minutes of that day, in which of how many columns side by side."""

    event: Event
    day: date
    begin: int
    end: int
    column: int = 0
    columns: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """An event in a row of days: from and to as places in the row, and the lane below the day's number."""

    event: Event
    first: int
    last: int
    lane: int


def order(event: Event, zone: tzinfo) -> tuple[date, int, str, str]:
    """The order within a list of days: whole days first, then by time."""
    moment = event.start.astimezone(zone) if event.start else None
    return event.first(zone), -1 if moment is None else moment.hour * 60 + moment.minute, event.subject, event.id


def pieces(events: Sequence[Event], day: date, zone: tzinfo) -> tuple[Piece, ...]:
    """The timed events of one day, side by side where they overlap."""
    midnight = datetime.combine(day, time(), zone)
    cut: list[Piece] = []
    for event in events:
        if event.start is None or not event.first(zone) <= day <= event.last(zone):
            continue
        begin = _minute(event.start.astimezone(zone), midnight)
        end = begin + max(event.minutes, LEAST_MINUTES)
        cut.append(Piece(event=event, day=day, begin=max(begin, 0), end=min(end, DAY_MINUTES)))
    return _side_by_side(sorted(cut, key=lambda one: (one.begin, -one.end, one.event.id)))


def _minute(local: datetime, midnight: datetime) -> int:
    """By the wall's clock, as people read it; days before count below zero."""
    apart = (local.date() - midnight.date()).days
    return apart * DAY_MINUTES + local.hour * 60 + local.minute


def _side_by_side(cut: list[Piece]) -> tuple[Piece, ...]:
    done: list[Piece] = []
    group: list[tuple[Piece, int]] = []
    ends: list[int] = []

    def close() -> None:
        done.extend(
            Piece(event=p.event, day=p.day, begin=p.begin, end=p.end, column=column, columns=len(ends))
            for p, column in group
        )

    for piece in cut:
        if group and piece.begin >= max(ends):
            close()
            group, ends = [], []
        column = next((place for place, end in enumerate(ends) if end <= piece.begin), len(ends))
        if column == len(ends):
            ends.append(piece.end)
        else:
            ends[column] = piece.end
        group.append((piece, column))
    close()
    return tuple(done)


def bars(events: Sequence[Event], first: date, days: int, zone: tzinfo) -> tuple[Bar, ...]:
    """The events of a row of days, each in the first lane that is free; longer ones above, then in the order of the day.

    A timed event stands on its first day alone, one of whole days on each of them.
    """
    spans: list[tuple[int, int, int, str, int, Event]] = []
    for number, event in enumerate(events):
        local = event.start.astimezone(zone) if event.start else None
        begin = ((local.date() if local else event.first(zone)) - first).days
        last = begin if local else begin + max(event.days, 1) - 1
        if begin < days and last >= 0:
            begin, last = max(begin, 0), min(last, days - 1)
            minute = local.hour * 60 + local.minute if local else -1
            spans.append((begin, begin - last, minute, event.subject, number, event))
    spans.sort(key=itemgetter(slice(0, 5)))
    taken: list[tuple[int, int]] = []  # (place that is free again, lane)
    free: list[int] = []
    laid: list[Bar] = []
    for begin, length, _minute, _subject, _number, event in spans:
        while taken and taken[0][0] <= begin:
            heappush(free, heappop(taken)[1])
        lane = heappop(free) if free else len(taken)
        heappush(taken, (begin - length + 1, lane))
        laid.append(Bar(event=event, first=begin, last=begin - length, lane=lane))
    return tuple(laid)


def weeks_of(month: date, begins: int) -> tuple[date, int]:
    """The first day that a month's sheet shows and its number of weeks. `begins`: 0 Monday to 6 Sunday."""
    first = month.replace(day=1)
    shown = first - timedelta(days=(first.weekday() - begins) % WEEK)
    after = (first + timedelta(days=31)).replace(day=1)
    return shown, -(-(after - shown).days // WEEK)


def week_of(day: date, begins: int) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=(day.weekday() - begins) % WEEK)


def moved_by(event: Event, days: int, minutes: int, zone: tzinfo) -> tuple[datetime | None, date | None]:
    """Where an event stands after a move by the wall's clock of that zone: an appointment at nine stays at nine
    across a change of the clock.
    """
    if event.start is None:
        return None, event.first(zone) + timedelta(days=days)
    local = event.start.astimezone(zone)
    wall = local.replace(tzinfo=None) + timedelta(days=days, minutes=minutes)
    return wall.replace(tzinfo=zone), None
