"""The server's tables: one for each entity of the registry, and its own books. Every key begins with the tenant.

The same definitions serve SQLite and PostgreSQL. Values lie as the wire carries them: text, whole numbers, flags; sets as JSON.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from desktop_crm.domain.schema import REGISTRY, Entity, Field, FieldType, MergeRule

METADATA: Final = MetaData()
_COLUMN_TYPES: Final[dict[FieldType, Any]] = {FieldType.INTEGER: BigInteger, FieldType.BOOLEAN: Boolean}
_ROOM: Final = {"fillfactor": 70}
"""PostgreSQL leaves room in a page for the next version of a row, so that most edits touch no index."""


def _column(field: Field) -> Column[Any]:
    return Column(field.name, _COLUMN_TYPES.get(field.type, Text))


def _entity_table(entity: Entity) -> Table:
    looked_up = [f.name for f in entity.fields if f.merge is MergeRule.UNIQUE]
    followed = [entity.parent, *entity.scope_path[:1]]
    followed += [f.name for f in entity.fields if f.merge is MergeRule.TREE_PARENT]
    followed += ["record_id"] if entity.about else []
    names = sorted({name for name in (*looked_up, *followed) if name and name != "id"})
    return Table(
        entity.name,
        METADATA,
        Column("tenant_id", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        *(_column(field) for field in entity.fields),
        Column("_clk", Text, nullable=False),
        Column("_deleted", Boolean, nullable=False),
        Column("_seq", BigInteger, nullable=False),
        Column("_scope", Text, nullable=False),
        Column("_by", Text),  # the user who changed it last
        Column("_extra", Text),
        *(Index(f"ix_{entity.name}_{name}", "tenant_id", name) for name in names),
        *_apart(entity),
        postgresql_with=_ROOM,
    )


NAMES_FILES: Final = {
    "quote_version": ("pdf_ko", "pdf_en"),
    "proposal_version": ("pdf_ko", "pdf_en"),
    "content_block": ("image", "pages"),
    "attachment": ("content",),
    "product": ("image",),
}
"""Fields that hold the hash of a file."""


def _apart(entity: Entity) -> list[Index]:
    """Private maps are asked for at each request, and there are few of them; rows are looked up by the files they name."""
    if entity.name != "stakeholder_map":
        fields = NAMES_FILES.get(entity.name, ())
        return [Index(f"ix_{entity.name}_{field}", "tenant_id", field) for field in fields]
    return [Index("ix_private_map", "tenant_id", postgresql_where=text("private"), sqlite_where=text("private"))]


ENTITIES: Final[dict[str, Table]] = {entity.name: _entity_table(entity) for entity in REGISTRY}

head = Table(
    "sync_head",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("salt", Text, nullable=False),
    Column("min_schema", Integer, nullable=False),
    Column("server_id", Text, nullable=False),
    Column("clock", Text, nullable=False),  # the newest stamp the server gave or took
    Column("purged_seq", BigInteger, nullable=False, server_default="0"),  # whoever last heard before this starts anew
)

commit = Table(
    "sync_commit",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("salt", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("n_ops", Integer, nullable=False),
)

op = Table(
    "sync_op",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("op_id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("body_hash", Text, nullable=False),  # of the content as it was sent
    Column("body", Text, nullable=False),  # the operation as JSON, under the stamp it came with
    Column("hlc", Text, nullable=False),  # the stamp it is kept under
    Column("user_id", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("reason", Text, nullable=False),  # why it lies in quarantine; empty when accepted
)

feed = Table(
    "sync_feed",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),  # row, exit
    Index("ix_feed_seq", "tenant_id", "scope", "seq"),
)

grant = Table(
    "sync_grant",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("mode", Text, nullable=False),  # r, rw
    Column("from_seq", BigInteger, nullable=False),
    Column("revoked_seq", BigInteger),
)

share = Table(
    "sync_share",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("holder", Text, primary_key=True),  # a user, "team:" and a team, or "" for the account's home
    Column("mode", Text, nullable=False),  # r, rw; of the home: its scope
)

quarantine = Table(
    "sync_quarantine",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("op_id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("body", Text, nullable=False),
)

user = Table(
    "sync_user",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),  # the id of the user's row
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=False),  # argon2id
    Column("disabled", Boolean, nullable=False),
    Column("totp", Text),  # the secret of the second factor, where one is used
    UniqueConstraint("tenant_id", "name"),
)

identity = Table(
    "sync_identity",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),  # the provider's own name for the person
    Column("user_id", Text, nullable=False),
)

device = Table(
    "device",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("device_id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("app_v", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("revoked", Boolean, nullable=False),
)

refresh = Table(
    "refresh_token",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
    Column("family", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("device_id", Text, nullable=False),
    Column("expires", Text, nullable=False),
    Column("successor", Text),
    Column("revoked", Boolean, nullable=False),
    Index("ix_refresh_family", "tenant_id", "family"),
)

lease = Table(
    "number_lease",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("series", Text, primary_key=True),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("device", Text, nullable=False),
)

blob = Table(
    "blob",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

presence = Table(
    "presence",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("device_id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("until", Text, nullable=False),
)

upload = Table(
    "blob_upload",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("by", Text, primary_key=True),  # each sender's own: nobody can spoil another's
    Column("hash", Text, primary_key=True),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    Column("at", Text, nullable=False),
)

setting = Table(
    "server_setting",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

blob_info = Table(
    "blob_info",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),  # the user who sent it first
    Column("idle_since", Text),  # since when no row names it
)

snapshot = Table(
    "sync_snapshot",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),  # SHA-256 of the packed file
    Column("scopes", Text, nullable=False),  # JSON, sorted
    Column("seq", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("at", Text, nullable=False),
)

snapshot_part = Table(
    "sync_snapshot_part",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

purged = Table(
    "sync_purged",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("row_id", Text, primary_key=True),
)

audit = Table(
    "audit",
    METADATA,
    Column("tenant_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("what", Text, nullable=False),  # ids and roles, never a customer's data
)

fact = Table(
    "server_fact",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
