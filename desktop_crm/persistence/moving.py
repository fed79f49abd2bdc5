"""What goes along when the laptop meets another server than its own: what that one does not know, and nobody else may bring.

Journal and outbox are sent first, as after any reset; this room is for what is older than the journal or was typed by others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import Connection

from desktop_crm.domain.schema import REGISTRY, Entity, MergeRule
from desktop_crm.domain.schema.codec import encode
from desktop_crm.foundation.hlc import HybridClock
from desktop_crm.foundation.ids import new_id
from desktop_crm.foundation.versions import read_clock, version_of
from desktop_crm.persistence import outbox, search
from desktop_crm.persistence.outbox import Waiting


class There(Protocol):
    """A row as the other server gives it."""

    @property
    def fields(self) -> dict[str, Any]: ...
    @property
    def clocks(self) -> dict[str, str]: ...
    @property
    def deleted(self) -> bool: ...


def newer_here(entity: Entity, current: Mapping[str, Any], there: There) -> Waiting | None:
    """The operation that brings the other server's row up to what is known here; None when there is nothing to bring.

    It keeps the stamp of what was typed, so that a third laptop's still newer value wins.
    """
    fixed = entity.server_made or entity.issued or entity.ledger
    if fixed or there.deleted or current["_deleted"] is not None:
        return None
    here = read_clock(current["_clk"])
    held = {name: current[name] for name in entity.by_name} | dict(current["_extra"] or {})
    values = {name: encode(entity.field(name), value) for name, value in held.items()}
    fields: dict[str, Any] = {}
    seen: dict[str, str] = {}
    for name, value in values.items():
        if entity.field(name).merge is MergeRule.ADD_WINS:
            marks = {key: mark for key, mark in there.clocks.items() if key.startswith(f"{name}/")}
            missing = [one for one in value or () if f"{name}/{one}" not in marks]
            if missing:
                fields[name] = sorted({*(there.fields.get(name) or ()), *missing})
                seen |= marks
        elif value != there.fields.get(name) and version_of(here, name).stamp > version_of(there.clocks, name).stamp:
            unit = entity.field(name).unit
            fields |= {one: values[one] for one in (entity.together(unit) if unit else (name,))}
    if not fields:
        return None
    seen |= {name: version_of(there.clocks, name).op_id for name in fields}
    return Waiting(
        op_id=new_id(),
        tx_id=new_id(),
        hlc=max(version_of(here, name).stamp for name in fields),
        entity=entity.name,
        row_id=current["id"],
        kind="set",
        fields=fields,
        seen=seen,
    )


def bring_along(connection: Connection, clock: HybridClock) -> int:
    """At another server, once everything was pushed and pulled: rows that it does not know are made there.

    Deletions went along with the journal; rows that were deleted longer ago are forgotten. Returns how many operations wait.
    """
    total = 0
    for entity in REGISTRY:
        gone = "" if entity.server_made else "AND _deleted IS NOT NULL"
        if entity.server_made and entity.searchable:
            for row in connection.exec_driver_sql(f'SELECT * FROM "{entity.name}" WHERE _seq=0').mappings().all():
                search.forget(connection, entity.name, dict(row))
        connection.exec_driver_sql(f'DELETE FROM "{entity.name}" WHERE _seq=0 {gone}')
        found = connection.exec_driver_sql(f'SELECT id FROM "{entity.name}" WHERE _seq=0 ORDER BY id')
        ids = [row[0] for row in found]
        connection.exec_driver_sql(f'UPDATE "{entity.name}" SET _seq=NULL, _scope=NULL WHERE _seq=0')
        total += outbox.adopt_rows(connection, entity.name, ids, clock, dated=True)
    outbox.save(connection, resetting="no")
    return total
