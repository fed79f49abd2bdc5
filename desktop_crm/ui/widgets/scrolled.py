"""A widget in a scroll area, as panels and dialogs have it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget


def scrolled(content: QWidget, margin: int = 16, name: str = "") -> QScrollArea:
    """A widget in a scroll area without a frame, with a margin inside.

    With a name it takes the keyboard, to be scrolled; a form needs none, its fields are gone through.
    """
    area = QScrollArea()
    area.setAccessibleName(name)
    if not name:
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    holder = QWidget()
    holder.setProperty("role", "clear")
    box = QVBoxLayout(holder)
    box.setContentsMargins(margin, margin - 4, margin, margin)
    box.addWidget(content)
    area.setWidget(holder)
    return area
