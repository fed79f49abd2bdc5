"""The entities themselves, in the order in which a parent comes before its children."""

from __future__ import annotations

from dataclasses import replace

from desktop_crm.domain.schema import options as o
from desktop_crm.domain.schema.account_work import ACCOUNT_WORK
from desktop_crm.domain.schema.approval_entities import APPROVALS
from desktop_crm.domain.schema.fields import (
    Entity,
    Field,
    FieldType,
    MergeRule,
    day,
    decimal,
    flag,
    integer,
    long_text,
    moment,
    money,
    option,
    order_key,
    reference,
    tags,
    text,
    title,
    unique_key,
)
from desktop_crm.domain.schema.identity import IDENTITY
from desktop_crm.domain.schema.map_entities import STAKEHOLDERS
from desktop_crm.domain.schema.proposal_entities import PROPOSALS
from desktop_crm.domain.schema.quote_entities import CATALOGUE, QUOTES
from desktop_crm.domain.schema.settings import SETTINGS
from desktop_crm.domain.schema.shared_work import SHARED_WORK

_MERGED_AT = Field(name="merged_at", type=FieldType.DATETIME, derived=True, since=2)
"""When another record was last merged into this one: a deletion that has not seen it does not stand."""

PEOPLE = (
    Entity(name="team", plural="teams", title="name", columns=("name", "region"), fields=(title(), text("region"))),
    Entity(
        name="user",
        plural="users",
        title="name",
        columns=("name", "email", "role", "team_id", "manager_id"),
        fields=(
            title(),
            unique_key("email"),
            option("role", o.UserRole),
            reference("team_id", "team"),
            reference("manager_id", "user"),
            flag("active"),
        ),
    ),
)

ACCOUNTS = (
    Entity(
        name="account",
        plural="accounts",
        title="name",
        scope_path=("id",),
        columns=("name", "parent_id", "kind", "industry", "employees", "annual_revenue", "country", "owner_id"),
        fields=(
            title(),
            reference("parent_id", "account", merge=MergeRule.TREE_PARENT),
            option("kind", o.AccountKind),
            text("industry"),
            integer("employees", least=0),
            *money("annual_revenue", "annual_revenue_currency"),
            integer("founded_year", least=1, most=2100),
            text("country"),
            unique_key("business_registration_number"),
            reference("owner_id", "user"),
            option("tier", o.AccountTier),
            option("relationship_stage", o.RelationshipStage),
            text("phone", searchable=True),
            text("website"),
            Field(name="address_line", unit="address"),
            Field(name="address_city", unit="address"),
            Field(name="address_postcode", unit="address"),
            tags("tags"),
            long_text("note"),
            _MERGED_AT,
        ),
    ),
    Entity(
        name="contact",
        plural="contacts",
        title="name",
        scope_path=("account_id",),
        columns=("name", "account_id", "title", "department", "phone", "email", "owner_id"),
        fields=(
            title(),
            reference("account_id", "account"),
            text("title"),
            text("department", searchable=True),
            unique_key("email"),
            text("phone", searchable=True),
            text("mobile", searchable=True),
            reference("owner_id", "user"),
            tags("tags"),
            long_text("note"),
            _MERGED_AT,
            replace(tags("other_phones"), since=2),
            replace(tags("other_emails"), since=2),
            replace(long_text("addresses"), since=2),  # one a line
            replace(day("birthday"), since=2),
        ),
    ),
    Entity(
        name="hierarchy_link",
        plural="hierarchy_links",
        title="id",
        parent="account_id",
        scope_path=("account_id",),
        since=2,
        columns=("hierarchy", "account_id", "parent_id", "percent"),
        fields=(
            option("hierarchy", o.Hierarchy),
            reference("account_id", "account", required=True),
            reference("parent_id", "account"),  # who owns, buys for or covers it; several links, several owners
            decimal("percent", least=0, most=100),
            long_text("note"),
        ),
    ),
)

PIPELINE = (
    Entity(name="pipeline", plural="pipelines", title="name", columns=("name",), fields=(title(), order_key())),
    Entity(
        name="stage",
        plural="stages",
        title="name",
        parent="pipeline_id",
        columns=("pipeline_id", "name", "kind", "probability", "forecast_category", "stall_days"),
        fields=(
            reference("pipeline_id", "pipeline", required=True),
            Field(name="name", required=True),
            order_key(),
            option("kind", o.StageKind),
            decimal("probability", least=0, most=1),
            option("forecast_category", o.ForecastCategory),
            integer("stall_days", least=0),
        ),
    ),
    Entity(
        name="opportunity",
        plural="opportunities",
        title="name",
        scope_path=("account_id", "owner_id"),
        columns=("name", "account_id", "stage_id", "amount", "close_date", "owner_id", "product_id"),
        fields=(
            title(),
            unique_key("external_id"),
            reference("account_id", "account"),
            reference("pipeline_id", "pipeline"),
            reference("stage_id", "stage"),
            reference("product_id", "product"),
            reference("contact_id", "contact"),
            reference("owner_id", "user"),
            *money("amount", "currency"),
            day("opened_on"),
            day("close_date"),
            text("next_step"),
            text("loss_reason"),
            long_text("note"),
        ),
    ),
)


ACTIVITIES = (
    Entity(
        name="activity",
        plural="activities",
        title="subject",
        scope_path=("account_id", "owner_id"),
        columns=("occurred_at", "kind", "subject", "account_id", "contact_id", "owner_id"),
        fields=(
            option("kind", o.ActivityKind),
            title("subject"),
            long_text("body"),
            moment("occurred_at"),
            integer("minutes", least=0),
            reference("account_id", "account"),
            reference("contact_id", "contact"),
            reference("opportunity_id", "opportunity"),
            reference("quote_id", "quote"),
            reference("owner_id", "user"),
            tags("participants"),
            replace(text("place"), since=2),
            replace(flag("all_day"), since=2),
            replace(text("repeats"), since=2),  # RFC 5545: RRULE, RDATE and EXDATE lines
            replace(text("external_id"), since=2),  # of a mail its Message-ID, of an appointment its UID
            replace(text("thread_id"), since=2),  # of a mail: the Message-ID the exchange began with
            replace(text("sender"), since=2),
            replace(text("match_reason"), since=2),  # by what a mail was put with its account; code:word
            replace(text("reply_to"), since=2),  # of a mail: where answers are wanted, when that is not the sender
        ),
    ),
    Entity(
        name="task",
        plural="tasks",
        title="subject",
        scope_path=("account_id", "owner_id"),
        columns=("subject", "due_on", "priority", "done", "account_id", "owner_id"),
        fields=(
            title("subject"),
            day("due_on"),
            flag("done"),
            option("priority", o.Priority),
            reference("account_id", "account"),
            reference("contact_id", "contact"),
            reference("opportunity_id", "opportunity"),
            reference("owner_id", "user"),
            long_text("note"),
            replace(option("promised_by", o.Side), since=2),
            replace(reference("activity_id", "activity"), since=2),  # where it was promised
            replace(text("repeats"), since=2),
            replace(text("external_id"), since=2),
        ),
    ),
)

SIMPLE = (
    Entity(
        name="contract",
        plural="contracts",
        title="name",
        scope_path=("account_id", "owner_id"),
        columns=("name", "account_id", "status", "amount", "start_date", "renewal_date", "notice_date"),
        fields=(
            title(),
            reference("account_id", "account"),
            reference("owner_id", "user"),
            option("status", o.ContractStatus, MergeRule.WORKFLOW),
            *money("amount", "currency"),
            day("start_date"),
            day("end_date"),
            day("renewal_date"),
            day("notice_date"),
            decimal("uplift"),
            replace(reference("quote_id", "quote"), since=2),
        ),
    ),
    Entity(
        name="order",
        plural="orders",
        title="number",
        scope_path=("account_id", "owner_id"),
        columns=("number", "account_id", "status", "amount", "ordered_on", "quote_id"),
        fields=(
            unique_key("number"),
            reference("account_id", "account"),
            reference("quote_id", "quote"),
            reference("owner_id", "user"),
            option("status", o.OrderStatus, MergeRule.WORKFLOW),
            *money("amount", "currency"),
            day("ordered_on"),
        ),
    ),
    Entity(
        name="order_line",
        plural="order_lines",
        title="id",
        parent="order_id",
        scope_path=("order_id", "account_id"),
        since=2,
        columns=("order_id", "product_id", "quantity", "unit_price", "discount_percent"),
        fields=(
            reference("order_id", "order", required=True),
            reference("product_id", "product"),
            decimal("quantity"),
            decimal("unit_price"),  # in the order's currency
            decimal("discount_percent"),
            order_key(),
            long_text("note"),
        ),
    ),
    Entity(
        name="lead",
        plural="leads",
        title="name",
        columns=("name", "company", "status", "source", "email", "phone", "owner_id"),
        fields=(
            title(),
            text("company", searchable=True),
            unique_key("email"),
            text("phone", searchable=True),
            text("source"),
            option("status", o.LeadStatus, MergeRule.WORKFLOW),
            reference("owner_id", "user"),
            long_text("note"),
        ),
    ),
    Entity(
        name="ticket",
        plural="tickets",
        title="subject",
        scope_path=("account_id", "owner_id"),
        columns=("subject", "account_id", "status", "priority", "opened_on", "owner_id"),
        fields=(
            title("subject"),
            reference("account_id", "account"),
            reference("contact_id", "contact"),
            reference("owner_id", "user"),
            option("status", o.TicketStatus, MergeRule.WORKFLOW),
            option("priority", o.Priority),
            day("opened_on"),
            long_text("body"),
        ),
    ),
)

BOOKKEEPING = (
    Entity(
        name="own_field",
        plural="own_fields",
        title="label",
        columns=("entity", "field", "label", "label_en", "retired"),
        fields=(
            text("entity"),
            text("field"),
            text("label"),
            replace(text("label_en"), since=2),
            replace(long_text("choices"), since=2),  # one a line
            replace(flag("retired"), since=2),
        ),
    ),
    Entity(
        name="open_reference",
        plural="open_references",
        title="value",
        columns=("entity", "field", "value", "suggestion_id", "state"),
        fields=(
            text("entity"),
            text("row_id"),
            text("field"),
            text("value"),  # the name as it stood in the file
            text("target"),  # the entity it should name
            text("suggestion_id"),
            option("state", o.ReferenceState),
            text("import_id"),
        ),
    ),
    Entity(
        name="imported_file",
        plural="imported_files",
        title="name",
        since=2,
        columns=("name", "entity", "rows", "import_id"),
        fields=(
            text("name"),
            text("content"),  # the hash of the file and of how it was read
            text("entity"),
            integer("rows"),
            text("import_id"),
        ),
    ),
    Entity(
        name="conflict",
        plural="conflicts",
        title="field",
        server_made=True,
        columns=("entity", "row_id", "field", "lost", "lost_by", "lost_at", "state"),
        fields=(
            text("entity"),
            text("row_id"),
            text("field"),
            text("kind"),  # value, tree, delete, duplicate
            text("before"),  # JSON of the value both started from
            text("kept"),  # JSON of the value that stands
            text("kept_op"),
            text("kept_by"),
            text("kept_at"),
            text("lost"),  # JSON of the value that lost
            text("lost_op"),
            text("lost_by"),
            text("lost_at"),
            option("state", o.ConflictState),
        ),
    ),
)

ALL = (
    *PEOPLE,
    *ACCOUNTS,
    *CATALOGUE,
    *PIPELINE,
    *STAKEHOLDERS,
    *QUOTES,
    *PROPOSALS,
    *ACTIVITIES,
    *SIMPLE,
    *ACCOUNT_WORK,
    *SHARED_WORK,
    *SETTINGS,
    *IDENTITY,
    *APPROVALS,
    *BOOKKEEPING,
)
