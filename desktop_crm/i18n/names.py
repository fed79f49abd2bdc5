"""Names of people, companies, countries and currencies as each language says them. Babel is asked only here, and late."""

from __future__ import annotations

import re
from functools import lru_cache

from desktop_crm.i18n.language import Language, current

_LEGAL_FORMS = re.compile(
    r"^(?:\(주\)|㈜|주식회사|유한회사|\(유\))\s*|\s*(?:\(주\)|㈜|주식회사|유한회사|\(유\))$"
    r"|,?\s+(?:co\.?,?\s*ltd\.?|inc\.?|corp\.?|corporation|llc|ltd\.?|limited|gmbh|s\.a\.|plc|k\.k\.)$",
    re.IGNORECASE,
)


def short_company(name: str) -> str:
    """A company's name without its legal form, for narrow places and for comparing: `(주)한빛전자` → `한빛전자`."""
    before, text = "", name.strip()
    while text != before:
        before, text = text, _LEGAL_FORMS.sub("", text).strip()
    return text or name.strip()


def addressed(name: str, title: str = "") -> str:
    """A person as a letter or a list names them: `이정훈 부장`, `Jeonghun Lee, General Manager`."""
    if not title:
        return name
    return f"{name} {title}" if current() is Language.KO else f"{name}, {title}"


def honoured(company: str) -> str:
    """The customer at the head of a quotation: `한빛전자(주) 귀중`; in English the plain name."""
    return f"{company} 귀중" if current() is Language.KO else company


def initial(name: str) -> str:
    """The one sign that stands for a person in a round badge: the family name, or the first letter."""
    return name.strip()[:1].upper()


def country(code: str) -> str:
    """The name of a country by its ISO 3166 code; the text itself when it is no such code."""
    return _country(code, current())


def currency(code: str) -> str:
    """The name of a currency by its ISO 4217 code; the text itself when it is no such code."""
    return _currency(code, current())


@lru_cache(maxsize=512)
def _country(code: str, language: Language) -> str:
    from babel import Locale

    return str(Locale(language.value).territories.get(code.upper(), code))


@lru_cache(maxsize=512)
def _currency(code: str, language: Language) -> str:
    from babel import Locale

    return str(Locale(language.value).currencies.get(code.upper(), code))
