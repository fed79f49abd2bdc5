"""Labels in the few sizes of type the design has, and the small joints of layouts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

Type = Literal[
    "body",
    "body2",
    "strong",
    "hint",
    "label",
    "section",
    "title",
    "figure",
    "error",
    "less",
    "crumb",
    "brand",
    "keycap",
]


def label(text: str, type: Type = "body", *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """A label in one of the design's types; plain text only."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("type", type)
    made.setWordWrap(wrap)
    return made


class ElidedLabel(QLabel):
    """A one-line label that shortens its text with "…" where room is scarce, and tells the whole in its tool tip."""

    def __init__(self, text: str = "", type: Type = "body", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("type", type)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""
        self.set_text(text)

    def set_text(self, text: str) -> None:
        self._whole = text
        self.setAccessibleName(text)
        self._fit()

    def whole(self) -> str:
        return self._whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        short = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width() - 2, 24))
        self.setText(short)
        self.setToolTip(self._whole if short != self._whole else "")


def rule(*, vertical: bool = False, parent: QWidget | None = None) -> QFrame:
    """A line between things."""
    line = QFrame(parent)
    line.setProperty("role", "wall" if vertical else "rule")
    return line


def tight(layout: QLayout, margin: int = 0, spacing: int = 8) -> QLayout:
    """Set margins and spacing of a layout in one word."""
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
    return layout


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)


def fill(box: QVBoxLayout, rows: Sequence[QWidget], nothing: str = "") -> None:
    """Show these rows with a line between each two; where there is none, the words for that."""
    clear(box)
    for place, row in enumerate(rows):
        if place:
            box.addWidget(rule())
        box.addWidget(row)
    if not rows and nothing:
        box.addWidget(label(nothing, "hint"))


def restyle(widget: QWidget) -> None:
    """Look up the style again after a property changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
