"""A quotation as a PDF: Korean 견적서 or English quotation. The same version and locale give the same bytes,
whatever forms of numbers and dates the laptop that makes them has chosen.

May run in a worker process. Takes a frozen value, asks nobody for anything else.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Final, NamedTuple

from desktop_crm.documents import fonts, paper_parts, paper_table, quote_head, quote_table
from desktop_crm.documents.flow import Block, Placed, paginate
from desktop_crm.documents.quote_document import QuoteDocument
from desktop_crm.documents.quote_form import TIGHTER, Form, form_of
from desktop_crm.documents.sheet import HEIGHT, Description, Ink, Sheet
from desktop_crm.domain.quotes.paper import Paper, ShownPrices, Signing
from desktop_crm.i18n import forms, speaking, tr

LOCALES: Final = ("ko", "en")
_TOP: Final = 40.0
_NEXT_TOP: Final = 62.0
_BOTTOM: Final = HEIGHT - 58
_FEW: Final = 4  # pages; on more, one less is not worth the tighter rows
ONE_AT_A_TIME: Final = threading.Lock()  # the faces are shared, and a face serves one document at a time


def render(document: QuoteDocument, locale: str) -> bytes:
    """The file. `locale` is a language the product speaks (`ko`, `en`). An issued version comes as PDF/A with its copy inside."""
    with ONE_AT_A_TIME, fonts.cast(document.paper), speaking(locale) as language, forms.written():
        said = _description(document, language)
        pages = drawn(document, said)
    if not document.copy or document.issued_at is None:
        return pages
    from desktop_crm.documents import archive

    facts = archive.Facts(
        title=said.title, author=said.author, subject=said.subject, language=said.language, made_at=document.issued_at
    )
    return archive.archived(pages, facts, archive.copy_and(archive.COPY_NAME, document.copy, document.pictures))


def drawn(document: QuoteDocument, said: Description) -> bytes:
    """The pages alone, in the language that is spoken."""
    form = form_of(document)
    archived_next = bool(document.copy) and document.issued_at is not None
    sheet = _sheet(said, form, packed=not archived_next)
    pages = _laid_out(document, form)
    for page in range(len(pages)):
        if page:
            sheet.next_page()
        _draw_page(sheet, document, pages, page, form)
    return sheet.finished()


class View(NamedTuple):
    """How many pages there are, which one is in view (from 0), and a file of it alone."""

    whole: int
    shown: int
    pdf: bytes


def view(document: QuoteDocument, locale: str, page: int, row_id: str | None = None) -> View:
    """The page on which a line or a heading stands, else the one that is named, or the last: all is laid out, one page is drawn."""
    with ONE_AT_A_TIME, fonts.cast(document.paper), speaking(locale) as language, forms.written():
        form = form_of(document)
        pages = _laid_out(document, form)
        holding = (place for place, placed in enumerate(pages) if any(item.block.key == row_id for item in placed))
        shown = min(page, len(pages) - 1)
        if row_id:
            shown = next(holding, shown)
        sheet = _sheet(_description(document, language), form, packed=False)
        _draw_page(sheet, document, pages, shown, form)
        return View(len(pages), shown, sheet.finished())


def unprintable(document: QuoteDocument) -> str:
    """The signs of the texts for which no bundled face has a drawing, each once; they are printed as boxes."""
    draft = document.draft
    parties = (draft.supplier, draft.customer)
    texts = [draft.name, draft.payment_terms, draft.remarks]
    texts += [party.name for party in parties] + [party.address for party in parties]
    texts += [text for line in draft.lines() for text in (line.name, line.name_en, line.spec, line.unit, line.remark)]
    texts += [section.name for section in draft.sections]
    return "".join(fonts.unknown("\n".join(text for text in texts if not text.isascii())))


def files_of(document: QuoteDocument) -> tuple[bytes, ...]:
    """The file in every locale, in the order of `LOCALES`."""
    return tuple(render(document, locale) for locale in LOCALES)


def _description(document: QuoteDocument, language: str) -> Description:
    title = " ".join(part for part in (tr("Quotation"), document.number, f"v{document.version}") if part)
    return Description(
        title=title,
        author=document.draft.supplier.name,
        subject=" · ".join(part for part in (document.draft.customer.name, document.draft.name) if part),
        language="ko-KR" if language == "ko" else "en-US",
    )


def _sheet(said: Description, form: Form, *, packed: bool) -> Sheet:
    accent = form.paper.accent if form.paper is not None else Ink.ACCENT.value
    return Sheet(said, (form.width, form.height), accent, packed=packed, lean=form.paper is not None)


def _laid_out(document: QuoteDocument, form: Form) -> list[list[Placed]]:
    """What stands on each page; a cover is the first."""
    if form.paper is None:
        return _classic(document)
    pages = _on_paper(document, form, form.paper)
    if not form.paper.cover:
        return pages
    cover = Block(height=form.height, draw=lambda sheet, _y: paper_parts.draw_cover(sheet, document, form))
    return [[Placed(0, cover)], *pages]


def _on_paper(document: QuoteDocument, form: Form, paper: Paper) -> list[list[Placed]]:
    """The pages; with tighter rows where that makes one page less of a few."""
    pages = _set(document, form, paper)
    if not 1 < len(pages) <= _FEW:
        return pages
    lines = sum(item.block.in_table for page in pages for item in page)
    headings = sum(bool(section.name.strip()) for section in document.draft.sections)
    room = form.bottom - _TOP + (len(pages) - 2) * (form.bottom - _NEXT_TOP)
    needed = {
        id(item.block): item.block.height for page in pages for item in page
    }  # a header that comes again counts once
    over = sum(needed.values()) - room
    for padding in TIGHTER:
        closer = replace(form, padding=padding)
        if over <= 2 * lines * (form.padding - padding) + (4 + headings) * closer.saved:
            tighter = _set(document, closer, paper)
            if len(tighter) < len(pages):
                return tighter
    return pages


def _set(document: QuoteDocument, form: Form, paper: Paper) -> list[list[Placed]]:
    """The blocks in the order and columns the form asks for."""
    carry = paper.carry and paper.prices is ShownPrices.LINES
    sections = paper_table.sections_of(document, paper)
    columns = paper_table.columns_for(form, paper, sections)
    header = paper_table.header_block(columns)
    again = replace(header, height=header.height + paper_table.CARRY_HEIGHT) if carry else header
    bottom = form.bottom - (paper_table.CARRY_HEIGHT if carry else 0)
    blocks = [quote_head.title_block(document, form), quote_head.parties_block(document, form)]
    blocks += [quote_head.words_block(document, form)] if paper.in_words else []
    blocks.append(header)
    room = bottom - _NEXT_TOP - again.height
    for place, section in enumerate(sections):
        last = place == len(sections) - 1
        blocks += paper_table.section_blocks(section, columns, paper, room, last=last)
    terms = quote_head.terms_of(document)
    sums = quote_table.sums_block(document, columns, (), form)
    free = quote_table.sums_left(document, columns, form) - form.left - 20
    beside = quote_head.terms_beside(terms, free, sums.height + 40, form)
    blocks.append(quote_table.sums_block(document, columns, beside, form) if beside else sums)
    blocks += [] if beside else quote_head.term_blocks(terms, form)
    blocks += paper_parts.clause_blocks(document, form)
    if paper.signing is not Signing.NONE:
        blocks.append(replace(quote_head.signature_block(document, form), keeps_next=paper.signing is Signing.BOTH))
    if paper.signing is Signing.BOTH:
        blocks.append(paper_parts.acceptance_block(document, form))
    pages = paginate(blocks, top=_TOP, next_top=_NEXT_TOP, bottom=bottom, header=again)
    return paper_table.carried(pages, again, columns, document.draft.currency) if carry else pages


def _classic(document: QuoteDocument) -> list[list[Placed]]:
    """As the programs before forms laid a quotation out."""
    draft = document.draft
    printed: list[tuple[str, str, str, list[quote_table.Row]]] = []
    first, headings = 1, 0
    for section, priced in zip(draft.sections, document.amounts.sections, strict=True):
        if not section.lines:
            continue
        rows = quote_table.rows_of(section, priced, draft.currency, first)
        first += sum(bool(row.number) for row in rows)
        title = ""
        if section.name.strip():
            headings += 1
            title = quote_table.section_title(section, headings)
        printed.append((section.id, title, quote_table.plain_amount(priced.net, draft.currency), rows))
    columns = quote_table.columns_for([row for *_, rows in printed for row in rows])
    header = quote_table.header_block(columns)
    blocks = [
        quote_head.title_block(document),
        quote_head.parties_block(document),
        quote_head.words_block(document),
        header,
    ]
    for place, (key, title, amount, rows) in enumerate(printed):
        if title:
            blocks.append(replace(quote_table.section_block(key, title, amount, columns), key=key))
        for index, row in enumerate(rows):
            is_last = place == len(printed) - 1 and index == len(rows) - 1
            parts = quote_table.row_blocks(row, columns, keeps_next=is_last)
            blocks.extend([replace(parts[0], key=row.key), *parts[1:]])
    terms = quote_head.terms_of(document)
    sums = quote_table.sums_block(document, columns)
    room = quote_table.sums_left(document, columns) - quote_table.LEFT - 20
    beside = quote_head.terms_beside(terms, room, sums.height + 40)
    blocks.append(quote_table.sums_block(document, columns, beside) if beside else sums)
    blocks.extend([] if beside else quote_head.term_blocks(terms))
    blocks.append(quote_head.signature_block(document))
    return paginate(blocks, top=_TOP, next_top=_NEXT_TOP, bottom=_BOTTOM, header=header)


def _draw_page(sheet: Sheet, document: QuoteDocument, pages: list[list[Placed]], page: int, form: Form) -> None:
    if document.is_draft:
        sheet.watermark(tr("DRAFT"))
    covers = int(form.paper is not None and form.paper.cover)
    number = page + 1 - covers
    if number > 1:
        quote_head.running_title(document, sheet, _NEXT_TOP - 16, form)
    for item in pages[page]:
        item.block.draw(sheet, item.y)
    if number:
        quote_head.footer(document, sheet, form.footer, number, len(pages) - covers, form)
