"""The workspaces of late on the start screen: one line each; press, Enter or Space opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.widgets.buttons import button, tell
from desktop_crm.ui.widgets.labels import ElidedLabel, label

SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """A workspace that was open lately."""

    path: str
    name: str

    @property
    def is_there(self) -> bool:
        return Path(self.path).exists()


class RecentList(QFrame):
    """Signals: `taken(path)`, `restoring_wanted(path)`, `archive_wanted(path)`."""

    taken = Signal(str)
    restoring_wanted = Signal(str)
    archive_wanted = Signal(str)

    def __init__(self, ones: Sequence[Recent], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 10, 10, 10)
        box.setSpacing(2)
        box.addWidget(label(tr("Opened lately"), "label"))
        for one in ones[:SHOWN]:
            row = QHBoxLayout()
            row.setSpacing(8)
            if one.is_there:
                opens = button(one.name, partial(self.taken.emit, one.path), kind="link")
                tell(opens, tr("Open {name}", name=one.name))
                row.addWidget(opens)
            else:
                row.addWidget(label(one.name, "body2"))
            place = one.path if one.is_there else tr("not there any more: {path}", path=one.path)
            row.addWidget(ElidedLabel(place, "hint"), 1)
            restores = button(tr("Restore…"), partial(self.restoring_wanted.emit, one.path), kind="small")
            tell(restores, tr("Restore {name} from a backup", name=one.name))
            if one.is_there:
                keeps = button(tr("Archive…"), partial(self.archive_wanted.emit, one.path), kind="small")
                tell(keeps, tr("Save {name} as an open archive", name=one.name))
                row.addWidget(keeps)
            row.addWidget(restores)
            box.addLayout(row)
