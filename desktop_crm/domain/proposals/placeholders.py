"""Placeholders in texts: `{account.name}` becomes what the record says; what the record does not say stays and is named. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

PLACEHOLDERS: Final = (
    "account.name",
    "account.industry",
    "contact.name",
    "contact.title",
    "opportunity.name",
    "proposal.number",
    "proposal.name",
    "quote.number",
    "quote.total",
    "quote.valid_until",
    "owner.name",
    "company.name",
    "company.phone",
    "company.email",
    "date",
)
"""Those that are known; a record may leave any of them empty."""
_FORM: Final = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known in place."""

    def put(found: re.Match[str]) -> str:
        return values.get(found[1], "") or found[0]

    return _FORM.sub(put, text)


def unfilled(text: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The placeholders that have no value, each once, in their order."""
    return tuple(dict.fromkeys(name for name in _FORM.findall(text) if not values.get(name)))
