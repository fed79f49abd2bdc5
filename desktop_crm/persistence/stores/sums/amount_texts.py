"""Sums as the tables of totals hold them: one exact text for each amount."""

from __future__ import annotations

from desktop_crm.domain.accounts.sums import Sums
from desktop_crm.domain.schema.codec import plain

_NONE = tuple(map(plain, Sums.none()))


def texts(sums: Sums) -> tuple[str, ...]:
    """The amounts in their order; nearly all of them are nothing, and that is written once for all."""
    return tuple([plain(amount) if amount else "0" for amount in sums]) if sums else _NONE
