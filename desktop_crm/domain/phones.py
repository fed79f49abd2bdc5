"""Telephone numbers: kept as they are dialled from anywhere (E.164), shown as people of the country write them.

The library is loaded with the first number. It does not know which record a number belongs to.
"""

from __future__ import annotations

import re
from functools import lru_cache

HOME = "KR"
PHONES = frozenset({"phone", "mobile", "other_phones"})
"""The fields that hold telephone numbers."""


def e164(number: str, region: str = HOME) -> str:
    """A number as it is dialled from anywhere, with its extension; one that cannot be dialled stays as it is written."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(re.sub(r"^\s*00(?=[1-9])", "+", number), region)
    except phonenumbers.NumberParseException:
        return number.strip()
    if not phonenumbers.is_possible_number(parsed):
        return number.strip()
    dialled = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return f"{dialled} ext. {parsed.extension}" if parsed.extension else dialled


@lru_cache(maxsize=4096)
def national(number: str, region: str = HOME) -> str:
    """A number as people of that country write it: `010-1234-5678`; one from elsewhere with its country, others as they are."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number.strip()
    if not phonenumbers.is_possible_number(parsed):
        return number.strip()
    here = parsed.country_code == phonenumbers.country_code_for_region(region)
    form = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(parsed, form.NATIONAL if here else form.INTERNATIONAL))
