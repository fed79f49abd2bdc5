"""Working together on a record: comments, who follows it, who does what on a deal; rows of the registry, data only.

A comment and a follower lie where the record lies they are about, so that whoever may see the one may see the other.
"""

from __future__ import annotations

from desktop_crm.domain.schema import options as o
from desktop_crm.domain.schema.fields import (
    Entity,
    Field,
    FieldType,
    MergeRule,
    long_text,
    moment,
    option,
    reference,
    tags,
    text,
)

_ABOUT = (Field(name="entity", required=True), Field(name="record_id", required=True))
"""The kind of the record and its id."""

SHARED_WORK = (
    Entity(
        name="comment",
        plural="comments",
        title="body",
        about=True,
        since=2,
        columns=("written_at", "author_id", "body", "entity"),
        fields=(
            *_ABOUT,
            Field(name="body", type=FieldType.LONG_TEXT, merge=MergeRule.LINES, required=True),
            reference("author_id", "user"),
            moment("written_at"),
            tags("mentions"),  # ids of users
        ),
    ),
    Entity(
        name="follower",
        plural="followers",
        title="id",
        about=True,
        since=2,
        columns=("entity", "record_id", "user_id"),
        fields=(*_ABOUT, reference("user_id", "user", required=True)),
    ),
    Entity(
        name="deal_member",
        plural="deal_members",
        title="id",
        parent="opportunity_id",
        scope_path=("opportunity_id", "account_id"),
        since=2,
        columns=("opportunity_id", "user_id", "deal_role", "duty"),
        fields=(
            reference("opportunity_id", "opportunity", required=True),
            reference("user_id", "user", required=True),
            option("deal_role", o.DealRole),
            text("duty"),  # what they do on it
            long_text("note"),
        ),
    ),
)
"""The id of a follower is made from who follows what: two laptops make one row."""
