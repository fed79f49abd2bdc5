"""The outline of a proposal: its blocks in order, dragged or moved by Alt+arrows, removed by Del.

Signals: `chosen(block_id)`, `moved(block_id, place)`, `removal_wanted(block_id)`, `added(kind)`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QMenu, QVBoxLayout, QWidget

from desktop_crm.domain.schema.options import BlockKind
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import label

if TYPE_CHECKING:
    from desktop_crm.services.proposals import OpenProposal

ROW = 32
_ID = Qt.ItemDataRole.UserRole
ADDED = tuple(kind for kind in BlockKind if kind is not BlockKind.CONTENT)


class BlockList(QListWidget):
    """Signals: `dropped(block_id, place)`, `stepped(step)`, `removed()`."""

    dropped = Signal(str, int)
    stepped = Signal(int)
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setAccessibleName(tr("Outline"))
        self.model().rowsMoved.connect(self._on_moved)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.stepped.emit(step)
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def _on_moved(self, _from: QModelIndex, start: int, _end: int, _to: QModelIndex, row: int) -> None:
        place = row - 1 if row > start else row
        item = self.item(place)
        if item is not None:
            self.dropped.emit(str(item.data(_ID)), place)


class Outline(QWidget):
    chosen = Signal(str)
    moved = Signal(str, int)
    removal_wanted = Signal(str)
    added = Signal(str)
    pieces_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = BlockList()
        self.add = button(tr("Add a block"), icon_name="plus", kind="small")
        menu = QMenu(self)
        for kind in ADDED:
            menu.addAction(option_label("block_kind", kind.value), partial(self.added.emit, kind.value))
        menu.addSeparator()
        menu.addAction(tr("From the library…"), self.pieces_wanted.emit)
        self.add.setMenu(menu)
        self.hint = label(tr("Drag or Alt+↑↓ moves · Del removes"), "hint", wrap=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 12, 8, 12)
        box.setSpacing(8)
        box.addWidget(label(tr("Outline"), "section"))
        box.addWidget(self.list, 1)
        box.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self.hint)
        self.list.currentItemChanged.connect(self._on_current)
        self.list.dropped.connect(self.moved)
        self.list.stepped.connect(self._on_step)
        self.list.removed.connect(self._on_removed)

    def current(self) -> str:
        """The block that is chosen; empty where there is none."""
        item = self.list.currentItem()
        return str(item.data(_ID)) if item is not None else ""

    def choose(self, block_id: str) -> None:
        """Choose a block."""
        for row in range(self.list.count()):
            if self.list.item(row).data(_ID) == block_id:
                self.list.setCurrentRow(row)

    def show_blocks(self, found: OpenProposal, editable: bool) -> None:
        """Show the blocks; the chosen one stays chosen. One that lacks something carries a mark."""
        lacking = {one.block_id for one in found.missing}
        current = self.current()
        self.list.blockSignals(True)
        self.list.clear()
        for place, block in enumerate(found.said.blocks, 1):
            item = QListWidgetItem(f"{place}  {block.title}" + ("  ⚠" if block.id in lacking else ""))
            item.setData(_ID, block.id)
            item.setSizeHint(QSize(0, ROW))
            item.setToolTip(option_label("block_kind", block.kind.value))
            self.list.addItem(item)
        known = {block.id for block in found.said.blocks}
        self.choose(current if current in known else next(iter(block.id for block in found.said.blocks), ""))
        self.list.blockSignals(False)
        self.list.setDragEnabled(editable)
        self.add.setEnabled(editable)

    def _on_current(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(str(item.data(_ID)))

    def _on_step(self, step: int) -> None:
        place = self.list.currentRow() + step
        if self.current() and 0 <= place < self.list.count():
            self.moved.emit(self.current(), place)

    def _on_removed(self) -> None:
        if self.current():
            self.removal_wanted.emit(self.current())
