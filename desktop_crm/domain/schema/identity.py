"""Who is who: where people work and worked, which records are probably one, which were made one; rows of the registry, data only."""

from __future__ import annotations

from desktop_crm.domain.schema import options as o
from desktop_crm.domain.schema.fields import (
    Entity,
    Field,
    FieldType,
    MergeRule,
    day,
    decimal,
    long_text,
    option,
    reference,
    text,
)

IDENTITY = (
    Entity(
        name="employment",
        plural="employments",
        title="title",
        parent="contact_id",
        scope_path=("contact_id", "account_id"),
        since=2,
        columns=("contact_id", "account_id", "relation", "title", "department", "started_on", "ended_on"),
        fields=(
            reference("contact_id", "contact", required=True),
            reference("account_id", "account", required=True),
            option("relation", o.EmploymentRelation),
            text("title"),
            text("department"),
            day("started_on"),
            day("ended_on"),
            long_text("note"),
        ),
    ),
    Entity(
        name="duplicate_set",
        plural="duplicate_sets",
        title="name",
        since=2,
        columns=("name", "entity", "probability", "state"),
        fields=(
            text("name"),
            text("entity"),
            Field(name="members", type=FieldType.SET, merge=MergeRule.ADD_WINS),  # ids of rows of the entity
            decimal("probability", least=0, most=1),
            text("field"),  # the key they share, where it was found by that
            option("state", o.DuplicateState),
        ),
    ),
    Entity(
        name="merge",
        plural="merges",
        title="name",
        scope_path=("account_id",),
        since=2,
        columns=("name", "entity", "merged_at", "merged_by_id", "state"),
        fields=(
            text("name"),  # what the record was called that went
            text("entity"),
            text("survivor_id"),
            text("lost_id"),
            reference("account_id", "account"),
            Field(name="merged_at", type=FieldType.DATETIME, derived=True),
            Field(name="merged_by_id", type=FieldType.REFERENCE, target="user", derived=True),
            option("state", o.MergeState),
            # JSON: what the record was, what pointed to it, what it gave; two laptops that merge the same say the same
            Field(name="facts", type=FieldType.LONG_TEXT, derived=True),
        ),
    ),
)
"""The id of a duplicate set is made from its members, that of a merge from the record that went: two laptops make one row."""
