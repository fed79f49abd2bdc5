"""From file version 1 to 2: lists are read in their order by indexes; what came with the entities of schema 2.

Unreleased: whoever adds a column or a table adds it here, in one line, beside its class.
"""

from __future__ import annotations

from alembic.operations import Operations

from desktop_crm.persistence import search
from desktop_crm.persistence.migrations.acts import add_column, add_list_index, replace_index

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


def _new_tables(operations: Operations) -> None:
    """`add_records(operations, "entity", Column("name", Text), Column("account_id", Text, index=True), …)`."""


def _indexes(operations: Operations) -> None:
    replace_index(
        operations, "ix_account_place", "account", "parent_id", "name COLLATE NOCASE", "id", "_deleted", living=True
    )
    for table, names in LISTS.items():
        for name in names:
            add_list_index(operations, table, name)
