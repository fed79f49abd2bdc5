"""What a form is looked at on while it is made: a real quote, proposal, plan, hand-over or comparison, the newest unless one is chosen.

Printed in the form as it stands; writes nothing. A map is drawn by its own room and has no example here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from desktop_crm.documents.quote_document import Picture, QuoteDocument
from desktop_crm.domain.lists.query import ListQuery
from desktop_crm.domain.quotes.paper import Paper, PaperKind
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.services import records
from desktop_crm.services.quotes import papers
from desktop_crm.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_crm.documents.previewing import Example

ENTITIES: Final = {
    PaperKind.QUOTATION: "quote",
    PaperKind.REDLINE: "quote",
    PaperKind.HANDOVER: "account",
    PaperKind.PLAN: "account_plan",
    PaperKind.PROPOSAL: "proposal",
}
"""What papers of a kind are made of."""
_NEWEST: Final = {"quote": "number", "proposal": "number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """`row_id` and `title`: whose paper it is, empty where there is nothing of the kind; `document`: None then, and for maps."""

    paper: Paper
    pictures: tuple[Picture, ...]
    row_id: str = ""
    title: str = ""
    document: QuoteDocument | Example | None = None


def seen(workspace: Workspace, kind: PaperKind, paper: Paper, row_id: str = "") -> Seen:
    """The paper of that row, or of the newest one, in a form that is being edited. Raises Refusal `record.missing`."""
    printing = papers.as_printed(workspace, paper)
    entity = ENTITIES.get(kind)
    found = _row(workspace, entity, row_id) if entity else None
    if entity is None or found is None:
        return Seen(paper=printing.paper, pictures=printing.pictures)
    document: Any = _document(workspace, kind, found.id, printing.paper)
    if kind is not PaperKind.PROPOSAL:  # that one holds the pictures of its blocks too
        document = replace(document, paper=printing.paper, pictures=printing.pictures)
    return Seen(
        paper=printing.paper,
        pictures=printing.pictures,
        row_id=found.id,
        title=str(found.fields.get(REGISTRY[entity].title) or ""),
        document=document,
    )


def _row(workspace: Workspace, entity: str, row_id: str) -> records.Record | None:
    if row_id:
        return records.get(workspace, entity, row_id)
    newest = records.list_rows(workspace, entity, ListQuery(sort=_NEWEST.get(entity), descending=True, limit=1)).records
    return newest[0] if newest else None


def _document(workspace: Workspace, kind: PaperKind, row_id: str, paper: Paper) -> QuoteDocument | Example:
    from desktop_crm.services import proposals, quotes
    from desktop_crm.services.account_work import handover, plans

    if kind is PaperKind.PROPOSAL:
        return proposals.document_in(workspace, row_id, paper)
    if kind is PaperKind.PLAN:
        return plans.document(workspace, row_id)
    if kind is PaperKind.HANDOVER:
        return handover.document(workspace, row_id)
    if kind is PaperKind.REDLINE:
        found = quotes.open_quote(workspace, row_id)
        sides: list[int | str] = [one.id for one in reversed(found.versions)]
        sides += [found.draft_version] if found.is_draft or not sides else []
        old, new = (sides[0], *sides)[-2:]
        return quotes.redline(workspace, (row_id, old), (row_id, new))
    return quotes.preview_document(workspace, row_id)
