"""Filters as JSON and back, for views that are kept: values in the registry's own form, so that a file can be read for years."""

from __future__ import annotations

from typing import Any

from desktop_crm.domain.lists.computed import field_of
from desktop_crm.domain.lists.filters import ME, Filter, Group, Part, Test
from desktop_crm.domain.lists.periods import Period, Span
from desktop_crm.domain.schema import Entity, Field, FieldType
from desktop_crm.domain.schema.codec import decode, encode
from desktop_crm.foundation.errors import Refusal

_DEEPEST = 8
_LISTS = frozenset({Test.ANY_OF, Test.NONE_OF})


def to_json(entity: Entity, part: Part) -> dict[str, Any]:
    """A filter as JSON can hold it."""
    if isinstance(part, Group):
        return {"any" if part.any else "all": [to_json(entity, one) for one in part.parts]}
    field = _asked(field_of(entity, part.field), part.test)
    value: Any
    if isinstance(part.value, Period):
        value = {"span": part.value.span.value, "days": part.value.days}
    elif isinstance(part.value, tuple):
        value = [encode(field, one) for one in part.value]
    else:
        value = encode(field, part.value)
    return {"field": part.field, "test": part.test.value, "value": value}


def from_json(entity: Entity, raw: Any, depth: int = 0) -> Part:
    """The filter back. Raises Refusal `filter.unreadable` for what is none."""
    if depth > _DEEPEST:
        raise Refusal("filter.unreadable", entity=entity.name)
    try:
        if "field" not in raw:
            joined = "any" if "any" in raw else "all"
            return Group(parts=tuple(from_json(entity, one, depth + 1) for one in raw[joined]), any=joined == "any")
        test = Test(raw["test"])
        field = _asked(field_of(entity, str(raw["field"])), test)
        return Filter(field=field.name, test=test, value=_value(field, test, raw.get("value")))
    except (KeyError, ValueError, TypeError, AttributeError, Refusal) as error:
        raise Refusal("filter.unreadable", entity=entity.name) from error


def _value(field: Field, test: Test, raw: Any) -> Any:
    if test is Test.DURING:
        return Period(span=Span(raw["span"]), days=int(raw.get("days", 0)))
    if test in _LISTS:
        return tuple(decode(field, one) for one in raw)
    if field.type is FieldType.REFERENCE and raw == ME:
        return raw
    return decode(field, raw)


def _asked(field: Field, test: Test) -> Field:
    """How a condition's value looks: words of a set one by one, points in time by their day."""
    if field.type is FieldType.SET:
        return Field(name=field.name)
    if field.type is FieldType.DATETIME and test is not Test.DURING:
        return Field(name=field.name, type=FieldType.DATE)
    return field
