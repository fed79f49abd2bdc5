"""The server's statements: what a transaction may read and write. Every one carries the tenant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Table, and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from desktop_crm.sync.protocol import START, Token
from desktop_crm.sync.server import bulk, tables
from desktop_crm.sync.server.bulk import Known
from desktop_crm.sync.server.codec import COLUMNS, StoredRow, read_row, write_changes, write_row

_AT_ONCE = 2000
_LARGEST = 2**63
_HISTORIES = 100
"""So many restores are told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The tenant's newest commit, and what it says about itself."""

    seq: int
    salt: str
    min_schema: int
    server_id: str
    clock: str
    purged_seq: int = 0

    @property
    def token(self) -> Token:
        return (self.seq, self.salt)


class KeptOp(NamedTuple):
    """An operation in the server's log."""

    op_id: str
    seq: int
    body_hash: str
    body: str
    stamp: str
    user_id: str
    device: str
    reason: str


class FeedLine(NamedTuple):
    """The newest thing that happened to a row in a scope."""

    scope: str
    entity: str
    row_id: str
    seq: int
    kind: str


_OP: Final = ("op_id", "seq", "body_hash", "body", "hlc", "user_id", "device", "reason")
_FEED: Final = FeedLine._fields


class Books:
    """One transaction's view of one tenant."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        self.connection = connection
        self.tenant = tenant
        self._is_sqlite = connection.dialect.name == "sqlite"

    def open_tenant(self, *, server_id: str, salt: str) -> None:
        """Make the tenant's head when there is none."""
        values = {"seq": 0, "salt": salt, "min_schema": 1, "server_id": server_id, "clock": ""}
        self.upsert(tables.head, [{"tenant_id": self.tenant, **values}], keep=True)
        beginning = {"tenant_id": self.tenant, "seq": 0, "salt": self.head().salt}
        if self.head().seq == 0:
            nobody = {"device": "", "user_id": "", "at": "", "n_ops": 0}
            self.upsert(tables.commit, [{**beginning, **nobody}], keep=True)

    def head(self) -> Head:
        """The newest commit."""
        table = tables.head
        row = self.connection.execute(select(table).where(table.c.tenant_id == self.tenant)).mappings().one()
        return _head(row)

    def take_head(self) -> Head:
        """The next commit number, held until this transaction ends: the one lock of a tenant. `salt` is still the old one's."""
        table = tables.head
        statement = (
            update(table)
            .where(table.c.tenant_id == self.tenant)
            .values(seq=table.c.seq + 1)
            .returning(
                table.c.seq, table.c.salt, table.c.min_schema, table.c.server_id, table.c.clock, table.c.purged_seq
            )
        )
        return _head(self.connection.execute(statement).mappings().one())

    def lock_head(self) -> None:
        """Hold the tenant's lock without taking a commit number."""
        table = tables.head
        self.connection.execute(update(table).where(table.c.tenant_id == self.tenant).values(seq=table.c.seq))

    def close_commit(self, seq: int, salt: str, clock: str, facts: Mapping[str, Any]) -> None:
        """Write the commit itself."""
        table = tables.head
        self.connection.execute(update(table).where(table.c.tenant_id == self.tenant).values(salt=salt, clock=clock))
        self.connection.execute(insert(tables.commit), [{"tenant_id": self.tenant, "seq": seq, "salt": salt, **facts}])

    def knows(self, token: Token) -> bool:
        """Whether this server's history holds that point."""
        if tuple(token) == START:
            return True
        if not 0 <= token[0] < _LARGEST or not token[1].isalnum():
            return False
        table = tables.commit
        where = and_(table.c.tenant_id == self.tenant, table.c.seq == token[0], table.c.salt == token[1])
        return self.connection.execute(select(table.c.seq).where(where)).first() is not None

    def kept_ops(self, ids: Sequence[str]) -> dict[str, KeptOp]:
        """Operations in the log, by id."""
        found = bulk.read(self.connection, tables.op, _OP, self.tenant, "op_id", ids) if ids else ()
        return {row[0]: KeptOp._make(row) for row in found}

    def keep_ops(self, ops: Iterable[KeptOp]) -> None:
        """Write operations into the log."""
        bulk.insert(self.connection, tables.op, ("tenant_id", *_OP), [(self.tenant, *op) for op in ops])

    def keep_quarantine(self, lines: list[dict[str, Any]]) -> None:
        """Write refused operations into the quarantine."""
        self._insert(tables.quarantine, lines)

    def rows(self, entity: str, ids: Sequence[str]) -> dict[str, StoredRow]:
        """Rows of an entity, by id."""
        table, names = tables.ENTITIES[entity], COLUMNS[entity]
        found = bulk.read(self.connection, table, names, self.tenant, "id", ids) if ids else ()
        return {columns[0]: read_row(entity, columns) for columns in found}

    def living_rows(self, entity: str, scope: str) -> Iterator[StoredRow]:
        """The rows of an entity that lie in a scope and are not deleted."""
        table = tables.ENTITIES[entity]
        where = and_(table.c.tenant_id == self.tenant, table.c["_scope"] == scope, table.c["_deleted"].is_(False))
        for columns in self.connection.execute(select(*(table.c[name] for name in COLUMNS[entity])).where(where)):
            yield read_row(entity, columns)

    def find(self, entity: str, field: str, values: Sequence[Any], *, deleted: bool = False) -> list[tuple[str, Any]]:
        """(id, value) of living rows, or of deleted ones, whose field holds one of the values."""
        table = tables.ENTITIES[entity]
        column, found = table.c[field], []
        for part in _parts(values):
            where = and_(table.c.tenant_id == self.tenant, column.in_(part), table.c["_deleted"].is_(deleted))
            found += [(row[0], row[1]) for row in self.connection.execute(select(table.c.id, column).where(where))]
        return sorted(found)

    def save_rows(self, rows: Iterable[StoredRow]) -> None:
        """Write rows: new ones whole, of others what changed."""
        new: dict[str, list[list[Any]]] = {}
        changed: dict[tuple[str, tuple[str, ...]], list[list[Any]]] = {}
        for row in rows:
            if row.kept is None:
                new.setdefault(row.entity, []).append([self.tenant, *write_row(row)])
            else:
                names, values = write_changes(row)
                changed.setdefault((row.entity, names), []).append([*values, self.tenant, row.id])
        for entity, lines in new.items():
            bulk.insert(self.connection, tables.ENTITIES[entity], ("tenant_id", *COLUMNS[entity]), lines)
        for (entity, names), lines in changed.items():
            bulk.update(self.connection, tables.ENTITIES[entity], names, lines)

    def move_feed(self, lines: Iterable[FeedLine]) -> None:
        """Move rows to the feed's end."""
        moved = [(self.tenant, *line) for line in lines]
        bulk.insert(self.connection, tables.feed, ("tenant_id", *_FEED), moved, Known.REPLACED)

    def feed(self, cursors: Mapping[str, int], limit: int) -> list[FeedLine]:
        """The first `limit` lines after the cursors, over all these scopes, in the order of commits."""
        table = tables.feed
        if not cursors:
            return []
        after = or_(*(and_(table.c.scope == scope, table.c.seq > seq) for scope, seq in sorted(cursors.items())))
        statement = (
            select(table.c.scope, table.c.entity, table.c.row_id, table.c.seq, table.c.kind)
            .where(table.c.tenant_id == self.tenant, after)
            .order_by(table.c.seq)
            .limit(limit)
        )
        return [FeedLine._make(row) for row in self.connection.execute(statement)]

    def feed_of_commit(self, scopes: Sequence[str], seq: int) -> list[FeedLine]:
        """All lines of one commit."""
        table = tables.feed
        where = and_(table.c.tenant_id == self.tenant, table.c.scope.in_(scopes), table.c.seq == seq)
        columns = [table.c[name] for name in _FEED]
        return [FeedLine._make(row) for row in self.connection.execute(select(*columns).where(where))]

    def grants(self, user_id: str) -> dict[str, str]:
        """The scopes a user may read ("r") or also write ("rw")."""
        table = tables.grant
        where = and_(table.c.tenant_id == self.tenant, table.c.user_id == user_id, table.c.revoked_seq.is_(None))
        return {
            row.scope: row.mode for row in self.connection.execute(select(table.c.scope, table.c.mode).where(where))
        }

    def give(self, user_id: str, scope: str, mode: str) -> None:
        """Grant a scope."""
        line = {"tenant_id": self.tenant, "user_id": user_id, "scope": scope, "mode": mode, "revoked_seq": None}
        self.upsert(tables.grant, [{**line, "from_seq": self.head().seq}])

    def revoke(self, user_id: str, scope: str) -> None:
        """Take a scope back."""
        table = tables.grant
        where = and_(table.c.tenant_id == self.tenant, table.c.user_id == user_id, table.c.scope == scope)
        self.connection.execute(update(table).where(where).values(revoked_seq=self.head().seq))

    def lease(self, series: str, count: int, device: str, above: int = 0) -> tuple[int, int]:
        """The next block of a series, above a number. The head must be taken."""
        table = tables.lease
        where = and_(table.c.tenant_id == self.tenant, table.c.series == series)
        newest = self.connection.execute(select(func.max(table.c.last)).where(where)).scalar() or 0
        first = max(newest, above) + 1
        last = first + count - 1
        self._insert(table, [{"series": series, "first": first, "last": last, "device": device}])
        return first, last

    def history(self) -> str:
        """What this server has lived through since it last lost some of it to a backup."""
        return self._histories()[0]

    def note_loss(self, told: str, fresh: str, skipped: int) -> None:
        """A laptop knows commits that are not here: the server was restored. Numbers leased since that backup may be out on
        laptops, so each series passes over some; once for a restore, however many laptops tell of it.
        """
        self.lock_head()
        now, *lost = self._histories()
        if told in lost:
            return
        believed = [told] if 0 < len(told) <= len(fresh) and told.isprintable() and " " not in told else []
        names = list(dict.fromkeys([fresh, now, *believed, *lost]))[:_HISTORIES]
        self.upsert(tables.fact, [{"name": f"histories {self.tenant}", "value": " ".join(names)}])
        table = tables.lease
        found = self.connection.execute(select(table.c.series).where(table.c.tenant_id == self.tenant).distinct())
        for series in sorted(row[0] for row in found):
            self.lease(series, skipped, "")

    def _histories(self) -> list[str]:
        """The present history, and those that were lost."""
        table = tables.fact
        where = table.c.name == f"histories {self.tenant}"
        text = self.connection.execute(select(table.c.value).where(where)).scalar()
        return text.split() if text else ["0"]

    def fact(self, name: str) -> str:
        """Something the server remembers about itself."""
        table = tables.fact
        return str(self.connection.execute(select(table.c.value).where(table.c.name == name)).scalar_one())

    def one(self, table: Table, **key: Any) -> dict[str, Any] | None:
        """One line of one of the server's own books."""
        line = self.connection.execute(select(table).where(self._is(table, key))).mappings().first()
        return None if line is None else dict(line)

    def all(self, table: Table, **key: Any) -> list[dict[str, Any]]:
        """All lines that match."""
        return [dict(line) for line in self.connection.execute(select(table).where(self._is(table, key))).mappings()]

    def put(self, table: Table, **line: Any) -> None:
        """Write one line of one of the server's own books."""
        self.upsert(table, [{"tenant_id": self.tenant, **line}])

    def change(self, table: Table, key: Mapping[str, Any], **values: Any) -> int:
        """Change lines that match; says how many."""
        return self.connection.execute(update(table).where(self._is(table, key)).values(**values)).rowcount

    def remove(self, table: Table, **key: Any) -> None:
        """Remove lines that match."""
        self.connection.execute(delete(table).where(self._is(table, key)))

    def upsert(self, table: Table, lines: list[dict[str, Any]], *, keep: bool = False) -> None:
        """Insert lines; those that are there are replaced, or kept when `keep`."""
        if not lines:
            return
        statement = sqlite.insert(table) if self._is_sqlite else postgresql.insert(table)
        keys = [column.name for column in table.primary_key]
        rest = [name for name in lines[0] if name not in keys]
        if keep or not rest:
            final = statement.on_conflict_do_nothing(index_elements=keys)
        else:
            final = statement.on_conflict_do_update(
                index_elements=keys, set_={name: statement.excluded[name] for name in rest}
            )
        self.connection.execute(final, lines)

    def _insert(self, table: Table, lines: list[dict[str, Any]]) -> None:
        if lines:
            self.connection.execute(insert(table), [{"tenant_id": self.tenant, **line} for line in lines])

    def _is(self, table: Table, key: Mapping[str, Any]) -> Any:
        return and_(table.c.tenant_id == self.tenant, *(table.c[name] == value for name, value in key.items()))


def _head(row: Mapping[Any, Any]) -> Head:
    return Head(
        seq=row["seq"],
        salt=row["salt"],
        min_schema=row["min_schema"],
        server_id=row["server_id"],
        clock=row["clock"],
        purged_seq=row["purged_seq"],
    )


def _parts(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
