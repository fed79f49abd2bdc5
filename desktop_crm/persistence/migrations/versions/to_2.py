"""From file version 1 to 2: lists are read in their order by indexes; what came with the entities of schema 2.

Unreleased: whoever adds a column or a table adds it here, in one line, beside its class.
"""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import Column, Integer, LargeBinary, Text

from desktop_crm.persistence import search
from desktop_crm.persistence.migrations.acts import (
    add_column,
    add_index,
    add_list_index,
    add_local_table,
    add_records,
    replace_index,
)
from desktop_crm.persistence.stores.sums import rollups

LISTS = {
    "account": ("name",),
    "contact": ("name",),
    "product": ("name",),
    "opportunity": ("name", "close_date"),
    "activity": ("occurred_at",),
    "task": ("due_on",),
    "contract": ("renewal_date",),
}
"""Indexes of lists: table to fields."""
_OF_CARDS = (
    "political_status",
    "decision_orientation",
    "adaptability",
    "response_mode",
    "goals",
    "pains",
    "group_id",
    "erased_at",
)
_OF_APPROVALS = {
    "approval_rule": "name conditions rank+ active+ own_allowed+ note",
    "approval_step": "rule_id* place+ approver user_id* role need escalate_days+ escalate_to_id*",
    "approval_delegate": "user_id* delegate_id* starts_on ends_on reason",
    "approval_request": "quote_id* version+ requested_by_id* requested_at reason content_hash snapshot",
    "approval_decision": "request_id* verdict decided_by_id* decided_at reason content_hash",
    "certification_key": "public_key",
    "approval_key": "user_id* public_key expires_on certificate revoked_at",
    "approval_envelope": "account_id* products limit_percent margin_percent largest_amount currency expires_on max_uses+ "
    "granted_by_id* granted_at reason key_id* signature revoked_at",
}
"""Columns of approvals: + is a whole number, * has an index."""
_OF_PROPOSALS = {
    "content_block": "name content_kind language body industries products stage_id owner_id expires_on image pages note",
    "proposal": "number name account_id* contact_id* opportunity_id* quote_version_id owner_id proposal_state language "
    "draft_version+ submitted_by_id approved_by_id approved_hash based_on_id",
    "proposal_block": "proposal_id* block_kind name content_id* body order_key",
    "proposal_version": "proposal_id* number version+ issued_at issued_by_id snapshot snapshot_hash pdf_ko pdf_en approved_hash",
}
"""Columns of proposals, marked in the same way."""
_OF_SHARED_WORK = {
    "comment": "entity record_id* body author_id written_at mentions",
    "follower": "entity record_id* user_id*",
    "deal_member": "opportunity_id* user_id* deal_role duty note",
}
"""Columns of comments, followers and deal teams, marked in the same way."""
_OF_MAPS = {
    "map_tie": ("node_id", "user_id", "competitor_id", "competitor"),
    "map_evidence": ("node_id", "topic", "value", "body", "observed_on", "author_id", "activity_id"),
}


PRICING = {
    "product": "tax_class life_cycle billing bundle_price cost target_price floor_price image",
    "price_book": "kind account_id",
    "price_book_entry": "tier_mode tiers block target_price floor_price",
    "supplier": "pricing_order rounding_policy rounding_level tax_included logo seal template",
    "quote": "rounding_level tax_included prepaid exchange_rate exchange_on pricing_order template "
    "alternative alternative_of_id based_on_id standing_id",
    "quote_section": "parent_id discount_percent discount_amount optional hide_prices hide_lines",
    "quote_line": "discount_amount tax_class cost optional parent_id indent bundle_price percent_of percent_of_section billing "
    "term_months starts_on ends_on ramp price_basis",
}
"""Columns of prices, in the order of their classes."""
FIELD_DAY = {
    "activity": "place all_day repeats external_id thread_id sender match_reason reply_to",
    "task": "promised_by activity_id repeats external_id",
    "contact": "other_phones other_emails addresses birthday",
}
"""Columns of visits, mails, appointments and people, in the order of their classes."""
FLAGS_AND_COUNTS = frozenset(
    {"tax_included", "optional", "hide_prices", "hide_lines", "indent", "percent_of_section", "term_months"}
)


def step(operations: Operations) -> None:
    """Make a version-1 file a version-2 file."""
    _new_columns(operations)
    _new_tables(operations)
    _settings(operations)
    _order_lines(operations)
    _hierarchies(operations)
    _bundles(operations)
    _identity(operations)
    _approvals(operations)
    _sync(operations)
    _file_texts(operations)
    _mail(operations)
    _indexes(operations)
    rollups.rebuild(operations.get_bind())  # more is counted, in more hierarchies
    _search(operations)


def _new_columns(operations: Operations) -> None:
    add_column(operations, "quote_line", "name_en")
    add_column(operations, "quote", "discount_amount")
    add_column(operations, "own_field", "label_en")
    add_column(operations, "own_field", "choices")
    add_column(operations, "own_field", "retired", Integer)
    add_column(operations, "stakeholder_map", "private", Integer)
    for name in ("owner_id", "reviewed_at"):
        add_column(operations, "stakeholder_map", name)
    for name in _OF_CARDS:
        add_column(operations, "map_node", name)
    add_column(operations, "contract", "quote_id")
    add_index(operations, "ix_contract_quote_id", "contract", "quote_id")
    for table, names in PRICING.items():
        for name in names.split():
            add_column(operations, table, name, Integer if name in FLAGS_AND_COUNTS else Text)
    for table, name in (("price_book", "account_id"), ("quote_section", "parent_id"), ("quote_line", "parent_id")):
        add_index(operations, f"ix_{table}_{name}", table, name)
    for name in ("alternative_of_id", "based_on_id", "standing_id"):
        add_index(operations, f"ix_quote_{name}", "quote", name)
    add_column(operations, "account", "merged_at")
    add_column(operations, "contact", "merged_at")
    for table, names in FIELD_DAY.items():
        for name in names.split():
            add_column(operations, table, name, Integer if name == "all_day" else Text)
    for table, name in (
        ("activity", "external_id"),
        ("activity", "thread_id"),
        ("task", "activity_id"),
        ("task", "external_id"),
    ):
        add_index(operations, f"ix_{table}_{name}", table, name)


def _new_tables(operations: Operations) -> None:
    """`add_records(operations, "entity", Column("name", Text), Column("account_id", Text, index=True), …)`."""
    add_records(operations, "document_template", Column("name", Text), Column("form", Text))
    add_records(
        operations,
        "competitor",
        Column("name", Text),
        Column("website", Text),
        Column("strengths", Text),
        Column("weaknesses", Text),
        Column("note", Text),
    )
    add_records(
        operations,
        "account_member",
        Column("account_id", Text, index=True),
        Column("user_id", Text, index=True),
        Column("member_role", Text),
        Column("since_on", Text),
        Column("until_on", Text),
        Column("note", Text),
    )
    add_records(
        operations,
        "account_plan",
        Column("name", Text),
        Column("account_id", Text, index=True),
        Column("owner_id", Text),
        Column("start_date", Text),
        Column("end_date", Text),
        Column("note", Text),
    )
    add_records(
        operations,
        "plan_item",
        Column("plan_id", Text, index=True),
        Column("kind", Text),
        Column("subject", Text),
        Column("objective_id", Text),
        Column("competitor_id", Text, index=True),
        Column("owner_id", Text),
        Column("due_on", Text),
        Column("measure", Text),
        Column("progress", Integer),
        Column("order_key", Text),
        Column("note", Text),
    )
    add_records(
        operations,
        "white_space_cell",
        Column("account_id", Text, index=True),
        Column("product_id", Text, index=True),
        Column("usage", Text),
        Column("competitor_id", Text, index=True),
        Column("opportunity_id", Text, index=True),
        Column("quote_id", Text, index=True),
        Column("contract_id", Text, index=True),
        Column("note", Text),
    )
    add_records(
        operations,
        "attachment",
        Column("name", Text),
        Column("account_id", Text, index=True),
        Column("opportunity_id", Text, index=True),
        Column("owner_id", Text),
        Column("added_at", Text),
        Column("size", Integer),
        Column("mime", Text),
        Column("content", Text),
        Column("note", Text),
        Column("activity_id", Text, index=True),
    )
    for table, texts in _OF_MAPS.items():
        columns = [Column(name, Text) for name in texts]
        count = [Column("strength", Integer)] if table == "map_tie" else []
        add_records(operations, table, Column("map_id", Text, index=True), *columns, *count)


def _order_lines(operations: Operations) -> None:
    """What was ordered."""
    add_records(
        operations,
        "order_line",
        Column("order_id", Text, index=True),
        Column("product_id", Text, index=True),
        Column("quantity", Text),
        Column("unit_price", Text),
        Column("discount_percent", Text),
        Column("order_key", Text),
        Column("note", Text),
    )


def _hierarchies(operations: Operations) -> None:
    """Links beside the home tree, and the sums of every hierarchy."""
    add_records(
        operations,
        "hierarchy_link",
        Column("hierarchy", Text),
        Column("account_id", Text, index=True),
        Column("parent_id", Text, index=True),
        Column("percent", Text),
        Column("note", Text),
    )
    _tables_of_sums(operations)


def _file_texts(operations: Operations) -> None:
    """The words of files, and when somebody looked at a record."""
    keys = (_key(name) for name in ("entity", "row_id", "user_id"))
    add_local_table(operations, "record_look", *keys, Column("n", Integer, nullable=False), rowid=False)
    add_local_table(operations, "file_text", _key("content"), Column("text", Text, nullable=False))


def _mail(operations: Operations) -> None:
    """Mails of this laptop's accounts: those that wait for a decision, those that go out."""
    add_local_table(
        operations,
        "mail_waiting",
        _key("key"),
        _text("account"),
        _text("folder"),
        Column("validity", Integer, nullable=False),
        Column("uid", Integer, nullable=False),
        Column("at", Text),
        _text("sender"),
        _text("sender_name"),
        _text("recipients"),
        _text("subject"),
        _text("thread"),
        Column("size", Integer, nullable=False),
        _text("state"),
        Column("place", Text),
        rowid=False,
    )
    add_index(operations, "ix_mail_waiting_state", "mail_waiting", "state", "at")
    add_local_table(
        operations,
        "mail_outgoing",
        _key("id"),
        _text("account"),
        _text("state"),
        _text("made_at"),
        _text("changed_at"),
        Column("message_id", Text),
        Column("tries", Integer, nullable=False),
        Column("next_at", Text),
        Column("error", Text),
        _text("content"),
        rowid=False,
    )


def _search(operations: Operations) -> None:
    """The index is made of the rows themselves, so the old one gives way. Telephone numbers are found too, from each group on."""
    for table in ("search_entry", "search_kind", "search_title", "search_text", "search_long"):
        operations.execute(f"DROP TABLE IF EXISTS {table}")
    search.create(operations.get_bind())
    search.rebuild(operations.get_bind())


def _sync(operations: Operations) -> None:
    """The file of a first sync, while it is on its way."""
    add_local_table(
        operations,
        "sync_snapshot",
        Column("first", Integer, primary_key=True, nullable=False),
        Column("data", LargeBinary, nullable=False),
    )


def _tables_of_sums(operations: Operations) -> None:
    """Sums are worked out again from the records, so the old one gives way."""
    operations.execute("DROP TABLE account_total")
    amounts = ("open", "weighted", "won", "won_year", "quotes", "contracts")
    own = [_text(f"own_{name}") for name in amounts]
    total = [_text(name) for name in amounts]
    keys = (_key("account_id"), _key("currency"))
    add_local_table(operations, "account_total", *keys, *own, *total, rowid=False)
    add_local_table(
        operations,
        "account_tally",
        _key("account_id"),
        Column("own_people", Integer, nullable=False),
        Column("own_last", Text),
        Column("people", Integer, nullable=False),
        Column("last", Text),
        rowid=False,
    )
    add_local_table(
        operations,
        "linked_total",
        _key("account_id"),
        _key("hierarchy"),
        _key("currency"),
        *(_text(name) for name in amounts),
        rowid=False,
    )
    add_local_table(
        operations,
        "linked_tally",
        _key("account_id"),
        _key("hierarchy"),
        Column("people", Integer, nullable=False),
        Column("last", Text),
        rowid=False,
    )
    add_local_table(operations, "account_health", _key("account_id"), Column("score", Integer), rowid=False)
    add_local_table(operations, "person_place", _key("contact_id"), _key("account_id"), rowid=False)
    add_index(operations, "ix_person_place_account", "person_place", "account_id")
    of_person = (_key("contact_id"), _key("hierarchy"), _key("account_id"))
    add_local_table(operations, "person_overlap", *of_person, Column("extra", Integer, nullable=False), rowid=False)
    add_index(operations, "ix_person_overlap_account", "person_overlap", "hierarchy", "account_id", "extra")
    parts = (_text(name) for name in ("account_id", "currency", "amount"))
    add_local_table(operations, "quote_counted", _key("quote_id"), *parts, rowid=False)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _settings(operations: Operations) -> None:
    """What a team shares beside its records."""
    add_records(
        operations,
        "imported_file",
        Column("name", Text),
        Column("content", Text),
        Column("entity", Text),
        Column("rows", Integer),
        Column("import_id", Text),
    )
    add_records(operations, "workspace_setting", Column("name", Text), Column("value", Text))
    add_records(
        operations,
        "exchange_rate",
        Column("from_currency", Text, index=True),
        Column("to_currency", Text),
        Column("rate", Text),
        Column("valid_on", Text),
        Column("source", Text),
    )


def _bundles(operations: Operations) -> None:
    add_records(
        operations,
        "bundle_item",
        Column("bundle_id", Text, index=True),
        Column("product_id", Text, index=True),
        Column("quantity", Text),
        Column("role", Text),
        Column("choice", Text),
        Column("choose_least", Integer),
        Column("choose_most", Integer),
        Column("excludes_id", Text, index=True),
        Column("order_key", Text),
    )


def _identity(operations: Operations) -> None:
    """Where people work, what is probably one, and what was made one."""
    add_records(
        operations,
        "employment",
        Column("contact_id", Text, index=True),
        Column("account_id", Text, index=True),
        Column("relation", Text),
        Column("title", Text),
        Column("department", Text),
        Column("started_on", Text),
        Column("ended_on", Text),
        Column("note", Text),
    )
    add_records(
        operations,
        "duplicate_set",
        Column("name", Text),
        Column("entity", Text),
        Column("members", Text),
        Column("probability", Text),
        Column("field", Text),
        Column("state", Text),
    )
    add_records(
        operations,
        "merge",
        Column("name", Text),
        Column("entity", Text),
        Column("survivor_id", Text, index=True),
        Column("lost_id", Text, index=True),
        Column("account_id", Text, index=True),
        Column("merged_at", Text),
        Column("merged_by_id", Text),
        Column("state", Text),
        Column("facts", Text),
    )


def _approvals(operations: Operations) -> None:
    for table, names in (_OF_APPROVALS | _OF_PROPOSALS | _OF_SHARED_WORK).items():
        columns = [
            Column(name.rstrip("+*"), Integer if name.endswith("+") else Text, index=name.endswith("*"))
            for name in names.split()
        ]
        add_records(operations, table, *columns)
    for name in ("approved_hash", "envelope_id"):
        add_column(operations, "quote_version", name)
    add_index(operations, "ix_quote_version_envelope_id", "quote_version", "envelope_id")


def _indexes(operations: Operations) -> None:
    replace_index(
        operations, "ix_account_place", "account", "parent_id", "name COLLATE NOCASE", "id", "_deleted", living=True
    )
    for name in ("account_id", "contact_id"):
        replace_index(operations, f"ix_activity_{name}", "activity", name, "occurred_at", "_deleted")
    add_index(operations, "ix_activity_series", "activity", "id", only="repeats IS NOT NULL")
    for table, names in LISTS.items():
        for name in names:
            add_list_index(operations, table, name)
