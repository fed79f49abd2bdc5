"""Making and changing a proposal: its head and its blocks. What was submitted or approved becomes a draft again when it is changed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from desktop_crm.domain.quotes.order_keys import DIGITS, key_between, keys_between
from desktop_crm.domain.schema.options import BlockKind, ProposalState
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import speaking, tr
from desktop_crm.i18n.language import current
from desktop_crm.persistence.numbers import next_number
from desktop_crm.persistence.stores import proposals as store
from desktop_crm.persistence.stores import records
from desktop_crm.persistence.stores.proposals import StoredBlock
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.records import check
from desktop_crm.services.workspace import Workspace

OUTLINE: Final = (
    BlockKind.SUMMARY,
    BlockKind.GOALS,
    BlockKind.TEXT,
    BlockKind.PRICE,
    BlockKind.SCHEDULE,
    BlockKind.TEAM,
)
"""What a new proposal begins with."""
_OPEN: Final = frozenset({None, "", ProposalState.DRAFT.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedProposal:
    """A new proposal, and what changed with it."""

    id: RowId
    number: str
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedBlock:
    """A new block, and what changed with it."""

    id: RowId
    changes: Changes


def create(
    workspace: Workspace,
    *,
    account_id: str,
    name: str = "",
    language: str = "",
    opportunity_id: str | None = None,
    contact_id: str | None = None,
    quote_version_id: str | None = None,
    blocks: Sequence[StoredBlock] = (),
    based_on_id: str | None = None,
) -> CreatedProposal:
    """A new proposal with the usual outline, or with these blocks; the prices of the newest quote that fits, unless one is named.

    Raises Refusal `reference.missing`, `record.missing`.
    """
    spoken = language or current().value
    with workspace.write("proposals.create") as work:
        offers = store.quote_choices(work.session, account_id, opportunity_id)
        account = records.get(work.session, "account", account_id).fields
        with speaking(spoken):
            title = name.strip() or tr("Proposal for {account}", account=account.get("name") or "")
            first = [(one.kind, one.name, one.body, one.content_id) for one in blocks] or _outline()
        fields: dict[str, Any] = {
            "name": title,
            "account_id": account_id,
            "contact_id": contact_id,
            "opportunity_id": opportunity_id,
            "quote_version_id": quote_version_id or (offers[0].id if offers else None),
            "owner_id": workspace.author.user_id,
            "proposal_state": ProposalState.DRAFT.value,
            "language": spoken,
            "draft_version": 1,
            "based_on_id": based_on_id,
        }
        check(work, "proposal", None, fields)
        number = next_number(work, "proposal", workspace.today())
        made = work.insert("proposal", {"number": number, **fields})
        for key, (kind, title, body, content_id) in zip(keys_between(None, None, len(first)), first, strict=True):
            row = {"proposal_id": made, "block_kind": kind.value, "name": title, "body": body, "order_key": key}
            work.insert("proposal_block", row | {"content_id": content_id or None})
    return CreatedProposal(id=made, number=number, changes=work.changes)


def set_head(workspace: Workspace, proposal_id: str, fields: Mapping[str, Any]) -> Changes:
    """Set title, contact, opportunity, language or quote version. Raises Refusal `record.missing`, `proposal.closed`."""
    with workspace.write("proposals.set") as work:
        reopen(work, proposal_id)
        check(work, "proposal", proposal_id, fields)
        work.update("proposal", proposal_id, fields)
    return work.changes


def add_block(
    workspace: Workspace,
    proposal_id: str,
    kind: BlockKind,
    *,
    name: str = "",
    body: str = "",
    content_id: str | None = None,
    after: str | None = None,
) -> AddedBlock:
    """A new block after another one; at the end where none is named. Questions begin with what troubles the customer's people.

    Raises Refusal `record.missing`, `proposal.closed`, `reference.missing`.
    """
    with workspace.write("proposals.add_block") as work:
        reopen(work, proposal_id)
        known = store.blocks(work.session, proposal_id)
        place = next((place for place, one in enumerate(known) if one.id == after), len(known) - 1) + 1
        if kind is BlockKind.QUESTIONS and not body:
            account = records.get(work.session, "proposal", proposal_id).fields.get("account_id")
            body = "\n".join(f"- {line}" for line in store.pains(work.session, account))
        fields = {
            "proposal_id": proposal_id,
            "block_kind": kind.value,
            "name": name or None,
            "body": body or None,
            "content_id": content_id,
            "order_key": _key(known, place),
        }
        check(work, "proposal_block", None, fields)
        made = work.insert("proposal_block", fields)
    return AddedBlock(id=made, changes=work.changes)


def change_block(workspace: Workspace, block_id: str, fields: Mapping[str, Any]) -> Changes:
    """Set `name` or `body` of a block. Raises Refusal `record.missing`, `proposal.closed`."""
    with workspace.write("proposals.change_block") as work:
        held = records.get(work.session, "proposal_block", block_id).fields
        reopen(work, str(held["proposal_id"]))
        check(work, "proposal_block", block_id, fields)
        work.update("proposal_block", block_id, fields)
    return work.changes


def move_block(workspace: Workspace, block_id: str, place: int) -> Changes:
    """Put a block at a place (from 0) among the others. Raises Refusal `record.missing`, `proposal.closed`."""
    with workspace.write("proposals.move_block") as work:
        held = records.get(work.session, "proposal_block", block_id).fields
        proposal_id = str(held["proposal_id"])
        reopen(work, proposal_id)
        others = tuple(one for one in store.blocks(work.session, proposal_id) if one.id != block_id)
        work.update("proposal_block", block_id, {"order_key": _key(others, max(0, min(place, len(others))))})
    return work.changes


def remove_block(workspace: Workspace, block_id: str) -> Changes:
    """Take a block out. Raises Refusal `record.missing`, `proposal.closed`."""
    with workspace.write("proposals.remove_block") as work:
        held = records.get(work.session, "proposal_block", block_id).fields
        reopen(work, str(held["proposal_id"]))
        work.delete("proposal_block", block_id)
    return work.changes


def reopen(work: UnitOfWork, proposal_id: str) -> None:
    """Make it a draft again, without its approval, before something in it is changed. Raises Refusal `proposal.closed`."""
    state = records.get(work.session, "proposal", proposal_id).fields.get("proposal_state")
    if state == ProposalState.ACCEPTED.value:
        raise Refusal("proposal.closed")
    if state not in _OPEN:
        again = {"proposal_state": ProposalState.DRAFT.value, "submitted_by_id": None}
        work.update("proposal", proposal_id, again | {"approved_by_id": None, "approved_hash": None})


def _outline() -> list[tuple[BlockKind, str, str, str]]:
    texts = {
        BlockKind.SUMMARY: tr(
            "{account.name} can count on {company.name} for this project.\n\n- Scope: {opportunity.name}"
        ),
        BlockKind.SCHEDULE: tr("Step | When\nKick-off | \nInstallation | \nAcceptance | "),
    }
    titles = {BlockKind.TEXT: tr("Our solution")}
    return [(kind, titles.get(kind, ""), texts.get(kind, ""), "") for kind in OUTLINE]


def _key(known: Sequence[StoredBlock], place: int) -> str:
    """A key for that place; between equal keys (two laptops filled one gap) it goes behind both."""
    before = known[place - 1].order_key or None if place else None
    later = (one.order_key for one in known[place:] if one.order_key and (before is None or one.order_key > before))
    suffix = "".join(secrets.choice(DIGITS[1:]) for _ in range(3))
    return key_between(before, next(later, None), suffix)
