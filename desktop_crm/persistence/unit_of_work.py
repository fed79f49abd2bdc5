"""The only committer: one transaction that writes rows, history, outbox, sums and search index together, or nothing.

Rows changed through the session are caught by a `before_flush` listener; bulk writes go through `bulk`. Both end in `_keep`.
Lives and dies inside one operation on one thread.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from sqlalchemy import Connection, Table, event, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.base import NO_VALUE

from desktop_crm.domain.schema import REGISTRY, MergeRule
from desktop_crm.domain.schema.limits import refuse_beyond
from desktop_crm.foundation.changes import ChangeKind, Changes
from desktop_crm.foundation.collector import let_go
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.hlc import HybridClock
from desktop_crm.foundation.ids import OpId, RowId, TxId, new_id, new_row_id
from desktop_crm.foundation.versions import Version
from desktop_crm.persistence import change_log, search
from desktop_crm.persistence.change_log import Author, Record
from desktop_crm.persistence.engine import Database
from desktop_crm.persistence.stores import health_kept
from desktop_crm.persistence.stores.sums import rollups
from desktop_crm.persistence.tables import ROWS, SyncedRow

_COLUMNS = {
    "row_clk": "_clk",
    "row_scope": "_scope",
    "row_seq": "_seq",
    "row_deleted": "_deleted",
    "row_extra": "_extra",
}
_CHUNK = 500
_PIECE = 2_000

Row = TypeVar("Row", bound=SyncedRow)


class RecordingSession(Session):
    """A session whose flushes are recorded by the unit of work in `info`."""


class UnitOfWork:
    """`with database_work(...) as work:` changes rows through `work.session`, `insert`, `update`, `delete` or `bulk`.

    At the end of the block everything is committed and `changes` tells what was touched; an error leaves nothing behind.
    Raises Refusal for a rule, Trouble `disk.full` or `disk.failed` when the file cannot be written.
    """

    def __init__(self, database: Database, author: Author, clock: HybridClock, cause: str) -> None:
        self.author = author
        self.clock = clock
        self.cause = cause
        self.tx_id = TxId(new_id())
        self.changes = Changes.none()
        self._database = database
        self._records: list[Record] = []
        self._stack = ExitStack()
        self.session: RecordingSession
        self.connection: Connection

    def __enter__(self) -> Self:
        self.connection = self._stack.enter_context(self._database.writing())
        self.session = RecordingSession(bind=self.connection, autoflush=False, expire_on_commit=False)
        self.session.info["work"] = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        except BaseException as failure:
            self.session.close()
            if not self._stack.__exit__(type(failure), failure, failure.__traceback__):
                raise
        else:
            self.session.expunge_all()
            self._stack.__exit__(kind, error, trace)
            if kind is None and self._records:  # a transaction that did nothing has no name that undo could find
                self.changes = Changes(tx_id=self.tx_id, items=tuple(record.change() for record in self._records))
                let_go(self._records)

    def get(self, row_class: type[Row], row_id: str) -> Row:
        """The row, to be changed in place. Raises Refusal `record.missing` when it is not there or deleted."""
        row = self.session.get(row_class, row_id)
        if row is None or row.row_deleted is not None:
            raise Refusal("record.missing", entity=row_class.__tablename__, id=row_id)
        return row

    def insert(self, entity: str, fields: Mapping[str, Any], row_id: RowId | None = None) -> RowId:
        """A new row; returns its id. Raises Refusal `value.below`, `value.above`."""
        refuse_beyond(REGISTRY[entity], fields)
        row = ROWS[entity](id=row_id or new_row_id())
        for name, value in fields.items():
            row.put(name, value)
        self.session.add(row)
        self.session.flush()
        return RowId(row.id)

    def update(self, entity: str, row_id: str, fields: Mapping[str, Any]) -> None:
        """Set fields of one row. Raises Refusal `record.missing`, `value.below`, `value.above`."""
        refuse_beyond(REGISTRY[entity], fields)
        row = self.get(ROWS[entity], row_id)
        for name, value in fields.items():
            row.put(name, value)
        self.session.flush()

    def delete(self, entity: str, row_id: str) -> None:
        """Mark a row as deleted; it can be restored. Raises Refusal `record.missing`."""
        self.get(ROWS[entity], row_id).row_deleted = str(self.clock.tick())
        self.session.flush()

    def restore(self, entity: str, row_id: str) -> None:
        """Bring a deleted row back. Raises Refusal `record.missing` when it was never there."""
        row = self.session.get(ROWS[entity], row_id)
        if row is None:
            raise Refusal("record.missing", entity=entity, id=row_id)
        row.row_deleted = None
        self.session.flush()

    def bulk(
        self,
        entity: str,
        *,
        inserts: Sequence[Mapping[str, Any]] = (),
        updates: Sequence[tuple[str, Mapping[str, Any]]] = (),
        deletes: Sequence[str] = (),
    ) -> tuple[RowId, ...]:
        """Many rows of one entity without the ORM. `inserts` may carry their `id`. Returns the ids of the inserted rows.

        Rows of `updates` and `deletes` that are not there are passed over; a field that keeps its value is not recorded.
        """
        self.session.flush()
        rows = [self._fresh(entity, fields) for fields in inserts]
        if rows:
            self._insert_all(cast("Table", ROWS[entity].__table__), rows)
        # An operation either sets fields or deletes: a row that is in both gets two, so that each can be undone and merged.
        for changed in (updates, [(row_id, {"_deleted": ""}) for row_id in deletes]):
            for start in range(0, len(changed), _CHUNK):
                self._rewrite(entity, changed[start : start + _CHUNK])
        return tuple(RowId(row["id"]) for row in rows)

    def _insert_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Rows as the driver takes them: SQLAlchemy's own way makes a dictionary of parameters of each first."""
        dialect = self.connection.dialect
        filled = {name for row in rows for name, value in row.items() if value is not None}
        columns = [
            (column.name, column.type.dialect_impl(dialect).bind_processor(dialect))
            for column in table.columns
            if column.name in filled
        ]
        names = ", ".join(f'"{name}"' for name, _ in columns)
        self.connection.exec_driver_sql(
            f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join("?" * len(columns))})',
            [
                tuple([as_stored(row.get(name)) if as_stored else row.get(name) for name, as_stored in columns])
                for row in rows
            ],
        )

    def keep(self, record: Record) -> None:
        """Take in a record made by hand (the merge of a pulled row does); it is logged, summed and indexed with the others."""
        self._records.append(record)

    def sum_up(self) -> None:
        """Bring the sums up to date with what was written so far; for a trial, which ends in taking everything back."""
        self.session.flush()
        rollups.refresh(self.connection, self._records)

    def _finish(self) -> None:
        self.session.flush()
        if not self._records:
            return
        joined = change_log.is_joined(self.connection)
        for start in range(
            0, len(self._records), _PIECE
        ):  # lists of a million rows would hold every thread when they go
            piece = self._records[start : start + _PIECE]
            change_log.append(self.connection, piece, self.tx_id, self.author, self.cause)
            if joined:
                change_log.queue(self.connection, piece, self.tx_id)
        rollups.refresh(self.connection, self._records)
        health_kept.refresh(self.connection, self._records)
        search.refresh(self.connection, self._records)

    def _version(self) -> Version:
        return Version(self.clock.tick(), OpId(new_id()))

    def _record_row(self, row: SyncedRow, old: Mapping[str, Any] | None) -> None:
        """One flushed row: `old` holds what its changed columns were, None for a new row."""
        version = self._version()
        values = row.field_values()
        kind, before, after = (
            ChangeKind.CREATED,
            {},
            {name: value for name, value in values.items() if value is not None},
        )
        clock_before = None
        if old is not None:
            before = _old_values(row, old)
            after = {name: values.get(name) for name in before}
            kind = _kind(row, old)
            clock_before = row.row_clk
            if not before and kind is ChangeKind.UPDATED:
                return
            _refuse_fixed(row.described.issued, row.described.name, kind, before)
            if kind is ChangeKind.DELETED:
                row.row_deleted = str(version.stamp)
        name = row.described.name
        row.row_clk = change_log.clock_after(name, clock_before, kind, before, after, version)
        self.keep(
            Record(
                entity=row.described.name,
                row_id=RowId(row.id),
                kind=kind,
                version=version,
                before=before,
                after=after,
                clock_before=clock_before,
                row=values,
                gone=row.row_deleted is not None,
            )
        )

    def _fresh(self, entity: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of a new row that hold something; the row goes into the records."""
        by_name = ROWS[entity].described.by_name
        version = self._version()
        row_id = RowId(fields.get("id") or new_row_id())
        after = {name: value for name, value in fields.items() if value is not None and name != "id"}
        columns = {name: value for name, value in after.items() if name in by_name}
        self.keep(
            Record(entity=entity, row_id=row_id, kind=ChangeKind.CREATED, version=version, after=after, row=columns)
        )
        clock = change_log.clock_after(entity, None, ChangeKind.CREATED, {}, after, version)
        line = {**columns, "id": row_id, "_clk": clock}
        if len(columns) < len(after):
            line["_extra"] = {name: value for name, value in after.items() if name not in by_name}
        return line

    def _rewrite(self, entity: str, changed: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        rows = {
            row.id: row
            for row in self.session.scalars(select(ROWS[entity]).where(ROWS[entity].id.in_([i for i, _ in changed])))
        }
        for row_id, fields in changed:
            row = rows.get(row_id)
            if row is None or row.row_deleted is not None:
                continue
            for name, value in fields.items():
                if name == "_deleted":
                    row.row_deleted = "now"
                else:
                    row.put(name, value)
        self.session.flush()
        self._forget(rows.values())

    def _forget(self, rows: Collection[SyncedRow]) -> None:
        """Let these go; others that were read before stay at hand for the rest of the transaction."""
        if len(self.session.identity_map) == len(rows):
            self.session.expunge_all()
            return
        for row in rows:
            self.session.expunge(row)


def _kind(row: SyncedRow, old: Mapping[str, Any]) -> ChangeKind:
    if "row_deleted" not in old or (old["row_deleted"] is None) == (row.row_deleted is None):
        return ChangeKind.UPDATED
    return ChangeKind.DELETED if row.row_deleted is not None else ChangeKind.RESTORED


def _old_values(row: SyncedRow, old: Mapping[str, Any]) -> dict[str, Any]:
    before = {
        name: None if value is NO_VALUE else value
        for name, value in old.items()
        if row.described.has(name) and value != getattr(row, name)
    }
    if "row_extra" in old:
        was, now = old["row_extra"] or {}, row.row_extra or {}
        before |= {name: was.get(name) for name in {*was, *now} if was.get(name) != now.get(name)}
    return before


def _refuse_fixed(issued: bool, entity: str, kind: ChangeKind, before: Mapping[str, Any]) -> None:
    fields = ROWS[entity].described
    fixed = [
        name
        for name, value in before.items()
        if value is not None and (issued or fields.field(name).merge is MergeRule.FIXED)
    ]
    if fixed or (issued and kind is ChangeKind.DELETED):
        raise Refusal("record.fixed", entity=entity, field=", ".join(fixed))


@event.listens_for(RecordingSession, "before_flush")
def _record_flush(session: RecordingSession, _context: object, _instances: Iterable[object] | None) -> None:
    work: UnitOfWork = session.info["work"]
    for row in session.new:
        if isinstance(row, SyncedRow):
            work._record_row(row, None)  # noqa: SLF001 - the listener is the unit of work's own ear
    for row in session.dirty:
        if isinstance(row, SyncedRow):
            work._record_row(row, inspect(row).committed_state)  # noqa: SLF001
