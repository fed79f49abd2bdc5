"""What waits to be sent, what was acknowledged, what was refused, and what the laptop knows about its server.

It moves operations between `sync_outbox`, `sync_journal` and `sync_quarantine`; what an operation does to rows is `arrivals`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from desktop_crm.domain.schema import REGISTRY, SCHEMA_VERSION, MergeRule
from desktop_crm.domain.schema.codec import encode
from desktop_crm.foundation.hlc import NO_STAMP, HybridClock
from desktop_crm.foundation.ids import new_id
from desktop_crm.foundation.versions import Version, newest, read_clock, write_clock
from desktop_crm.persistence.tables import ROWS

JOURNAL_KEPT: Final = timedelta(days=90)
_CHUNK: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An operation as it lies in the outbox or the journal. `body`: k, f, b."""

    op_id: str
    tx_id: str
    hlc: str
    entity: str
    row_id: str
    kind: str
    fields: dict[str, Any]
    seen: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What the laptop knows about its server. `token`: the newest (commit, salt) received in any answer.

    `resetting`: what the laptop holds is being compared with a server that does not know its history; `moved`: that is another
    server, and what it lacks is brought along afterwards.
    """

    server_id: str = ""
    token: tuple[int, str] = (0, "")
    history: str = ""
    resetting: bool = False
    moved: bool = False
    grants: dict[str, str] = field(default_factory=dict)

    @property
    def joined(self) -> bool:
        return bool(self.server_id)


def read_contact(connection: Connection) -> Contact:
    """What is saved about the server."""
    saved = state(connection)
    return Contact(
        server_id=saved.get("server_id", ""),
        token=(int(saved.get("hw_seq", "0")), saved.get("hw_salt", "")),
        history=saved.get("history", ""),
        resetting=saved.get("resetting") in {"yes", "moved"},
        moved=saved.get("resetting") == "moved",
        grants=json.loads(saved.get("grants", "{}")),
    )


def state(connection: Connection) -> dict[str, str]:
    """Everything in `sync_state`."""
    rows = connection.exec_driver_sql("SELECT name, value FROM sync_state WHERE value IS NOT NULL")
    return {row[0]: row[1] for row in rows}


def save(connection: Connection, **values: str) -> None:
    """Write facts about the server."""
    connection.exec_driver_sql("INSERT OR REPLACE INTO sync_state (name, value) VALUES (?,?)", list(values.items()))


def save_token(connection: Connection, token: tuple[int, str], stamp: str) -> None:
    """Remember the newest point of history received, and the clock."""
    save(connection, hw_seq=str(token[0]), hw_salt=token[1], hlc_last=stamp)


def note_contact(connection: Connection, at: datetime, lock_days: int) -> None:
    """The server answered at that moment, and says after how many days without contact this laptop locks itself."""
    save(connection, contact_at=at.isoformat(), lock_days=str(lock_days))


def note_left_behind(connection: Connection, *entities: str) -> None:
    """Rows of these entities are to be looked at when a pull is level: made here, or left their scope while operations waited."""
    save(connection, left_behind=json.dumps(sorted({*left_behind(connection), *entities})))


def forget_left_behind(connection: Connection, entities: Iterable[str]) -> None:
    """They were looked at."""
    save(connection, left_behind=json.dumps(sorted(set(left_behind(connection)) - set(entities))))


def left_behind(connection: Connection) -> list[str]:
    """The entities so noted."""
    text = connection.exec_driver_sql("SELECT value FROM sync_state WHERE name='left_behind'").scalar()
    return list(json.loads(text)) if text else []


def waiting(connection: Connection, most: int, most_bytes: int) -> list[Waiting]:
    """The first operations of the outbox, in the order in which they were made."""
    rows = connection.exec_driver_sql(
        "SELECT op_id, tx_id, hlc, entity, row_id, body FROM sync_outbox ORDER BY n LIMIT ?", (most,)
    )
    taken: list[Waiting] = []
    size = 0
    for row in rows:
        size += len(row[5].encode())
        if taken and size > most_bytes:
            break
        taken.append(_waiting(*row))
    return taken


def of_rows(connection: Connection, entity: str, row_ids: Sequence[str]) -> dict[str, list[Waiting]]:
    """Waiting operations by the row of this entity that they change."""
    found: dict[str, list[Waiting]] = {}
    rows = connection.exec_driver_sql(
        "SELECT op_id, tx_id, hlc, entity, row_id, body FROM sync_outbox"
        " WHERE entity=? AND row_id IN (SELECT value FROM json_each(?)) ORDER BY n",
        (entity, json.dumps(row_ids)),
    )
    for row in rows.all():
        found.setdefault(row[4], []).append(_waiting(*row))
    return found


def count(connection: Connection) -> int:
    """How many operations wait."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM sync_outbox").scalar_one())


def settle(connection: Connection, ops: Sequence[Waiting], commit: int, at: datetime) -> None:
    """The server has these: they go from the outbox to the journal. What was in the journal too long goes."""
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO sync_journal (op_id, commit_seq, at, body)"
        " SELECT op_id, ?, ?, json_insert(body, '$.tx', tx_id, '$.h', hlc, '$.e', entity, '$.r', row_id)"
        " FROM sync_outbox WHERE op_id IN (SELECT value FROM json_each(?))",
        (commit, at.isoformat(), _ids(ops)),
    )
    _take_out(connection, ops)
    made = {op.entity for op in ops if not op.seen and op.kind not in {"del", "undel"}}
    if made:
        note_left_behind(connection, *made)
    connection.exec_driver_sql("DELETE FROM sync_journal WHERE at < ?", ((at - JOURNAL_KEPT).isoformat(),))


def quarantine(connection: Connection, refused: Sequence[tuple[Waiting, str]], at: datetime) -> None:
    """The server refused these: they go from the outbox to the quarantine, with the reason."""
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO sync_quarantine (op_id, reason, at, body) VALUES (?,?,?,?)",
        [(op.op_id, reason, at.isoformat(), _whole(op)) for op, reason in refused],
    )
    _take_out(connection, [op for op, _ in refused])


def forget_bases(connection: Connection, ops: Iterable[Waiting]) -> None:
    """Drop what pending fields were, where nothing is pending any more."""
    touched: dict[str, set[str]] = {}
    for op in ops:
        touched.setdefault(op.entity, set()).add(op.row_id)
    for entity, row_ids in touched.items():
        still = of_rows(connection, entity, sorted(row_ids))
        connection.exec_driver_sql(
            "DELETE FROM sync_base WHERE entity=? AND row_id IN (SELECT value FROM json_each(?))",
            (entity, json.dumps(sorted(row_ids - still.keys()))),
        )
        for row_id, ones in still.items():
            names = sorted({name for one in ones for name in one.fields})
            connection.exec_driver_sql(
                "DELETE FROM sync_base WHERE entity=? AND row_id=? AND field NOT IN (SELECT value FROM json_each(?))",
                (entity, row_id, json.dumps(names)),
            )


def start_again(connection: Connection, server_id: str, *, moved: bool = False) -> int:
    """The server does not know our history: journal and outbox together wait again, everything else will be rebuilt.

    Leased numbers that were not used are given up: the server may have forgotten whose they are. `moved`: it is another server.
    Returns how many operations wait.
    """
    rows = connection.exec_driver_sql(
        "SELECT op_id, tx_id, hlc, entity, row_id, body FROM sync_outbox ORDER BY n"
    ).all()
    pending = [_waiting(*row) for row in rows]
    known = {op.op_id for op in pending}
    kept = [
        _from_whole(row[0], row[1]) for row in connection.exec_driver_sql("SELECT op_id, body FROM sync_journal").all()
    ]
    ops = sorted([op for op in kept if op.op_id not in known] + pending, key=lambda op: (op.hlc, op.op_id))
    connection.exec_driver_sql("DELETE FROM sync_outbox")
    connection.exec_driver_sql("DELETE FROM sync_journal")
    connection.exec_driver_sql("DELETE FROM sync_cursor")
    connection.exec_driver_sql("DELETE FROM sync_snapshot")
    connection.exec_driver_sql("DELETE FROM sync_state WHERE name='snapshot'")
    put(connection, ops)
    for entity in REGISTRY.names():
        connection.exec_driver_sql(f'UPDATE "{entity}" SET _seq=0 WHERE _seq IS NOT NULL')
    connection.exec_driver_sql("UPDATE number_lease SET next=until+1 WHERE kind='leased' AND next<=until")
    connection.exec_driver_sql("UPDATE blob SET state='here' WHERE state='sent'")  # it may have lost files too
    moved = moved or read_contact(connection).moved
    save(connection, server_id=server_id, hw_seq="0", hw_salt="", resetting="moved" if moved else "yes")
    if moved:
        save(connection, left_behind="[]", grants="{}")
    return len(ops)


def adopt(connection: Connection, clock: HybridClock) -> int:
    """The first meeting with a server: every row of a workspace that began alone becomes an operation that makes it."""
    total = 0
    for entity in REGISTRY:
        if not entity.server_made:
            found = connection.exec_driver_sql(f'SELECT id FROM "{entity.name}" ORDER BY id')
            total += adopt_rows(connection, entity.name, [row[0] for row in found], clock)
    return total


def adopt_rows(
    connection: Connection, entity: str, ids: Sequence[str], clock: HybridClock, *, dated: bool = False
) -> int:
    """Rows become operations that make them; `dated`: under the stamp of their newest value. Returns how many."""
    total = 0
    table = ROWS[entity].__table__
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        rows = connection.execute(select(table).where(table.c.id.in_(part)).order_by(table.c.id)).mappings().all()
        total += _as_made(connection, entity, [dict(row) for row in rows], clock, dated=dated)
    return total


def _as_made(
    connection: Connection, entity: str, rows: list[dict[str, Any]], clock: HybridClock, *, dated: bool
) -> int:
    description, tx_id = REGISTRY[entity], new_id()
    ops: list[Waiting] = []
    clocks: list[dict[str, Any]] = []
    for row in rows:
        values = {name: row[name] for name in description.by_name} | (row["_extra"] or {})
        fields = {name: encode(description.field(name), v) for name, v in values.items() if v is not None}
        typed = newest(read_clock(row["_clk"])).stamp if dated else NO_STAMP
        version = Version(typed if typed != NO_STAMP else clock.tick(), new_id())  # type: ignore[arg-type]
        kind = "issue" if description.issued else "set"
        ops.append(_op(version, tx_id, entity, row["id"], kind, fields, {}))
        sets = [name for name in fields if description.field(name).merge is MergeRule.ADD_WINS]
        marks = {f"{name}/{element}": version.op_id for name in sets for element in fields[name]}
        row_clock: dict[str, str] = {"": str(version), **marks}
        if row["_deleted"] is not None:
            gone = Version(clock.tick(), new_id())  # type: ignore[arg-type]
            ops.append(_op(gone, tx_id, entity, row["id"], "del", {}, {"": version.op_id, **marks}))
            row_clock["_deleted"] = str(gone)
        clocks.append({"the_id": row["id"], "_clk": write_clock(row_clock)})
    put(connection, ops)
    table = ROWS[entity].__table__
    statement = update(table).where(table.c.id == bindparam("the_id")).values(_clk=bindparam("_clk"))  # type: ignore[arg-type]
    connection.execute(statement, clocks)
    return len(ops)


def _op(
    version: Version, tx_id: str, entity: str, row_id: str, kind: str, fields: dict[str, Any], seen: dict[str, str]
) -> Waiting:
    return Waiting(
        op_id=version.op_id,
        tx_id=tx_id,
        hlc=version.stamp,
        entity=entity,
        row_id=row_id,
        kind=kind,
        fields=fields,
        seen=seen,
    )


def put(connection: Connection, ops: Iterable[Waiting]) -> None:
    """Operations wait at the end of the outbox."""
    lines = [(op.op_id, op.tx_id, op.hlc, op.entity, op.row_id, _body(op), SCHEMA_VERSION) for op in ops]
    if lines:
        connection.exec_driver_sql(
            "INSERT INTO sync_outbox (op_id, tx_id, hlc, entity, row_id, body, schema_v, state, tries)"
            " VALUES (?,?,?,?,?,?,?,'waiting',0)",
            lines,
        )


def _take_out(connection: Connection, ops: Sequence[Waiting]) -> None:
    connection.exec_driver_sql("DELETE FROM sync_outbox WHERE op_id IN (SELECT value FROM json_each(?))", (_ids(ops),))


def _ids(ops: Sequence[Waiting]) -> str:
    return json.dumps([op.op_id for op in ops])


def _waiting(op_id: str, tx_id: str, hlc: str, entity: str, row_id: str, body: str) -> Waiting:
    parts: Mapping[str, Any] = msgspec.json.decode(body)
    return Waiting(
        op_id=op_id,
        tx_id=tx_id,
        hlc=hlc,
        entity=entity,
        row_id=row_id,
        kind=parts["k"],
        fields=parts["f"],
        seen=parts["b"],
    )


def _body(op: Waiting) -> str:
    return msgspec.json.encode({"k": op.kind, "f": op.fields, "b": op.seen}).decode()


def _whole(op: Waiting) -> str:
    parts = {"tx": op.tx_id, "h": op.hlc, "e": op.entity, "r": op.row_id, "k": op.kind, "f": op.fields, "b": op.seen}
    return msgspec.json.encode(parts).decode()


def _from_whole(op_id: str, text: str) -> Waiting:
    parts: Mapping[str, Any] = json.loads(text)
    return Waiting(
        op_id=op_id,
        tx_id=parts["tx"],
        hlc=parts["h"],
        entity=parts["e"],
        row_id=parts["r"],
        kind=parts["k"],
        fields=parts["f"],
        seen=parts["b"],
    )
