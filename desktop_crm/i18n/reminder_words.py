"""Why something is reminded of, in words. Screen and terminal ask here."""

from __future__ import annotations

from datetime import date

from desktop_crm.i18n import formats
from desktop_crm.i18n.catalogue import tr


def why_words(why: str, on: date | None, today: date) -> str:
    """The reason, with its day."""
    when = formats.relative(on, today) if on else ""
    match why:
        case "task":
            return tr("Promise due {when}", when=when)
        case "quote":
            return tr("Quote runs out {when}", when=when)
        case "notice":
            return tr("Notice ends {when}", when=when)
        case "renewal":
            return tr("Renewal {when}", when=when)
        case "birthday":
            return tr("Birthday {when}", when=when)
        case _:
            return tr("Last contact {when}", when=when) if on else tr("Never contacted")
