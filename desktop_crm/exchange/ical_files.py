"""iCalendar (RFC 5545) files: bytes to appointments and tasks, and back. What the library cannot parse is refused with its reason.

Repetition stays what it is in the file (DTSTART, RRULE, RDATE, EXDATE lines), so that days are counted in the zone of the file.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from desktop_crm.foundation.errors import Refusal

PRODUCT = "-//Desktop CRM//EN"
MOST_OCCURRENCES = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarItem:
    """An appointment or a task. `key` is its UID, with the recurrence id of a moved instance. `start` is aware, in UTC."""

    key: str
    is_task: bool = False
    subject: str = ""
    text: str = ""
    place: str = ""
    start: datetime | None = None
    minutes: int | None = None
    all_day: bool = False
    repeats: str = ""
    due_on: date | None = None
    done: bool = False
    people: tuple[str, ...] = ()
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFile:
    """What a file holds. `notes` say what of it could not be taken as it stands."""

    items: tuple[CalendarItem, ...]
    notes: tuple[str, ...] = ()


def read_calendar(data: bytes) -> CalendarFile:
    """Read a file. Raises Refusal `calendar.unreadable` with the reason."""
    import icalendar

    items: list[CalendarItem] = []
    notes: list[str] = []
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            parts = icalendar.Component.from_ical(data, multiple=True)
            for part in parts:
                for found in part.walk():
                    notes += [f"{name or found.name}: {reason}" for name, reason in found.errors]
                    if found.name in {"VEVENT", "VTODO"}:
                        items.append(_item(found, notes))
        notes += [str(one.message) for one in caught if issubclass(one.category, UserWarning)]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, UnicodeError, OverflowError) as error:
        raise Refusal("calendar.unreadable", reason=str(error)[:160] or type(error).__name__) from error
    return CalendarFile(items=tuple(items), notes=tuple(dict.fromkeys(notes)))


def _item(found: Any, notes: list[str]) -> CalendarItem:
    is_task = found.name == "VTODO"
    start, all_day = _moment(_value(found, "DTSTART"))
    end, _ = _moment(_value(found, "DUE" if is_task else "DTEND"))
    length = _value(found, "DURATION")
    if end is None and start is not None and isinstance(length, timedelta):
        end = start + length
    if start is None and not is_task:
        notes.append(f"{_words(found, 'UID') or 'VEVENT'}: DTSTART")
    minutes = int((end - start).total_seconds() // 60) if start and end and end >= start else None
    moved = _value(found, "RECURRENCE-ID")
    key = _words(found, "UID")
    due = end or (start if is_task else None)
    return CalendarItem(
        key=f"{key}/{_stamp(moved)}" if moved else key,
        is_task=is_task,
        subject=_words(found, "SUMMARY"),
        text=_words(found, "DESCRIPTION"),
        place=_words(found, "LOCATION"),
        start=start,
        minutes=minutes,
        all_day=all_day,
        repeats=_repeats(found),
        due_on=due.astimezone().date() if due else None,
        done=_words(found, "STATUS").upper() == "COMPLETED" or _value(found, "COMPLETED") is not None,
        people=tuple(dict.fromkeys(_person(one) for one in _several(found, "ATTENDEE"))),
        cancelled=_words(found, "STATUS").upper() == "CANCELLED",
    )


def _value(found: Any, name: str) -> Any:
    held = found.get(name)
    held = held[0] if isinstance(held, list) and held else held
    try:
        return getattr(held, "dt", None)
    except (ValueError, TypeError, AttributeError):
        return None  # a broken property, which stands among the notes already


def _words(found: Any, name: str) -> str:
    held = found.get(name)
    held = held[0] if isinstance(held, list) and held else held
    return "" if held is None else str(held).strip()


def _several(found: Any, name: str) -> list[Any]:
    held = found.get(name)
    return held if isinstance(held, list) else [] if held is None else [held]


def _person(one: Any) -> str:
    named = str(getattr(one, "params", {}).get("CN", "")).strip().strip('"')
    address = str(one).strip()
    return named or (address[7:] if address.lower().startswith("mailto:") else address)


def _moment(value: Any) -> tuple[datetime | None, bool]:
    """A time without a zone is one of this place."""
    if isinstance(value, datetime):
        return value.astimezone(UTC), False
    if isinstance(value, date):
        return datetime.combine(value, time()).astimezone().astimezone(UTC), True
    return None, False


def _stamp(value: Any) -> str:
    moment, all_day = _moment(value)
    return (value.isoformat() if all_day else moment.strftime("%Y%m%dT%H%M%SZ")) if moment else ""


def _repeats(found: Any) -> str:
    lines = [
        str(line)
        for line in found.content_lines()
        if str(line).upper().split(":")[0].split(";")[0] in {"RRULE", "RDATE", "EXDATE", "DTSTART"}
    ]
    return "\n".join(lines) if any(line.upper().startswith(("RRULE", "RDATE")) for line in lines) else ""


def occurrences(repeats: str, since: datetime, until: datetime) -> tuple[datetime, ...]:
    """The beginnings between two moments, in UTC. Raises Refusal `calendar.unreadable` for rules that cannot be followed."""
    from dateutil.rrule import rrulestr

    try:
        rules = rrulestr(repeats, forceset=True, tzids=ZoneInfo)
        naive = rules[0].tzinfo is None
        first, last = (one.astimezone().replace(tzinfo=None) if naive else one for one in (since, until))
        found = islice(rules.between(first, last, inc=True), MOST_OCCURRENCES)
        return tuple(one.astimezone(UTC) for one in found)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise Refusal("calendar.unreadable", reason=str(error)[:160]) from error


def left_out(repeats: str, at: datetime) -> str:
    """The same repetition without the one that begins at that moment, written in the form and zone of its DTSTART."""
    head = next((line for line in repeats.split("\n") if line.upper().startswith("DTSTART")), "")
    name, _, value = head.partition(":")
    zone = next((part[5:].strip('"') for part in name.split(";")[1:] if part.upper().startswith("TZID=")), "")
    if value.endswith("Z"):
        stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    else:
        local = at.astimezone(ZoneInfo(zone)) if zone else at.astimezone()
        stamp = local.strftime("%Y%m%d" if "T" not in value else "%Y%m%dT%H%M%S")
    return f"{repeats}\nEXDATE{name[len('DTSTART') :]}:{stamp}"


def repetition(start: datetime, zone: str, rule: str, *, all_day: bool = False) -> str:
    """A new repetition from a moment on, its days counted in the zone of that name. `rule`: as RRULE without its name."""
    local = start.astimezone(ZoneInfo(zone))
    if all_day:
        return f"DTSTART;VALUE=DATE:{local:%Y%m%d}\nRRULE:{rule}"
    return f"DTSTART;TZID={zone}:{local:%Y%m%dT%H%M%S}\nRRULE:{rule}"


def ended(repeats: str, before: datetime | None) -> str:
    """The same repetition with its last one before that moment; without an end for None. Lines that count are gone."""
    lines = []
    for line in repeats.split("\n"):
        if line.upper().startswith("RRULE"):
            name, _, rule = line.partition(":")
            parts = [part for part in rule.split(";") if part.partition("=")[0].upper() not in {"UNTIL", "COUNT"}]
            if before is not None:
                last = before - timedelta(seconds=1)
                parts.append(
                    f"UNTIL={last.astimezone(UTC):%Y%m%dT%H%M%SZ}"
                    if _zoned(repeats)
                    else f"UNTIL={_floating(repeats, last)}"
                )
            lines.append(f"{name}:{';'.join(parts)}")
        else:
            lines.append(line)
    return "\n".join(lines)


def counted(repeats: str, count: int) -> str:
    """The same repetition, so many times and no more."""
    return "\n".join(
        f"{line};COUNT={count}" if line.upper().startswith("RRULE") else line
        for line in ended(repeats, None).split("\n")
    )


def begun_at(repeats: str, start: datetime, *, before: datetime) -> str:
    """The same repetition from another first time on: `before` is what becomes `start`. Left-out and added ones move along.

    A weekday that the rule names moves with the days; a rule that names other days of a month or year keeps them.
    """
    by, lines = start - before, []
    days = (_local(repeats, start).date() - _local(repeats, before).date()).days
    for line in repeats.split("\n"):
        name, _, value = line.partition(":")
        word = name.upper().split(";")[0]
        if word in {"DTSTART", "RDATE", "EXDATE"}:
            moments = [start if word == "DTSTART" else _read_stamp(name, one) + by for one in value.split(",")]
            lines.append(f"{name}:{','.join(_written(name, value, one) for one in moments)}")
        elif word == "RRULE" and days % _WEEK:
            lines.append(f"{name}:{';'.join(_turned(part, days) for part in value.split(';'))}")
        else:
            lines.append(line)
    return "\n".join(lines)


_WEEK = 7
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _turned(part: str, days: int) -> str:
    """BYDAY of a weekly rule, so many days later."""
    name, _, value = part.partition("=")
    named = value.upper().split(",")
    if name.upper() != "BYDAY" or any(one not in _DAYS for one in named):
        return part
    return f"BYDAY={','.join(_DAYS[(_DAYS.index(one) + days) % _WEEK] for one in named)}"


def _head(repeats: str) -> tuple[str, str]:
    line = next((line for line in repeats.split("\n") if line.upper().startswith("DTSTART")), "DTSTART:")
    name, _, value = line.partition(":")
    return name, value


def _zone_of(name: str) -> ZoneInfo | None:
    zone = next((part[5:].strip('"') for part in name.split(";")[1:] if part.upper().startswith("TZID=")), "")
    return ZoneInfo(zone) if zone else None


def _zoned(repeats: str) -> bool:
    name, value = _head(repeats)
    return value.endswith("Z") or _zone_of(name) is not None


def _local(repeats: str, at: datetime) -> datetime:
    return at.astimezone(_zone_of(_head(repeats)[0]))


def _floating(repeats: str, at: datetime) -> str:
    return f"{at.astimezone():%Y%m%d}" if "T" not in _head(repeats)[1] else f"{at.astimezone():%Y%m%dT%H%M%S}"


def _read_stamp(name: str, text: str) -> datetime:
    if text.endswith("Z"):
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    plain = datetime.fromisoformat(text)
    zone = _zone_of(name)
    return plain.replace(tzinfo=zone) if zone else plain.astimezone()


def _written(name: str, like: str, at: datetime) -> str:
    if like.endswith("Z"):
        return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    local = at.astimezone(_zone_of(name))
    return f"{local:%Y%m%d}" if "T" not in like else f"{local:%Y%m%dT%H%M%S}"


def write_calendar(items: Iterable[CalendarItem], now: datetime) -> bytes:
    """A file that other calendars read."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for item in items:
        one = icalendar.Todo() if item.is_task else icalendar.Event()
        uid, _, moved = item.key.partition("/") if item.repeats == "" else (item.key, "", "")
        one.add("uid", uid)
        one.add("dtstamp", now)
        one.add("summary", item.subject)
        for name, words in (("description", item.text), ("location", item.place)):
            if words:
                one.add(name, words)
        if moved:
            one.add("recurrence-id", datetime.strptime(moved, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
        if item.is_task:
            _add_task(one, item)
        else:
            _add_times(one, item)
        for person in item.people:
            address = icalendar.vCalAddress(f"mailto:{person}" if "@" in person else "invalid:nomail")
            address.params["CN"] = icalendar.vText(person)
            one.add("attendee", address)
        calendar.add_component(one)
    return bytes(calendar.to_ical())


def _add_task(one: Any, item: CalendarItem) -> None:
    if item.due_on:
        one.add("due", item.due_on)
    one.add("status", "COMPLETED" if item.done else "NEEDS-ACTION")


def _add_times(one: Any, item: CalendarItem) -> None:
    import icalendar

    if item.repeats:
        text = f"BEGIN:VEVENT\r\n{item.repeats.replace(chr(10), chr(13) + chr(10))}\r\nEND:VEVENT\r\n"
        for name, value in icalendar.Event.from_ical(text).items():
            one[name] = value
    elif item.start:
        one.add("dtstart", item.start.astimezone().date() if item.all_day else item.start)
    if item.minutes is not None and item.start:
        one.add("duration", timedelta(minutes=item.minutes))
