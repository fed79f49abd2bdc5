"""An issued version made the draft again. Blocks that say what they said are left alone; the others take their texts back."""

from __future__ import annotations

from typing import Any

from desktop_crm.domain.proposals.proposal import Block, Said
from desktop_crm.domain.quotes.order_keys import keys_between
from desktop_crm.foundation.changes import Changes
from desktop_crm.persistence.stores import proposals as store
from desktop_crm.persistence.tables.proposals import ProposalBlockRow
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.proposals import issuing, reading
from desktop_crm.services.proposals.editing import reopen
from desktop_crm.services.workspace import Workspace


def restore_version(workspace: Workspace, proposal_id: str, wanted: int | str) -> Changes:
    """Make what an issued version says the draft again; its prices are those of its quote version, where that is still here.

    Raises as `issuing.version` does, and Refusal `proposal.closed`.
    """
    past = issuing.version(workspace, proposal_id, wanted).content.said
    now = reading.open_proposal(workspace, proposal_id).said
    with workspace.write("proposals.restore") as work:
        reopen(work, proposal_id)
        head: dict[str, Any] = {"name": past.title, "language": past.language}
        price = next((one.price for one in past.blocks if one.price is not None), None)
        quote_version = store.quote_version_of(work.session, price.hash) if price is not None else None
        work.update("proposal", proposal_id, head | ({"quote_version_id": quote_version} if quote_version else {}))
        _write_blocks(work, proposal_id, now, past)
    return work.changes


def _write_blocks(work: UnitOfWork, proposal_id: str, now: Said, past: Said) -> None:
    shown = {one.id: one for one in now.blocks}
    for block_id in shown.keys() - {one.id for one in past.blocks}:
        work.delete("proposal_block", block_id)
    keys = keys_between(None, None, len(past.blocks))
    same_order = [one.id for one in now.blocks] == [one.id for one in past.blocks]
    for key, one in zip(keys, past.blocks, strict=True):
        order: dict[str, Any] = {} if same_order else {"order_key": key}
        held = shown.get(one.id)
        if held is None and _was_here(work, one.id):
            work.restore("proposal_block", one.id)
        elif held is None:
            fields = {"proposal_id": proposal_id, "block_kind": one.kind.value, "content_id": one.content_id or None}
            work.insert("proposal_block", fields | _texts(one) | order)
            continue
        same = held is not None and (held.title, held.text) == (one.title, one.text)
        if not same or order:
            work.update("proposal_block", one.id, order if same else _texts(one) | order)


def _texts(one: Block) -> dict[str, Any]:
    return {"name": one.title or None, "body": one.text or None}


def _was_here(work: UnitOfWork, block_id: str) -> bool:
    return work.session.get(ProposalBlockRow, block_id) is not None
