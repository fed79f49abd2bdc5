"""A list of all shortcuts, made from the rows of actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.shell.rows import ActionRow
from desktop_crm.ui.widgets.buttons import primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label


class ShortcutsDialog(QDialog):
    def __init__(self, rows: tuple[ActionRow, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "keyboard")
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box = QVBoxLayout(self)
        box.setContentsMargins(22, 18, 22, 18)
        box.setSpacing(12)
        box.addWidget(label(tr("Keyboard shortcuts"), "section"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(7)
        common = (
            (tr("New record in a list"), "Ctrl+N"),
            (tr("Search in a list"), "Ctrl+F"),
            (tr("Save a long text, make a new record"), "Ctrl+Return"),
            (tr("Open the calendar"), "Alt+Down"),
        )
        lines = [*((row.text, row.shortcut) for row in rows), *common]
        half = (len(lines) + 1) // 2
        for place, (text, keys) in enumerate(lines):
            shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            column = 3 * (place // half)
            grid.addWidget(label(text), place % half, column)
            grid.addWidget(label(shown, "keycap"), place % half, column + 1, Qt.AlignmentFlag.AlignRight)
        grid.setColumnMinimumWidth(2, 24)
        box.addLayout(grid)
        close = primary(tr("Close"), self.accept)
        box.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        close.setFocus()
