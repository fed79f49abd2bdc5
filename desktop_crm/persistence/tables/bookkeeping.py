"""Fields of one's own, what imports brought and left open, and conflicts, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class OwnFieldRow(SyncedRow):
    __tablename__ = "own_field"

    entity: Mapped[str | None]
    field: Mapped[str | None]
    label: Mapped[str | None]
    label_en: Mapped[str | None] = mapped_column(sort_order=2)
    choices: Mapped[str | None] = mapped_column(sort_order=2)
    retired: Mapped[bool | None] = mapped_column(sort_order=2)


class OpenReferenceRow(SyncedRow):
    __tablename__ = "open_reference"

    entity: Mapped[str | None]
    row_id: Mapped[str | None]
    field: Mapped[str | None]
    value: Mapped[str | None]
    target: Mapped[str | None]
    suggestion_id: Mapped[str | None]
    state: Mapped[str | None]
    import_id: Mapped[str | None]


class ImportedFileRow(SyncedRow):
    __tablename__ = "imported_file"

    name: Mapped[str | None]
    content: Mapped[str | None]
    entity: Mapped[str | None]
    rows: Mapped[int | None]
    import_id: Mapped[str | None]


class ConflictRow(SyncedRow):
    __tablename__ = "conflict"

    entity: Mapped[str | None]
    row_id: Mapped[str | None]
    field: Mapped[str | None]
    kind: Mapped[str | None]
    before: Mapped[str | None]
    kept: Mapped[str | None]
    kept_op: Mapped[str | None]
    kept_by: Mapped[str | None]
    kept_at: Mapped[str | None]
    lost: Mapped[str | None]
    lost_op: Mapped[str | None]
    lost_by: Mapped[str | None]
    lost_at: Mapped[str | None]
    state: Mapped[str | None]
