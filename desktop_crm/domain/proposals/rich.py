"""The little markup of blocks: headings, lists, tables and bold words, read into parts that a page can draw. Pure.

# heading      ## smaller heading      - item      when | what      **bold**
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_BOLD: Final = re.compile(r"\*\*(.+?)\*\*")


class PartKind(StrEnum):
    HEADING = "heading"
    SMALL_HEADING = "small_heading"
    ITEM = "item"
    ROW = "row"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text, bold or not."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading, an item or a paragraph with its spans; of a row its `cells`."""

    kind: PartKind
    spans: tuple[Span, ...] = ()
    cells: tuple[str, ...] = ()


def parts(text: str) -> tuple[Part, ...]:
    """The parts of a text. Lines that follow each other are one paragraph; an empty line ends it."""
    found: list[Part] = []
    open_lines: list[str] = []

    def close() -> None:
        if open_lines:
            found.append(Part(kind=PartKind.PARAGRAPH, spans=spans(" ".join(open_lines))))
            open_lines.clear()

    for raw in text.splitlines():
        line = raw.strip()
        part = _part(line)
        if part is None:
            open_lines += [line] if line else []
        if part is not None or not line:
            close()
        found += [part] if part is not None else []
    close()
    return tuple(found)


def spans(text: str) -> tuple[Span, ...]:
    """A line cut where bold begins and ends; a lone pair of stars stays as it is."""
    found: list[Span] = []
    for place, piece in enumerate(_BOLD.split(text)):
        if piece:
            found.append(Span(piece, bold=bool(place % 2)))
    return tuple(found)


def _part(line: str) -> Part | None:
    for sign, kind in (("## ", PartKind.SMALL_HEADING), ("# ", PartKind.HEADING), ("- ", PartKind.ITEM)):
        if line.startswith(sign) and line[len(sign) :].strip():
            return Part(kind=kind, spans=spans(line[len(sign) :].strip()))
    inner = line[1:-1] if len(line) > 1 and line[0] == line[-1] == "|" else line
    cells = tuple(cell.strip() for cell in inner.split("|"))
    return Part(kind=PartKind.ROW, cells=cells) if len(cells) > 1 and any(cells) else None
