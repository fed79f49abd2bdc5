"""Filters and orders of lists as SQL: every value a bound parameter, every plain comparison one that an index can serve."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterable
from datetime import UTC
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import aliased

from desktop_crm.domain.lists.computed import computed, field_of
from desktop_crm.domain.lists.filters import Filter, Part, Test
from desktop_crm.domain.lists.query import ListQuery, Sort
from desktop_crm.domain.schema import REGISTRY, Field, FieldType
from desktop_crm.domain.schema.fields import own_field
from desktop_crm.domain.text import hanging
from desktop_crm.persistence.column_types import stored_as
from desktop_crm.persistence.tables import ROWS
from desktop_crm.persistence.tables.local import account_health

NUMBERS = frozenset({FieldType.DECIMAL, FieldType.MONEY})
_ORDERED = "order_key"
"""Rows that have an order of their own, as stages do, are sorted by it instead of by their names."""
_COMPARE: dict[Test, Callable[[ColumnElement[Any], Any], ColumnElement[bool]]] = {
    Test.IS: operator.eq,
    Test.IS_NOT: ColumnElement.is_distinct_from,
    Test.AT_LEAST: operator.ge,
    Test.AT_MOST: operator.le,
    Test.ABOVE: operator.gt,
    Test.BELOW: operator.lt,
}
_GLOB_SIGN = re.compile(r"[*?\[]")
_IN_BRACKETS = r"[\g<0>]"
_SECOND = 19  # signs of "2026-11-23T06:00:00"


def conditions(entity: str, query: ListQuery) -> list[ColumnElement[bool]]:
    """What a row of the list fulfils: it is there, it passes all filters, and it holds the text."""
    table = ROWS[entity]
    found = [table.row_deleted.is_(None), *(_condition(entity, part) for part in query.filters)]
    if query.text:
        found.append(_holds(entity, query.text, query.text_fields or (table.described.title,)))
    return found


def order(entity: str, query: ListQuery) -> list[ColumnElement[Any]]:
    """The keys of the order; the id comes last, so that it is one and the same each time."""
    key = ROWS[entity].__table__.c.id
    sorts = sorts_of(entity, query)
    found = [*group_order(entity, query.group)] if query.group else []
    found += [_turned(_sort_key(entity, one.field), one.descending) for one in sorts]
    return [*found, key.desc() if sorts[0].descending else key.asc()]


def sorts_of(entity: str, query: ListQuery) -> tuple[Sort, ...]:
    """The keys a list is sorted by; the title when none was wished for."""
    first = Sort(field=query.sort or REGISTRY[entity].title, descending=query.descending)
    return (first, *query.then)


def column_of(entity: str, name: str) -> ColumnElement[Any]:
    """A field's column, or its place in the row's own fields."""
    table = ROWS[entity]
    if table.described.has(name) or name == "id":
        return table.__table__.c[name]
    if computed(entity, name) is not None:  # kept for this, and made ready before anybody asks
        kept = account_health.c
        return select(kept.score).where(kept.account_id == table.__table__.c.id).scalar_subquery()
    return own_column(ROWS[entity].__table__.c["_extra"], name)


def own_column(extra: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    """A field of one's own in its row's JSON; the path stands in the statement itself, so that an index can serve it."""
    path = json.dumps(name, ensure_ascii=False).replace("'", "''")
    return func.json_extract(extra, literal_column(f"'$.{path}'"), type_=stored_as(own_field(name)))


def title_of(entity: str, field: Field) -> ColumnElement[Any]:
    """The title of the row that a reference points to."""
    return _of_pointed(entity, field, REGISTRY[field.target or ""].title)


def _of_pointed(entity: str, field: Field, name: str) -> ColumnElement[Any]:
    pointed = aliased(ROWS[field.target or ""])
    statement: Select[Any] = select(getattr(pointed, name)).where(pointed.id == column_of(entity, field.name))
    return statement.scalar_subquery()


def group_key(entity: str, name: str) -> ColumnElement[Any]:
    """By what rows are gathered: the value, the month of a day, nothing where the text is empty."""
    field = REGISTRY[entity].field(name)
    column = column_of(entity, name)
    if field.type is FieldType.DATE:
        return func.substr(type_coerce(column, String()), 1, 7, type_=String())
    if field.type is FieldType.DATETIME:
        return func.strftime("%Y-%m", type_coerce(column, String()), "localtime", type_=String())
    plain = type_coerce(column, String()) if field.type in {*NUMBERS, FieldType.SET} else column
    return func.nullif(plain, "") if field.type in {FieldType.TEXT, FieldType.LONG_TEXT} else plain


def group_order(entity: str, name: str) -> tuple[ColumnElement[Any], ...]:
    """How groups follow each other; rows of one group stand together."""
    field = REGISTRY[entity].field(name)
    if field.type in {FieldType.OPTION, FieldType.REFERENCE, *NUMBERS}:
        return (_sort_key(entity, name), group_key(entity, name))
    return (group_key(entity, name),)


def _sort_key(entity: str, name: str) -> ColumnElement[Any]:
    field = field_of(REGISTRY[entity], name)
    column = column_of(entity, name)
    if field.type in NUMBERS:
        return cast(column, Numeric(asdecimal=False))
    if field.target:
        known = REGISTRY[field.target]
        return _of_pointed(entity, field, _ORDERED if known.has(_ORDERED) else known.title)
    if field.options is not None:
        return case({str(option): place for place, option in enumerate(field.options)}, value=column, else_=column)
    return column


def _turned(key: ColumnElement[Any], descending: bool) -> ColumnElement[Any]:
    return key.desc() if descending else key.asc()


def _holds(entity: str, text: str, names: Iterable[str]) -> ColumnElement[bool]:
    """The text in one of the fields; in a reference, in the title of the row it points to."""
    found: list[ColumnElement[bool]] = []
    for name in names:
        field = REGISTRY[entity].field(name)
        column = column_of(entity, name)
        if field.target:
            pointed = aliased(ROWS[field.target])
            title = getattr(pointed, REGISTRY[field.target].title)
            found.append(column.in_(select(pointed.id).where(_has(title, text))))
        else:
            found.append(_has(type_coerce(column, String()), text))
    return or_(*found)


def _has(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """The text; one that ends in a consonant alone, as it does while a syllable is typed, also with what that becomes."""
    becoming = [f"*{_GLOB_SIGN.sub(_IN_BRACKETS, one.before)}[{one.low}-{one.high}]*" for one in hanging(text)]
    return or_(column.contains(text, autoescape=True), *(column.op("GLOB")(pattern) for pattern in becoming))


def _condition(entity: str, part: Part) -> ColumnElement[bool]:
    if isinstance(part, Filter):
        return _one(entity, part)
    parts = [_condition(entity, one) for one in part.parts]
    if not parts:
        return true()
    return or_(*parts) if part.any else and_(*parts)


def _one(entity: str, asked: Filter) -> ColumnElement[bool]:
    field = field_of(REGISTRY[entity], asked.field)
    column = column_of(entity, asked.field)
    if asked.test in {Test.EMPTY, Test.FILLED}:
        empty = _is_empty(field, column)
        return empty if asked.test is Test.EMPTY else not_(empty)
    if asked.test in {Test.CONTAINS, Test.LACKS, Test.BEGINS}:
        return _wording(field, column, asked)
    if asked.test is Test.WITHIN:
        return column.in_(_tree_of(str(asked.value)))
    if asked.test in {Test.ANY_OF, Test.NONE_OF}:
        within = _within(field, column, asked.value)
        return within if asked.test is Test.ANY_OF else or_(column.is_(None), not_(within))
    return _compared(field, column, asked)


def _tree_of(account_id: str) -> Select[Any]:
    """The account and all below it; a circle is walked once."""
    account = ROWS["account"].__table__
    tree = select(literal(account_id).label("id")).cte("tree", recursive=True)
    below = select(account.c.id).join(tree, account.c.parent_id == tree.c.id).where(account.c["_deleted"].is_(None))
    tree = tree.union(below)
    return select(tree.c.id)


def _is_empty(field: Field, column: ColumnElement[Any]) -> ColumnElement[bool]:
    if field.type is FieldType.SET:
        return or_(column.is_(None), type_coerce(column, String()) == "[]")
    if field.type in {FieldType.TEXT, FieldType.LONG_TEXT}:
        return or_(column.is_(None), column == "")
    return column.is_(None)


def _wording(field: Field, column: ColumnElement[Any], asked: Filter) -> ColumnElement[bool]:
    wanted = str(asked.value)
    if field.type is FieldType.SET:
        words = func.json_each(column).table_valued("value")
        held: ColumnElement[bool] = exists().select_from(words).where(words.c.value.contains(wanted, autoescape=True))
    else:
        text = type_coerce(column, String())
        begins = asked.test is Test.BEGINS
        held = text.startswith(wanted, autoescape=True) if begins else text.contains(wanted, autoescape=True)
    return or_(column.is_(None), not_(held)) if asked.test is Test.LACKS else held


def _within(field: Field, column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    wanted = list(values)
    if field.type is FieldType.SET:
        words = func.json_each(column).table_valued("value")
        return exists().select_from(words).where(words.c.value.in_(wanted))
    return column.in_(wanted) if wanted else false()


def _compared(field: Field, column: ColumnElement[Any], asked: Filter) -> ColumnElement[bool]:
    value = asked.value
    if value is None:
        return column.is_(None) if asked.test is Test.IS else column.is_not(None)
    left: ColumnElement[Any] = column
    right: Any = value
    if field.type in NUMBERS:
        left, right = cast(column, Numeric(asdecimal=False)), float(value)
    elif field.type is FieldType.DATETIME and asked.test in {Test.AT_LEAST, Test.BELOW}:
        # Without "Z" the bound stands before all moments of its second, with fractions and without.
        left, right = type_coerce(column, String()), value.astimezone(UTC).isoformat()[:_SECOND]
    elif field.type is FieldType.BOOLEAN and asked.test is Test.IS and not value:
        return column.is_distinct_from(True)
    return _COMPARE[asked.test](left, right)
