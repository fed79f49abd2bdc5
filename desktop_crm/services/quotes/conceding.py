"""What the concession explorer asks the workspace: what similar deals were won for. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from desktop_crm.domain.quotes.exploring import Position, conceded_percent, middle, position_of
from desktop_crm.domain.quotes.similar import Similar
from desktop_crm.services.quotes import issuing, starting
from desktop_crm.services.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class WonFor:
    """A similar deal and what it was won for: all that was conceded in percent, margin in percent, its position."""

    similar: Similar
    conceded: Decimal | None
    margin_percent: Decimal | None
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparable:
    """Similar won deals, and the middle of what was conceded in them."""

    deals: tuple[WonFor, ...]
    conceded: Decimal | None
    margin_percent: Decimal | None


def comparable(workspace: Workspace, quote_id: str, limit: int = 8) -> Comparable:
    """What deals like that quote were won for. Raises Refusal `record.missing`."""
    found = tuple(_won_for(workspace, one) for one in starting.similar_to(workspace, quote_id, limit).deals)
    return Comparable(
        deals=found,
        conceded=middle([one.conceded for one in found if one.conceded is not None]),
        margin_percent=middle([one.margin_percent for one in found if one.margin_percent is not None]),
    )


def _won_for(workspace: Workspace, one: Similar) -> WonFor:
    content = issuing.version(workspace, one.deal.quote_id).content
    return WonFor(
        similar=one,
        conceded=conceded_percent(content.draft, content.amounts),
        margin_percent=content.amounts.margin_percent,
        position=position_of(content.draft),
    )
