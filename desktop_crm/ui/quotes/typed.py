"""What a person types into a cell, as a value: `1,200`, `₩8,200,000`, `7 %`; None for what cannot be read."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final

from desktop_crm.domain.money import HUNDRED, ZERO
from desktop_crm.domain.quotes.readiness import LARGEST
from desktop_crm.i18n import Language, formats, ptr, speaking

_NOISE: Final = re.compile(r"[\s\u00a0\u202f%₩$€£¥원]")
_NUMBERS: Final = frozenset({"quantity", "unit_price", "discount_percent", "discount_amount", "tax_rate"})
_PERCENTS: Final = frozenset({"discount_percent", "tax_rate"})
_FINEST: Final = 6


def read_value(field: str, text: str) -> str | Decimal | None:
    """The value of a field. An empty number is zero; a percent lies between 0 and 100, a discount is not negative."""
    if field not in _NUMBERS:
        return text.strip()
    if field == "discount_percent" and text.strip().casefold() in _free_words():
        return HUNDRED
    number = read_number(text)
    if (
        number is None
        or (field == "discount_amount" and number < 0)
        or (field in _PERCENTS and not ZERO <= number <= HUNDRED)
    ):
        return None
    return number


@cache
def _free_words() -> frozenset[str]:
    """What a line that costs nothing is called, in every language we speak."""
    words = set()
    for language in Language:
        with speaking(language):
            words.add(ptr("line discount", "Free").casefold())
    return frozenset(words)


def read_number(text: str) -> Decimal | None:
    """A plain number with or without groups, sign of currency or percent."""
    plain = formats.plain(_NOISE.sub("", text)).replace("−", "-")
    if not plain:
        return ZERO
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > _FINEST or abs(number) >= LARGEST:
        return None
    return number
