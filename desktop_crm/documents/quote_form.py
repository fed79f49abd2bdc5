"""The form a quotation is printed in, worked out: points instead of millimetres, texts of one language, pictures at hand.

`CLASSIC` is the form of versions that name none: those of earlier programs. It never changes, so that their bytes never do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reportlab.lib.pagesizes import A4, LETTER

from desktop_crm.documents.quote_document import Picture, QuoteDocument
from desktop_crm.documents.sheet import HEIGHT, WIDTH
from desktop_crm.domain.quotes.paper import ColumnForm, PageSize, Paper, PaperWords
from desktop_crm.i18n import Language, current, formats

MM: Final = 72 / 25.4
_SIZES: Final = {PageSize.A4: A4, PageSize.LETTER: LETTER}
_CLASSIC_LEFT: Final = 42.0
PADDING: Final = 4.3
TIGHTER: Final = (2.8, 1.7)
"""What rows may have instead, where a quotation then needs one page and not two."""
_NO_WORDS: Final = PaperWords()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Points from the top left corner. `paper`: None for the classic form."""

    width: float = WIDTH
    height: float = HEIGHT
    left: float = _CLASSIC_LEFT
    right: float = WIDTH - _CLASSIC_LEFT
    paper: Paper | None = None
    words: PaperWords = _NO_WORDS
    logo: Picture | None = None
    seal: Picture | None = None
    padding: float = PADDING
    """Above and below the text of a row."""

    @property
    def middle(self) -> float:
        """Where the right half of the head begins."""
        return self.left + 268.0 * (1 if self.paper is None else (self.right - self.left) / (WIDTH - 2 * _CLASSIC_LEFT))

    @property
    def bottom(self) -> float:
        return self.height - 58

    @property
    def footer(self) -> float:
        return self.height - 46

    @property
    def saved(self) -> float:
        """How far the gaps of the head and the foot are closed where rows are tighter, up to 6 points each."""
        return 6 * (PADDING - self.padding) / (PADDING - TIGHTER[-1])

    @property
    def room(self) -> float:
        """How wide a page is between its margins."""
        return self.right - self.left


CLASSIC: Final = Form()


def form_of(document: QuoteDocument) -> Form:
    """The form of a document, in the language that is spoken."""
    paper = document.paper
    if paper is None:
        return CLASSIC
    width, height = size_of(paper)
    margin = float(paper.margin) * MM
    held = {picture.digest: picture for picture in document.pictures}
    return Form(
        width=width,
        height=height,
        left=margin,
        right=width - margin,
        paper=paper,
        words=paper.ko if current() is Language.KO else paper.en,
        logo=held.get(paper.logo),
        seal=held.get(paper.seal),
    )


def size_of(paper: Paper) -> tuple[float, float]:
    """Width and height of its pages."""
    width, height = _SIZES[paper.size]
    return (height, width) if paper.landscape else (width, height)


def column_label(column: ColumnForm, usual: str) -> str:
    """What stands over a column."""
    return (column.ko if current() is Language.KO else column.en) or usual


def filled(text: str, document: QuoteDocument) -> str:
    """A text of the form with the quote's facts in their places; a name in braces that is none of them stays as it is."""
    if "{" not in text:
        return text
    draft = document.draft
    facts = {
        "number": document.number or "—",
        "version": str(document.version),
        "title": draft.name,
        "customer": draft.customer.name,
        "contact": draft.customer.contact,
        "supplier": draft.supplier.name,
        "representative": draft.supplier.representative,
        "date": formats.date_long(document.issued_on),
        "valid_until": formats.date_long(draft.valid_until) if draft.valid_until else "",
        "total": formats.money(document.amounts.grand_total, draft.currency),
    }
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", value)
    return text
