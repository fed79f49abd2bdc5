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
    """One operation of a transaction."""

    entity: str
    row_id: str
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def deeds(session: Session, tx_id: str) -> tuple[Deed, ...]:
    """The operations of a transaction, newest first; empty when the log does not hold it."""
    log = local.change
    rows = session.execute(select(log).where(log.c.tx_id == tx_id).order_by(log.c.n.desc()))
    return tuple(
        Deed(
            entity=row.entity,
            row_id=row.row_id,
            kind=row.kind,
            before=decode_fields(row.entity, row.before),
            after=decode_fields(row.entity, row.after),
        )
        for row in rows
    )
