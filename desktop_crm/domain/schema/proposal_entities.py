"""The content library and proposals: the entities of what is written for customers; rows of the registry, data only."""

from __future__ import annotations

from dataclasses import replace

from desktop_crm.domain.schema import options as o
from desktop_crm.domain.schema.fields import (
    Entity,
    Field,
    FieldType,
    MergeRule,
    day,
    integer,
    long_text,
    moment,
    option,
    order_key,
    reference,
    tags,
    text,
    title,
    unique_key,
)

PROPOSALS = (
    Entity(
        name="content_block",
        plural="content_blocks",
        title="name",
        since=2,
        columns=("name", "content_kind", "language", "industries", "products", "stage_id", "owner_id", "expires_on"),
        fields=(
            title(),
            option("content_kind", o.ContentKind),
            option("language", o.SpokenLanguage),
            replace(long_text("body"), searchable=True),  # "# heading", "- item", "**bold**"
            tags("industries"),  # none: fits every one
            tags("products"),  # codes
            reference("stage_id", "stage"),
            reference("owner_id", "user"),
            day("expires_on"),
            text("image"),  # blob hash of a PNG
            text("pages"),  # blob hash of a PDF whose pages are put in whole
            long_text("note"),
        ),
    ),
    Entity(
        name="proposal",
        plural="proposals",
        title="number",
        scope_path=("account_id", "owner_id"),
        since=2,
        columns=("number", "name", "account_id", "proposal_state", "opportunity_id", "owner_id"),
        fields=(
            unique_key("number"),
            text("name", searchable=True),
            reference("account_id", "account"),
            reference("contact_id", "contact"),
            reference("opportunity_id", "opportunity"),
            reference("quote_version_id", "quote_version"),  # whose prices it shows
            reference("owner_id", "user"),
            replace(option("proposal_state", o.ProposalState, MergeRule.WORKFLOW), acted=True),
            option("language", o.SpokenLanguage),
            replace(integer("draft_version"), acted=True),  # the version that the draft will be when it is issued
            replace(reference("submitted_by_id", "user"), acted=True),
            replace(reference("approved_by_id", "user"), acted=True),
            replace(text("approved_hash"), acted=True),  # of the content that was approved
            replace(reference("based_on_id", "proposal_version"), acted=True),  # what its draft was begun from
        ),
    ),
    Entity(
        name="proposal_block",
        plural="proposal_blocks",
        title="name",
        parent="proposal_id",
        scope_path=("proposal_id", "account_id"),
        since=2,
        columns=("proposal_id", "block_kind", "name", "content_id"),
        fields=(
            reference("proposal_id", "proposal", required=True),
            option("block_kind", o.BlockKind),
            text("name"),  # its heading
            reference("content_id", "content_block"),
            long_text("body"),
            order_key(),
        ),
    ),
    Entity(
        name="proposal_version",
        plural="proposal_versions",
        title="number",
        parent="proposal_id",
        scope_path=("proposal_id", "account_id"),
        since=2,
        columns=("number", "version", "issued_at", "issued_by_id", "snapshot_hash"),
        issued=True,
        fields=(
            reference("proposal_id", "proposal", required=True),
            text("number"),
            integer("version"),
            moment("issued_at"),
            reference("issued_by_id", "user"),
            Field(name="snapshot", type=FieldType.LONG_TEXT, merge=MergeRule.FIXED),  # canonical JSON
            Field(name="snapshot_hash", merge=MergeRule.FIXED),  # SHA-256 of the snapshot, hex
            Field(name="pdf_ko", merge=MergeRule.FIXED),
            Field(name="pdf_en", merge=MergeRule.FIXED),
            Field(name="approved_hash", merge=MergeRule.FIXED),
        ),
    ),
)
