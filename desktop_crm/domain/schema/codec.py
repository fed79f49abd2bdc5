"""Values as JSON and back, by field: the one form used on the wire, in the change log and in JSON exports.

Decimal "12.50" (plain, as given), date ISO, datetime ISO in UTC with "Z", sets as sorted lists, options as their text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from desktop_crm.domain.schema.fields import Entity, Field, FieldType
from desktop_crm.domain.schema.limits import beyond
from desktop_crm.foundation.errors import Refusal

_DECIMALS = frozenset({FieldType.DECIMAL, FieldType.MONEY})
_KINDS: dict[FieldType, type] = {FieldType.INTEGER: int, FieldType.BOOLEAN: bool}
_WHOLE_LIMIT = 2**63
_MOST_DIGITS = 28


def plain(value: Decimal) -> str:
    """A Decimal as plain text, without exponent: "1E+2" becomes "100"."""
    return format(value, "f")


def encode(field: Field, value: Any) -> Any:
    """A value as JSON can hold it; None stays None."""
    if value is None:
        return None
    kind = field.type
    if kind in _DECIMALS:
        return plain(value)
    if kind is FieldType.DATE:
        return value.isoformat()
    if kind is FieldType.DATETIME:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if kind is FieldType.SET:
        return sorted(value)
    if kind is FieldType.OPTION:
        return str(value)
    return value


def decode(field: Field, raw: Any) -> Any:
    """The value back from its JSON form.

    Raises Refusal `value.unreadable` for what does not fit the field, `value.out_of_range` for a number that no file can hold.
    """
    if raw is None:
        return None
    try:
        value = _decode(field.type, raw)
        if not is_held(value):
            raise Refusal("value.out_of_range", field=field.name, value=str(raw)[:80])
        return value
    except (ValueError, TypeError, InvalidOperation, AttributeError) as error:
        raise Refusal("value.unreadable", field=field.name, value=str(raw)[:80]) from error


def parse(field: Field, text: str) -> Any:
    """The value from what someone typed: as `decode`, within the limits of the field, with empty text for nothing."""
    if text == "":
        return None
    if field.type is FieldType.SET:
        return decode(field, [part.strip() for part in text.split(",") if part.strip()])
    if field.type is FieldType.BOOLEAN:
        return decode(field, {"true": True, "false": False}.get(text.lower(), text))
    value = decode(field, _whole(text) if field.type is FieldType.INTEGER else text)
    if refusal := beyond(field, value):
        raise refusal
    if field.type is FieldType.OPTION and field.options is not None and value not in set(field.options):
        raise Refusal("value.not_an_option", field=field.name, value=text[:80], options=", ".join(field.options))
    return value


def misfit(entity: Entity, fields: Mapping[str, Any], code: str) -> Refusal:
    """The refusal of that code with the field it is about, found again in values as JSON holds them."""
    for name, raw in fields.items():
        field = entity.field(name)
        try:
            refusal = beyond(field, decode(field, raw))
        except Refusal as unreadable:
            refusal = unreadable
        if refusal is not None and refusal.code == code:
            return Refusal(code, **{**refusal.params, "entity": entity.name})
    return Refusal(code)


def is_held(value: Any) -> bool:
    """Whether the file can hold a number exactly: 64 bits for whole ones, 28 digits for the others."""
    if isinstance(value, Decimal):
        _, digits, exponent = value.as_tuple()
        assert isinstance(exponent, int)
        return len(digits) <= _MOST_DIGITS and abs(exponent) <= _MOST_DIGITS and value.adjusted() < _MOST_DIGITS
    return not isinstance(value, int) or -_WHOLE_LIMIT <= value < _WHOLE_LIMIT


def _whole(text: str) -> int | str:
    return int(text) if re.fullmatch(r"-?[0-9]{1,80}", text) else text


def _decode(kind: FieldType, raw: Any) -> Any:
    if kind in _DECIMALS:
        if not isinstance(raw, str | int):
            raise TypeError(raw)
        number = Decimal(raw)
        if not number.is_finite():
            raise ValueError(raw)
        return number
    if kind is FieldType.DATE:
        return date.fromisoformat(raw)
    if kind is FieldType.DATETIME:
        return datetime.fromisoformat(raw).astimezone(UTC)
    if kind is FieldType.SET:
        if not isinstance(raw, list | tuple) or not all(isinstance(part, str) for part in raw):
            raise TypeError(raw)
        return tuple(sorted(set(raw)))
    wanted = _KINDS.get(kind, str)
    if not isinstance(raw, wanted) or (wanted is int and isinstance(raw, bool)):
        raise TypeError(raw)
    return raw
