"""Working papers (plans, hand-overs): a title with facts, sections of lines and tables, on as many pages as they take.

Headings stay with what follows, heads of tables are repeated, long words wrap. Knows no accounts; texts come translated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from desktop_crm.documents.flow import Block
from desktop_crm.documents.fonts import Face
from desktop_crm.documents.look import Look
from desktop_crm.documents.sheet import Description, Ink, Sheet, Style

_TOP: Final = 46.0
_NEXT_TOP: Final = 64.0
_TITLE: Final = Style(Face.BOLD, 20, 26)
_SUBTITLE: Final = Style(Face.REGULAR, 9.5, 14, Ink.SECONDARY)
_FACT_LABEL: Final = Style(Face.REGULAR, 8.2, 13, Ink.HINT)
_FACT: Final = Style(Face.REGULAR, 9, 13)
_HEADING: Final = Style(Face.BOLD, 11.5, 16)
_HEAD: Final = Style(Face.REGULAR, 8, 11, Ink.HINT)
_BODY: Final = Style(Face.REGULAR, 8.8, 12.4)
_STRONG: Final = Style(Face.BOLD, 8.8, 12.4)
_MARK: Final = Style(Face.BOLD, 7, 12.4, Ink.ACCENT)
_GONE: Final = Style(Face.BOLD, 7, 12.4, Ink.BAD)
_SMALL: Final = Style(Face.REGULAR, 7.6, 10, Ink.HINT)
PLAIN: Final = Look()
_GAP: Final = 8.0
_LABEL_WIDTH: Final = 84.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its head, its share of the width, and its side."""

    name: str
    share: float
    centred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: a text for each column. `mark` stands in the margin; `gone` marks what is no longer there."""

    cells: tuple[str, ...]
    mark: str = ""
    gone: bool = False
    strong: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and its rows; with one column and no name there is no head. `empty`: what stands where there are no rows."""

    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    empty: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole paper."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    footer: str
    language: str


ONE_COLUMN: Final = (Column(name="", share=1),)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A block, and what is repeated above it when it begins a page."""

    block: Block
    head: Block | None = None


def render(report: Report, look: Look = PLAIN) -> bytes:
    """The file."""
    title = look.title or report.title
    sheet = look.sheet(Description(title=title, author="", subject=report.subtitle, language=report.language))
    parts = [*_top(report, title, look), *(part for section in report.sections for part in _section(section, look))]
    pages = _pages(parts, look)
    for number, placed in enumerate(pages, 1):
        if number > 1:
            sheet.next_page()
            look.draw_later_top(sheet, _NEXT_TOP - 24, title)
            sheet.rule(look.left, _NEXT_TOP - 16, look.right)
        for y, block in placed:
            block.draw(sheet, y)
        look.draw_foot(sheet, report.footer, number, len(pages))
    return sheet.finished()


def _pages(parts: Sequence[_Part], look: Look) -> list[list[tuple[float, Block]]]:
    pages: list[list[tuple[float, Block]]] = [[]]
    y = _TOP
    for place, part in enumerate(parts):
        needed = part.block.height
        following = place
        while parts[following].block.keeps_next and following + 1 < len(parts):
            following += 1
            needed += parts[following].block.height
        if y + min(needed, look.bottom - _NEXT_TOP) > look.bottom and pages[-1]:
            pages.append([])
            y = _NEXT_TOP
            if part.head is not None:
                pages[-1].append((y, part.head))
                y += part.head.height
        pages[-1].append((y, part.block))
        y += part.block.height
    return pages


def _top(report: Report, shown: str, look: Look) -> list[_Part]:
    title = _TITLE.wrapped(shown, look.room - look.logo_room)
    facts = [(name, _FACT.wrapped(value, look.room - _LABEL_WIDTH)) for name, value in report.facts if value]
    height = len(title) * _TITLE.leading + 22 + sum(len(lines) * _FACT.leading for _, lines in facts) + 18

    def draw(sheet: Sheet, y: float) -> None:
        line = y + 18
        look.draw_logo(sheet, line)
        for text in title:
            sheet.text(look.left + look.logo_room, line, text, _TITLE)
            line += _TITLE.leading
        sheet.text(look.left + look.logo_room, line - 6, report.subtitle, _SUBTITLE)
        sheet.box(look.left, line + 2, look.right, line + 3.5, Ink.ACCENT)
        line += 20
        for name, lines in facts:
            sheet.text(look.left, line, name, _FACT_LABEL)
            for text in lines:
                sheet.text(look.left + _LABEL_WIDTH, line, text, _FACT)
                line += _FACT.leading

    return [_Part(block=Block(height=height, draw=draw))]


def _section(section: Section, look: Look) -> list[_Part]:
    def heading(sheet: Sheet, y: float) -> None:
        sheet.text(look.left, y + 18, section.title, _HEADING)
        if section.hint:
            sheet.text_right(look.right, y + 18, section.hint, _SMALL)
        sheet.rule(look.left, y + 24, look.right, Ink.LINE_STRONG, 0.8)

    parts = [_Part(block=Block(height=30, draw=heading, keeps_next=True))]
    widths = _widths(section.columns, look)
    head = _head(section.columns, widths, look)
    if section.lines and head is not None:
        parts.append(_Part(block=Block(height=head.height, draw=head.draw, keeps_next=True)))
    if section.lines:
        parts += [_Part(block=_row(line, section.columns, widths, look), head=head) for line in section.lines]
    else:
        nothing = Line(cells=(section.empty,))
        parts.append(_Part(block=_row(nothing, ONE_COLUMN, _widths(ONE_COLUMN, look), look)))
    parts.append(_Part(block=Block(height=_GAP, draw=_nothing)))
    return parts


def _nothing(_sheet: Sheet, _y: float) -> None:
    """Room between sections."""


def _widths(columns: Sequence[Column], look: Look) -> list[tuple[float, float]]:
    """(left, width) of each column."""
    whole = sum(column.share for column in columns)
    found, x = [], look.left
    for column in columns:
        width = (look.room) * column.share / whole
        found.append((x, width))
        x += width
    return found


def _head(columns: Sequence[Column], widths: Sequence[tuple[float, float]], look: Look) -> Block | None:
    if not any(column.name for column in columns):
        return None

    names = [_HEAD.wrapped(column.name, width - 6)[:2] for column, (_, width) in zip(columns, widths, strict=True)]
    height = max(len(lines) for lines in names) * _HEAD.leading + 5

    def draw(sheet: Sheet, y: float) -> None:
        for column, lines, (x, width) in zip(columns, names, widths, strict=True):
            for place, text in enumerate(lines):
                _put(sheet, x, width, y + 9 + place * _HEAD.leading, text, _HEAD, centred=column.centred)
        sheet.rule(look.left, y + height - 2, look.right)

    return Block(height=height, draw=draw)


def _row(line: Line, columns: Sequence[Column], widths: Sequence[tuple[float, float]], look: Look) -> Block:
    style = _STRONG if line.strong else _BODY
    texts = [
        style.wrapped(text, width - 6 - (line.indent * 12 if not place else 0))
        for place, (text, (_, width)) in enumerate(zip(line.cells, widths, strict=True))
    ]
    height = max(1, *(len(lines) for lines in texts)) * style.leading + 5

    def draw(sheet: Sheet, y: float) -> None:
        if line.mark:
            flag = _GONE if line.gone else _MARK
            sheet.box(look.left - 6, y + 2, look.left - 4, y + height - 3, flag.ink)
            sheet.text_right(look.left - 8, y + 11, line.mark, flag)
        for place, (column, lines, (x, width)) in enumerate(zip(columns, texts, widths, strict=True)):
            shift = line.indent * 12 if not place else 0
            for row, text in enumerate(lines):
                _put(sheet, x + shift, width, y + 11 + row * style.leading, text, style, centred=column.centred)
        sheet.rule(look.left, y + height - 1, look.right, Ink.LINE, 0.4)

    return Block(height=height, draw=draw)


def _put(sheet: Sheet, x: float, width: float, y: float, text: str, style: Style, *, centred: bool) -> None:
    if centred:
        sheet.text_centred(x + width / 2, y, text, style)
    else:
        sheet.text(x, y, text, style)
