"""Whether what was done to one of a series is for that one, for those after it too, or for all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction, QCursor
from PySide6.QtWidgets import QMenu, QWidget

from desktop_crm.i18n import tr
from desktop_crm.services.agenda import Span


def ask_span(parent: QWidget, chosen: Callable[[Span], object], left: Callable[[], object]) -> QMenu:
    """A menu at the mouse; `left` is called when none was chosen, so that what was dragged stands where it was."""
    menu = QMenu(parent)
    menu.setObjectName("span")
    words = {
        Span.ONE: tr("This one only"),
        Span.FOLLOWING: tr("This one and those after it"),
        Span.ALL: tr("All of the series"),
    }
    for span, text in words.items():
        menu.addAction(text).setData(span)
    menu.triggered.connect(partial(_on_chosen, chosen))
    menu.aboutToHide.connect(partial(_on_left, left))
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(QCursor.pos())
    return menu


def _on_chosen(chosen: Callable[[Span], object], action: QAction) -> None:
    chosen(Span(action.data()))


def _on_left(left: Callable[[], object]) -> None:
    left()
