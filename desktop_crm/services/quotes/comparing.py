"""What changed between versions of a quote, and what each round of the negotiation cost. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_crm.domain.quotes.compare import Aspect, Comparison, Offer
from desktop_crm.domain.quotes.compare import compare as differences
from desktop_crm.domain.quotes.paper import PaperKind
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.services import working_papers
from desktop_crm.services.quotes import issuing, reading
from desktop_crm.services.quotes.reading import WantedVersion
from desktop_crm.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_crm.documents.redline_pdf import RedlineDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison. `hash` is None for the draft in work."""

    number: str
    version: int
    label: str
    hash: str | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two states of one quote, and what changed from the first to the second."""

    number: str
    old: Side
    new: Side
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One version in the order they were issued, and what it gave away: changes are against the version before it.

    The first has no changes. Margins are None where no cost is known.
    """

    version: int
    label: str
    issued_at: datetime
    issued_by: str
    currency: str
    net_amount: Decimal
    margin: Decimal | None
    net_change: Decimal | None = None
    margin_change: Decimal | None = None
    counts: tuple[tuple[Aspect, int], ...] = ()


def compare_versions(workspace: Workspace, quote_id: str, old: WantedVersion, new: WantedVersion) -> Compared:
    """From one version to another; a number of the draft in work names the draft.

    Raises Refusal `quote.version.unknown`, `quote.version.several`; Trouble `quote.snapshot.altered`.
    """
    return compare_offers(workspace, (quote_id, old), (quote_id, new))


def compare_offers(workspace: Workspace, old: tuple[str, WantedVersion], new: tuple[str, WantedVersion]) -> Compared:
    """The same between versions of two quotes: alternatives, or a quote and what it was begun from."""
    (first, before), (second, after) = (offer_of(workspace, *one) for one in (old, new))
    return Compared(number=second.number, old=first, new=second, comparison=differences(before, after))


def redline(workspace: Workspace, old: tuple[str, WantedVersion], new: tuple[str, WantedVersion]) -> RedlineDocument:
    """The same as a document: both sides and what lies between them. Raises as `compare_versions` does."""
    from desktop_crm.documents.redline_pdf import RedlineDocument

    (first, before), (second, after) = (offer_of(workspace, *one) for one in (old, new))
    same = first.number == second.number
    with workspace.read() as session:
        paper = working_papers.usual_form(session, PaperKind.REDLINE)
    return RedlineDocument(
        number=second.number,
        old_label=first.label if same else f"{first.number} {first.label}",
        new_label=second.label if same else f"{second.number} {second.label}",
        old=before,
        new=after,
        comparison=differences(before, after),
        company=after.draft.supplier.name,
        today=workspace.today(),
        paper=paper,
        pictures=working_papers.pictures(workspace, paper),
    )


def redline_to(
    workspace: Workspace, old: tuple[str, WantedVersion], new: tuple[str, WantedVersion], locale: str, path: Path
) -> None:
    """Write the comparison as a redlined PDF. Raises as `compare_versions` does; Trouble `export.file.unwritable`."""
    from desktop_crm.documents import redline_pdf

    write_whole(path, redline_pdf.render(redline(workspace, old, new), locale))


def rounds(workspace: Workspace, quote_id: str) -> tuple[Round, ...]:
    """The issued versions from the first to the newest, each with what it gave away. Raises as `compare_versions` does."""
    told: list[Round] = []
    before: Offer | None = None
    for summary in reversed(reading.open_quote(workspace, quote_id).versions):
        content = issuing.version(workspace, quote_id, summary.id).content
        offer = Offer(draft=content.draft, amounts=content.amounts)
        change = differences(before, offer) if before is not None else None
        told.append(
            Round(
                version=summary.version,
                label=summary.label,
                issued_at=summary.issued_at,
                issued_by=summary.issued_by,
                currency=summary.currency,
                net_amount=offer.amounts.net_amount,
                margin=offer.amounts.margin,
                net_change=change.amount("net_amount").change if change else None,
                margin_change=change.amount("margin").change if change else None,
                counts=tuple(change.counts().items()) if change else (),
            )
        )
        before = offer
    return tuple(told)


def offer_of(workspace: Workspace, quote_id: str, wanted: WantedVersion) -> tuple[Side, Offer]:
    """One side of a comparison and what it says; a number of the draft in work names the draft. Raises as `compare_versions`."""
    found = reading.open_quote(workspace, quote_id)
    draft = found.draft
    if found.means_draft(wanted):
        shown = found.draft_version
        side = Side(number=found.number, version=shown, label=f"v{shown}", hash=None, currency=draft.currency)
        return side, Offer.of(draft)
    one = reading.version_summary(workspace, quote_id, wanted)
    content = issuing.version(workspace, quote_id, one.id).content
    side = Side(number=found.number, version=one.version, label=one.label, hash=one.hash, currency=one.currency)
    return side, Offer(draft=content.draft, amounts=content.amounts)
