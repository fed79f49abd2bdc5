"""What every row of the laptop's tables has. Rows live inside one unit of work or one read; they never leave this floor."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from desktop_crm.domain.schema import REGISTRY, Entity
from desktop_crm.persistence.column_types import (
    DateText,
    DecimalText,
    ExtraText,
    FlagInteger,
    MomentText,
    WordsText,
)

ROWS: dict[str, type[SyncedRow]] = {}
"""Row classes by entity name."""


class Base(DeclarativeBase):
    """The laptop's metadata."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        Decimal: DecimalText,
        date: DateText,
        datetime: MomentText,
        bool: FlagInteger,
        tuple[str, ...]: WordsText,
    }


class SyncedRow(Base):
    """One record of a registry entity. `row_clk` is JSON: "" → "stamp op_id" of the row, and fields whose version differs."""

    __abstract__ = True
    described: ClassVar[Entity]

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    row_clk: Mapped[str] = mapped_column("_clk", Text)
    row_scope: Mapped[str | None] = mapped_column("_scope", Text)
    row_seq: Mapped[int | None] = mapped_column("_seq")
    row_deleted: Mapped[str | None] = mapped_column("_deleted", Text)
    row_extra: Mapped[dict[str, Any] | None] = mapped_column("_extra", ExtraText)

    def __init_subclass__(cls, **options: Any) -> None:
        cls.__table_args__ = {"sqlite_strict": True, "sqlite_with_rowid": True}
        super().__init_subclass__(**options)
        cls.described = REGISTRY[cls.__tablename__]
        ROWS[cls.__tablename__] = cls

    def field_value(self, name: str) -> Any:
        """A field's value, wherever it lies."""
        if self.described.has(name):
            return getattr(self, name)
        return (self.row_extra or {}).get(name)

    def put(self, name: str, value: Any) -> None:
        """Set a field, known to this version or not."""
        if self.described.has(name):
            setattr(self, name, value)
            return
        extra = dict(self.row_extra or {})
        if value is None:
            extra.pop(name, None)
        else:
            extra[name] = value
        self.row_extra = extra

    def field_values(self) -> dict[str, Any]:
        """All fields by name, own and unknown ones included, without the id."""
        return {name: getattr(self, name) for name in self.described.by_name} | dict(self.row_extra or {})
