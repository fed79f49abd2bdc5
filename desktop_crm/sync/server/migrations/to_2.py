"""To version 2: rights by team, share and territory, purges, the second factor, the audit log, and what is known about files."""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, Text, text


def run(op: Operations) -> None:
    """The step."""
    op.add_column("sync_head", Column("purged_seq", BigInteger, nullable=False, server_default="0"))
    op.add_column("sync_user", Column("totp", Text))
    _table(op, "sync_share", ("account_id", "holder"), ("mode",))
    _table(op, "server_setting", ("name",), ("value",))
    _table(op, "sync_purged", ("entity", "row_id"))
    _table(op, "audit", ("id",), ("at", "user_id", "device", "act", "what"))
    op.create_table(
        "blob_info",
        Column("tenant_id", Text, primary_key=True),
        Column("hash", Text, primary_key=True),
        Column("size", BigInteger, nullable=False),
        Column("at", Text, nullable=False),
        Column("by", Text, nullable=False),
        Column("idle_since", Text),
    )
    op.execute(
        text(
            "INSERT INTO blob_info (tenant_id, hash, size, at, by)"
            " SELECT tenant_id, hash, sum(length(data)), '', '' FROM blob GROUP BY tenant_id, hash"
        )
    )


def _table(op: Operations, name: str, keys: tuple[str, ...], values: tuple[str, ...] = ()) -> None:
    op.create_table(
        name,
        *(Column(key, Text, primary_key=True) for key in ("tenant_id", *keys)),
        *(Column(value, Text, nullable=False) for value in values),
    )
