"""Who looks at which row right now, and in which field somebody types: for a minute, told to those who may read the row.

It lies in one small table, so that every process that serves the tenant knows it; whoever writes there clears away what is over.
No history, no log and no count holds any of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import and_, delete, select

from desktop_crm.foundation.clock import Clock
from desktop_crm.sync.protocol import Look, Looking, Onlooker
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.session import Session
from desktop_crm.sync.server.store import Store

LASTS: Final = timedelta(seconds=60)
_LONGEST_FIELD: Final = 200

Place = tuple[str, str, str]
"""Entity, row, and the scope it lies in."""
Hear = Callable[[Place], None]


class Board:
    """Thread-safe. A laptop looks at one row at a time; listeners hear of a row when who looks at it has changed."""

    def __init__(self, store: Store, clock: Clock, tenant: str) -> None:
        self._store, self._clock, self._tenant = store, clock, tenant
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._known: dict[str, tuple[Place, str]] = {}
        self._listeners: dict[object, Hear] = {}

    def look(self, session: Session, name: str, scope: str, message: Look) -> Looking:
        """Note where this laptop is; says who else is there."""
        place, field = (message.entity, message.row, scope), message.field[:_LONGEST_FIELD].replace("\0", "")
        now, table = self._clock.now(), tables.presence
        with self._store.writing(self._tenant) as books:
            over = and_(table.c.tenant_id == books.tenant, table.c.until <= now.isoformat())
            books.connection.execute(delete(table).where(over))
            if message.gone:
                books.remove(table, device_id=session.device)
            else:
                where = {"entity": place[0], "row_id": place[1], "scope": scope, "field": field}
                until = (now + LASTS).isoformat()
                books.put(table, device_id=session.device, user_id=session.user_id, name=name, **where, until=until)
        self.look_around()
        return self.who(place, session.device)

    def who(self, place: Place, device: str) -> Looking:
        """Who else looks at it, seen from that laptop; a person once."""
        now = self._clock.now().isoformat()
        with self._store.reading(self._tenant) as books:
            lines = books.all(tables.presence, entity=place[0], row_id=place[1])
        there = [line for line in lines if line["device_id"] != device and line["until"] > now]
        people = {
            (one["user_id"], one["field"]): Onlooker(user=one["user_id"], name=one["name"], field=one["field"])
            for one in there
        }
        return Looking(entity=place[0], row=place[1], people=[people[key] for key in sorted(people)])

    def listen(self, listener: Hear) -> Callable[[], None]:
        """Be told of places; call what is returned to stop."""
        key = object()
        with self._turn:
            if not self._listeners:
                self._known = self._there()
            with self._lock:
                self._listeners[key] = listener

        def stop() -> None:
            with self._lock:
                self._listeners.pop(key, None)

        return stop

    def look_around(self) -> None:
        """Tell listeners of the rows where something has changed since the last time, in whichever process."""
        if not self._listeners:
            return
        with self._turn:
            before, self._known = self._known, self._there()
            after = self._known
        with self._lock:
            listeners = list(self._listeners.values())
        changed = [device for device in before.keys() | after.keys() if before.get(device) != after.get(device)]
        moved = {held[device][0] for device in changed for held in (before, after) if device in held}
        for one in sorted(moved):
            for listener in listeners:
                listener(one)

    def _there(self) -> dict[str, tuple[Place, str]]:
        table = tables.presence
        columns = (table.c.device_id, table.c.entity, table.c.row_id, table.c.scope, table.c.field)
        with self._store.reading(self._tenant) as books:
            living = and_(table.c.tenant_id == books.tenant, table.c.until > self._clock.now().isoformat())
            found = books.connection.execute(select(*columns).where(living)).all()
        return {row[0]: ((row[1], row[2], row[3]), row[4]) for row in found}
