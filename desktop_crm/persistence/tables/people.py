"""Teams and users, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class TeamRow(SyncedRow):
    __tablename__ = "team"

    name: Mapped[str | None]
    region: Mapped[str | None]


class UserRow(SyncedRow):
    __tablename__ = "user"

    name: Mapped[str | None]
    email: Mapped[str | None] = mapped_column(index=True)
    role: Mapped[str | None]
    team_id: Mapped[str | None] = mapped_column(index=True)
    manager_id: Mapped[str | None] = mapped_column(index=True)
    active: Mapped[bool | None]
