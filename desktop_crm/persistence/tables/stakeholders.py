"""Stakeholder maps, their cards and lines, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class StakeholderMapRow(SyncedRow):
    __tablename__ = "stakeholder_map"

    name: Mapped[str | None]
    account_id: Mapped[str | None] = mapped_column(index=True)
    opportunity_id: Mapped[str | None] = mapped_column(index=True)
    layout: Mapped[str | None]
    private: Mapped[bool | None] = mapped_column(sort_order=2)  # since file version 2, as all that stands at the end
    owner_id: Mapped[str | None] = mapped_column(sort_order=2)
    reviewed_at: Mapped[datetime | None] = mapped_column(sort_order=2)


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
    political_status: Mapped[str | None] = mapped_column(sort_order=2)
    decision_orientation: Mapped[str | None] = mapped_column(sort_order=2)
    adaptability: Mapped[str | None] = mapped_column(sort_order=2)
    response_mode: Mapped[str | None] = mapped_column(sort_order=2)
    goals: Mapped[str | None] = mapped_column(sort_order=2)
    pains: Mapped[str | None] = mapped_column(sort_order=2)
    group_id: Mapped[str | None] = mapped_column(sort_order=2)
    erased_at: Mapped[datetime | None] = mapped_column(sort_order=2)


class MapEdgeRow(SyncedRow):
    __tablename__ = "map_edge"

    map_id: Mapped[str | None] = mapped_column(index=True)
    source_id: Mapped[str | None] = mapped_column(index=True)
    target_id: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[str | None]
    label: Mapped[str | None]
    strength: Mapped[int | None]


class MapTieRow(SyncedRow):
    __tablename__ = "map_tie"

    map_id: Mapped[str | None] = mapped_column(index=True)
    node_id: Mapped[str | None]
    user_id: Mapped[str | None]
    competitor_id: Mapped[str | None]
    competitor: Mapped[str | None]
    strength: Mapped[int | None]


class MapEvidenceRow(SyncedRow):
    __tablename__ = "map_evidence"

    map_id: Mapped[str | None] = mapped_column(index=True)
    node_id: Mapped[str | None]
    topic: Mapped[str | None]
    value: Mapped[str | None]
    body: Mapped[str | None]
    observed_on: Mapped[date | None]
    author_id: Mapped[str | None]
    activity_id: Mapped[str | None]
