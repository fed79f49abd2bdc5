"""The entities of account work: plans, white space, teams, files and competitors; rows of the registry, data only."""

from __future__ import annotations

from desktop_crm.domain.schema import options as o
from desktop_crm.domain.schema.fields import (
    Entity,
    Field,
    MergeRule,
    day,
    integer,
    long_text,
    moment,
    option,
    order_key,
    reference,
    text,
)

ACCOUNT_WORK = (
    Entity(
        name="competitor",
        plural="competitors",
        title="name",
        since=2,
        columns=("name", "website", "strengths", "weaknesses"),
        fields=(
            Field(name="name", required=True),
            text("website"),
            long_text("strengths"),
            long_text("weaknesses"),
            long_text("note"),
        ),
    ),
    Entity(
        name="account_member",
        plural="account_members",
        title="id",
        scope_path=("account_id",),
        since=2,
        columns=("account_id", "user_id", "member_role", "since_on", "until_on"),
        fields=(
            reference("account_id", "account", required=True),
            reference("user_id", "user", required=True),
            option("member_role", o.MemberRole),
            day("since_on"),
            day("until_on"),
            long_text("note"),
        ),
    ),
    Entity(
        name="account_plan",
        plural="account_plans",
        title="name",
        scope_path=("account_id",),
        since=2,
        columns=("name", "account_id", "start_date", "end_date", "owner_id"),
        fields=(
            Field(name="name", required=True),
            reference("account_id", "account", required=True),
            reference("owner_id", "user"),
            day("start_date"),
            day("end_date"),
            long_text("note"),
        ),
    ),
    Entity(
        name="plan_item",
        plural="plan_items",
        title="subject",
        parent="plan_id",
        scope_path=("plan_id", "account_id"),
        since=2,
        columns=("plan_id", "kind", "subject", "owner_id", "due_on", "measure", "progress"),
        fields=(
            reference("plan_id", "account_plan", required=True),
            option("kind", o.PlanItemKind),
            Field(name="subject", required=True),
            reference("objective_id", "plan_item"),  # of an action: what it serves
            reference("competitor_id", "competitor"),
            reference("owner_id", "user"),
            day("due_on"),
            text("measure"),
            integer("progress", least=0, most=100),
            order_key(),
            long_text("note"),
        ),
    ),
    Entity(
        name="white_space_cell",
        plural="white_space_cells",
        title="id",
        scope_path=("account_id",),
        since=2,
        columns=("account_id", "product_id", "usage", "competitor_id"),
        fields=(
            reference("account_id", "account", required=True),  # the unit that can buy
            reference("product_id", "product", required=True),
            option("usage", o.ProductUsage),
            reference("competitor_id", "competitor"),
            reference("opportunity_id", "opportunity"),
            reference("quote_id", "quote"),
            reference("contract_id", "contract"),
            long_text("note"),
        ),
    ),
    Entity(
        name="attachment",
        plural="attachments",
        title="name",
        scope_path=("account_id",),
        since=2,
        columns=("name", "account_id", "added_at", "owner_id"),
        fields=(
            Field(name="name", required=True),
            reference("account_id", "account", required=True),
            reference("opportunity_id", "opportunity"),
            reference("owner_id", "user"),
            moment("added_at"),
            integer("size", least=0),  # bytes
            Field(name="mime", merge=MergeRule.FIXED),
            Field(name="content", merge=MergeRule.FIXED),  # SHA-256 of the file, hex
            long_text("note"),
            reference("activity_id", "activity"),
        ),
    ),
)
