"""Why a won deal is like the one at hand, in words. Codes come as text."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_crm.i18n import formats
from desktop_crm.i18n.catalogue import mark, ntr, told, tr

_KINDS = {
    "industry": mark("Same industry"),
    "size": mark("Similar size"),
    "products": mark("Same products"),
    "people": mark("Same people"),
    "recency": mark("Won lately"),
}
_NAMED = 3  # so many names are told


def reason_text(kind: str, names: Sequence[str], figure: int | None) -> str:
    """One reason: what is alike, and who, what or how much."""
    words = told(_KINDS[kind])
    if kind == "size" and figure is not None:
        return f"{words} ({ntr('{n} employee', '{n} employees', figure)})"
    if kind == "recency" and figure is not None:
        return tr("Won this month") if figure < 1 else ntr("Won {n} month ago", "Won {n} months ago", figure)
    shown = ", ".join(names[:_NAMED])
    more = f" +{formats.number(len(names) - _NAMED)}" if len(names) > _NAMED else ""
    return f"{words} ({shown}{more})" if shown else words
