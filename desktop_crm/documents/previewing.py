"""What the worker process does for the screen: a document to one page's picture, a version to its files. Module-level functions, frozen values.

The PDF libraries are imported by the functions, so that the GUI process, which only names them, need not load them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from desktop_crm.documents.handover_document import HandoverDocument
    from desktop_crm.documents.plan_document import PlanDocument
    from desktop_crm.documents.preview import PagePicture
    from desktop_crm.documents.proposal_document import ProposalDocument
    from desktop_crm.documents.quote_document import QuoteDocument
    from desktop_crm.documents.redline_pdf import RedlineDocument
    from desktop_crm.documents.sample import Sample
    from desktop_crm.domain.activities.brief import VisitBrief
    from desktop_crm.domain.quotes.paper_reading import Gap

    Example = HandoverDocument | PlanDocument | ProposalDocument | RedlineDocument


class Pages(NamedTuple):
    """How many pages there are, which one is shown (from 0), and its picture."""

    whole: int
    shown: int
    picture: PagePicture
    unprintable: str = ""
    """Signs for which no bundled face has a drawing; they stand as boxes."""
    gaps: tuple[tuple[Gap, str], ...] = ()
    """What its form asks for and it does not have."""


def draft_pages(document: QuoteDocument, locale: str, scale: float, page: int, row_id: str | None = None) -> Pages:
    """A page of a document that is rendered now: the one on which a line or a heading stands, else the one that is named."""
    from desktop_crm.documents import quote_pdf

    view = quote_pdf.view(document, locale, page, row_id)
    pages = file_pages(view.pdf, scale, 0)
    return Pages(view.whole, view.shown, pages.picture, quote_pdf.unprintable(document))


def sample_pages(sample: Sample, locale: str, scale: float, page: int) -> Pages:
    """A page of a working paper that says nothing yet, in its form."""
    from desktop_crm.documents import sample as samples

    return file_pages(samples.render(sample, locale), scale, page)


def example_pages(document: Example, locale: str, scale: float, page: int) -> Pages:
    """A page of a working paper or a proposal in a form that is being edited, and what it lacks for that form."""
    from desktop_crm.documents import handover_pdf, plan_pdf, proposal_pdf, redline_pdf
    from desktop_crm.documents.handover_document import HandoverDocument
    from desktop_crm.documents.plan_document import PlanDocument
    from desktop_crm.documents.proposal_document import ProposalDocument
    from desktop_crm.domain.quotes import paper_reading
    from desktop_crm.domain.quotes.paper import PaperKind
    from desktop_crm.i18n import speaking

    kind = PaperKind.PROPOSAL if isinstance(document, ProposalDocument) else PaperKind.PLAN
    with speaking(locale):
        if isinstance(document, ProposalDocument):
            facts, pdf = proposal_pdf.facts_of(document), proposal_pdf.render(document, locale)
        elif isinstance(document, HandoverDocument):
            facts, pdf = handover_pdf.facts_of(document), handover_pdf.render(document, locale)
        elif isinstance(document, PlanDocument):
            facts, pdf = plan_pdf.facts_of(document), plan_pdf.render(document, locale)
        else:
            facts, pdf = redline_pdf.facts_of(document), redline_pdf.render(document, locale)
    gaps = () if document.paper is None else paper_reading.gaps_of_working(document.paper, locale, kind, facts)
    return file_pages(pdf, scale, page)._replace(gaps=gaps)


def file_pages(pdf: bytes, scale: float, page: int) -> Pages:
    """A page of a finished file; a page beyond the last is the last. Raises Trouble `document.unreadable`."""
    from desktop_crm.documents import preview

    count = preview.page_count(pdf)
    shown = min(page, count - 1)
    (picture,) = preview.page_pictures(pdf, scale, first=shown, count=1)
    return Pages(count, shown, picture)


def files_of_version(document: QuoteDocument) -> tuple[bytes, ...]:
    """The files of an issued version, one a locale, in the order of `quote_pdf.LOCALES`."""
    from desktop_crm.documents import quote_pdf

    return quote_pdf.files_of(document)


def proposal_pages(
    document: ProposalDocument, locale: str, scale: float, page: int, block_id: str | None = None
) -> Pages:
    """A page of a proposal that is rendered now: the one on which a block begins, else the one that is named."""
    from desktop_crm.documents import proposal_pdf

    found = proposal_pdf.page_of(document, locale, block_id) if block_id else None
    return file_pages(proposal_pdf.render(document, locale), scale, page if found is None else found)


def files_of_proposal(document: ProposalDocument) -> tuple[bytes, ...]:
    """The files of a version of a proposal, one a locale."""
    from desktop_crm.documents import proposal_pdf

    return proposal_pdf.files_of(document)


def plan_file(document: PlanDocument, locale: str) -> bytes:
    """An account plan in one language."""
    from desktop_crm.documents import plan_pdf

    return plan_pdf.render(document, locale)


def handover_file(document: HandoverDocument, locale: str) -> bytes:
    """The paper of a hand-over in one language."""
    from desktop_crm.documents import handover_pdf

    return handover_pdf.render(document, locale)


def visit_file(brief: VisitBrief, locale: str) -> bytes:
    """The page before a visit in one language."""
    from desktop_crm.documents import visit_pdf

    return visit_pdf.render(brief, locale)
