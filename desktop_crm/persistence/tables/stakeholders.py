"""Stakeholder maps, their cards and lines, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class StakeholderMapRow(SyncedRow):
    __tablename__ = "stakeholder_map"

    name: Mapped[str | None]
    account_id: Mapped[str | None] = mapped_column(index=True)
    opportunity_id: Mapped[str | None] = mapped_column(index=True)
    layout: Mapped[str | None]


class MapNodeRow(SyncedRow):
    __tablename__ = "map_node"

    map_id: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[str | None]
    contact_id: Mapped[str | None] = mapped_column(index=True)
    label: Mapped[str | None]
    title: Mapped[str | None]
    department: Mapped[str | None]
    buying_role: Mapped[str | None]
    influence: Mapped[int | None]
    support: Mapped[str | None]
    coverage: Mapped[str | None]
    reports_to_id: Mapped[str | None] = mapped_column(index=True)
    x: Mapped[int | None]
    y: Mapped[int | None]
    order_key: Mapped[str | None]
    note: Mapped[str | None]


class MapEdgeRow(SyncedRow):
    __tablename__ = "map_edge"

    map_id: Mapped[str | None] = mapped_column(index=True)
    source_id: Mapped[str | None] = mapped_column(index=True)
    target_id: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[str | None]
    label: Mapped[str | None]
    strength: Mapped[int | None]
