"""What comes from the server, laid over the laptop's rows in one transaction, together with history, sums and search index.

1. A row that arrives is the server's; operations that still wait are laid over it again, in their order. Nothing typed is lost.
2. What pending fields are at the server is kept in `sync_base`.
3. A refused operation is taken back: the fields show the operation before it that still waits, or the base.
4. A row leaves when it left its scope or its scope is no longer granted, but never while operations on it wait.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from desktop_crm.domain.schema import REGISTRY, Entity, MergeRule
from desktop_crm.domain.schema.codec import decode, encode
from desktop_crm.foundation.changes import ChangeKind, Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import DeviceId, RowId, TxId, UserId, new_id
from desktop_crm.foundation.versions import DELETED, newest, read_clock, version_of, write_clock
from desktop_crm.persistence import change_log, erasing, moving, outbox, search
from desktop_crm.persistence.change_log import Author, Record
from desktop_crm.persistence.outbox import Waiting
from desktop_crm.persistence.stores import health_kept
from desktop_crm.persistence.stores.sums import rollups
from desktop_crm.persistence.tables import ROWS

GONE_SCOPE: Final = "-"
"""The scope of a row that left while operations on it wait; never granted, so that it goes when they are through."""
_CHUNK: Final = 500
Key = tuple[str, str]


class Incoming(Protocol):
    """A row as the server gives it; values in the registry's JSON form."""

    @property
    def entity(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def fields(self) -> dict[str, Any]: ...
    @property
    def clocks(self) -> dict[str, str]: ...
    @property
    def scope(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def deleted(self) -> bool: ...
    @property
    def by(self) -> str: ...


@dataclass(slots=True, kw_only=True)
class _View:
    """A row as it will stand: Python values, clock, whether it is deleted."""

    values: dict[str, Any]
    clock: dict[str, str]
    deleted: bool
    scope: str | None
    seq: int | None
    by: str = ""
    bases: dict[str, tuple[str, str]] = field(default_factory=dict)


class Arrivals:
    """One transaction's worth of news from the server. Built for one transaction; `finish` ends it.

    `moving`: they come from another server than before; what is newer here goes there.
    """

    def __init__(self, connection: Connection, device: DeviceId, *, moving: bool = False) -> None:
        self.connection = connection
        self._device, self._moving = device, moving
        self._records: list[tuple[str, Record]] = []
        self._removed: list[Record] = []
        self._deleted_account_left = False

    def rows(self, rows: Sequence[Incoming]) -> None:
        """Rows as they stand at the server. Entities that this version does not know are passed over."""
        by_entity: dict[str, list[Incoming]] = {}
        for row in rows:
            if row.entity in REGISTRY:
                by_entity.setdefault(row.entity, []).append(row)
        for entity, some in by_entity.items():
            for start in range(0, len(some), _CHUNK):
                self._lay(REGISTRY[entity], some[start : start + _CHUNK])

    def refuse(self, ops: Sequence[Waiting], rows: Mapping[str, Incoming]) -> None:
        """Take refused operations back; they are out of the outbox already. `rows`: the server's row by operation, where it gave one."""
        for op in ops:
            if op.entity not in REGISTRY:
                continue
            row = rows.get(op.op_id)
            if row is not None:
                self._lay(REGISTRY[op.entity], [row])
            else:
                self._back_to_base(op)

    def leave(self, keys: Iterable[tuple[str, str, str]]) -> None:
        """Rows (entity, id, scope) have left the scope. A row that came in again under another scope stays."""
        for entity, row_id, scope in keys:
            if entity not in REGISTRY:
                continue
            current = self._local(REGISTRY[entity], [row_id]).get(row_id)
            if current is not None and current["_scope"] == scope:
                self._remove_or_wait(entity, current)

    def sweep(self, granted: Iterable[str], entities: Iterable[str]) -> None:
        """At the end of a pull: rows leave whose scope is not granted, or that the server took and did not send back.

        Those on which operations still wait stay; they are noted, so that the next sweep looks at them again.
        """
        names = sorted(entities)
        outbox.forget_left_behind(self.connection, names)
        condition = "_scope IS NULL OR _scope NOT IN (SELECT value FROM json_each(?))"
        self._sweep(names, condition, (json.dumps(sorted(granted)),))

    def sweep_unconfirmed(self) -> None:
        """After a reset: rows that the server did not send again leave."""
        self._sweep(REGISTRY.names(), "_seq = 0", ())

    def leaving(self) -> int:
        """How many rows are leaving in this transaction."""
        return len(self._removed)

    def finish(self, cause: str = "sync") -> Changes:
        """Write history, sums and index, and tell what changed."""
        tx_id = TxId(new_id())
        by_author: dict[str, list[Record]] = {}
        for by, record in self._records:
            by_author.setdefault(by, []).append(record)
        for by, records in by_author.items():
            author = Author(user_id=UserId(by) if by else None, device_id=self._device)
            change_log.append(self.connection, records, tx_id, author, cause)
        erased = [one.row_id for _, one in self._records if one.entity == "map_node" and one.after.get("erased_at")]
        if erased:
            erasing.scrub(self.connection, erased)
        everything = [record for _, record in self._records] + self._removed
        if self._removed or self._deleted_account_left or self._has_waiting_deals():
            rollups.recount(
                self.connection, everything
            )  # differences would be taken from rows that are gone, or were not counted
        elif everything:
            rollups.refresh(self.connection, everything)
        if everything:
            if self._removed:
                health_kept.forget(self.connection)
            else:
                health_kept.refresh(self.connection, everything)
            search.refresh(self.connection, everything)
        return Changes(tx_id=tx_id, items=tuple(record.change() for record in everything), remote=True)

    def _has_waiting_deals(self) -> bool:
        """Whether an account came after opportunities of it, which no sum has counted yet."""
        new = {"account": list[str](), "opportunity": list[str]()}
        for _, record in self._records:
            if record.entity in new and record.kind is ChangeKind.CREATED:
                new[record.entity].append(record.row_id)
        found = self.connection.exec_driver_sql(
            "SELECT 1 FROM json_each(?) JOIN opportunity ON account_id=value"
            " WHERE opportunity.id NOT IN (SELECT value FROM json_each(?)) LIMIT 1",
            (json.dumps(new["account"]), json.dumps(new["opportunity"])),
        )
        return found.first() is not None

    def _sweep(self, names: Iterable[str], condition: str, values: tuple[Any, ...]) -> None:
        for entity in (REGISTRY[name] for name in names):
            found = self.connection.exec_driver_sql(f'SELECT id FROM "{entity.name}" WHERE {condition}', values)
            ids = [row[0] for row in found]
            for start in range(0, len(ids), _CHUNK):
                for current in self._local(entity, ids[start : start + _CHUNK]).values():
                    self._remove_or_wait(entity.name, current)

    def _local(self, entity: Entity, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        table = _table(entity)
        names = table.c.keys()
        rows = self.connection.execute(select(table).where(table.c.id.in_(ids))).all()
        found = (dict(zip(names, row, strict=True)) for row in rows)
        return {columns["id"]: columns for columns in found}

    def _lay(self, entity: Entity, rows: Sequence[Incoming]) -> None:
        pending = outbox.of_rows(self.connection, entity.name, [row.id for row in rows])
        level = set() if self._moving else self._level(entity, [row for row in rows if row.id not in pending])
        rows = [row for row in rows if row.id not in level]
        local = self._local(entity, [row.id for row in rows])
        new: list[dict[str, Any]] = []
        changed: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in rows:
            current, ops = local.get(row.id), pending.get(row.id, [])
            if current is None and row.deleted and not ops:
                continue
            if self._moving and current is not None and current["_seq"] == 0:
                ops = [*ops, *self._brought(entity, current, row)]
            view = _view(entity, row)
            for op in ops:
                _lay_over(entity, view, op)
            line = self._line(entity, row.id, current, view)
            if current is None:
                new.append(line)
            elif differing := _differing(current, line):
                changed.setdefault(differing, []).append(line)
        self._upsert(entity, new)
        for names, lines in changed.items():
            self._update(entity, names, lines)

    def _level(self, entity: Entity, rows: Sequence[Incoming]) -> set[str]:
        """The ids of rows that lie here just as they come, as after this laptop's own push; only their place is noted."""
        statement, names = _as_they_lie(entity.name)
        found = self.connection.exec_driver_sql(statement, (json.dumps([row.id for row in rows]),))
        held = {raw[0]: raw for raw in found.all()}
        places: dict[tuple[str, int], list[str]] = {}
        for row in rows:
            raw = held.get(row.id)
            if raw is not None and not row.deleted and raw[1] == write_clock(row.clocks):
                here = {name: value for name, value in zip(names, raw[2:], strict=True) if value is not None}
                if here == {name: _lying(value) for name, value in row.fields.items()}:
                    places.setdefault((row.scope, row.seq), []).append(row.id)
        for (scope, seq), ids in places.items():
            self.connection.exec_driver_sql(
                f'UPDATE "{entity.name}" SET _scope=?, _seq=? WHERE id IN (SELECT value FROM json_each(?))',
                (scope, seq, json.dumps(ids)),
            )
        return {row_id for ids in places.values() for row_id in ids}

    def _brought(self, entity: Entity, current: Mapping[str, Any], row: Incoming) -> list[Waiting]:
        op = moving.newer_here(entity, current, row)
        if op is None:
            return []
        outbox.put(self.connection, [op])
        return [op]

    def _line(self, entity: Entity, row_id: str, current: Mapping[str, Any] | None, view: _View) -> dict[str, Any]:
        """The columns of a row's new state; what changed goes into the history, what is pending into `sync_base`."""
        self._write_bases(entity, row_id, view)
        known = {name: view.values.get(name) for name in entity.by_name}
        extra = {n: v for n, v in view.values.items() if n not in known and v is not None}
        self._note(entity, row_id, current, view, known | extra)
        version = version_of(view.clock, DELETED)
        gone = str(version.stamp) or "-"
        return known | {
            "id": row_id,
            "_clk": write_clock(view.clock),
            "_scope": view.scope,
            "_seq": view.seq,
            "_deleted": gone if view.deleted else None,
            "_extra": extra,
        }

    def _note(
        self, entity: Entity, row_id: str, current: Mapping[str, Any] | None, view: _View, values: dict[str, Any]
    ) -> None:
        was_deleted = current is None or current["_deleted"] is not None
        old = _values(entity, current) if current is not None else {}
        names = sorted({*old, *values}) if old != values else ()
        changed = [name for name in names if old.get(name) != values.get(name)]
        kind = _kind(current is None, was_deleted=was_deleted, is_deleted=view.deleted)
        if kind is None or (kind is ChangeKind.UPDATED and not changed):
            return
        record = Record(
            entity=entity.name,
            row_id=RowId(row_id),
            kind=kind,
            version=newest(view.clock),
            before={name: old.get(name) for name in changed} if current is not None else {},
            after={name: values.get(name) for name in changed if current is not None or values.get(name) is not None},
            clock_before=current["_clk"] if current is not None else None,
            row=values,
            gone=view.deleted,
        )
        self._records.append((view.by, record))

    def _upsert(self, entity: Entity, lines: list[dict[str, Any]]) -> None:
        if not lines:
            return
        table = _table(entity)
        statement = insert(table)
        names = [name for name in lines[0] if name != "id"]
        statement = statement.on_conflict_do_update(
            index_elements=["id"], set_={name: statement.excluded[name] for name in names}
        )
        self.connection.execute(statement, lines)

    def _update(self, entity: Entity, names: Iterable[str], lines: list[dict[str, Any]]) -> None:
        """Only what differs: an index is not touched for columns that stay."""
        table = _table(entity)
        place: ColumnElement[bool] = table.c.id == bindparam("the_id")
        statement = update(table).where(place).values({name: bindparam(f"new{name}") for name in names})
        self.connection.execute(
            statement, [{"the_id": line["id"], **{f"new{name}": line[name] for name in names}} for line in lines]
        )

    def _write_bases(self, entity: Entity, row_id: str, view: _View) -> None:
        if view.bases:
            self.connection.exec_driver_sql(
                "INSERT OR REPLACE INTO sync_base (entity, row_id, field, value, clk) VALUES (?,?,?,?,?)",
                [(entity.name, row_id, name, value, clk) for name, (value, clk) in view.bases.items()],
            )

    def _back_to_base(self, op: Waiting) -> None:
        entity = REGISTRY[op.entity]
        current = self._local(entity, [op.row_id]).get(op.row_id)
        if current is None:
            return
        pending = outbox.of_rows(self.connection, op.entity, [op.row_id]).get(op.row_id, [])
        if not op.seen and op.kind not in {"del", "undel"}:
            if current["_seq"] is None:
                self._remove(op.entity, current)
            return
        view = self._from_bases(entity, op, current)
        for one in pending:
            _lay_over(entity, view, one)
        view.bases = {}
        line = self._line(entity, op.row_id, current, view)
        self._update(entity, [name for name in line if name != "id"], [line])

    def _from_bases(self, entity: Entity, op: Waiting, current: Mapping[str, Any]) -> _View:
        """The row with its pending fields as they were at the server."""
        view = _View(
            values=_values(entity, current),
            clock=read_clock(current["_clk"]),
            deleted=current["_deleted"] is not None,
            scope=current["_scope"],
            seq=current["_seq"],
        )
        if op.kind in {"del", "undel"}:
            view.deleted = op.kind == "undel"
        bases = self.connection.exec_driver_sql(
            "SELECT field, value, clk FROM sync_base WHERE entity=? AND row_id=?", (op.entity, op.row_id)
        )
        for name, value, clk in bases:
            view.values[name] = _decoded(entity, name, json.loads(value))
            if clk and not _is_set(entity, name):
                view.clock[name] = clk
        for name in op.fields:
            if _is_set(entity, name):
                view.clock = {
                    key: held
                    for key, held in view.clock.items()
                    if not key.startswith(f"{name}/") or held.split() != [op.op_id]
                }
        return view

    def _remove_or_wait(self, entity: str, current: Mapping[str, Any]) -> None:
        if outbox.of_rows(self.connection, entity, [current["id"]]):
            self.connection.exec_driver_sql(
                f'UPDATE "{entity}" SET _scope=? WHERE id=?',
                (GONE_SCOPE if current["_scope"] is not None else None, current["id"]),
            )
            outbox.note_left_behind(self.connection, entity)
            return
        self._remove(entity, current)

    def _remove(self, entity: str, current: Mapping[str, Any]) -> None:
        """A row and its history leave the laptop; nothing of it stays."""
        row_id = current["id"]
        for table in ("change", "sync_base"):
            self.connection.exec_driver_sql(f"DELETE FROM {table} WHERE entity=? AND row_id=?", (entity, row_id))
        search.forget(self.connection, entity, current)
        self.connection.exec_driver_sql(f'DELETE FROM "{entity}" WHERE id=?', (row_id,))
        values = _values(REGISTRY[entity], current)
        if current["_deleted"] is not None:
            self._deleted_account_left |= entity == "account"  # its sums are of records that still wait here
            return
        self._removed.append(
            Record(
                entity=entity,
                row_id=RowId(row_id),
                kind=ChangeKind.DELETED,
                version=version_of(read_clock(current["_clk"]), ""),
                clock_before=current["_clk"],
                row=values,
                gone=True,
            )
        )


def _kind(is_new: bool, *, was_deleted: bool, is_deleted: bool) -> ChangeKind | None:
    if is_deleted:
        return None if was_deleted else ChangeKind.DELETED
    if is_new:
        return ChangeKind.CREATED
    return ChangeKind.RESTORED if was_deleted else ChangeKind.UPDATED


def _table(entity: Entity) -> Table:
    table = ROWS[entity.name].__table__
    assert isinstance(table, Table)
    return table


def _is_set(entity: Entity, name: str) -> bool:
    return entity.field(name).merge is MergeRule.ADD_WINS


def _values(entity: Entity, columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: columns[name] for name in entity.by_name} | dict(columns["_extra"] or {})


@cache
def _as_they_lie(entity: str) -> tuple[str, tuple[str, ...]]:
    """Reads living rows without fields of one's own: id, clock, then these fields as they lie in the file."""
    names = tuple(REGISTRY[entity].by_name)
    columns = ", ".join(f'"{name}"' for name in names)
    where = "_deleted IS NULL AND _extra IS NULL AND id IN (SELECT value FROM json_each(?))"
    return f'SELECT id, _clk, {columns} FROM "{entity}" WHERE {where}', names


def _lying(value: Any) -> Any:
    """A value from the wire as it lies in the file; sets as their text."""
    return json.dumps(sorted(set(value)), ensure_ascii=False) if isinstance(value, list) else value


def _differing(current: Mapping[str, Any], line: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns whose values are not the same; of numbers the digits count too, as they do in hashes."""
    return tuple(
        name
        for name, new in line.items()
        if (old := current[name]) is not new
        and (old != new or (isinstance(old, Decimal) and old.as_tuple() != new.as_tuple()))
    )


def _decoded(entity: Entity, name: str, raw: Any) -> Any:
    if not entity.has(name) and "." not in name:
        return raw
    try:
        return decode(entity.field(name), raw)
    except Refusal:
        return None  # a newer version's form of this field; its own laptops show it


def _view(entity: Entity, row: Incoming) -> _View:
    return _View(
        values={name: _decoded(entity, name, value) for name, value in row.fields.items()},
        clock=dict(row.clocks),
        deleted=row.deleted,
        scope=row.scope,
        seq=row.seq,
        by=row.by,
    )


def _lay_over(entity: Entity, view: _View, op: Waiting) -> None:
    """One waiting operation over the server's state."""
    if op.kind in {"del", "undel"}:
        view.deleted = op.kind == "del"
        view.clock[DELETED] = f"{op.hlc} {op.op_id}"
        return
    view.deleted = False
    for name, raw in op.fields.items():
        base = encode(entity.field(name), view.values.get(name))
        view.bases.setdefault(name, (msgspec.json.encode(base).decode(), str(version_of(view.clock, name))))
        if _is_set(entity, name):
            _lay_set_over(view, name, raw or [], op)
        else:
            view.values[name] = _decoded(entity, name, raw)
            view.clock[name] = f"{op.hlc} {op.op_id}"


def _lay_set_over(view: _View, name: str, wanted: list[str], op: Waiting) -> None:
    prefix = f"{name}/"
    for key in [key for key in view.clock if key.startswith(prefix)]:
        if key.removeprefix(prefix) not in wanted:
            left = [one for one in view.clock[key].split() if one not in op.seen.get(key, "").split()]
            if left:
                view.clock[key] = " ".join(left)
            else:
                del view.clock[key]
    for element in wanted:
        if prefix + element not in op.seen:
            held = view.clock.get(prefix + element, "").split()
            view.clock[prefix + element] = " ".join(sorted({*held, op.op_id}))
    view.values[name] = tuple(sorted(key.removeprefix(prefix) for key in view.clock if key.startswith(prefix)))
