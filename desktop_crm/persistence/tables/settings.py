"""Settings that a team shares, and exchange rates, as rows. Fields are the registry's; a test compares them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.persistence.tables.rows import SyncedRow


class WorkspaceSettingRow(SyncedRow):
    __tablename__ = "workspace_setting"

    name: Mapped[str | None]
    value: Mapped[str | None]


class ExchangeRateRow(SyncedRow):
    __tablename__ = "exchange_rate"

    from_currency: Mapped[str | None] = mapped_column(index=True)
    to_currency: Mapped[str | None]
    rate: Mapped[Decimal | None]
    valid_on: Mapped[date | None]
    source: Mapped[str | None]
