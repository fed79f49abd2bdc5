"""Who looks at which row right now, and in which field somebody types: in memory alone, for a minute, told to those who may read the row.

Each process knows its own callers; nothing of it is stored, counted or logged.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from desktop_crm.foundation.clock import Clock
from desktop_crm.sync.protocol import Look, Looking, Onlooker
from desktop_crm.sync.server.session import Session

LASTS: Final = timedelta(seconds=60)
_LONGEST_FIELD: Final = 200

Place = tuple[str, str, str]
"""Entity, row, and the scope it lies in."""
Hear = Callable[[Place], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    place: Place
    user: str
    name: str
    field: str
    until: datetime


class Board:
    """Thread-safe. A laptop looks at one row at a time; listeners hear of a row when who looks at it has changed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._looks: dict[str, _Look] = {}
        self._listeners: dict[object, Hear] = {}

    def look(self, session: Session, name: str, scope: str, message: Look) -> Looking:
        """Note where this laptop is; says who else is there."""
        place = (message.entity, message.row, scope)
        now = self._clock.now()
        with self._lock:
            self._looks = {device: look for device, look in self._looks.items() if look.until > now}
            before = self._looks.pop(session.device, None)
            after = None
            if not message.gone:
                field = message.field[:_LONGEST_FIELD]
                until = now + LASTS
                after = _Look(place=place, user=session.user_id, name=name, field=field, until=until)
                self._looks[session.device] = after
            listeners = list(self._listeners.values())
        moved = {look.place for look in (before, after) if look is not None}
        if before is not None and after is not None and (before.place, before.field) == (after.place, after.field):
            moved = set()
        for one in sorted(moved):
            for listener in listeners:
                listener(one)
        return self.who(place, session.device)

    def who(self, place: Place, device: str) -> Looking:
        """Who else looks at it, seen from that laptop; a person once."""
        now = self._clock.now()
        with self._lock:
            there = [
                look
                for other, look in self._looks.items()
                if other != device and look.place[:2] == place[:2] and look.until > now
            ]
        people = {(look.user, look.field): Onlooker(user=look.user, name=look.name, field=look.field) for look in there}
        return Looking(entity=place[0], row=place[1], people=[people[key] for key in sorted(people)])

    def listen(self, listener: Hear) -> Callable[[], None]:
        """Be told of places; call what is returned to stop."""
        key = object()
        with self._lock:
            self._listeners[key] = listener

        def stop() -> None:
            with self._lock:
                self._listeners.pop(key, None)

        return stop
