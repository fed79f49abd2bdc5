"""The quiet line at the bottom: workspace, saved when, encrypted, last sync."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from desktop_crm.i18n import formats, tr
from desktop_crm.ui.widgets.labels import label

HEIGHT = 26


class StatusLine(QFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "statusline")
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(18)
        self._workspace = label("", "hint", parent=self)
        self._saved = label("", "hint", parent=self)
        self._encrypted = label("", "hint", parent=self)
        self._sync = label("", "hint", parent=self)
        for part in (self._workspace, self._saved, self._encrypted):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._sync)
        self.setAccessibleName(tr("Status"))

    def show_workspace(self, name: str) -> None:
        self._say(self._workspace, tr("Workspace: {name}", name=name) if name else "")
        self._say(self._encrypted, tr("Encrypted") if name else "")

    def show_saved(self, at: datetime) -> None:
        self._say(self._saved, tr("Saved on this laptop {time}", time=formats.time(at, seconds=True)))

    def show_sync(self, text: str) -> None:
        self._say(self._sync, text)

    def text(self) -> str:
        return " · ".join(part.text() for part in self.findChildren(QLabel) if part.text())

    def _say(self, part: QLabel, text: str) -> None:
        part.setText(text)
        part.setAccessibleName(text)
