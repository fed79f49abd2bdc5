"""A record as it is compared, and which records are worth comparing: those that share a key. Pure.

A hundred thousand records have five thousand million pairs. Each record gives some keys (its number, its domain, words of its
name, the start of its address with the house number); only records with a key in common are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from desktop_crm.domain.accounts.duplicates import values
from desktop_crm.domain.accounts.duplicates.comparing import HOW, Kind

Shape = tuple[Kind, ...]
Values = tuple[tuple[str, ...], ...]
"""For each kind of a shape, the record's comparable values; several where a record has several (telephones)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What of an entity is compared: for each kind, the fields that hold such values. Joined: the fields make up one value."""

    kind: Kind
    fields: tuple[str, ...]
    joined: bool = False


READINGS: Final[Mapping[str, tuple[Reading, ...]]] = {
    "account": (
        Reading(kind=Kind.COMPANY, fields=("name",)),
        Reading(kind=Kind.IDENTIFIER, fields=("business_registration_number",)),
        Reading(kind=Kind.HOST, fields=("website",)),
        Reading(kind=Kind.TELEPHONE, fields=("phone",)),
        Reading(kind=Kind.ADDRESS, fields=("address_city", "address_line"), joined=True),
        Reading(kind=Kind.POSTCODE, fields=("address_postcode",)),
    ),
    "contact": (
        Reading(kind=Kind.PERSON, fields=("name",)),
        Reading(kind=Kind.MAIL, fields=("email",)),
        Reading(kind=Kind.TELEPHONE, fields=("mobile", "phone")),
        Reading(kind=Kind.EMPLOYER, fields=("account_id",)),
    ),
}
"""The entities that are looked through for duplicates."""


def fields_of(entity: str) -> tuple[str, ...]:
    """The fields that are read, each once."""
    return tuple(dict.fromkeys(field for reading in READINGS[entity] for field in reading.fields))


def shape_of(entity: str) -> Shape:
    """The kinds that are compared."""
    return tuple(reading.kind for reading in READINGS[entity])


def profile(entity: str, fields: Mapping[str, Any]) -> Values:
    """A record's comparable values."""
    return tuple(_values(reading, fields) for reading in READINGS[entity])


def _values(reading: Reading, fields: Mapping[str, Any]) -> tuple[str, ...]:
    raw = [str(fields[name]) for name in reading.fields if fields.get(name)]
    if reading.joined and raw:
        raw = [" ".join(raw)]
    clean = HOW[reading.kind][0]
    return tuple(value for value in dict.fromkeys(map(clean, raw)) if value)


def keys(shape: Shape, record: Values) -> Iterator[str]:
    """The keys of one record; two records that are one and the same share at least one, as a rule."""
    first = {kind: some[0] for kind, some in zip(shape, record, strict=True) if some}
    code = first.get(Kind.POSTCODE, "")
    for kind, some in zip(shape, record, strict=True):
        for value in some:
            if kind in _NAMES:
                yield from _name_keys(kind, value, code)
            elif kind is Kind.ADDRESS:
                yield from _address_keys(value, code)
            elif kind is Kind.TELEPHONE:
                yield f"t {value[-_LOCAL:]}"
            elif kind in _WHOLE:
                yield f"{kind.value} {value}"


_NAMES: Final = frozenset({Kind.COMPANY, Kind.PERSON})
_WHOLE: Final = frozenset({Kind.IDENTIFIER, Kind.HOST, Kind.MAIL, Kind.DAY})
_LOCAL, _WORD, _STREET, _BEGINNING, _SHORTEST = 7, 7, 4, 3, 2


def _name_keys(kind: Kind, value: str, code: str) -> Iterator[str]:
    whole, _ = values.latin(value)
    yield f"n {whole}"
    yield f"b {whole[:_WORD]}"
    if kind is Kind.PERSON:
        yield "r " + "".join(sorted(whole))
    for word in set(value.split()):
        if len(word) > _SHORTEST or not word.isascii():
            yield f"w {word[:_WORD]}"
    if code:
        yield f"c {code} {whole[:_BEGINNING]}"


def _address_keys(value: str, code: str) -> Iterator[str]:
    words = value.split()
    longest = max((word for word in words if not word[0].isdigit()), key=len, default="")
    for number in {word for word in words if word[0].isdigit()}:
        if longest:
            yield f"a {number} {longest[:_STREET]}"
        if code:
            yield f"p {number} {code}"


def blocks(shape: Shape, records: Sequence[Values]) -> dict[str, list[int]]:
    """The records by key, keys that only one record has left out."""
    first: dict[str, int] = {}
    found: dict[str, list[int]] = {}
    for place, record in enumerate(records):
        for key in set(keys(shape, record)):
            other = first.setdefault(key, place)
            if other != place:
                found.setdefault(key, [other]).append(place)
    return found


def pairs(shape: Shape, records: Sequence[Values]) -> Iterator[tuple[int, int]]:
    """The pairs worth comparing, each once, the smaller place first. Large blocks give each record its neighbours by name."""
    largest = max(_SMALLEST_LARGE, min(_LARGEST, _COMPARED // max(len(records), 1)))
    seen: set[int] = set()
    count = len(records)
    for places in blocks(shape, records).values():
        some = places
        reach = len(places)
        if len(places) > largest:
            some = sorted(places, key=lambda place: (records[place][0], place))
            reach = _NEIGHBOURS
        for at, one in enumerate(some):
            for other in some[at + 1 : at + reach]:
                low, high = (one, other) if one < other else (other, one)
                code = low * count + high
                if code not in seen:
                    seen.add(code)
                    yield low, high


_SMALLEST_LARGE: Final = 12
_LARGEST: Final = 60
_COMPARED: Final = 600_000
_NEIGHBOURS: Final = 8
