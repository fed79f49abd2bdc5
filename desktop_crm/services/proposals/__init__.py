"""Proposals: made, filled, approved, issued, compared, and begun from won ones. Issued versions never change."""

from __future__ import annotations

from desktop_crm.domain.proposals.compare import BlockChange, Difference
from desktop_crm.persistence.stores.proposals import IssuedProposal, QuoteChoice, StoredBlock
from desktop_crm.services.proposals.editing import (
    AddedBlock,
    CreatedProposal,
    add_block,
    change_block,
    create,
    move_block,
    remove_block,
    set_head,
)
from desktop_crm.services.proposals.issuing import (
    IssuedVersion,
    PreparedProposal,
    answer,
    approve,
    compare,
    document_in,
    draft_document,
    file_of,
    finish_issue,
    issue,
    prepare_issue,
    print_to,
    send_back,
    submit,
    version,
)
from desktop_crm.services.proposals.reading import Missing, OpenProposal, choices, find, missing_words, open_proposal
from desktop_crm.services.proposals.restoring import restore_version
from desktop_crm.services.proposals.starting import create_like, reasons_of, similar_proposals

__all__ = [
    "AddedBlock",
    "BlockChange",
    "CreatedProposal",
    "Difference",
    "IssuedProposal",
    "IssuedVersion",
    "Missing",
    "OpenProposal",
    "PreparedProposal",
    "QuoteChoice",
    "StoredBlock",
    "add_block",
    "answer",
    "approve",
    "change_block",
    "choices",
    "compare",
    "create",
    "create_like",
    "document_in",
    "draft_document",
    "file_of",
    "find",
    "finish_issue",
    "issue",
    "missing_words",
    "move_block",
    "open_proposal",
    "prepare_issue",
    "print_to",
    "reasons_of",
    "remove_block",
    "restore_version",
    "send_back",
    "set_head",
    "similar_proposals",
    "submit",
    "version",
]
