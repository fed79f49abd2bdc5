"""A small window to choose the columns of a list and their order. Space ticks, Alt with an arrow moves, dragging moves too.

Signals: `decided(names)` at every change; `reset()` for the columns that the list proposes.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.i18n import tr
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.cells import Column
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label

WIDTH, HEIGHT = 280, 420
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class _Ticks(QListWidget):
    moved = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)
            return
        here = self.currentRow()
        there = here + step
        if 0 <= there < self.count():
            item = self.takeItem(here)
            self.insertItem(there, item)
            self.setCurrentRow(there)
            self.moved.emit()


class ColumnsPopup(QDialog):
    decided = Signal(object)
    reset = Signal()

    def __init__(self, columns: Sequence[Column], shown: Sequence[str], fixed: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        explained_by(self, "lists")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "popup")
        self.setAccessibleName(tr("Columns"))
        self.list = _Ticks()
        self.list.setAccessibleName(tr("Columns"))
        self.list.setProperty("role", "ticks")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        known = {column.name: column for column in columns}
        for name in [*(name for name in shown if name in known), *(name for name in known if name not in shown)]:
            item = QListWidgetItem(known[name].label)
            item.setData(Qt.ItemDataRole.UserRole, name)
            ticks = Qt.ItemFlag.NoItemFlags if name == fixed else Qt.ItemFlag.ItemIsUserCheckable
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled | ticks
            )
            item.setCheckState(Qt.CheckState.Checked if name in shown else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 10, 10, 10)
        box.setSpacing(6)
        box.addWidget(label(tr("Columns"), "section"))
        box.addWidget(self.list, 1)
        box.addWidget(label(tr("Drag, or Alt with an arrow, to move one"), "hint"))
        foot = QHBoxLayout()
        foot.addWidget(button(tr("As proposed"), self._on_reset, kind="quiet"))
        foot.addStretch(1)
        foot.addWidget(button(tr("Done"), self.accept))
        box.addLayout(foot)
        self.setFixedSize(WIDTH, HEIGHT)
        self.list.itemChanged.connect(self._tell)
        self.list.moved.connect(self._tell)
        self.list.model().rowsMoved.connect(self._tell)
        self.list.setCurrentRow(0)

    def names(self) -> tuple[str, ...]:
        """The ticked columns in their order."""
        items = [self.list.item(place) for place in range(self.list.count())]
        return tuple(i.data(Qt.ItemDataRole.UserRole) for i in items if i.checkState() is Qt.CheckState.Checked)

    def pop_up(self, below: QWidget) -> None:
        at = below.mapToGlobal(QPoint(below.width() - WIDTH, below.height() + 4))
        screen = QGuiApplication.screenAt(at) or self.screen()
        self.move(max(at.x(), screen.availableGeometry().left() + 8), at.y())
        self.show()
        self.list.setFocus()

    def _tell(self, *_what: object) -> None:
        self.decided.emit(self.names())

    def _on_reset(self) -> None:
        self.reset.emit()
        self.accept()
