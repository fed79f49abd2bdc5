"""Cursors, grants, runs, conflicts and the quarantine: what the sync engine and the sync centre read and write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, select

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.codec import encode
from desktop_crm.persistence import outbox
from desktop_crm.persistence.tables import ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run of the past. `at` is ISO text in UTC; `error` a code."""

    at: str
    pushed: int
    pulled: int
    conflicts: int
    millis: int
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingLine:
    """A change that waits to be sent."""

    op_id: str
    hlc: str
    entity: str
    row_id: str
    kind: str
    fields: dict[str, Any]
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLine:
    """A change that the server refused, with what was typed."""

    op_id: str
    reason: str
    at: str
    entity: str
    row_id: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictLine:
    """A value that was typed and does not stand. `before`, `kept`, `lost`: in the registry's JSON form."""

    id: str
    entity: str
    row_id: str
    field: str
    kind: str
    before: Any
    kept: Any
    kept_by: str | None
    kept_at: str | None
    lost: Any
    lost_op: str
    lost_by: str | None
    lost_at: str | None
    state: str


def read_cursors(connection: Connection) -> dict[str, int]:
    """Up to which commit each scope is known."""
    return {row[0]: row[1] for row in connection.exec_driver_sql("SELECT scope, seq FROM sync_cursor")}


def write_cursors(connection: Connection, cursors: Mapping[str, int], *, granted: Iterable[str]) -> None:
    """Move the cursors; scopes that are not granted lose theirs, so that a new grant begins at the beginning."""
    granted = frozenset(granted)
    connection.exec_driver_sql(
        "DELETE FROM sync_cursor WHERE scope NOT IN (SELECT value FROM json_each(?))", (json.dumps(sorted(granted)),)
    )
    lines = [(scope, seq) for scope, seq in cursors.items() if scope in granted]
    if lines:
        connection.exec_driver_sql("INSERT OR REPLACE INTO sync_cursor (scope, seq) VALUES (?,?)", lines)


def write_grants(connection: Connection, grants: Mapping[str, str]) -> None:
    """Remember what may be read and written."""
    outbox.save(connection, grants=json.dumps(dict(sorted(grants.items()))))


def count_rows(connection: Connection) -> int:
    """How many rows came from the server or went to it."""
    total = 0
    for name in REGISTRY.names():
        total += connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()
    return total


def write_run(connection: Connection, line: RunLine) -> None:
    """Add a run to the history; the last thousand are kept."""
    connection.exec_driver_sql(
        "INSERT INTO sync_run (at, pushed, pulled, conflicts, millis, error) VALUES (?,?,?,?,?,?)",
        (line.at, line.pushed, line.pulled, line.conflicts, line.millis, line.error),
    )
    connection.exec_driver_sql("DELETE FROM sync_run WHERE n <= (SELECT max(n) FROM sync_run) - 1000")


def read_runs(connection: Connection, most: int) -> list[RunLine]:
    """The newest runs, newest first."""
    rows = connection.exec_driver_sql(
        "SELECT at, pushed, pulled, conflicts, millis, error FROM sync_run ORDER BY n DESC LIMIT ?", (most,)
    )
    return [
        RunLine(at=row[0], pushed=row[1], pulled=row[2], conflicts=row[3], millis=row[4], error=row[5]) for row in rows
    ]


def read_pending(connection: Connection, most: int) -> list[PendingLine]:
    """The newest changes that wait, newest first."""
    rows = connection.exec_driver_sql(
        "SELECT op_id, hlc, entity, row_id, body FROM sync_outbox ORDER BY n DESC LIMIT ?", (most,)
    )
    lines = []
    for row in rows:
        body = json.loads(row[4])
        is_new = not body["b"] and body["k"] in {"set", "issue", "led"}
        lines.append(
            PendingLine(
                op_id=row[0],
                hlc=row[1],
                entity=row[2],
                row_id=row[3],
                kind=body["k"],
                fields=body["f"],
                is_new=is_new,
            )
        )
    return lines


def read_refused(connection: Connection) -> list[RefusedLine]:
    """The quarantine, newest first."""
    rows = connection.exec_driver_sql(
        "SELECT op_id, reason, at, body FROM sync_quarantine ORDER BY at DESC, op_id DESC"
    )
    lines = []
    for row in rows:
        body = json.loads(row[3])
        lines.append(
            RefusedLine(op_id=row[0], reason=row[1], at=row[2], entity=body["e"], row_id=body["r"], fields=body["f"])
        )
    return lines


def drop_refused(connection: Connection, op_id: str) -> bool:
    """Take a line out of the quarantine."""
    return connection.exec_driver_sql("DELETE FROM sync_quarantine WHERE op_id=?", (op_id,)).rowcount == 1


def read_conflicts(connection: Connection, *, open_only: bool) -> list[ConflictLine]:
    """Conflicts, newest loss first."""
    where = "AND state='open'" if open_only else ""
    rows = connection.exec_driver_sql(
        "SELECT id, entity, row_id, field, kind, before, kept, kept_by, kept_at, lost, lost_op, lost_by, lost_at, state"
        f" FROM conflict WHERE _deleted IS NULL {where} ORDER BY lost_at DESC, id"
    ).mappings()
    return [_conflict(row) for row in rows]


def read_conflict(connection: Connection, conflict_id: str) -> ConflictLine | None:
    """One conflict."""
    rows = connection.exec_driver_sql("SELECT * FROM conflict WHERE id=? AND _deleted IS NULL", (conflict_id,))
    row = rows.mappings().first()
    return _conflict(row) if row is not None else None


def lost_together(connection: Connection, line: ConflictLine) -> list[ConflictLine]:
    """The conflict itself first, then those of the same lost operation whose fields are merged with it as one unit."""
    unit = REGISTRY[line.entity].field(line.field).unit if line.entity in REGISTRY else None
    if unit is None:
        return [line]
    names = REGISTRY[line.entity].together(unit)
    others = [
        one
        for one in read_conflicts(connection, open_only=False)
        if one.lost_op == line.lost_op and one.row_id == line.row_id and one.field in names and one.id != line.id
    ]
    return [line, *others]


def titles(connection: Connection, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What records are called, by (entity, id)."""
    wanted: dict[str, set[str]] = {}
    for entity, row_id in keys:
        if entity in REGISTRY and REGISTRY[entity].has(REGISTRY[entity].title):
            wanted.setdefault(entity, set()).add(row_id)
    found: dict[tuple[str, str], str] = {}
    for entity, ids in wanted.items():
        rows = connection.exec_driver_sql(
            f'SELECT id, "{REGISTRY[entity].title}" FROM "{entity}" WHERE id IN (SELECT value FROM json_each(?))',
            (json.dumps(sorted(ids)),),
        )
        found |= {(entity, row[0]): str(row[1] or "") for row in rows}
    return found | _people(connection, wanted.get("map_node", set()))


def _people(connection: Connection, cards: set[str]) -> dict[tuple[str, str], str]:
    """Cards of a map that stand for a contact are called as the contact is."""
    rows = connection.exec_driver_sql(
        "SELECT n.id, c.name FROM map_node n JOIN contact c ON c.id=n.contact_id"
        " WHERE c.name<>'' AND n.id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(cards)),),
    )
    return {("map_node", row[0]): str(row[1]) for row in rows} if cards else {}


def accounts_of(connection: Connection, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The account that a record is or belongs to, by (entity, id); those without one are left out."""
    found = {key: key[1] for key in keys if key[0] == "account"}
    for entity in {entity for entity, _ in keys if entity in REGISTRY and REGISTRY[entity].has("account_id")}:
        ids = sorted({row_id for of, row_id in keys if of == entity})
        rows = connection.exec_driver_sql(
            f'SELECT id, account_id FROM "{entity}" WHERE id IN (SELECT value FROM json_each(?))', (json.dumps(ids),)
        )
        found |= {(entity, row[0]): row[1] for row in rows if row[1]}
    return found


def living_rows(connection: Connection, entity: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(scope, id, fields in JSON form) of the rows that the server has and that are not deleted."""
    described = REGISTRY[entity]
    table = ROWS[entity].__table__
    where = and_(table.c["_deleted"].is_(None), table.c["_scope"].isnot(None), table.c["_seq"].isnot(None))
    for row in connection.execute(select(table).where(where)).mappings():
        held = {name: row[name] for name in described.by_name} | dict(row["_extra"] or {})
        yield row["_scope"], row["id"], {name: encode(described.field(name), value) for name, value in held.items()}


def fetch_again(connection: Connection, scopes: Sequence[str]) -> None:
    """These scopes are to be pulled from their beginning; what the server does not send again leaves, as after a reset."""
    wanted = (json.dumps(list(scopes)),)
    connection.exec_driver_sql("DELETE FROM sync_cursor WHERE scope IN (SELECT value FROM json_each(?))", wanted)
    for entity in REGISTRY.names():
        connection.exec_driver_sql(
            f'UPDATE "{entity}" SET _seq=0 WHERE _seq IS NOT NULL AND _scope IN (SELECT value FROM json_each(?))',
            wanted,
        )
    outbox.save(connection, resetting="yes")


def low_series(connection: Connection, least: int) -> list[str]:
    """Series that are numbered here and whose leased block has fewer numbers left than that."""
    rows = connection.exec_driver_sql(
        "SELECT DISTINCT series FROM number_lease WHERE series NOT IN"
        " (SELECT series FROM number_lease WHERE kind='leased' AND until - next + 1 >= ?)",
        (least,),
    )
    return [row[0] for row in rows]


def take_block(connection: Connection, series: str, first: int, last: int) -> None:
    """A leased block: it follows the one in use when it is contiguous with it, else it takes its place."""
    held = connection.exec_driver_sql(
        "SELECT next, until FROM number_lease WHERE series=? AND kind='leased'", (series,)
    ).first()
    following = held[0] if held is not None and held[1] == first - 1 else first
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO number_lease (series, kind, next, until) VALUES (?,'leased',?,?)",
        (series, following, last),
    )


def unsent_files(connection: Connection) -> list[tuple[str, str]]:
    """(hash, kind) of files that lie here and that the server does not have yet."""
    return [(row[0], row[1]) for row in connection.exec_driver_sql("SELECT hash, mime FROM blob WHERE state='here'")]


def note_sent(connection: Connection, digest: str) -> None:
    """The server has the file."""
    connection.exec_driver_sql("UPDATE blob SET state='sent' WHERE hash=?", (digest,))


def missing_files(connection: Connection) -> list[tuple[str, str]]:
    """(hash, kind) of issued documents and attached files that records name and that are not here."""
    rows = connection.exec_driver_sql(
        "SELECT hash, max(mime) FROM (SELECT pdf_ko AS hash, 'application/pdf' AS mime FROM quote_version WHERE _deleted IS NULL"
        " UNION ALL SELECT pdf_en, 'application/pdf' FROM quote_version WHERE _deleted IS NULL"
        " UNION ALL SELECT pdf_ko, 'application/pdf' FROM proposal_version WHERE _deleted IS NULL"
        " UNION ALL SELECT pdf_en, 'application/pdf' FROM proposal_version WHERE _deleted IS NULL"
        " UNION ALL SELECT image, 'image/png' FROM content_block WHERE _deleted IS NULL"
        " UNION ALL SELECT pages, 'application/pdf' FROM content_block WHERE _deleted IS NULL"
        " UNION ALL SELECT logo, 'image/png' FROM supplier WHERE _deleted IS NULL"
        " UNION ALL SELECT seal, 'image/png' FROM supplier WHERE _deleted IS NULL"
        " UNION ALL SELECT image, 'image/png' FROM product WHERE _deleted IS NULL"
        " UNION ALL SELECT content, coalesce(mime,'') FROM attachment WHERE _deleted IS NULL) WHERE hash IS NOT NULL"
        " AND hash NOT IN (SELECT hash FROM blob WHERE state<>'wanted') GROUP BY hash"
    )
    return [(row[0], row[1]) for row in rows]


def _conflict(row: Mapping[Any, Any]) -> ConflictLine:
    def parsed(text: str | None) -> Any:
        return json.loads(text) if text else None

    return ConflictLine(
        id=row["id"],
        entity=row["entity"] or "",
        row_id=row["row_id"] or "",
        field=row["field"] or "",
        kind=row["kind"] or "value",
        before=parsed(row["before"]),
        kept=parsed(row["kept"]),
        kept_by=row["kept_by"],
        kept_at=row["kept_at"],
        lost=parsed(row["lost"]),
        lost_op=row["lost_op"] or "",
        lost_by=row["lost_by"],
        lost_at=row["lost_at"],
        state=row["state"] or "open",
    )
