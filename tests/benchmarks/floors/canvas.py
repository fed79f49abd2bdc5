"""The floor of a PDF: the bare ReportLab canvas drawing a title and a ruled table, with the font the program embeds."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = Path(__file__).resolve().parents[3] / "resources" / "fonts" / "Pretendard-Regular.ttf"
HEADS = ("No", "품목", "단위", "수량", "단가", "할인", "금액")
LEFT = (40, 65, 290, 330, 380, 440, 480)
Line = tuple[str, str, Decimal, Decimal, Decimal]


def register() -> None:
    """Once a process, outside of what is measured: the program keeps its fonts too."""
    pdfmetrics.registerFont(TTFont("Floor", str(FONT)))


def draw(lines: list[Line]) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, initialFontName="Floor")
    height = 0
    for number, line in enumerate(lines):
        if height < 60:
            if number:
                canvas.showPage()
            canvas.setFont("Floor", 9)
            height = 800
            _row(canvas, height, HEADS)
            height -= 18
        name, unit, quantity, price, discount = line
        amount = quantity * price * (100 - discount) / 100
        _row(
            canvas,
            height,
            (str(number + 1), name, unit, f"{quantity}", f"{price:,.2f}", f"{discount}%", f"{amount:,.2f}"),
        )
        canvas.line(40, height - 4, 555, height - 4)
        height -= 16
    canvas.save()
    return target.getvalue()


def _row(canvas: Canvas, height: float, cells: tuple[str, ...]) -> None:
    for left, text in zip(LEFT, cells, strict=True):
        canvas.drawString(left, height, text)
