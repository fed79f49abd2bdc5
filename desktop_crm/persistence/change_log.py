"""The change log and the outbox: every operation of a transaction is written here, in that transaction, by the unit of work.

It knows how records lie in `change`, `sync_outbox` and `sync_base`; it decides nothing about them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection

from desktop_crm.domain.schema import REGISTRY, SCHEMA_VERSION, MergeRule
from desktop_crm.domain.schema.codec import encode
from desktop_crm.domain.schema.fields import own_field
from desktop_crm.foundation.changes import Change, ChangeKind
from desktop_crm.foundation.hlc import NO_STAMP, Stamp
from desktop_crm.foundation.ids import DeviceId, RowId, TxId, UserId
from desktop_crm.foundation.versions import DELETED, Version, read_clock, stamped, version_of, write_clock

_KINDS = {ChangeKind.DELETED: "del", ChangeKind.RESTORED: "undel"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who writes, and on which laptop."""

    user_id: UserId | None
    device_id: DeviceId


@dataclass(slots=True, kw_only=True)
class Record:
    """One operation: what it did to one row. Values are the registry's Python values; `clock_before` is the row's old `_clk`."""

    entity: str
    row_id: RowId
    kind: ChangeKind
    version: Version
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    clock_before: str | None = None
    row: Mapping[str, Any] = field(default_factory=dict)
    """The whole row as it stands after the operation, for totals."""
    gone: bool = False
    """Whether the row is deleted after the operation."""

    @property
    def turned(self) -> bool:
        """Whether the row came or went with this operation."""
        return self.kind is not ChangeKind.UPDATED

    def change(self) -> Change:
        """The same, without values."""
        return Change(entity=self.entity, row_id=self.row_id, kind=self.kind, fields=frozenset(self.after))


def as_json(entity: str, values: Mapping[str, Any]) -> str:
    """Field values of an entity as canonical JSON text."""
    if not values:
        return "{}"
    kinds = REGISTRY[entity]
    coded = {
        name: value if type(value) is str else encode(kinds.field(name), value)  # a text is its own code
        for name, value in values.items()
    }
    return msgspec.json.encode(coded, order="sorted").decode()


def append(connection: Connection, records: Sequence[Record], tx_id: TxId, author: Author, cause: str) -> None:
    """Write the records into the history."""
    connection.exec_driver_sql(
        "INSERT INTO change (tx_id, op_id, entity, row_id, kind, before, after, hlc, actor, cause) VALUES (?,?,?,?,?,?,?,?,?,?)",
        [
            (
                tx_id,
                record.version.op_id,
                record.entity,
                record.row_id,
                record.kind.value,
                as_json(record.entity, record.before),
                as_json(record.entity, record.after),
                record.version.stamp,
                author.user_id,
                cause,
            )
            for record in records
        ],
    )


def queue(connection: Connection, records: Sequence[Record], tx_id: TxId) -> None:
    """Put the records into the outbox, and remember what pending fields were, so that a refusal can be rolled back."""
    connection.exec_driver_sql(
        "INSERT INTO sync_outbox (op_id, tx_id, hlc, entity, row_id, body, schema_v, state, tries)"
        " VALUES (?,?,?,?,?,?,?,'waiting',0)",
        [
            (
                record.version.op_id,
                tx_id,
                record.version.stamp,
                record.entity,
                record.row_id,
                body(record),
                SCHEMA_VERSION,
            )
            for record in records
        ],
    )
    bases = [row for record in records for row in _bases(record)]
    if bases:
        connection.exec_driver_sql(
            "INSERT INTO sync_base (entity, row_id, field, value, clk) VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING", bases
        )


def body(record: Record) -> str:
    """The operation as it will be sent: k(ind), f(ields), b(ase: the operation each field was seen at)."""
    clock = read_clock(record.clock_before)
    entity = REGISTRY[record.entity]
    kind = _KINDS.get(record.kind, "issue" if entity.issued else "set")
    values = _with_whole_units(record)
    seen: dict[str, str] = {name: version_of(clock, name).op_id for name in values} if clock else {}
    if record.kind in _KINDS:
        seen = {name: version_of(clock, name).op_id for name in clock if "/" not in name}
    marked = tuple(f"{name}/" for name in values if _is_set(record.entity, name))
    wanted = "" if record.kind in _KINDS else marked
    seen |= {name: additions for name, additions in clock.items() if "/" in name and name.startswith(wanted)}
    fields = {name: encode(entity.field(name), value) for name, value in values.items()}
    return msgspec.json.encode({"k": kind, "f": fields, "b": seen}).decode()


def clock_after(
    entity: str,
    clock_before: str | None,
    kind: ChangeKind,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    version: Version,
) -> str:
    """The row's clock after an operation. Elements of sets are marked one by one ("tags/vip") with the additions that hold them."""
    sets = [name for name in after if _is_set(entity, name)]
    fields = [name for name in after if name not in sets]
    text = stamped(clock_before, [*fields, DELETED] if kind in _KINDS else fields, version)
    if not sets:
        return text
    clock = read_clock(text)
    for name in sets:
        was, now = set(before.get(name) or ()), set(after[name] or ())
        clock.update({f"{name}/{element}": version.op_id for element in now - was})
        for element in was - now:
            clock.pop(f"{name}/{element}", None)
    return write_clock(clock)


def _is_set(entity: str, name: str) -> bool:
    return name in _sets(entity) or ("." in name and own_field(name).merge is MergeRule.ADD_WINS)


@cache
def _sets(entity: str) -> frozenset[str]:
    return frozenset(field.name for field in REGISTRY[entity].fields if field.merge is MergeRule.ADD_WINS)


def _with_whole_units(record: Record) -> dict[str, Any]:
    """The changed fields, and with any field of a merge unit the rest of that unit: all or none."""
    entity = REGISTRY[record.entity]
    values = dict(record.after)
    if record.kind is ChangeKind.UPDATED:
        for name in record.after:
            unit = entity.field(name).unit
            for other in entity.together(unit) if unit else ():
                values.setdefault(other, record.row.get(other))
    return values


def last_stamp(connection: Connection) -> Stamp:
    """The newest stamp this file knows, for the clock to start above."""
    newest = connection.exec_driver_sql("SELECT hlc FROM change ORDER BY n DESC LIMIT 1").scalar()
    learnt = connection.exec_driver_sql("SELECT value FROM sync_state WHERE name='hlc_last'").scalar()
    return Stamp(max(newest or NO_STAMP, learnt or NO_STAMP))


def is_joined(connection: Connection) -> bool:
    """Whether this workspace belongs to a server; before that nothing is queued, and the first sync adopts the rows."""
    return connection.exec_driver_sql("SELECT value FROM sync_state WHERE name='server_id'").scalar() is not None


def _bases(record: Record) -> list[tuple[str, str, str, str, str | None]]:
    if record.kind is not ChangeKind.UPDATED:
        return []
    kinds = REGISTRY[record.entity]
    clock = read_clock(record.clock_before)
    return [
        (
            record.entity,
            record.row_id,
            name,
            msgspec.json.encode(encode(kinds.field(name), value)).decode(),
            str(version_of(clock, name)),
        )
        for name, value in record.before.items()
    ]
