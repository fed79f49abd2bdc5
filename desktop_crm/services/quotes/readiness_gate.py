"""What stands in the way of an issue, as a refusal: asked before a version is frozen and before approval is asked for."""

from __future__ import annotations

from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.readiness import obstacles
from desktop_crm.foundation.errors import Refusal


def refuse_obstacles(draft: QuoteDraft) -> None:
    """Raises Refusal `quote.issue.*` with the first obstacle and how many there are."""
    found = obstacles(draft)
    if found:
        lines = {line.id: place for place, line in enumerate(draft.lines(), 1)}
        first = found[0]
        place = lines.get(first.line_id, 0) if first.line_id else 0
        raise Refusal(first.code, line=place, field=first.field, count=len(found))
