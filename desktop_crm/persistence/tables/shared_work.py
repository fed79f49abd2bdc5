"""Comments, followers and deal teams, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class CommentRow(SyncedRow):
    __tablename__ = "comment"

    entity: Mapped[str | None]
    record_id: Mapped[str | None] = mapped_column(index=True)
    body: Mapped[str | None]
    author_id: Mapped[str | None]
    written_at: Mapped[datetime | None]
    mentions: Mapped[tuple[str, ...] | None]


class FollowerRow(SyncedRow):
    __tablename__ = "follower"

    entity: Mapped[str | None]
    record_id: Mapped[str | None] = mapped_column(index=True)
    user_id: Mapped[str | None] = mapped_column(index=True)


class DealMemberRow(SyncedRow):
    __tablename__ = "deal_member"

    opportunity_id: Mapped[str | None] = mapped_column(index=True)
    user_id: Mapped[str | None] = mapped_column(index=True)
    deal_role: Mapped[str | None]
    duty: Mapped[str | None]
    note: Mapped[str | None]
