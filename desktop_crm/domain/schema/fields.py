"""What a field and an entity are: types, merge rules, units, references. Values only; the entities themselves stand beside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache

OWN_FIELD_PREFIX = "x_"
"""Fields that a workspace made for itself carry this prefix and live in the row's `_extra`."""


Options = type[StrEnum]
"""A closed list of values."""


class FieldType(StrEnum):
    """How a value looks. In Python: str, int, Decimal, date, aware datetime, bool, tuple of str; None for empty."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"  # an amount; its currency stands in the field `unit` names
    CURRENCY = "currency"  # ISO 4217 code
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    OPTION = "option"
    REFERENCE = "reference"
    SET = "set"
    ORDER_KEY = "order_key"


class MergeRule(StrEnum):
    """How two edits of one field meet (SYNC.md, "Merge rules")."""

    LAST_WRITER = "last_writer"
    ADD_WINS = "add_wins"
    WORKFLOW = "workflow"
    LINES = "lines"  # three-way text
    TREE_PARENT = "tree_parent"
    UNIQUE = "unique"  # accepted; a duplicate task is opened
    FIXED = "fixed"  # never changes after the row was made


class OwnKind(StrEnum):
    """What a field of one's own holds. A kind never changes; another kind is another field."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    REFERENCE = "reference"


TARGETS = ("account", "contact", "opportunity", "product", "user")
"""What a reference of one's own may point to."""
_CURRENCY = "currency"
_ENDINGS = {kind.value: kind for kind in OwnKind if kind not in {OwnKind.TEXT, OwnKind.REFERENCE}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `unit`: fields of one unit are merged all or none. `target`: the entity a reference points to."""

    name: str
    type: FieldType = FieldType.TEXT
    merge: MergeRule = MergeRule.LAST_WRITER
    unit: str | None = None
    target: str | None = None
    options: Options | None = None
    required: bool = False
    searchable: bool = False
    since: int = 1
    currency_field: str | None = None
    """For MONEY: the field of the same row that holds the currency."""
    derived: bool = False
    """Computed from other rows and only kept for lists: nobody typed it, so its merges lose nothing."""
    acted: bool = False
    """Moved by acts of the trade (a quote is issued, answered, chosen), never typed."""
    least: int | None = None
    most: int | None = None
    """What a number must not go below or beyond, where it is written (`limits`)."""

    @property
    def typed(self) -> bool:
        """Whether people give its value."""
        return not (self.derived or self.acted)


@dataclass(frozen=True, kw_only=True)
class Entity:
    """One kind of record. `scope_path`: the references to follow to the account whose rights rule it; empty means everyone.

    `ledger`: rows are only added. `issued`: rows are made once and never change. `server_made`: laptops only read them.
    """

    name: str
    plural: str
    title: str
    fields: tuple[Field, ...]
    scope_path: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    ledger: bool = False
    issued: bool = False
    server_made: bool = False
    parent: str | None = None
    """The reference to the row this one is a part of: a child revives it, a removed whole hides its parts."""
    about: bool = False
    """Its fields `entity` and `record_id` name a record of any kind, and it lies where that record lies."""
    since: int = 1

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by name."""
        return {field.name: field for field in self.fields}

    def field(self, name: str) -> Field:
        """The field of that name; one of the workspace's own is what its name says, one of a newer version plain text."""
        known = self.by_name.get(name)
        return known if known is not None else own_field(name)

    def has(self, name: str) -> bool:
        """Whether this version knows the field."""
        return name in self.by_name

    @cached_property
    def references(self) -> tuple[Field, ...]:
        """Fields that point to other rows."""
        return tuple(field for field in self.fields if field.type is FieldType.REFERENCE)

    @cached_property
    def limited(self) -> tuple[Field, ...]:
        """Numbers that have a least or a most."""
        return tuple(field for field in self.fields if field.least is not None or field.most is not None)

    @cached_property
    def searchable(self) -> tuple[str, ...]:
        """Names of the fields that the search index reads, the title first."""
        return tuple(field.name for field in self.fields if field.searchable)

    def together(self, unit: str) -> tuple[str, ...]:
        """The fields of a merge unit, also of an amount of one's own."""
        return self.units.get(unit) or (f"{unit}.{OwnKind.MONEY}", f"{unit}.{_CURRENCY}")

    @cached_property
    def units(self) -> dict[str, tuple[str, ...]]:
        """Merge units: name of the unit to its fields."""
        found: dict[str, list[str]] = {}
        for field in self.fields:
            if field.unit:
                found.setdefault(field.unit, []).append(field.name)
        return {unit: tuple(names) for unit, names in found.items()}


def kind_of(name: str) -> OwnKind:
    """What a field of one's own holds, by its name."""
    _, dot, ending = name.rpartition(".")
    if not dot:
        return OwnKind.TEXT
    return OwnKind.REFERENCE if ending in TARGETS else _ENDINGS.get(ending, OwnKind.TEXT)


@lru_cache(maxsize=4096)
def own_field(name: str) -> Field:
    """The field that a name outside the registry describes; plain text for one without a type."""
    stem, _, ending = name.rpartition(".")
    if not name.startswith(OWN_FIELD_PREFIX) or not stem:
        return Field(name=name)
    if ending == _CURRENCY:
        return Field(name=name, type=FieldType.CURRENCY, unit=stem)
    match kind_of(name):
        case OwnKind.NUMBER:
            return Field(name=name, type=FieldType.DECIMAL)
        case OwnKind.MONEY:
            return Field(name=name, type=FieldType.MONEY, unit=stem, currency_field=f"{stem}.{_CURRENCY}")
        case OwnKind.DATE:
            return Field(name=name, type=FieldType.DATE)
        case OwnKind.CHOICE:
            return Field(name=name, type=FieldType.OPTION)
        case OwnKind.CHOICES:
            return Field(name=name, type=FieldType.SET, merge=MergeRule.ADD_WINS)
        case OwnKind.REFERENCE:
            return Field(name=name, type=FieldType.REFERENCE, target=ending)
        case _:
            return Field(name=name)


def text(name: str, **more: bool) -> Field:
    """A line of text."""
    return replace(Field(name=name), **more)  # type: ignore[arg-type]


def title(name: str = "name") -> Field:
    """What a record is called: a must, and found by search."""
    return Field(name=name, required=True, searchable=True)


def unique_key(name: str) -> Field:
    """What no two records should have alike."""
    return Field(name=name, merge=MergeRule.UNIQUE, searchable=True)


def long_text(name: str) -> Field:
    """Text of several lines, merged by line."""
    return Field(name=name, type=FieldType.LONG_TEXT, merge=MergeRule.LINES)


def integer(name: str, least: int | None = None, most: int | None = None) -> Field:
    """A whole number."""
    return Field(name=name, type=FieldType.INTEGER, least=least, most=most)


def decimal(name: str, least: int | None = None, most: int | None = None) -> Field:
    """An exact decimal number."""
    return Field(name=name, type=FieldType.DECIMAL, least=least, most=most)


def money(name: str, currency: str, *, shared: bool = False) -> tuple[Field, ...]:
    """An amount with its currency as one merge unit; `shared`: the currency field is declared already."""
    amount = Field(name=name, type=FieldType.MONEY, unit=name, currency_field=currency)
    if shared:
        return (replace(amount, unit=None),)
    return amount, Field(name=currency, type=FieldType.CURRENCY, unit=name)


def day(name: str) -> Field:
    """A calendar date."""
    return Field(name=name, type=FieldType.DATE)


def moment(name: str) -> Field:
    """A point in time, UTC."""
    return Field(name=name, type=FieldType.DATETIME)


def flag(name: str) -> Field:
    """Yes or no."""
    return Field(name=name, type=FieldType.BOOLEAN)


def option(name: str, options: Options, merge: MergeRule = MergeRule.LAST_WRITER) -> Field:
    """One of a closed list."""
    return Field(name=name, type=FieldType.OPTION, options=options, merge=merge)


def reference(name: str, target: str, *, required: bool = False, merge: MergeRule = MergeRule.LAST_WRITER) -> Field:
    """The id of a row of another entity."""
    return Field(name=name, type=FieldType.REFERENCE, target=target, required=required, merge=merge)


def tags(name: str) -> Field:
    """A set of words; additions win."""
    return Field(name=name, type=FieldType.SET, merge=MergeRule.ADD_WINS)


def order_key(name: str = "order_key") -> Field:
    """A fractional key that orders rows among their siblings."""
    return Field(name=name, type=FieldType.ORDER_KEY)
