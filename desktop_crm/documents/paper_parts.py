"""What a form may add around a quotation: a cover, clauses, a place for both signatures."""

from __future__ import annotations

from typing import Final

from desktop_crm.documents.flow import Block
from desktop_crm.documents.fonts import Face
from desktop_crm.documents.quote_document import QuoteDocument
from desktop_crm.documents.quote_form import MM, Form, filled
from desktop_crm.documents.quote_head import SIGN, SIGN_NAME
from desktop_crm.documents.sheet import Ink, Sheet, Style
from desktop_crm.domain.quotes.paper import Clause
from desktop_crm.i18n import Language, current, formats, ptr, tr

COVER_TITLE: Final = Style(Face.BOLD, 34, 42)
COVER_NAME: Final = Style(Face.REGULAR, 15, 22, Ink.SECONDARY)
COVER_PARTY: Final = Style(Face.BOLD, 13, 19)
COVER_TEXT: Final = Style(Face.REGULAR, 10, 16, Ink.SECONDARY)
COVER_HINT: Final = Style(Face.REGULAR, 8.5, 13, Ink.HINT)
CLAUSES: Final = Style(Face.BOLD, 10.5, 15)
CLAUSE: Final = Style(Face.BOLD, 8.8, 13)
CLAUSE_TEXT: Final = Style(Face.REGULAR, 8.6, 13, Ink.SECONDARY)


def draw_cover(sheet: Sheet, document: QuoteDocument, form: Form) -> None:
    """The first page: whose quotation it is, for whom, of what, when."""
    draft, paper = document.draft, form.paper
    low = form.height
    sheet.box(0, 0, 9, low, Ink.ACCENT)
    if form.logo is not None and paper is not None:
        sheet.image(form.logo.content, form.left, 64, float(paper.logo_width) * MM * 1.4, 60)
    else:
        sheet.text(form.left, 84, draft.supplier.name, COVER_PARTY)
    y = low * 0.36
    for line in COVER_TITLE.wrapped(filled(form.words.title, document) or tr("Quotation"), form.room):
        sheet.text(form.left, y, line, COVER_TITLE)
        y += COVER_TITLE.leading
    for line in COVER_NAME.wrapped(draft.name, form.room) if draft.name.strip() else ():
        sheet.text(form.left, y - 6, line, COVER_NAME)
        y += COVER_NAME.leading
    sheet.box(form.left, y + 2, form.left + 56, y + 5, Ink.ACCENT)
    y += 40
    sheet.text(form.left, y, ptr("quotation cover", "For"), COVER_HINT)
    for line in COVER_PARTY.wrapped(draft.customer.name or "—", form.room):
        y += COVER_PARTY.leading
        sheet.text(form.left, y, line, COVER_PARTY)
    person = " ".join(part for part in (draft.customer.contact, draft.customer.contact_title) if part)
    if person:
        y += COVER_TEXT.leading
        sheet.text(form.left, y, tr("Attn. {name}", name=person), COVER_TEXT)
    y += 22
    for line in (
        COVER_TEXT.wrapped(filled(form.words.cover, document), min(form.room, 380))[:12] if form.words.cover else ()
    ):
        y += COVER_TEXT.leading
        sheet.text(form.left, y, line, COVER_TEXT)
    foot = low - 92
    sheet.rule(form.left, foot - 18, form.right, Ink.LINE_STRONG)
    sheet.text(form.left, foot, f"{document.number or '—'}  v{document.version}", SIGN_NAME)
    sheet.text(form.left, foot + 17, formats.date_long(document.issued_on), COVER_TEXT)
    sheet.text_right(form.right, foot, draft.supplier.name, SIGN_NAME)
    contact = " · ".join(part for part in (draft.supplier.phone, draft.supplier.email) if part)
    sheet.text_right(form.right, foot + 17, contact, COVER_TEXT)


def clause_blocks(document: QuoteDocument, form: Form) -> list[Block]:
    """The form's clauses in the language that is spoken; a title stays with its first lines."""
    clauses = [_spoken(clause) for clause in form.paper.clauses] if form.paper is not None else []
    clauses = [(title, body) for title, body in clauses if (title + body).strip()]
    if not clauses:
        return []
    blocks = [_text_block(tr("Terms and conditions"), CLAUSES, form, above=16, keeps_next=True)]
    for number, (title, body) in enumerate(clauses, 1):
        lines = CLAUSE_TEXT.wrapped(filled(body, document).strip(), form.room - 24) if body.strip() else ()
        head = f"{number}. {filled(title, document).strip()}"
        first, *more = CLAUSE.wrapped(head, form.room - 12)
        blocks.append(_text_block(first, CLAUSE, form, above=6, keeps_next=bool(more or lines)))
        blocks += [_text_block(text, CLAUSE, form, keeps_next=True) for text in more]
        for index, text in enumerate(lines):
            left = len(lines) - 1 - index
            together = (index == 0 and left > 0) or left == 1
            blocks.append(_text_block(text, CLAUSE_TEXT, form, indent=12, keeps_next=together))
    return blocks


def _spoken(clause: Clause) -> tuple[str, str]:
    if current() is Language.KO:
        return clause.title_ko or clause.title_en, clause.body_ko or clause.body_en
    return clause.title_en or clause.title_ko, clause.body_en or clause.body_ko


def _text_block(
    text: str, style: Style, form: Form, *, above: float = 0, indent: float = 0, keeps_next: bool = False
) -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        sheet.text(form.left + 6 + indent, y + above + style.leading - 3, text, style)

    return Block(height=above + style.leading, draw=draw, keeps_next=keeps_next)


def acceptance_block(document: QuoteDocument, form: Form) -> Block:
    """Where the customer signs: name, day, signature or seal."""
    labels = (tr("Name and title"), tr("Date"), tr("Signature or seal"))

    def draw(sheet: Sheet, y: float) -> None:
        sheet.rule(form.left, y + 10, form.right, Ink.LINE)
        sheet.text(form.left + 6, y + 30, tr("We accept this quotation and order accordingly."), SIGN)
        sheet.text_right(form.right - 6, y + 30, document.draft.customer.name, SIGN_NAME)
        third = form.room / 3
        for index, text in enumerate(labels):
            left = form.left + 6 + index * third
            sheet.rule(left, y + 72, left + third - 22, Ink.HINT, 0.6)
            sheet.text(left, y + 83, text, COVER_HINT)

    return Block(height=92, draw=draw)
