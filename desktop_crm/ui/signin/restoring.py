"""The start screen's list of backups of one workspace, with what happened to it when it could not be opened."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.safety_words import backup_kind
from desktop_crm.ui.runtime.lanes import Lanes
from desktop_crm.ui.widgets.backup_list import BackupLine, BackupList
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import label

SHOWN = 6


class RestoreForm(QFrame):
    """Signals: `taken(path of the backup)`, `file_wanted()` for one that lies elsewhere, `left()`."""

    taken = Signal(str)
    file_wanted = Signal()
    left = Signal()

    def __init__(self, lanes: Lanes, workspace: Path, title: str = "", text: str = "") -> None:
        super().__init__()
        self.setProperty("role", "card")
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 18)
        box.setSpacing(8)
        box.addWidget(label(title or tr("Restore {file}", file=workspace.name), "section", wrap=True))
        if text:
            box.addWidget(label(text, "body2", wrap=True))
        kept = tr("The file as it is now is set aside first; nothing is overwritten.")
        box.addWidget(label(kept, "body2", wrap=True))
        self.list = BackupList()
        self.list.taken.connect(self.taken)
        box.addWidget(self.list)
        self.empty = label(tr("There are no backups beside this workspace."), "hint", wrap=True)
        self.empty.hide()
        box.addWidget(self.empty)
        box.addSpacing(4)
        row = QHBoxLayout()
        row.addWidget(button(tr("Back"), self.left.emit))
        row.addStretch(1)
        row.addWidget(button(tr("Choose a backup file…"), self.file_wanted.emit, icon_name="folder"))
        box.addLayout(row)
        box.addStretch(1)
        lanes.read(partial(backup_lines, workspace), self.show_lines)

    def show_lines(self, lines: tuple[BackupLine, ...]) -> None:
        self.list.show_lines(lines)
        self.list.setVisible(bool(lines))
        self.empty.setVisible(not lines)

    def begin(self) -> None:
        """Take the keyboard."""
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def backup_lines(workspace: Path) -> tuple[BackupLine, ...]:
    """The newest backups in words; runs on the read lane."""
    from desktop_crm.services.safety import backups

    return tuple(
        BackupLine(
            key=str(one.path),
            when=formats.datetime(one.at),
            size=formats.file_size(one.size),
            kind=backup_kind(one.kind.value),
        )
        for one in backups.backups_of(workspace)[:SHOWN]
    )
