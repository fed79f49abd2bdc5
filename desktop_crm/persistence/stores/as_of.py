"""Records as they stood at an earlier moment: the rows of today, with everything that was typed since taken back in order.

What counts is when something was typed, not when it reached this laptop. Reads only; frozen values or plain dictionaries come out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.foundation.changes import ChangeKind
from desktop_crm.persistence.stores.records import decode_fields
from desktop_crm.persistence.tables import ROWS, local


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A record at a moment. `there`: it was made by then and not deleted."""

    fields: Mapping[str, Any]
    there: bool


def bound_of(moment: datetime) -> str:
    """The text above every stamp of that millisecond and below every later one."""
    return f"{int(moment.timestamp() * 1000):012x}g"


def record(session: Session, entity: str, row_id: str, bound: str) -> Past | None:
    """One record as it was when the last change up to the bound had been typed; None when it was never here."""
    row = session.get(ROWS[entity], row_id)
    if row is None:
        return None
    past = _Row(fields=row.field_values(), there=row.row_deleted is None)
    log = local.change
    since = select(log.c.kind, log.c.before).where(log.c.entity == entity, log.c.row_id == row_id, log.c.hlc > bound)
    for kind, before in session.execute(since.order_by(log.c.n.desc())):
        past.take_back(kind, decode_fields(entity, before))
    return Past(fields=past.fields, there=past.there)


def records(session: Session, entity: str, names: Sequence[str], bound: str) -> dict[str, dict[str, Any]]:
    """Every record of an entity that was there then, with some of its fields."""
    table = ROWS[entity].__table__
    columns = [table.c.id, table.c["_deleted"], *(table.c[name] for name in names)]
    rows = {
        row[0]: _Row(fields=dict(zip(names, row[2:], strict=True)), there=row[1] is None)
        for row in session.execute(select(*columns))
    }
    log = local.change
    since = select(log.c.row_id, log.c.kind, log.c.before).where(log.c.entity == entity, log.c.hlc > bound)
    wanted = set(names)
    for row_id, kind, before in session.execute(since.order_by(log.c.n.desc())):
        if row_id in rows:
            values = decode_fields(entity, before) if before != "{}" else {}
            rows[row_id].take_back(kind, {name: one for name, one in values.items() if name in wanted})
    return {row_id: row.fields for row_id, row in rows.items() if row.there}


def pointing(
    session: Session, entity: str, field: str, targets: Sequence[str], bound: str
) -> dict[str, dict[str, Any]]:
    """The records that were there then and pointed to one of these rows with that field, by id."""
    wanted = json.dumps(list(targets))
    ids = session.connection().exec_driver_sql(
        f"SELECT id FROM {ROWS[entity].__tablename__} WHERE {field} IN (SELECT value FROM json_each(:wanted))"
        " UNION SELECT row_id FROM change WHERE entity=:entity AND hlc>:bound"
        f" AND json_extract(before, '$.{field}') IN (SELECT value FROM json_each(:wanted))",
        {"wanted": wanted, "entity": entity, "bound": bound},
    )
    pasts = {row[0]: record(session, entity, row[0], bound) for row in ids}
    return {
        row_id: dict(past.fields)
        for row_id, past in pasts.items()
        if past is not None and past.there and past.fields.get(field) in targets
    }


@dataclass(slots=True, kw_only=True)
class _Row:
    fields: dict[str, Any]
    there: bool

    def take_back(self, kind: str, before: Mapping[str, Any]) -> None:
        if kind == ChangeKind.CREATED:
            self.there = False
        elif kind == ChangeKind.DELETED:
            self.there = True
        elif kind == ChangeKind.RESTORED:
            self.there = False
        self.fields.update(before)
