"""The words of the content library and of proposals: labels of entities, fields and options. Data, no behaviour."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark

ENTITIES: dict[str, tuple[str, str]] = {
    "content_block": (mark("Content block"), mark("Content library")),
    "proposal": (mark("Proposal"), mark("Proposals")),
    "proposal_block": (mark("Proposal block"), mark("Proposal blocks")),
    "proposal_version": (mark("Proposal version"), mark("Proposal versions")),
}

FIELDS: dict[str, str] = {
    "content_block.name": mark("Title"),
    "content_kind": mark("Kind of content"),
    "language": mark("Language"),
    "content_block.body": mark("Text"),
    "industries": mark("Industries"),
    "products": mark("Products"),
    "expires_on": mark("Expires on"),
    "pages": mark("PDF pages"),
    "proposal.number": mark("Proposal no."),
    "proposal_version.number": mark("Proposal no."),
    "proposal.name": mark("Proposal title"),
    "proposal_state": mark("State of the proposal"),
    "quote_version_id": mark("Prices from"),
    "submitted_by_id": mark("Submitted by"),
    "approved_by_id": mark("Approved by"),
    "proposal_id": mark("Proposal"),
    "block_kind": mark("Kind of block"),
    "proposal_block.name": mark("Heading"),
    "proposal_block.body": mark("Text"),
    "content_id": mark("From the library"),
}

OPTIONS: dict[str, dict[str, str]] = {
    "content_kind": {
        "text": mark("Text"),
        "clause": mark("Clause"),
        "case_study": mark("Case study"),
        "product_sheet": mark("Product sheet"),
        "reference": mark("Reference"),
        "person": mark("Person of the team"),
        "mail": mark("Mail template"),
    },
    "language": {"ko": mark("Korean"), "en": mark("English")},
    "block_kind": {
        "text": mark("Text"),
        "content": mark("From the library"),
        "summary": mark("Executive summary"),
        "goals": mark("Your goals"),
        "questions": mark("Your questions"),
        "price": mark("Investment"),
        "schedule": mark("Schedule"),
        "team": mark("Our team"),
    },
    "proposal_state": {
        "draft": mark("Draft"),
        "submitted": mark("Submitted"),
        "approved": mark("Approved"),
        "issued": mark("Issued"),
        "accepted": mark("Accepted"),
        "rejected": mark("Rejected"),
    },
}
