"""The keyboard and the selection of a table of records: moving, opening, finding by letters, beginning edits, all that match.

Columns and order are `record_table`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QElapsedTimer, QItemSelection, QItemSelectionModel, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QInputMethodEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.cells import Column
from desktop_crm.ui.widgets.plain_table import PlainTable
from desktop_crm.ui.widgets.record_editing import EditingDelegate
from desktop_crm.ui.widgets.record_model import RecordModel
from desktop_crm.ui.widgets.record_source import Wish, place_of_text

PAUSE_MS = 120
"""The selection is told once it stands still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The selection of a list: so many rows. `keys` are their row numbers; with `all_but`, of those that are not chosen."""

    count: int
    keys: Sequence[int] = ()
    all_but: bool = False


class KeyTable(PlainTable):
    """Signals: `picked(row_id)` when another row is current; `opened(row_id)` on Enter; `chosen()` when the selection has changed
    and stands still; `menu_wanted(point)`, `deletion_wanted()`, `copied()` for what its owner does.
    """

    picked = Signal(str)
    opened = Signal(str)
    chosen = Signal()
    menu_wanted = Signal(QPoint)
    deletion_wanted = Signal()
    copied = Signal()

    def __init__(
        self, context: UiContext, wish: Wish, columns: tuple[Column, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._all = False
        self._typed = ""
        self._typing = QElapsedTimer()
        self._find = context.lanes.slot()
        self.records = RecordModel(context, wish, columns, self)
        self.setModel(self.records)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.delegate = EditingDelegate(context, wish.entity, self.records, self)
        self.setItemDelegate(self.delegate)
        self._resting = self.timer(PAUSE_MS, self.chosen.emit)
        self.records.modelReset.connect(self._resting.start)
        self.selectionModel().selectionChanged.connect(self._on_selection)

    def timer(self, pause: int, then: Callable[[], object]) -> QTimer:
        """A timer that runs once each time it is started."""
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(pause)
        made.timeout.connect(then)
        return made

    def current_id(self) -> str | None:
        index = self.currentIndex()
        return self.records.row_id(index.row()) if index.isValid() else None

    def selection_now(self) -> Chosen:
        """What is chosen at this moment."""
        model = self.records
        if self._all and model.whole:
            return Chosen(count=model.total, all_but=True)
        picked = self.selectionModel().selection()
        spans = sorted((picked.at(i).top(), picked.at(i).bottom()) for i in range(picked.count()))
        merged: list[tuple[int, int]] = []
        for top, bottom in spans:
            if merged and top <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(bottom, merged[-1][1]))
            else:
                merged.append((top, bottom))
        count = sum(bottom - top + 1 for top, bottom in merged)
        if model.whole and not model.layout_of_rows.grouped and count > model.total // 2:
            ends = [-1, *(end for span in merged for end in span), model.total]
            gaps = [(ends[i] + 1, ends[i + 1] - 1) for i in range(0, len(ends), 2)]
            left = [key for first, last in gaps for key in model.keys_between(first, last)]
            return Chosen(count=model.total - len(left), keys=left, all_but=True)
        keys = [key for top, bottom in merged for key in model.keys_between(top, bottom)]
        return Chosen(count=len(keys), keys=keys)

    def selectAll(self) -> None:
        super().selectAll()
        self._all = True
        self._resting.start()

    # keyboard and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._head_key(event.key()):
            return
        plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
        if plain and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            row_id = self.current_id()
            if row_id:
                self.opened.emit(row_id)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif plain and event.key() == Qt.Key.Key_Delete:
            self.deletion_wanted.emit()
        elif event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self._go_to_end(event)
        elif self._begins_edit(event):
            self._edit_with(event.text())
        else:
            super().keyPressEvent(event)

    def _head_key(self, key: int) -> bool:
        """Keys on the head of a group: Right and Left open and close, Space and Enter turn it."""
        row = self.currentIndex().row()
        heap = self.records.layout_of_rows.heap_at(row) if row >= 0 else None
        turns = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if heap is None or key not in {Qt.Key.Key_Left, Qt.Key.Key_Right, *turns}:
            return False
        is_open = not self.records.layout_of_rows.is_open(heap) if key in turns else key == Qt.Key.Key_Right
        self.records.turn(heap, is_open=is_open)
        return True

    def _go_to_end(self, event: QKeyEvent) -> None:
        last = self.records.rowCount() - 1
        if last < 0:
            return
        row = 0 if event.key() == Qt.Key.Key_Home else last
        index = self.records.index(row, max(self.currentIndex().column(), 0))
        flags = QItemSelectionModel.SelectionFlag
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            here = max(self.currentIndex().row(), 0)
            span = QItemSelection(self.records.index(min(here, row), 0), self.records.index(max(here, row), 0))
            self.selectionModel().select(span, flags.ClearAndSelect | flags.Rows)
            self.selectionModel().setCurrentIndex(index, flags.NoUpdate)
        else:
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def _begins_edit(self, event: QKeyEvent) -> bool:
        """Typing into a cell begins its edit; on the title it finds the row whose title begins so."""
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        return not held and event.text().isprintable() and event.text().strip() != "" and self._types_into_cell()

    def _types_into_cell(self) -> bool:
        index = self.currentIndex()
        if not index.isValid() or not index.flags() & Qt.ItemFlag.ItemIsEditable:
            return False
        return self.records.columns[index.column()].name != REGISTRY[self.records.wish.entity].title

    def _edit_with(self, text: str) -> None:
        self.edit(self.currentIndex())
        line = self.delegate.line()
        if line is not None:
            line.clear()
            line.insert(text)
            line.textEdited.emit(text)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Hangul comes this way: it begins an edit, or finds a row once a syllable is whole."""
        if self._types_into_cell() and (event.preeditString() or event.commitString()):
            self._edit_with("")
            line = self.delegate.line()
            if line is not None:
                QApplication.sendEvent(line, event)
        elif event.commitString():
            self.keyboardSearch(event.commitString())
        event.accept()

    def keyboardSearch(self, search: str) -> None:
        """Letters typed one after another find the first row whose title begins with them."""
        if self._typing.isValid() and self._typing.elapsed() > QApplication.keyboardInputInterval() * 2:
            self._typed = ""
        self._typing.start()
        self._typed += search
        work = partial(place_of_text, self._context.workspace, self.records.wish, self._typed)
        self._find.read(work, self._go_to_key)

    def _go_to_key(self, key: int | None) -> None:
        row = None if key is None else self.records.row_of_key(key)
        if row is not None:
            self.make_current(row)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        where = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            where = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())
        self.menu_wanted.emit(where)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        heap = self.records.layout_of_rows.heap_at(index.row()) if index.isValid() else None
        if heap is not None and event.button() is Qt.MouseButton.LeftButton:
            self.records.turn(heap, is_open=not self.records.layout_of_rows.is_open(heap))
        super().mousePressEvent(event)

    def make_current(self, row: int) -> None:
        """Make a row current and the only one chosen, in the column that was current."""
        column = self.currentIndex().column() if self.currentIndex().isValid() else self._first_column()
        index = self.records.index(row, column)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def _first_column(self) -> int:
        return max(self.horizontalHeader().logicalIndex(0), 0)

    def _on_selection(self, *_changes: object) -> None:
        self._all = False
        self._resting.start()
