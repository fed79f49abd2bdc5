"""A proposal as a PDF in Korean or English: cover, contents with pages, chapters with bookmarks, inserted PDF pages whole.

The same document and locale give the same bytes. May run in a worker process. Takes a frozen value, asks nobody for anything else.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, NamedTuple

from desktop_crm.documents import fonts, proposal_parts
from desktop_crm.documents.flow import Block, Placed
from desktop_crm.documents.fonts import Face
from desktop_crm.documents.look import Look, look_of
from desktop_crm.documents.proposal_document import ProposalDocument
from desktop_crm.documents.proposal_text import gap, text_blocks
from desktop_crm.documents.quote_document import Picture
from desktop_crm.documents.quote_pdf import LOCALES, ONE_AT_A_TIME
from desktop_crm.documents.sheet import WIDTH, Description, Ink, Sheet, Style
from desktop_crm.domain.proposals.proposal import Block as Chapter
from desktop_crm.domain.schema.options import BlockKind, ContentKind
from desktop_crm.i18n import formats, forms, speaking, tr
from desktop_crm.i18n.labels import option_label

_LEFT: Final = 64.0
_TOP: Final = 78.0
_UNDER: Final = 74.0
"""From the last line of a page to its end."""
_FOOTER: Final = 42.0
_SMALL: Final = Style(Face.REGULAR, 7.8, 10, Ink.HINT)
_NUMBER: Final = Style(Face.BOLD, 17, 23, Ink.ACCENT)
_TITLE: Final = Style(Face.BOLD, 17, 23)
_KIND: Final = Style(Face.BOLD, 8.2, 11, Ink.ACCENT)
_NEEDS: Final = 130.0
"""A chapter does not begin lower than so far above the end of a page."""
_NAMED: Final = frozenset({ContentKind.CASE_STUDY, ContentKind.REFERENCE, ContentKind.CLAUSE})


class Inserted(NamedTuple):
    """A page of a PDF that is put in whole."""

    content: bytes
    page: int


@dataclass(slots=True)
class _Pages:
    """The pages after the contents, and where each chapter begins."""

    pages: list[list[Placed] | Inserted] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)


def render(document: ProposalDocument, locale: str) -> bytes:
    """The file. An issued version comes with its copy inside, as PDF/A as long as nobody else's pages are in it."""
    with ONE_AT_A_TIME, fonts.cast(document.paper), speaking(locale) as language, forms.written():
        said = _description(document, language)
        drawn, inserted = _drawn(document, said)
    pages = _with_inserted(drawn, inserted) if inserted else drawn
    if document.is_draft or document.issued_at is None:
        return pages
    from desktop_crm.documents import archive

    facts = archive.Facts(
        title=said.title, author=said.author, subject=said.subject, language=said.language, made_at=document.issued_at
    )
    inside = archive.copy_and(archive.PROPOSAL_NAME, document.copy, document.files) if document.copy else []
    return archive.archived(pages, facts, inside, conforming=not inserted)


def files_of(document: ProposalDocument) -> tuple[bytes, ...]:
    """The file in every locale, in the order of `LOCALES`."""
    return tuple(render(document, locale) for locale in LOCALES)


def page_of(document: ProposalDocument, locale: str, block_id: str) -> int | None:
    """The page (from 0) on which a block begins; None where it is not printed."""
    with ONE_AT_A_TIME, fonts.cast(document.paper), speaking(locale) as language, forms.written():
        ids = [chapter.id for chapter in document.said.blocks]
        if block_id not in ids:
            return None
        look = _look(document)
        laid = _laid_out(document, look, look.sheet(_description(document, language)))
        return laid.begins[ids.index(block_id)] + _before(document, look)


def _look(document: ProposalDocument) -> Look:
    """The look its form asks for, in the language that is spoken."""
    said = document.said
    logo = document.paper.logo if document.paper is not None else said.logo
    held = (Picture(logo, document.file(logo)),) if document.file(logo) else ()
    plain = Look(left=_LEFT, right=WIDTH - _LEFT, logo=held[0] if held else None, logo_width=130)
    return look_of(document.paper, held, facts_of(document), plain)


def facts_of(document: ProposalDocument) -> dict[str, str]:
    """What stands for the placeholders of its form, in the language that is spoken."""
    said = document.said
    return {
        "number": document.number,
        "title": said.title,
        "customer": said.account,
        "contact": said.contact,
        "supplier": said.company,
        "representative": said.owner,
        "date": formats.date_long(document.issued_on),
    }


def _before(document: ProposalDocument, look: Look) -> int:
    """Cover and contents."""
    return look.has_cover + max(1, -(-len(document.said.blocks) // proposal_parts.entries_on(look)))


def _description(document: ProposalDocument, language: str) -> Description:
    said = document.said
    return Description(
        title=f"{said.title} ({document.number} v{document.version})",
        author=said.company,
        subject=tr("Proposal for {account}", account=said.account),
        language="ko-KR" if language == "ko" else "en-US",
    )


def _drawn(document: ProposalDocument, said: Description) -> tuple[bytes, dict[int, Inserted]]:
    """The pages, and which of them are to be replaced by pages of other files."""
    look = _look(document)
    sheet = look.sheet(said)
    laid = _laid_out(document, look, sheet)
    before = _before(document, look)
    whole = before + len(laid.pages)
    _watermark(sheet, document)
    if look.has_cover:
        proposal_parts.draw_cover(sheet, document, look)
    entries = [
        (str(number), chapter.title, laid.begins[number - 1] + before + 1)
        for number, chapter in enumerate(document.said.blocks, 1)
    ]
    step = proposal_parts.entries_on(look)
    for page in range(before - look.has_cover):
        if page or look.has_cover:
            sheet.next_page()
            _watermark(sheet, document)
        proposal_parts.draw_contents(sheet, entries[page * step : (page + 1) * step], look, first=not page)
        _frame(sheet, document, look, page + 1 + look.has_cover, whole)
    sheet.bookmark("contents", tr("Contents"), 84)
    inserted: dict[int, Inserted] = {}
    for page, placed in enumerate(laid.pages, before):
        sheet.next_page()
        if isinstance(placed, Inserted):
            inserted[page] = placed
            continue
        _watermark(sheet, document)
        for item in placed:
            item.block.draw(sheet, item.y)
        _frame(sheet, document, look, page + 1, whole)
    return sheet.finished(), inserted


def _laid_out(document: ProposalDocument, look: Look, sheet: Sheet) -> _Pages:
    laid = _Pages(pages=[[]])
    y = _TOP
    for number, chapter in enumerate(document.said.blocks, 1):
        blocks = _chapter(document, chapter, number, look, sheet)
        page = laid.pages[-1]
        if isinstance(page, Inserted) or (page and y + _NEEDS > look.height - _UNDER):
            laid.pages.append([])
            y = _TOP
        laid.begins.append(len(laid.pages) - 1)
        y = _flow(laid, blocks, y, look.height - _UNDER)
        pages = document.file(chapter.pages)
        laid.pages += [Inserted(pages, one) for one in range(_count(pages))]
    return laid


def _flow(laid: _Pages, blocks: Sequence[Block], y: float, bottom: float) -> float:
    """Put the blocks on the last page and on new ones; what keeps its next goes along with it."""
    for place, block in enumerate(blocks):
        needed, following = block.height, place
        while blocks[following].keeps_next and following + 1 < len(blocks):
            following += 1
            needed += blocks[following].height
        page = laid.pages[-1]
        if isinstance(page, Inserted) or (page and y + min(needed, bottom - _TOP) > bottom):
            page, y = [], _TOP
            laid.pages.append(page)
        page.append(Placed(y, block))
        y += block.height
    return y


def _chapter(document: ProposalDocument, chapter: Chapter, number: int, look: Look, sheet: Sheet) -> list[Block]:
    found = [_heading(chapter, number, look)]
    found += text_blocks(chapter.text, look, lead=chapter.kind is BlockKind.SUMMARY)
    picture = document.file(chapter.image)
    if picture:  # it goes along with the words before it
        found[-2:] = [replace(one, keeps_next=True) for one in found[-2:]]
        found += proposal_parts.picture_block(sheet, picture, look)
    found += proposal_parts.goal_blocks(chapter.goals, look)
    found += proposal_parts.price_blocks(chapter.price, look) if chapter.price is not None else []
    found += proposal_parts.team_blocks(chapter.team, look)
    return [*found, gap(22)]


def _heading(chapter: Chapter, number: int, look: Look) -> Block:
    lines = _TITLE.wrapped(chapter.title, look.room - 34) or ("",)
    kind = chapter.content_kind if chapter.content_kind in _NAMED else None
    above = 14.0 if kind is not None else 0.0
    height = above + len(lines) * _TITLE.leading + 16
    return Block(height=height, draw=partial(_draw_heading, chapter, number, lines, above, look), keeps_next=True)


def _draw_heading(
    chapter: Chapter, number: int, lines: Sequence[str], above: float, look: Look, sheet: Sheet, y: float
) -> None:
    sheet.bookmark(f"b{number}", f"{number}. {chapter.title}", y)
    if above and chapter.content_kind is not None:
        sheet.text(look.left, y + 9, option_label("content_kind", chapter.content_kind.value), _KIND)
    at = y + above + 18
    sheet.text(look.left, at, str(number), _NUMBER)
    for line in lines:
        sheet.text(look.left + 30, at, line, _TITLE)
        at += _TITLE.leading
    sheet.rule(look.left, at - 11, look.right, Ink.LINE_STRONG, 0.8)


def _watermark(sheet: Sheet, document: ProposalDocument) -> None:
    if document.is_draft:
        sheet.watermark(tr("DRAFT"))


def _frame(sheet: Sheet, document: ProposalDocument, look: Look, page: int, pages: int) -> None:
    """What stands at the head and the foot of every page but the cover."""
    said = document.said
    left, right, foot = look.left, look.right, look.height - _FOOTER
    top = look.header or said.title
    sheet.text(left, 46, _SMALL.wrapped(top, look.room - 160)[0] if top else "", _SMALL)
    sheet.text_right(right, 46, f"{document.number} v{document.version}", _SMALL)
    sheet.rule(left, 54, right)
    sheet.rule(left, foot - 13, right)
    told = look.footer or f"{said.company} · {formats.date(document.issued_on)}"
    sheet.text(left, foot, _SMALL.wrapped(told, look.room - 90)[0], _SMALL)
    sheet.text_right(right, foot, tr("Page {page} of {pages}", page=page, pages=pages), _SMALL)


def _count(pdf: bytes) -> int:
    if not pdf:
        return 0
    from desktop_crm.documents import preview

    return preview.page_count(pdf)


def _with_inserted(pdf: bytes, inserted: dict[int, Inserted]) -> bytes:
    """The file with those pages in their places, as they are."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        sources = {one.content: pikepdf.open(io.BytesIO(one.content)) for one in inserted.values()}
        try:
            for place, one in inserted.items():
                document.pages[place] = sources[one.content].pages[one.page]
            target = io.BytesIO()
            document.save(target, deterministic_id=True)
        finally:
            for source in sources.values():
                source.close()
    return target.getvalue()
