"""A deleted row that must stand again: it comes back, and the deletion that lost is kept as a conflict."""

from __future__ import annotations

from desktop_crm.sync.merge import Loss, LossKind, op_of
from desktop_crm.sync.protocol import DELETED
from desktop_crm.sync.server.codec import StoredRow
from desktop_crm.sync.server.ledger import Ledger


def revive(ledger: Ledger, entity: str, row: StoredRow) -> str:
    """Bring the row back; the id of the operation that had deleted it."""
    lost_version = row.state.version(DELETED)
    lost = op_of(lost_version)
    version = ledger.set_deleted(row, "revived", lost, deleted=False)
    loss = Loss(
        field=DELETED,
        kind=LossKind.DELETE,
        lost=True,
        lost_version=lost_version,
        kept=False,
        kept_version=version,
    )
    ledger.record(entity, row.id, loss)
    return lost
