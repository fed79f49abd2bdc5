"""Activities and tasks, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class ActivityRow(SyncedRow):
    __tablename__ = "activity"

    kind: Mapped[str | None]
    subject: Mapped[str | None]
    body: Mapped[str | None]
    occurred_at: Mapped[datetime | None]
    minutes: Mapped[int | None]
    account_id: Mapped[str | None]
    contact_id: Mapped[str | None]
    opportunity_id: Mapped[str | None] = mapped_column(index=True)
    quote_id: Mapped[str | None] = mapped_column(index=True)
    owner_id: Mapped[str | None] = mapped_column(index=True)
    participants: Mapped[tuple[str, ...] | None]
    place: Mapped[str | None] = mapped_column(sort_order=2)
    all_day: Mapped[bool | None] = mapped_column(sort_order=2)
    repeats: Mapped[str | None] = mapped_column(sort_order=2)
    external_id: Mapped[str | None] = mapped_column(index=True, sort_order=2)
    thread_id: Mapped[str | None] = mapped_column(index=True, sort_order=2)
    sender: Mapped[str | None] = mapped_column(sort_order=2)
    match_reason: Mapped[str | None] = mapped_column(sort_order=2)
    reply_to: Mapped[str | None] = mapped_column(sort_order=2)


Index("ix_activity_account_id", ActivityRow.account_id, ActivityRow.occurred_at, ActivityRow.row_deleted)
Index("ix_activity_contact_id", ActivityRow.contact_id, ActivityRow.occurred_at, ActivityRow.row_deleted)
"""What happened at an account or with a person, in its order, counted, and the last of it, without reading the rows."""

Index(
    "ix_activity_list_occurred_at",
    ActivityRow.occurred_at,
    ActivityRow.id,
    ActivityRow.row_deleted,
    sqlite_where=ActivityRow.row_deleted.is_(None),
)
"""Lists in their order, without sorting a hundred thousand rows."""

Index("ix_activity_series", ActivityRow.id, sqlite_where=ActivityRow.repeats.is_not(None))
"""The few that repeat, for any day of the calendar."""


class TaskRow(SyncedRow):
    __tablename__ = "task"

    subject: Mapped[str | None]
    due_on: Mapped[date | None]
    done: Mapped[bool | None]
    priority: Mapped[str | None]
    account_id: Mapped[str | None] = mapped_column(index=True)
    contact_id: Mapped[str | None] = mapped_column(index=True)
    opportunity_id: Mapped[str | None] = mapped_column(index=True)
    owner_id: Mapped[str | None] = mapped_column(index=True)
    note: Mapped[str | None]
    promised_by: Mapped[str | None] = mapped_column(sort_order=2)
    activity_id: Mapped[str | None] = mapped_column(index=True, sort_order=2)
    repeats: Mapped[str | None] = mapped_column(sort_order=2)
    external_id: Mapped[str | None] = mapped_column(index=True, sort_order=2)


Index(
    "ix_task_list_due_on", TaskRow.due_on, TaskRow.id, TaskRow.row_deleted, sqlite_where=TaskRow.row_deleted.is_(None)
)
"""Lists in their order, without sorting a hundred thousand rows."""
