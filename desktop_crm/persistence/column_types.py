"""How registry values lie in STRICT tables, which hold only TEXT, INTEGER, REAL and BLOB. Nothing is ever stored as REAL."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from desktop_crm.domain.schema import Field, FieldType
from desktop_crm.domain.schema.codec import decode, encode, plain
from desktop_crm.domain.schema.fields import own_field
from desktop_crm.foundation.errors import Refusal


class DecimalText(TypeDecorator[Decimal]):
    """An exact decimal as plain text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else plain(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class DateText(TypeDecorator[date]):
    """A calendar date, ISO."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


class MomentText(TypeDecorator[datetime]):
    """A point in time, ISO in UTC with "Z"."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class FlagInteger(TypeDecorator[bool]):
    """Yes or no as 1 or 0."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class WordsText(TypeDecorator[tuple[str, ...]]):
    """A set of words as a sorted JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(sorted(set(value)), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))


class JsonText(TypeDecorator[dict[str, Any]]):
    """A JSON object, keys sorted."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        return None if not value else json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any]:
        return json.loads(value) if value else {}


class ExtraText(JsonText):
    """A row's fields that have no column: those of one's own as what their names say they are, the others as JSON has them."""

    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        coded = {name: _coded(name, one) if "." in name else one for name, one in value.items()} if value else None
        return super().process_bind_param(coded, dialect)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any]:
        if not value:
            return {}
        held: dict[str, Any] = json.loads(value)
        return {name: _decoded(name, one) if "." in name else one for name, one in held.items()}


def _coded(name: str, value: Any) -> Any:
    return value if isinstance(value, str | int | list) else encode(own_field(name), value)


def _decoded(name: str, raw: Any) -> Any:
    try:
        return decode(own_field(name), raw)
    except Refusal:
        return raw  # written by a program that did not know what the name says


_STORED: dict[FieldType, type[TypeDecorator[Any]]] = {
    FieldType.DECIMAL: DecimalText,
    FieldType.MONEY: DecimalText,
    FieldType.DATE: DateText,
    FieldType.SET: WordsText,
}


def stored_as(field: Field) -> TypeEngine[Any]:
    """How SQL reads a field of one's own out of the JSON."""
    found = _STORED.get(field.type)
    return found() if found is not None else Text()
