"""How alike two comparable values are, as a level: 0 is the same, the last is different. One function for each kind of value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from desktop_crm.domain.accounts.duplicates import values


class Kind(StrEnum):
    """What a compared value is."""

    COMPANY = "company"
    PERSON = "person"
    IDENTIFIER = "identifier"
    HOST = "host"
    MAIL = "mail"
    TELEPHONE = "telephone"
    ADDRESS = "address"
    POSTCODE = "postcode"
    PLACE = "place"
    DAY = "day"
    EMPLOYER = "employer"


SAME: Final = 0
_CLOSE, _ALIKE, _PART = 92, 82, 68
_NEAR_PERSON, _ALIKE_PERSON = 0.93, 0.84
_ONE, _TWO = 1, 2


def company(one: str, other: str) -> int:
    """Same (also romanised), almost the same letters, alike, some words in common or another number in it, different."""
    if one == other:
        return 0
    (left, numbers), (right, others) = values.latin(one), values.latin(other)
    if left == right:
        return 0
    if numbers != others:
        return 3 if fuzz.ratio(left, right) >= _PART else 4
    close = max(fuzz.ratio(left, right), fuzz.token_sort_ratio(one, other))
    if close >= _CLOSE:
        return 1
    whole = fuzz.token_set_ratio(one, other)
    if close >= _ALIKE or (whole >= _CLOSE and min(len(left), len(right)) > _SHORT):
        return 2
    return 3 if max(close, whole) >= _PART else 4


_SHORT: Final = 4
OTHER_COMPANY: Final = 4
"""The level of a name that is another company's."""


def person(one: str, other: str) -> int:
    """Same in any order, a slip of the pen, alike or one name missing, one name shared, different."""
    if one == other:
        return 0
    left, right = one.split(), other.split()
    close = JaroWinkler.similarity(one.replace(" ", ""), other.replace(" ", ""))
    pairs = max((min(JaroWinkler.similarity(a, b), _rest(left, right, a, b)) for a in left for b in right), default=0.0)
    best = max((JaroWinkler.similarity(a, b) for a in left for b in right), default=0.0)
    if max(close if close > _VERY_NEAR else 0.0, pairs) >= _NEAR_PERSON and len(left) == len(right):
        return 1
    if len(left) != len(right) and best >= _NEAR_PERSON:
        return 2
    if max(close, pairs) >= _ALIKE_PERSON:
        return 2
    return 3 if best >= _NEAR_PERSON else 4


_VERY_NEAR: Final = 0.95


def _rest(left: list[str], right: list[str], a: str, b: str) -> float:
    rest = " ".join(word for word in left if word is not a), " ".join(word for word in right if word is not b)
    return JaroWinkler.similarity(*rest) if all(rest) else 0.0


def code(one: str, other: str) -> int:
    """Same, one sign wrong, different."""
    if one == other:
        return 0
    if len(one) > _SHORT and DamerauLevenshtein.distance(one, other, score_cutoff=_ONE) <= _ONE:
        return 1
    return 2


def telephone(one: str, other: str) -> int:
    """Same or the same without the area's code, one or two digits wrong, different."""
    if one == other or (min(len(one), len(other)) >= _LOCAL and (one.endswith(other) or other.endswith(one))):
        return 0
    return 1 if DamerauLevenshtein.distance(one[-8:], other[-8:], score_cutoff=_TWO) <= _ONE else 2


_LOCAL: Final = 7


def host(one: str, other: str) -> int:
    """Same, one below the other, different."""
    if one == other:
        return 0
    return 1 if one.endswith("." + other) or other.endswith("." + one) else 2


def mail(one: str, other: str) -> int:
    """Same, a slip or two, the same name at another host, different."""
    if one == other:
        return 0
    if fuzz.ratio(one, other) >= _NEAR_MAIL:
        return 1
    return 2 if one.partition("@")[0] == other.partition("@")[0] else 3


_NEAR_MAIL: Final = 80


@lru_cache(maxsize=1 << 18)
def _parts(address: str) -> tuple[frozenset[str], str]:
    words = address.split()
    numbers = frozenset(word for word in words if word[0].isdigit())
    return numbers, " ".join(sorted(word for word in words if word not in numbers and len(word) > 1))


def address(one: str, other: str) -> int:
    """Same, same number and street in other words, same number and part of the street, street alike, different."""
    if one == other:
        return 0
    (numbers, words), (others, other_words) = _parts(one), _parts(other)
    alike = (
        max(fuzz.token_set_ratio(words, other_words), fuzz.ratio(words, other_words)) if words and other_words else 0
    )
    same = bool(numbers & others)
    if same and alike >= _STREET:
        return 1
    if same and alike >= _PART:
        return 2
    return 3 if alike >= _STREET and not (numbers and others) else (4 if alike >= _STREET else 5)


_STREET: Final = 85


def place(one: str, other: str) -> int:
    """Same, a slip of the pen, different."""
    if one == other:
        return 0
    return 1 if JaroWinkler.similarity(one, other) >= _ALIKE_PERSON else 2


def day(one: str, other: str) -> int:
    """Same, a digit wrong or day and month exchanged, the same year or day and month, different."""
    if one == other:
        return 0
    if DamerauLevenshtein.distance(one, other, score_cutoff=_ONE) <= _ONE or one == other[:4] + other[6:] + other[4:6]:
        return 1
    return 2 if one[:4] == other[:4] or one[4:] == other[4:] else 3


def same(one: str, other: str) -> int:
    """Same, different."""
    return int(one != other)


Comparison = tuple[Callable[[str], str], Callable[[str, str], int]]
HOW: Final[Mapping[Kind, Comparison]] = {
    Kind.COMPANY: (values.company_name, company),
    Kind.PERSON: (values.person_name, person),
    Kind.IDENTIFIER: (values.identifier, code),
    Kind.HOST: (values.host, host),
    Kind.MAIL: (values.mail, mail),
    Kind.TELEPHONE: (values.telephone, telephone),
    Kind.ADDRESS: (values.street, address),
    Kind.POSTCODE: (values.postcode, code),
    Kind.PLACE: (values.street, place),
    Kind.DAY: (values.day, day),
    Kind.EMPLOYER: (str, same),
}
"""How each kind is made comparable, and compared."""
