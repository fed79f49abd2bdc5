"""The texts of a proposal as blocks for the page: headings, paragraphs with bold words, lists, tables. Measures and draws, decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from desktop_crm.documents.flow import Block
from desktop_crm.documents.fonts import Face
from desktop_crm.documents.look import Look
from desktop_crm.documents.sheet import Ink, Sheet, Style
from desktop_crm.domain.proposals.rich import Part, PartKind, Span, parts

BODY: Final = Style(Face.REGULAR, 9.8, 15.8)
LEAD: Final = Style(Face.REGULAR, 11.4, 18.4, Ink.SECONDARY)
HEADING: Final = Style(Face.BOLD, 12.4, 18)
SMALL_HEADING: Final = Style(Face.BOLD, 10.4, 16, Ink.ACCENT)
CELL: Final = Style(Face.REGULAR, 9.4, 14)
HEAD_CELL: Final = Style(Face.BOLD, 8.6, 13, Ink.HINT)
_PARAGRAPH_GAP: Final = 6.0
_ITEM: Final = 14.0

Piece = tuple[str, bool]
"""A word and whether it is bold."""


def text_blocks(text: str, look: Look, *, lead: bool = False) -> list[Block]:
    """The blocks of a text; with `lead` its first paragraph is set larger."""
    found: list[Block] = []
    rows: list[tuple[str, ...]] = []
    first = lead
    for part in parts(text):
        if part.kind is PartKind.ROW:
            rows.append(part.cells)
            continue
        found += _table(rows, look)
        rows = []
        found += _part_blocks(part, look, LEAD if first and part.kind is PartKind.PARAGRAPH else BODY)
        first = first and part.kind is not PartKind.PARAGRAPH
    return found + _table(rows, look)


def gap(height: float) -> Block:
    """Room."""
    return Block(height=height, draw=_nothing)


def lines_of(spans: Sequence[Span], style: Style, room: float) -> list[list[Piece]]:
    """The words in lines that fit; a word longer than a line is cut."""
    lines: list[list[Piece]] = [[]]
    used = 0.0
    for span in spans:
        face = replace(style, face=Face.BOLD) if span.bold else style
        for place, word in enumerate(span.text.split(" ")):
            space = " " if place and lines[-1] else ""
            for rest in [word] if face.width(word) <= room else face.wrapped(word, room):
                wide = face.width(space + rest)
                if used + wide > room and lines[-1]:
                    lines.append([])
                    space, wide, used = "", face.width(rest), 0.0
                if rest or space:
                    lines[-1].append((space + rest, span.bold))
                used += wide
                space = ""
    return lines


def _part_blocks(part: Part, look: Look, style: Style) -> list[Block]:
    if part.kind in {PartKind.HEADING, PartKind.SMALL_HEADING}:
        title = HEADING if part.kind is PartKind.HEADING else SMALL_HEADING
        lines = title.wrapped("".join(span.text for span in part.spans), look.room)
        drawn = [Block(height=title.leading, draw=partial(_one, line, look, title), keeps_next=True) for line in lines]
        return [replace(gap(8), keeps_next=True), *drawn, replace(gap(2), keeps_next=True)]
    shift = _ITEM if part.kind is PartKind.ITEM else 0.0
    lines_ = lines_of(part.spans, style, look.room - shift)
    last = len(lines_) - 1
    found = []
    for place, line in enumerate(lines_):
        bullet = part.kind is PartKind.ITEM and not place
        keeps = last > 0 and place in {0, last - 1}
        draw = partial(_line, line, style, look.left + shift, bullet)
        found.append(Block(height=style.leading, draw=draw, keeps_next=keeps))
    return [*found, gap(3 if part.kind is PartKind.ITEM else _PARAGRAPH_GAP)]


def _table(rows: Sequence[tuple[str, ...]], look: Look) -> list[Block]:
    """Rows under each other; the first is the head."""
    if not rows:
        return []
    count = max(len(row) for row in rows)
    whole = [(*row, *[""] * (count - len(row))) for row in rows]
    shares = [min(max(50.0, *(CELL.width(row[place]) for row in whole)), 260.0) for place in range(count)]
    widths = [look.room * share / sum(shares) for share in shares]
    found = [replace(gap(4), keeps_next=True)]
    found += [_row(row, widths, look, head=not place and len(whole) > 1) for place, row in enumerate(whole)]
    return [*found, gap(10)]


def _row(row: Sequence[str], widths: Sequence[float], look: Look, *, head: bool) -> Block:
    style = HEAD_CELL if head else CELL
    texts = [style.wrapped(cell, width - 10) for cell, width in zip(row, widths, strict=True)]
    height = max(len(lines) for lines in texts) * style.leading + 8

    def draw(sheet: Sheet, y: float) -> None:
        if head:
            sheet.box(look.left, y, look.right, y + height, Ink.SUNKEN)
        x = look.left
        for lines, width in zip(texts, widths, strict=True):
            for place, line in enumerate(lines):
                sheet.text(x + 6, y + 4 + style.size + place * style.leading, line, style)
            x += width
        sheet.rule(look.left, y + height, look.right)

    return Block(height=height, draw=draw, keeps_next=head)


def _one(text: str, look: Look, style: Style, sheet: Sheet, y: float) -> None:
    sheet.text(look.left, y + style.size, text, style)


def _line(line: Sequence[Piece], style: Style, x: float, bullet: bool, sheet: Sheet, y: float) -> None:
    if bullet:
        middle = y + style.size * 0.68
        sheet.box(x - _ITEM + 3, middle - 1.6, x - _ITEM + 6.2, middle + 1.6, Ink.ACCENT, 1.6)
    for text, bold in line:
        face = replace(style, face=Face.BOLD, ink=Ink.TEXT) if bold else style
        sheet.text(x, y + style.size, text, face)
        x += face.width(text)


def _nothing(_sheet: Sheet, _y: float) -> None:
    """Room between things."""
