"""From file version 1 to 2: lists are read in their order by indexes; what came with the entities of schema 2.

Unreleased: whoever adds a column or a table adds it here, in one line, beside its class.
"""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import Column, Integer, Text

from desktop_crm.persistence import search
from desktop_crm.persistence.migrations.acts import add_column, add_list_index, add_records, replace_index

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


def step(operations: Operations) -> None:
    """Make a version-1 file a version-2 file."""
    _new_columns(operations)
    _new_tables(operations)
    _indexes(operations)
    search.rebuild(operations.get_bind())  # telephone numbers are found too, numbers from each group on


def _new_columns(operations: Operations) -> None:
    add_column(operations, "quote_line", "name_en")
    add_column(operations, "quote", "discount_amount")
    add_column(operations, "own_field", "label_en")
    add_column(operations, "own_field", "choices")
    add_column(operations, "own_field", "retired", Integer)


def _new_tables(operations: Operations) -> None:
    """`add_records(operations, "entity", Column("name", Text), Column("account_id", Text, index=True), …)`."""
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
    )


def _indexes(operations: Operations) -> None:
    replace_index(
        operations, "ix_account_place", "account", "parent_id", "name COLLATE NOCASE", "id", "_deleted", living=True
    )
    for table, names in LISTS.items():
        for name in names:
            add_list_index(operations, table, name)
