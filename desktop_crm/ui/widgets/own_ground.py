"""A list that paints its own ground, so that nothing beneath it is painted with each of its rows.

Qt composes what is not opaque with everything below it, the window included: a list of rows was painted twice where both it and
its window had changed.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView

from desktop_crm.ui.theme import current


def own_ground(view: QAbstractItemView) -> None:
    """Say that the view paints every pixel of its rows' area; its `paintEvent` begins with `paint_ground`."""
    view.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)


def paint_ground(view: QAbstractItemView, event: QPaintEvent) -> None:
    """The colour that lists stand on."""
    painter = QPainter(view.viewport())
    painter.fillRect(event.rect(), QColor(current().surface))
    painter.end()
