"""Backups as lines, each with its day, its size, what kind it is, and a button that takes it. Knows no file and no service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.widgets.buttons import button, tell
from desktop_crm.ui.widgets.labels import clear, label


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupLine:
    """One backup in words. `key` comes back when it is taken; `newer` says what is newer now, empty when unknown."""

    key: str
    when: str
    size: str
    kind: str
    newer: str = ""


class BackupList(QWidget):
    """Signals: `taken(key)`."""

    taken = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(2, 1)

    def show_lines(self, lines: Sequence[BackupLine]) -> None:
        clear(self._grid)
        for place, line in enumerate(lines):
            what = " · ".join(part for part in (line.kind, line.newer) if part)
            self._grid.addWidget(label(line.when, "strong"), place, 0)
            self._grid.addWidget(label(line.size, "hint"), place, 1, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(label(what, "body2", wrap=True), place, 2)
            take = button(tr("Restore"), partial(self.taken.emit, line.key), kind="small")
            take.setObjectName(line.key)
            tell(take, tr("Restore the backup of {when}", when=line.when))
            self._grid.addWidget(take, place, 3)
