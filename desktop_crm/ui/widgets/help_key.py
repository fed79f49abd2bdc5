"""F1 in a dialog: its own page of the help, which the window far above it shows. No page of the help is known here but by its key."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

HELP = "help"
"""The property of a dialog that holds the key of its page."""


def explained_by(dialog: QDialog, topic: str) -> None:
    """F1 in the dialog opens that page."""
    dialog.setProperty(HELP, topic)
    QShortcut(QKeySequence("F1"), dialog).activated.connect(partial(_show, dialog))


def _show(dialog: QDialog) -> None:
    above: QWidget | None = dialog.parentWidget()
    while above is not None:
        show = getattr(getattr(above, "frame", above), "show_help", None)  # a window shows it in its frame
        if show is not None:
            show(str(dialog.property(HELP)), dialog)
            return
        above = above.parentWidget()
