"""Undo: any transaction can be taken back as a new one, as far as what it wrote still stands. Redo takes the undo back."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.stores import imports
from desktop_crm.persistence.stores.history import deeds
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.record_rules import Asking, broken, refuse_final, refuse_turned
from desktop_crm.services.standing import Kept, Plan, plan
from desktop_crm.services.workspace import Workspace

__all__ = ["Kept", "Reverted", "refuse_ruled", "revert"]
_IMPORT_UNDO = "import.undo:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverted:
    """What an undo did, and what it left alone."""

    changes: Changes
    kept: tuple[Kept, ...]


def revert(workspace: Workspace, tx_id: str) -> Reverted:
    """Take one transaction back in a new one. What was written over, built on or deleted since stays and is named in `kept`.

    Raises Refusal `undo.unknown` when the log no longer holds it, and what `record_rules` refuses
    (`undo.issued`, `undo.erased` among it): then nothing is taken back.
    """
    with workspace.write(f"revert:{tx_id}") as work:
        past = deeds(work.session, tx_id)
        if not past:
            raise Refusal("undo.unknown", tx=tx_id)
        refuse_final((deed.entity, deed.after) for deed in past)
        made = plan(work.session, past)
        refuse_ruled(work, made)
        work.session.expunge_all()
        _write(work, made)
        if past[0].cause.startswith(_IMPORT_UNDO):
            imports.set_state(work.connection, past[0].cause.removeprefix(_IMPORT_UNDO), "done")
    return Reverted(changes=work.changes, kept=tuple(made.kept))


def refuse_ruled(work: Asking, made: Plan) -> None:
    """Raise what `record_rules` refuses of a plan."""
    for entity, comes in made.comes.items():
        refuse_turned(work, entity, comes)
    for entity, updates in made.updates.items():
        for _, refusal in broken(work, entity, updates.items()):
            raise refusal


def _write(work: UnitOfWork, made: Plan) -> None:
    for entity, row_ids in made.restores.items():
        for row_id in row_ids:
            work.restore(entity, row_id)
    work.session.expunge_all()
    for entity in {*made.updates, *made.deletes}:
        work.bulk(entity, updates=list(made.updates[entity].items()), deletes=sorted(made.deletes[entity]))
