"""A proposal as a PDF in Korean or English: cover, contents with pages, chapters with bookmarks, inserted PDF pages whole.

The same document and locale give the same bytes. May run in a worker process. Takes a frozen value, asks nobody for anything else.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, NamedTuple

from desktop_crm.documents import proposal_parts
from desktop_crm.documents.flow import Block, Placed
from desktop_crm.documents.fonts import Face
from desktop_crm.documents.proposal_document import ProposalDocument
from desktop_crm.documents.proposal_text import LEFT, RIGHT, ROOM, gap, text_blocks
from desktop_crm.documents.quote_pdf import LOCALES, ONE_AT_A_TIME
from desktop_crm.documents.sheet import HEIGHT, Description, Ink, Sheet, Style
from desktop_crm.domain.proposals.proposal import Block as Chapter
from desktop_crm.domain.schema.options import BlockKind, ContentKind
from desktop_crm.i18n import formats, forms, speaking, tr
from desktop_crm.i18n.labels import option_label

_TOP: Final = 78.0
_BOTTOM: Final = HEIGHT - 74
_FOOTER: Final = HEIGHT - 42
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
    """The file. An issued version comes as PDF/A as long as nobody else's pages are in it."""
    with ONE_AT_A_TIME, speaking(locale) as language, forms.written():
        said = _description(document, language)
        drawn, inserted = _drawn(document, said)
    pages = _with_inserted(drawn, inserted) if inserted else drawn
    if document.is_draft or document.issued_at is None:
        return pages
    from desktop_crm.documents import archive

    facts = archive.Facts(
        title=said.title, author=said.author, subject=said.subject, language=said.language, made_at=document.issued_at
    )
    return archive.archived(pages, facts, (), conforming=not inserted)


def files_of(document: ProposalDocument) -> tuple[bytes, ...]:
    """The file in every locale, in the order of `LOCALES`."""
    return tuple(render(document, locale) for locale in LOCALES)


def page_of(document: ProposalDocument, locale: str, block_id: str) -> int | None:
    """The page (from 0) on which a block begins; None where it is not printed."""
    with ONE_AT_A_TIME, speaking(locale) as language, forms.written():
        ids = [chapter.id for chapter in document.said.blocks]
        if block_id not in ids:
            return None
        laid = _laid_out(document, Sheet(_description(document, language)))
        return laid.begins[ids.index(block_id)] + _before(document)


def _before(document: ProposalDocument) -> int:
    """Cover and contents."""
    return 1 + max(1, -(-len(document.said.blocks) // proposal_parts.ENTRIES))


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
    sheet = Sheet(said)
    laid = _laid_out(document, sheet)
    before = _before(document)
    whole = before + len(laid.pages)
    _watermark(sheet, document)
    proposal_parts.draw_cover(sheet, document)
    entries = [
        (str(number), chapter.title, laid.begins[number - 1] + before + 1)
        for number, chapter in enumerate(document.said.blocks, 1)
    ]
    for page in range(before - 1):
        sheet.next_page()
        _watermark(sheet, document)
        step = proposal_parts.ENTRIES
        proposal_parts.draw_contents(sheet, entries[page * step : (page + 1) * step], first=not page)
        _frame(sheet, document, page + 2, whole)
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
        _frame(sheet, document, page + 1, whole)
    return sheet.finished(), inserted


def _laid_out(document: ProposalDocument, sheet: Sheet) -> _Pages:
    laid = _Pages(pages=[[]])
    y = _TOP
    for number, chapter in enumerate(document.said.blocks, 1):
        blocks = _chapter(document, chapter, number, sheet)
        page = laid.pages[-1]
        if isinstance(page, Inserted) or (page and y + _NEEDS > _BOTTOM):
            laid.pages.append([])
            y = _TOP
        laid.begins.append(len(laid.pages) - 1)
        y = _flow(laid, blocks, y)
        pages = document.file(chapter.pages)
        laid.pages += [Inserted(pages, one) for one in range(_count(pages))]
    return laid


def _flow(laid: _Pages, blocks: Sequence[Block], y: float) -> float:
    """Put the blocks on the last page and on new ones; what keeps its next goes along with it."""
    for place, block in enumerate(blocks):
        needed, following = block.height, place
        while blocks[following].keeps_next and following + 1 < len(blocks):
            following += 1
            needed += blocks[following].height
        page = laid.pages[-1]
        if isinstance(page, Inserted) or (page and y + min(needed, _BOTTOM - _TOP) > _BOTTOM):
            page, y = [], _TOP
            laid.pages.append(page)
        page.append(Placed(y, block))
        y += block.height
    return y


def _chapter(document: ProposalDocument, chapter: Chapter, number: int, sheet: Sheet) -> list[Block]:
    found = [_heading(chapter, number)]
    found += text_blocks(chapter.text, lead=chapter.kind is BlockKind.SUMMARY)
    picture = document.file(chapter.image)
    if picture:  # it goes along with the words before it
        found[-2:] = [replace(one, keeps_next=True) for one in found[-2:]]
        found += proposal_parts.picture_block(sheet, picture)
    found += proposal_parts.goal_blocks(chapter.goals)
    found += proposal_parts.price_blocks(chapter.price) if chapter.price is not None else []
    found += proposal_parts.team_blocks(chapter.team)
    return [*found, gap(22)]


def _heading(chapter: Chapter, number: int) -> Block:
    lines = _TITLE.wrapped(chapter.title, ROOM - 34) or ("",)
    kind = chapter.content_kind if chapter.content_kind in _NAMED else None
    above = 14.0 if kind is not None else 0.0
    height = above + len(lines) * _TITLE.leading + 16
    return Block(height=height, draw=partial(_draw_heading, chapter, number, lines, above), keeps_next=True)


def _draw_heading(chapter: Chapter, number: int, lines: Sequence[str], above: float, sheet: Sheet, y: float) -> None:
    sheet.bookmark(f"b{number}", f"{number}. {chapter.title}", y)
    if above and chapter.content_kind is not None:
        sheet.text(LEFT, y + 9, option_label("content_kind", chapter.content_kind.value), _KIND)
    at = y + above + 18
    sheet.text(LEFT, at, str(number), _NUMBER)
    for line in lines:
        sheet.text(LEFT + 30, at, line, _TITLE)
        at += _TITLE.leading
    sheet.rule(LEFT, at - 11, RIGHT, Ink.LINE_STRONG, 0.8)


def _watermark(sheet: Sheet, document: ProposalDocument) -> None:
    if document.is_draft:
        sheet.watermark(tr("DRAFT"))


def _frame(sheet: Sheet, document: ProposalDocument, page: int, pages: int) -> None:
    """What stands at the head and the foot of every page but the cover."""
    said = document.said
    sheet.text(LEFT, 46, _SMALL.wrapped(said.title, ROOM - 160)[0] if said.title else "", _SMALL)
    sheet.text_right(RIGHT, 46, f"{document.number} v{document.version}", _SMALL)
    sheet.rule(LEFT, 54, RIGHT)
    sheet.rule(LEFT, _FOOTER - 13, RIGHT)
    sheet.text(LEFT, _FOOTER, f"{said.company} · {formats.date(document.issued_on)}", _SMALL)
    sheet.text_right(RIGHT, _FOOTER, tr("Page {page} of {pages}", page=page, pages=pages), _SMALL)


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
