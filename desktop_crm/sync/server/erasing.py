"""An erasure reaches the server's own books: what was thought of a person leaves the log, the quarantine, conflicts and ready files.

That there was an operation, when and by whom, stays, and so does its hash, by which a repeat is known. Rows themselves are the
operation's matter. Runs inside the commit that erases; backups of the server lose the values with their next cycle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import msgspec
from sqlalchemy import Table, and_, or_, select, update

from desktop_crm.domain.stakeholders.erased import CARD, LOST_VALUES, MARK, PARTS, THOUGHTS
from desktop_crm.sync.protocol import Operation, pack, unpack
from desktop_crm.sync.server import snapshots, tables
from desktop_crm.sync.server.aftermath import Applied
from desktop_crm.sync.server.books import Books
from desktop_crm.sync.server.ledger import Ledger

_AT_ONCE: Final = 200
_HOLDERS: Final = {"map_evidence": ("node_id",), "map_tie": ("node_id",), "map_edge": ("source_id", "target_id")}

Gone = dict[tuple[str, str], tuple[str, ...]]
"""Fields that are gone, by entity and row."""


def erase_in_conflicts(ledger: Ledger, applied: Iterable[Applied]) -> Gone:
    """Before the commit is written: conflicts about what is gone lose their values. Says what is gone; empty when nothing is."""
    cards = sorted({one.op.row for one in applied if one.op.entity == CARD and one.op.fields.get(MARK)})
    if not cards:
        return {}
    people = sorted({str(who) for card in cards if (who := ledger.row(CARD, card).state.fields.get("contact_id"))})
    taken_off = [row.id for row in ledger.holding(CARD, "contact_id", people, deleted=True)]
    cards = sorted({*cards, *taken_off})
    gone: Gone = {(CARD, card): THOUGHTS for card in cards}
    for entity, names in PARTS.items():
        gone |= {(entity, row_id): names for row_id in _parts_of(ledger.books, entity, cards)}
    _empty_deleted(ledger, gone)
    for conflict_id in _conflicts_about(ledger.books, gone):
        row = ledger.row("conflict", conflict_id)
        ledger.write_own(row, dict.fromkeys(LOST_VALUES), "erased")
        if not row.state.deleted:
            ledger.set_deleted(row, "erased", deleted=True)
        gone["conflict", conflict_id] = LOST_VALUES
    return gone


def erase_in_log(books: Books, gone: Gone) -> None:
    """After the commit is written: the values leave the bodies of operations, accepted and refused, and ready files go."""
    if not gone:
        return
    for table in (tables.op, tables.quarantine):
        for op_id, body in _bodies(books, table, gone):
            where = and_(table.c.tenant_id == books.tenant, table.c.op_id == op_id)
            books.connection.execute(update(table).where(where).values(body=body))
    snapshots.forget_all(books)


def _empty_deleted(ledger: Ledger, gone: Gone) -> None:
    """What was deleted before the erasure is emptied where it lies; its versions stay, nobody wrote anything."""
    for (entity, row_id), names in gone.items():
        row = ledger.row(entity, row_id)
        held = [name for name in names if row.state.fields.get(name) is not None]
        if held and row.state.deleted:
            marked = {MARK: row.state.fields.get(MARK) or ledger.now} if entity == CARD else {}
            fields = {**row.state.fields, **dict.fromkeys(held), **marked}
            ledger.put(row, replace(row.state, fields=fields), row.by)


def _parts_of(books: Books, entity: str, cards: list[str]) -> list[str]:
    table = tables.ENTITIES[entity]
    holds = or_(*(table.c[name].in_(cards) for name in _HOLDERS[entity]))
    found = books.connection.execute(select(table.c.id).where(and_(table.c.tenant_id == books.tenant, holds)))
    return sorted(row[0] for row in found)


def _conflicts_about(books: Books, gone: Gone) -> list[str]:
    table = tables.ENTITIES["conflict"]
    rows, found = sorted({row_id for _, row_id in gone}), list[str]()
    for start in range(0, len(rows), _AT_ONCE):
        where = and_(table.c.tenant_id == books.tenant, table.c.row_id.in_(rows[start : start + _AT_ONCE]))
        for row_id, entity, about, field in books.connection.execute(
            select(table.c.id, table.c.entity, table.c.row_id, table.c.field).where(where)
        ):
            if field in gone.get((entity, about), ()):
                found.append(row_id)
    return sorted(found)


def _bodies(books: Books, table: Table, gone: Gone) -> Iterator[tuple[str, str]]:
    """Operations on these rows as they are to stand. The log has no index by row: an erasure is rare, and may take its time."""
    rows = sorted({row_id for _, row_id in gone})
    for start in range(0, len(rows), _AT_ONCE):
        names = or_(*(table.c.body.contains(row_id, autoescape=True) for row_id in rows[start : start + _AT_ONCE]))
        where = and_(table.c.tenant_id == books.tenant, names)
        for op_id, body in books.connection.execute(select(table.c.op_id, table.c.body).where(where)).all():
            op = unpack(body.encode(), Operation)
            taken = gone.get((op.entity, op.row), ())
            if any(name in op.fields for name in taken):
                kept = {name: value for name, value in op.fields.items() if name not in taken}
                yield op_id, pack(msgspec.structs.replace(op, fields=kept)).decode()
