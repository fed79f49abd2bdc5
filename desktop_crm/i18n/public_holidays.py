"""Public holidays of Korea, lunar ones and the days given instead among them, in the language of now. The library knows them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from desktop_crm.i18n.language import current


def public_holidays(first: date, last: date) -> dict[date, str]:
    """The holidays between the days, both included. Slow the first time (a third of a second): never on the GUI thread."""
    found: dict[date, str] = {}
    for year in range(first.year, last.year + 1):
        found |= {day: name for day, name in _of_year(year, current().value) if first <= day <= last}
    return found


@lru_cache(maxsize=64)
def _of_year(year: int, language: str) -> tuple[tuple[date, str], ...]:
    import holidays

    spoken = "ko" if language == "ko" else "en_US"
    return tuple(sorted(holidays.country_holidays("KR", years=year, language=spoken).items()))
