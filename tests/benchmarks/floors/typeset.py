"""The same ruled table as `canvas`, by ready typesetters: typst and WeasyPrint, each with the font the program embeds."""

from __future__ import annotations

import html
import importlib
from collections.abc import Callable
from typing import Any

from tests.benchmarks.floors.canvas import FONT, HEADS, Line
from tests.benchmarks.measure import NotHereError


def _cells(lines: list[Line]) -> list[tuple[str, ...]]:
    return [
        (
            str(number),
            name,
            unit,
            f"{quantity}",
            f"{price:,.2f}",
            f"{discount}%",
            f"{quantity * price * (100 - discount) / 100:,.2f}",
        )
        for number, (name, unit, quantity, price, discount) in enumerate(lines, 1)
    ]


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as absent:
        raise NotHereError(f"{name} (pip install {name})") from absent


def typst() -> Callable[[list[Line]], bytes]:
    """A compiler that is warm: it is made once, with the one font."""
    library = _library("typst")

    def draw(lines: list[Line]) -> bytes:
        rows = "\n".join(", ".join(f'"{cell}"' for cell in row) + "," for row in _cells(lines))
        head = ", ".join(f'"{cell}"' for cell in HEADS)
        source = (
            '#set page(paper: "a4", margin: 40pt)\n#set text(font: "Pretendard", size: 9pt)\n'
            "#table(columns: (25pt, 1fr, 40pt, 40pt, 65pt, 40pt, 80pt), stroke: (bottom: 0.5pt),\n"
            f"table.header({head}),\n{rows})\n"
        )
        return bytes(library.compile(source.encode(), font_paths=[str(FONT.parent)], ignore_system_fonts=True))

    return draw


def weasyprint() -> Callable[[list[Line]], bytes]:
    library = _library("weasyprint")

    def draw(lines: list[Line]) -> bytes:
        rows = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in _cells(lines))
        head = "".join(f"<th>{cell}</th>" for cell in HEADS)
        page = (
            f'<style>@font-face {{font-family: F; src: url("file://{FONT}")}} @page {{size: A4; margin: 40pt}}'
            "body {font: 9pt F} table {width: 100%; border-collapse: collapse} td {border-bottom: 0.5pt solid}</style>"
            f"<table><thead><tr>{head}</tr></thead>{rows}</table>"
        )
        return bytes(library.HTML(string=page).write_pdf())

    return draw
