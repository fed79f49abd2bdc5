"""What a check of the file's content asks: each question gives the places where the answer is wrong, as short texts.

Derived tables (sums, search index) are made anew as temporary tables of the same names on a connection of its own, by the code
that made them, and compared; nothing of the file is written. Repairs are those of `mend_…`, inside the write transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, select

from desktop_crm.domain.schema import REGISTRY, Entity, MergeRule
from desktop_crm.domain.schema.codec import encode
from desktop_crm.foundation.changes import ChangeKind
from desktop_crm.persistence import change_log, search
from desktop_crm.persistence.engine import Database
from desktop_crm.persistence.schema_file import create_schema
from desktop_crm.persistence.stores.sums import rollups
from desktop_crm.persistence.tables import ROWS

Places = list[str]
Question = Callable[[Connection], Places]
_MENDABLE: Final = ("index", "trigger")


def missing_objects(connection: Connection) -> dict[str, str]:
    """Tables, indexes and guards that a file of this version has and this one lacks: name → SQL, empty for a table."""
    model = Database(":memory:", bytes(32), bytes(16))
    try:
        create_schema(model)
        with model.read() as session:
            wanted = _objects(session.connection())
    finally:
        model.close()
    there = _objects(connection)
    return {name: sql if kind in _MENDABLE else "" for (kind, name), sql in wanted.items() if (kind, name) not in there}


def mend_objects(connection: Connection) -> None:
    """Make missing indexes and guards, and all indexes anew."""
    for sql in missing_objects(connection).values():
        if sql:
            connection.exec_driver_sql(sql)
    connection.exec_driver_sql("REINDEX")


def wrong_values(connection: Connection) -> dict[str, Places]:
    """Rows against their history: `values` that do not follow from it, rows `unlogged` there, rows that are `lost`."""
    found: dict[str, Places] = {"values": [], "unlogged": [], "lost": []}
    for entity in REGISTRY:
        rows = {row[0]: row[1:] for row in _rows(connection, entity)}
        for row_id, state, deleted in _histories(connection, entity.name):
            row = rows.pop(row_id, None)
            if row is None:
                if not deleted:
                    found["lost"].append(f"{entity.name} {row_id}")
                continue
            values, is_deleted = row
            names = {name for name in {*values, *state} if values.get(name) != state.get(name)}
            if is_deleted != deleted:
                names.add("_deleted")
            found["values"] += [f"{entity.name} {row_id} {name}" for name in sorted(names)]
        found["unlogged"] += [f"{entity.name} {row_id}" for row_id in rows]
    return found


def wrong_outbox(connection: Connection) -> Places:
    """Operations that could not be sent as they are, or that are not what the row shows."""
    lines = connection.exec_driver_sql("SELECT op_id, entity, row_id, body FROM sync_outbox ORDER BY n").all()
    if lines and not change_log.is_joined(connection):
        return [f"{line[0]}: no server" for line in lines]
    wrong = [
        f"{row[0]}: sent already"
        for row in connection.exec_driver_sql(
            "SELECT op_id FROM sync_outbox WHERE op_id IN (SELECT op_id FROM sync_journal)"
        )
    ]
    pending: dict[tuple[str, str], dict[str, Any]] = {}
    for op_id, entity, row_id, body in lines:
        try:
            parts = json.loads(body)
            fields = dict(parts["f"])
            _ = parts["k"], dict(parts["b"])
        except (ValueError, KeyError, TypeError):
            wrong.append(f"{op_id}: unreadable")
            continue
        if entity not in REGISTRY:
            wrong.append(f"{op_id}: unknown {entity}")
        else:
            pending.setdefault((entity, row_id), {}).update(fields)
    return wrong + _not_shown(connection, pending)


def wrong_search(connection: Connection) -> Places:
    """Lines of the search index that are missing, too many, or not what their rows say. The connection is a scratch one."""
    _shadow(connection, "search_kind", "search_title", "search_text", "search_long")
    connection.exec_driver_sql("INSERT INTO temp.search_kind SELECT * FROM main.search_kind")
    search.rebuild(connection)
    wrong = _differences(connection, "search_title")
    for index in ("search_text", "search_long"):
        for where in ("main", "temp"):
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE temp.words_{index}_{where} USING fts5vocab('{where}','{index}','row')"
            )
        wrong += _differences(connection, "words", first=f"temp.words_{index}_main", second=f"temp.words_{index}_temp")
        right, held = (f"SELECT id FROM {where}.{index}_docsize" for where in ("temp", "main"))
        for here, there in ((right, held), (held, right)):
            wrong += [str(line[0]) for line in connection.exec_driver_sql(f"{here} EXCEPT {there}")]
    return wrong


def wrong_sums(connection: Connection) -> Places:
    """Sums of accounts that are not those of their opportunities. The connection is a scratch one."""
    _shadow(connection, *rollups.TABLES)
    rollups.rebuild(connection)
    held, right = (_amounts(connection, schema) for schema in ("main", "temp"))
    return sorted(" ".join(key) for key in {*held, *right} if held.get(key) != right.get(key))


_KEYS = {
    "account_total": 2,
    "linked_total": 3,
    "account_tally": 1,
    "linked_tally": 2,
    "quote_counted": 1,
    "person_place": 2,
    "person_overlap": 3,
}


def _amounts(connection: Connection, schema: str) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """What is worked out, by account and currency; amounts as amounts: 12.5 is 12.50."""
    found: dict[tuple[str, ...], tuple[Any, ...]] = {}
    for table, keys in _KEYS.items():
        for row in connection.exec_driver_sql(f"SELECT * FROM {schema}.{table}"):
            values = row[keys:] if table.endswith("tally") else tuple(map(_number, row[keys:]))
            found[table, *row[:keys]] = tuple(values)
    return found


def _number(text: str) -> Any:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def dangling(connection: Connection) -> Places:
    """Fields that name a record that never was. With a server they may name one this laptop is not granted."""
    if change_log.is_joined(connection):
        return []
    places: Places = []
    for entity in REGISTRY:
        for item in entity.fields:
            if item.target and item.target in REGISTRY:
                rows = connection.exec_driver_sql(
                    f'SELECT id FROM "{entity.name}" r WHERE _deleted IS NULL AND "{item.name}" IS NOT NULL'
                    f' AND NOT EXISTS (SELECT 1 FROM "{item.target}" t WHERE t.id=r."{item.name}")'
                )
                places += [f"{entity.name} {row[0]} {item.name}" for row in rows]
    return places


def circles(connection: Connection) -> Places:
    """Rows that stand above themselves: accounts, cards of a map by their reporting lines."""
    places: Places = []
    for entity in REGISTRY:
        for item in entity.fields:
            if item.merge is MergeRule.TREE_PARENT and item.target == entity.name:
                rows = connection.exec_driver_sql(
                    f'SELECT id, "{item.name}" FROM "{entity.name}" WHERE _deleted IS NULL AND "{item.name}" IS NOT NULL'
                )
                above = {row[0]: row[1] for row in rows}
                places += [f"{entity.name} {row_id} {item.name}" for row_id in sorted(_in_circles(above))]
    return places


def _in_circles(above: dict[str, str]) -> set[str]:
    """Each row is walked from once: a way that meets itself is a circle."""
    found, settled = set[str](), set[str]()
    for start in above:
        way: list[str] = []
        node: str | None = start
        while node is not None and node not in settled:
            settled.add(node)
            way.append(node)
            node = above.get(node)
        if node in way:
            found.update(way[way.index(str(node)) :])
    return found


def files_named(connection: Connection) -> list[str]:
    """Hashes of the files that are said to be on this laptop."""
    rows = connection.exec_driver_sql("SELECT hash FROM blob WHERE state<>'wanted' ORDER BY hash")
    return [row[0] for row in rows]


def want_file(connection: Connection, digest: str) -> bool:
    """A file that the server has is not here after all: the next sync fetches it. False for one that was never sent."""
    done = connection.exec_driver_sql("UPDATE blob SET state='wanted' WHERE hash=? AND state='sent'", (digest,))
    return done.rowcount == 1


def counts(connection: Connection) -> tuple[int, int, int]:
    """Records, changes and files."""
    tables = [*REGISTRY.names(), "change", "blob"]
    sizes = [int(connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one()) for table in tables]
    return sum(sizes[:-2]), sizes[-2], sizes[-1]


def _objects(connection: Connection) -> dict[tuple[str, str], str]:
    rows = connection.exec_driver_sql("SELECT type, name, sql FROM main.sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return {(row[0], row[1]): row[2] or "" for row in rows}


def _rows(connection: Connection, entity: Entity) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Id, values in the registry's JSON form without empty ones, whether deleted."""
    for row in connection.execute(select(ROWS[entity.name].__table__)).mappings():
        values = {name: row[name] for name in entity.by_name} | (row["_extra"] or {})
        coded = {name: encode(entity.field(name), value) for name, value in values.items() if value is not None}
        yield row["id"], coded, row["_deleted"] is not None


def _histories(connection: Connection, entity: str) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Id, values and deletion of each row as its changes leave it."""
    lines = connection.exec_driver_sql(
        'SELECT row_id, kind, "after" FROM change WHERE entity=? ORDER BY row_id, n', (entity,)
    )
    for row_id, changes in groupby(lines, key=lambda line: line[0]):
        state: dict[str, Any] = {}
        deleted = False
        for _, kind, after in changes:
            state = (state if kind != ChangeKind.CREATED else {}) | json.loads(after)
            if kind != ChangeKind.UPDATED:
                deleted = kind == ChangeKind.DELETED
        yield row_id, {name: value for name, value in state.items() if value is not None}, deleted


def _not_shown(connection: Connection, pending: dict[tuple[str, str], dict[str, Any]]) -> Places:
    """Fields that wait to be sent with another value than the row has. Sets are merged by element and left out."""
    wrong: Places = []
    for entity in REGISTRY:
        mine = {row_id: fields for (name, row_id), fields in pending.items() if name == entity.name}
        if not mine:
            continue
        rows = {row_id: values for row_id, values, _ in _rows(connection, entity) if row_id in mine}
        for row_id, fields in mine.items():
            values = rows.get(row_id)
            if values is None:
                wrong.append(f"{entity.name} {row_id}: no such row")
                continue
            wrong += [
                f"{entity.name} {row_id} {name}"
                for name, value in fields.items()
                if entity.field(name).merge is not MergeRule.ADD_WINS and values.get(name) != value
            ]
    return wrong


def _shadow(connection: Connection, *names: str) -> None:
    """Empty temporary tables like the file's own; until the connection ends, unqualified names mean these."""
    for name in names:
        sql = str(
            connection.exec_driver_sql(
                "SELECT sql FROM main.sqlite_master WHERE type='table' AND name=?", (name,)
            ).scalar()
        )
        head, _, rest = sql.partition(name)
        connection.exec_driver_sql(f'{head.rstrip().rstrip(chr(34))} temp."{name}"{rest.removeprefix(chr(34))}')


def _differences(connection: Connection, table: str, *, first: str = "", second: str = "") -> Places:
    one, two = first or f"main.{table}", second or f"temp.{table}"
    held = [
        row[1]
        for row in connection.exec_driver_sql(f"PRAGMA {two.partition('.')[0]}.table_info({two.partition('.')[2]})")
    ]
    columns = ", ".join(f'"{name}"' for name in held)
    places: Places = []
    for here, there in ((one, two), (two, one)):
        rows = connection.exec_driver_sql(f"SELECT {columns} FROM {here} EXCEPT SELECT {columns} FROM {there}")
        places += [f"{table} {row[0]} {row[1]}" for row in rows]
    return sorted(set(places))
