"""A lazy table over the rows of one entity: it holds the whole order by row numbers and fetches only rows that are looked at.

A wish is answered twice: first the rows that an index holds ready, then the order of all. Nothing here waits or writes.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from desktop_crm.domain.lists.query import Sort
from desktop_crm.foundation.changes import ChangeKind, Changes
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.cell_delegate import CELL_ROLE, ROW_ID_ROLE
from desktop_crm.ui.widgets.cells import EMPTY, Cell, Column
from desktop_crm.ui.widgets.record_order import ROOT, Index, OrderModel, side_of
from desktop_crm.ui.widgets.record_source import PAGE, HeapHead, Listing, Row, Wish, glance_of, listing_of, rows_of
from desktop_crm.ui.widgets.row_layout import RowLayout

PAINT_MS = 12
"""Room for one paint."""
HEAP_ROLE = int(Qt.ItemDataRole.UserRole) + 3
"""The head of a group, where a row is one."""
OPEN_ROLE = int(Qt.ItemDataRole.UserRole) + 4

_ANSWERED = frozenset(
    {
        CELL_ROLE,
        ROW_ID_ROLE,
        HEAP_ROLE,
        OPEN_ROLE,
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.ToolTipRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
    }
)


class RecordModel(OrderModel):
    """Signals: `begun()` when first rows are there; `loaded(total)` when the order of a wish is whole; `failed(error)`;
    `refreshed()` after rows came or changed in place.
    """

    begun = Signal()
    loaded = Signal(int)

    def __init__(self, context: UiContext, wish: Wish, columns: tuple[Column, ...], parent: QObject) -> None:
        super().__init__(context, wish, columns, parent)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PAINT_MS)
        self._later.timeout.connect(self._order)
        context.hub.changed.connect(self._on_changed)

    def ask(self, wish: Wish | None = None) -> None:
        """Query again; the rows on screen stay until the answer is here."""
        again = wish is None or wish == self._wish
        self._wish = wish or self._wish
        self._drop_jobs()
        self._later.stop()
        if again and self._whole:
            self._order()
        else:
            work = partial(glance_of, self._context.workspace, self._wish, self._columns)
            self._job = self._context.lanes.read(
                work, partial(self._on_glance, self._generation), partial(self._on_failed, self._generation)
            )

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        """Show other columns; rows are drawn anew."""
        self.beginResetModel()
        self._columns = columns
        self._sides = [side_of(column) for column in columns]
        self._rows.clear()
        self.endResetModel()

    # Qt's questions

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._sides[index.column()] if index.isValid() else None
        if role not in _ANSWERED or not index.isValid():
            return None
        number, column = index.row(), index.column()
        heap = self._layout.heap_at(number)
        if heap is not None:
            return self._head_answer(heap, column, role)
        if role in {HEAP_ROLE, OPEN_ROLE}:
            return None
        row = self._row(number)
        if role == ROW_ID_ROLE:
            return row.id if row else None
        cell = row.cells[column] if row else EMPTY
        return cell if role == CELL_ROLE else _answer(cell, self._columns[column], role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return self._columns[section].label + self._rank(self._columns[section].name)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return side_of(self._columns[section])
        return None

    def _rank(self, name: str) -> str:
        """A mark for the further keys of an order; the first has the arrow of the head."""
        then = [one.field for one in self._wish.then]
        if name not in then:
            return ""
        place = then.index(name)
        return f" {'↓' if self._wish.then[place].descending else '↑'}{place + 2}"

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(self._columns) and self._columns[column].sortable:
            self.sort_by((Sort(field=self._columns[column].name, descending=order is Qt.SortOrder.DescendingOrder),))

    def sort_by(self, keys: tuple[Sort, ...]) -> None:
        """Sort by several keys, the first one before the others."""
        first = keys[0] if keys else Sort(field="")
        self.ask(replace(self._wish, sort=first.field, descending=first.descending, then=keys[1:]))

    def _head_answer(self, heap: int, column: int, role: int) -> Any:
        if role == HEAP_ROLE:
            return self._heads[heap]
        if role == OPEN_ROLE:
            return self._layout.is_open(heap)
        head = self._heads[heap]
        if column == 0 and role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return f"{head.text} ({head.count})" + (f" {head.sums}" if head.sums else "")
        return EMPTY if role == CELL_ROLE else None

    # answers

    def _on_glance(self, generation: int, rows: tuple[Row, ...] | None) -> None:
        if generation != self._generation:
            return
        self._job = None
        if rows is None:
            self._order()
            return
        keys = array("I", [row.key for row in rows])
        self._whole = len(rows) < PAGE
        self._show(keys, (), rows)
        self.begun.emit()
        if self._whole:
            self.loaded.emit(len(keys))
        else:
            self._later.start()  # the first rows are painted before all others are put in order

    def _order(self) -> None:
        window = (max(self._looked - PAGE // 4, 0), PAGE) if self._whole else (0, PAGE)
        work = partial(listing_of, self._context.workspace, self._wish, self._columns, *window)
        self._job = self._context.lanes.read(
            work, partial(self._on_order, self._generation), partial(self._on_failed, self._generation)
        )

    def _on_order(self, generation: int, found: Listing) -> None:
        if generation != self._generation:
            return
        self._job = None
        begun, self._whole = not self._whole, True
        if begun and not found.heaps and found.keys[: len(self._keys)] == self._keys and len(self._keys):
            self._keep(found.rows)
            if len(found.keys) > len(self._keys):
                self.beginInsertRows(ROOT, len(self._keys), len(found.keys) - 1)
                self._keys, self._layout = found.keys, RowLayout(len(found.keys))
                self.endInsertRows()
        else:
            self._show(found.keys, found.heaps, found.rows)
        self.begun.emit()
        self.loaded.emit(len(self._keys))

    def _show(self, keys: array[int], heads: tuple[HeapHead, ...], rows: Iterable[Row]) -> None:
        """Take an order; a table that shows the same rows in the same places keeps its selection."""
        self._rows.clear()
        self._keep(rows)
        same = keys == self._keys and [head.count for head in heads] == [head.count for head in self._heads]
        if same and len(keys):
            self._heads = heads
            self._repaint()
            return
        closed = {head.text for n, head in enumerate(self._heads) if not self._layout.is_open(n)}
        self.beginResetModel()
        self._keys, self._heads = keys, heads
        self._layout = RowLayout(len(keys), [head.count for head in heads])
        for place, head in enumerate(heads):
            if head.text in closed:
                self._layout.turn(place, is_open=False)
        self.endResetModel()

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        entity = self._wish.entity
        if changes.touches(entity):
            mine = [item for item in changes.items if item.entity == entity]
            decisive = self._wish.looks_at
            in_place = all(item.kind is ChangeKind.UPDATED and not item.fields & decisive for item in mine)
            if not in_place or self._wish.text or not self._whole:
                self.ask()
            else:
                self._look_again({item.row_id for item in mine})
        elif changes.touches(*(self._targets() or {""})):
            self._look_again(None)

    def _targets(self) -> set[str]:
        return {column.target for column in self._columns if column.target}

    def _look_again(self, ids: set[Any] | None) -> None:
        """Fetch rows again that are shown or were (all that are kept, when None); the old ones stay until then."""
        keys = [key for key, row in self._rows.items() if row and (ids is None or row.id in ids)]
        if keys:
            work = partial(rows_of, self._context.workspace, self._wish.entity, self._columns, keys)
            done = partial(self._on_rows, self._generation, range(self.total), keys)
            self._context.lanes.read(work, done, partial(self._on_failed, self._generation))


def _answer(cell: Cell, column: Column, role: int) -> Any:
    if role == Qt.ItemDataRole.ToolTipRole:
        return cell.exact or (cell.text if len(cell.text) > 14 else None)
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return f"{column.label}: {cell.exact or cell.text}"
    return cell.text
