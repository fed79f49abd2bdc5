"""What one transaction did, read back from the change log, for undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.persistence.stores.records import decode_fields
from desktop_crm.persistence.tables import local


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One operation of a transaction; `n` is its place in the log, `stamp` its moment."""

    entity: str
    row_id: str
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    n: int
    stamp: str
    cause: str


def deeds(session: Session, tx_id: str, limit: int | None = None) -> tuple[Deed, ...]:
    """The operations of a transaction, newest first, at most so many of the newest; empty when the log does not hold it."""
    log = local.change
    rows = session.execute(select(log).where(log.c.tx_id == tx_id).order_by(log.c.n.desc()).limit(limit))
    return tuple(
        Deed(
            entity=row.entity,
            row_id=row.row_id,
            kind=row.kind,
            before=decode_fields(row.entity, row.before),
            after=decode_fields(row.entity, row.after),
            n=row.n,
            stamp=row.hlc,
            cause=row.cause,
        )
        for row in rows
    )
