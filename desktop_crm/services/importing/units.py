"""Units in the names of columns: `매출액(백만원)`, `Revenue (USD thousand)`. Data and one function; nothing is guessed from values."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

_BRACKETED = re.compile(
    r"^(?P<bare>.*\S)\s*[(\[]\s*(?:단위|unit|in)?\s*:?\s*(?P<unit>[^)\]]+?)\s*[)\]]\s*$", re.IGNORECASE
)
_SCALES = {
    "": 1,
    "천": 10**3,
    "만": 10**4,
    "백만": 10**6,
    "천만": 10**7,
    "억": 10**8,
    "십억": 10**9,
    "조": 10**12,
    "k": 10**3,
    "thousand": 10**3,
    "thousands": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "mio": 10**6,
    "million": 10**6,
    "millions": 10**6,
    "bn": 10**9,
    "billion": 10**9,
    "billions": 10**9,
}
_CURRENCIES = {
    "원": "KRW",
    "₩": "KRW",
    "krw": "KRW",
    "달러": "USD",
    "불": "USD",
    "$": "USD",
    "us$": "USD",
    "usd": "USD",
    "유로": "EUR",
    "€": "EUR",
    "eur": "EUR",
    "엔": "JPY",
    "¥": "JPY",
    "jpy": "JPY",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A column's name without its unit, by what its amounts are multiplied, and in which currency they are."""

    bare: str
    scale: Decimal = Decimal(1)
    currency: str | None = None


def unit_of(column: str) -> Unit:
    """The unit that a column's name carries; the name as it is when it carries none."""
    match = _BRACKETED.match(unicodedata.normalize("NFKC", column))
    if match is None:
        return Unit(bare=column)
    word = re.sub(r"[\s.,·/]+", "", match["unit"].casefold().replace("in ", " "))
    for sign, currency in sorted(_CURRENCIES.items(), key=lambda one: -len(one[0])):
        for rest in (word.removesuffix(sign), word.removeprefix(sign)):
            if rest != word and rest in _SCALES:
                return Unit(bare=match["bare"], scale=Decimal(_SCALES[rest]), currency=currency)
    return Unit(bare=match["bare"], scale=Decimal(_SCALES[word])) if word in _SCALES else Unit(bare=column)
