"""What filters are called: fields, comparisons, spans of days, and a whole condition in one line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from desktop_crm.domain.lists.computed import field_of
from desktop_crm.domain.lists.filters import ME, Filter, Group, Part, Test
from desktop_crm.domain.lists.periods import Period, Span
from desktop_crm.domain.schema import REGISTRY, Field, FieldType
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.widgets.cells import shown

_MOST_NAMED = 3


def comparison_name(test: Test, kind: FieldType) -> str:
    """How a comparison is called for fields of a type."""
    dated = kind in {FieldType.DATE, FieldType.DATETIME}
    return {
        Test.IS: tr("is"),
        Test.IS_NOT: tr("is not"),
        Test.CONTAINS: tr("contains"),
        Test.LACKS: tr("does not contain"),
        Test.BEGINS: tr("begins with"),
        Test.AT_LEAST: tr("from") if dated else tr("at least"),
        Test.AT_MOST: tr("until") if dated else tr("at most"),
        Test.ABOVE: tr("more than"),
        Test.BELOW: tr("less than"),
        Test.DURING: tr("falls in"),
        Test.ANY_OF: tr("is one of"),
        Test.NONE_OF: tr("is none of"),
        Test.EMPTY: tr("is empty"),
        Test.FILLED: tr("is not empty"),
    }[test]


def span_name(span: Span, days: int = 0) -> str:
    """How a span of days is called."""
    if span is Span.LAST_DAYS:
        return ntr("the last day", "the last {n} days", days) if days else tr("the last … days")
    if span is Span.NEXT_DAYS:
        return ntr("the next day", "the next {n} days", days) if days else tr("the next … days")
    return {
        Span.TODAY: tr("today"),
        Span.YESTERDAY: tr("yesterday"),
        Span.TOMORROW: tr("tomorrow"),
        Span.THIS_WEEK: tr("this week"),
        Span.LAST_WEEK: tr("last week"),
        Span.NEXT_WEEK: tr("next week"),
        Span.THIS_MONTH: tr("this month"),
        Span.LAST_MONTH: tr("last month"),
        Span.NEXT_MONTH: tr("next month"),
        Span.THIS_QUARTER: tr("this quarter"),
        Span.LAST_QUARTER: tr("last quarter"),
        Span.NEXT_QUARTER: tr("next quarter"),
        Span.THIS_YEAR: tr("this year"),
        Span.LAST_YEAR: tr("last year"),
        Span.NEXT_YEAR: tr("next year"),
        Span.OVERDUE: tr("overdue (before today)"),
        Span.UPCOMING: tr("from today on"),
    }[span]


def part_text(entity: str, part: Part, titles: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """A condition, or several joined, in one line. `titles` names rows by id, `labels` fields of one's own."""
    if isinstance(part, Group):
        joint = tr(" or ") if part.any else tr(" and ")
        return joint.join(part_text(entity, one, titles, labels) for one in part.parts)
    field = field_of(REGISTRY[entity], part.field)
    name = labels.get(part.field) or field_label(entity, part.field)
    if part.test is Test.EMPTY:
        return tr("{field} is empty", field=name)
    if part.test is Test.FILLED:
        return tr("{field} is not empty", field=name)
    value = value_text(field, part.value, titles)
    pattern = {
        Test.IS: "{field}: {value}",
        Test.ANY_OF: "{field}: {value}",
        Test.DURING: "{field}: {value}",
        Test.AT_LEAST: "{field} ≥ {value}",
        Test.AT_MOST: "{field} ≤ {value}",
        Test.ABOVE: "{field} > {value}",
        Test.BELOW: "{field} < {value}",
    }.get(part.test)
    if pattern is not None:
        return pattern.format(field=name, value=value)
    if part.test is Test.CONTAINS:
        return tr("{field} contains “{value}”", field=name, value=value)
    if part.test is Test.LACKS:
        return tr("{field} without “{value}”", field=name, value=value)
    if part.test is Test.BEGINS:
        return tr("{field} begins with “{value}”", field=name, value=value)
    return tr("{field}: not {value}", field=name, value=value)


def value_text(field: Field, value: Any, titles: Mapping[str, str]) -> str:
    """What a field is compared to, in words."""
    if isinstance(value, tuple):
        words = [value_text(field, one, titles) for one in value[:_MOST_NAMED]]
        more = len(value) - len(words)
        return ", ".join(words) + (" " + ntr("and {n} more", "and {n} more", more) if more else "")
    if isinstance(value, Period):
        return span_name(value.span, value.days)
    if value == ME and field.type is FieldType.REFERENCE:
        return tr("me")
    if field.type is FieldType.REFERENCE:
        return titles.get(str(value), "…")
    if isinstance(value, Decimal):
        return formats.quantity(value)
    if isinstance(value, date):
        return formats.date(value)
    return shown(field, value)[0]


def ids_in(entity: str, part: Part) -> dict[str, set[str]]:
    """The rows a filter names, by their entity."""
    found: dict[str, set[str]] = {}
    if isinstance(part, Group):
        for one in part.parts:
            for target, ids in ids_in(entity, one).items():
                found.setdefault(target, set()).update(ids)
        return found
    field = field_of(REGISTRY[entity], part.field)
    if field.target and isinstance(part, Filter):
        values = part.value if isinstance(part.value, tuple) else (part.value,)
        found[field.target] = {str(value) for value in values if value not in {None, ME}}
    return found
