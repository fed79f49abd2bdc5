"""Frozen values as canonical JSON and back: one value, one text, so that a hash of the text is a hash of the value.

Keys sorted, no spaces, UTF-8 in normal form C, decimals as plain text without trailing zeros, dates in ISO form, times in UTC.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeVar, cast

from desktop_crm.domain.money import EXACT

_T = TypeVar("_T")

LATER: Final = {"later": True}
"""`field(default=…, metadata=LATER)`: a field that texts of earlier programs do not have. It is left out as long as it has its
default, so that their hashes stand."""

ASIDE: Final = {"later": True, "aside": True}
"""A field that never stands in the text: it helps while one works and is no part of what was said."""


def decimal_text(value: Decimal) -> str:
    """`1.50` and `1.5` are `1.5`; `1E+3` is `1000`; `-0` is `0`."""
    return format(EXACT.add(value.normalize(EXACT), Decimal(0)).normalize(EXACT), "f")


def encode(value: object) -> str:
    """The canonical text of a frozen dataclass (or of plain values of the same kinds)."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def decode(kind: type[_T], text: str) -> _T:
    """The value of that dataclass back from its text. Raises ValueError, KeyError or TypeError when it is not one."""
    return cast("_T", _built(kind, json.loads(text)))


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        parts = ((one, getattr(value, one.name)) for one in dataclasses.fields(value) if "aside" not in one.metadata)
        return {
            field.name: _plain(part) for field, part in parts if "later" not in field.metadata or part != field.default
        }
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)  # before JSON escapes: a mark must not join the "n" of a line end
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _built(kind: Any, raw: Any) -> Any:
    if isinstance(kind, types.UnionType):
        inner = next(part for part in typing.get_args(kind) if part is not type(None))
        return None if raw is None else _built(inner, raw)
    if typing.get_origin(kind) is tuple:
        item = typing.get_args(kind)[0]
        return tuple(_built(item, part) for part in raw)
    if dataclasses.is_dataclass(kind):
        later = {field.name for field in dataclasses.fields(kind) if "later" in field.metadata}
        hints = _hints(cast("type", kind)).items()
        values = {name: _built(hint, raw[name]) for name, hint in hints if name in raw or name not in later}
        return cast("type", kind)(**values)
    if kind is Decimal:
        return Decimal(raw)
    if kind is datetime:
        return datetime.fromisoformat(raw)
    if kind is date:
        return date.fromisoformat(raw)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(raw)
    return raw
