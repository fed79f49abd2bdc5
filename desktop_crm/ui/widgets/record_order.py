"""The rows of a list as they stand in its order: which record is in which row, fetched when it is looked at, kept for a while.

Asking for the order itself, and answering what a table shows, are `record_model`'s.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot

from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.lanes import Job
from desktop_crm.ui.widgets.cells import Cell, Column
from desktop_crm.ui.widgets.record_source import PAGE, HeapHead, Row, Wish, rows_of
from desktop_crm.ui.widgets.row_layout import RowLayout

KEPT_ROWS = 4_000
AHEAD = 120
"""Rows that are fetched beyond those looked at, once these are there."""
WIDEST_FETCH = 400

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()

_PLAIN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_EDITABLE = _PLAIN | Qt.ItemFlag.ItemIsEditable


class OrderModel(QAbstractTableModel):
    """Signals: `failed(error)`; `refreshed()` after rows came or changed in place."""

    failed = Signal(object)
    refreshed = Signal()

    def __init__(self, context: UiContext, wish: Wish, columns: tuple[Column, ...], parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._wish = wish
        self._columns = columns
        self._sides = [side_of(column) for column in columns]
        self._keys: array[int] = array("I")
        self._whole = False
        self._layout = RowLayout(0)
        self._heads: tuple[HeapHead, ...] = ()
        self._rows: OrderedDict[int, Row | None] = OrderedDict()
        self._job: Job | None = None
        self._fetches: dict[range, Job] = {}
        self._missing: set[int] = set()
        self._generation = 0
        self._looked = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._fetch_missing)

    @property
    def wish(self) -> Wish:
        return self._wish

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._columns

    @property
    def total(self) -> int:
        """How many records there are, as far as it is known."""
        return len(self._keys)

    @property
    def whole(self) -> bool:
        """Whether the order of all records is known, not only its beginning."""
        return self._whole

    @property
    def layout_of_rows(self) -> RowLayout:
        return self._layout

    def head_of(self, heap: int) -> HeapHead:
        """The head of a group."""
        return self._heads[heap]

    def row_id(self, row: int) -> str | None:
        found = self._row(row)
        return found.id if found else None

    def record_row(self, row: int) -> Row | None:
        """The row as it was fetched; None for a head, and for one that is not there yet."""
        return self._row(row)

    def cell_at(self, row: int, column: int) -> Cell | None:
        """A cell to be painted; nothing for a head and for a row that is not there yet."""
        found = self._row(row)
        return found.cells[column] if found is not None else None

    def key_at(self, row: int) -> int | None:
        """The row number of the record in a row; None for a head."""
        place = self._layout.place_at(row) if 0 <= row < self._layout.rows else None
        return None if place is None or place >= len(self._keys) else self._keys[place]

    def keys_between(self, first: int, last: int) -> Sequence[int]:
        """The row numbers of all records from one row to another."""
        if not self._layout.grouped:
            return self._keys[first : last + 1]
        return [key for key in map(self.key_at, range(first, last + 1)) if key is not None]

    def place_of(self, row_id: str) -> int | None:
        """The row in which a record stands, if it was fetched."""
        return next((self.row_of_key(key) for key, row in self._rows.items() if row and row.id == row_id), None)

    def row_of_key(self, key: int) -> int | None:
        """The row in which a record stands, by its row number."""
        try:
            return self._layout.row_of(self._keys.index(key))
        except ValueError:
            return None

    def turn(self, heap: int, *, is_open: bool) -> None:
        """Open or close a group."""
        if self._layout.is_open(heap) == is_open:
            return
        first, last = self._layout.span(heap)
        if is_open:
            self.beginInsertRows(ROOT, first, last)
        else:
            self.beginRemoveRows(ROOT, first, last)
        self._layout.turn(heap, is_open=is_open)
        if is_open:
            self.endInsertRows()
        else:
            self.endRemoveRows()
        head = self.index(self._layout.head_row(heap), 0)
        self.dataChanged.emit(head, head)

    def turn_all(self, *, is_open: bool) -> None:
        """Open or close all groups."""
        self.beginResetModel()
        self._layout.turn_all(is_open=is_open)
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else self._layout.rows

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._layout.grouped and self._layout.heap_at(index.row()) is not None:
            return Qt.ItemFlag.ItemIsEnabled
        return _EDITABLE if self._columns[index.column()].editable else _PLAIN

    def _on_failed(self, generation: int, error: BaseException) -> None:
        if generation == self._generation:
            self._drop_jobs()
            self.failed.emit(error)

    def _drop_jobs(self) -> None:
        self._generation += 1
        self._missing.clear()
        for job in (self._job, *self._fetches.values()):
            if job is not None:
                job.cancel()
        self._job = None
        self._fetches.clear()

    # rows

    def _row(self, number: int) -> Row | None:
        place = self._layout.place_at(number)
        if place is None or place >= len(self._keys):
            return None
        key = self._keys[place]
        if key in self._rows:
            return self._rows[key]
        if not any(place in span for span in self._fetches):
            self._missing.add(place)
            if not self._soon.isActive():
                self._soon.start()
        return None

    @Slot()
    def _fetch_missing(self) -> None:
        """Ask for what was looked at and is not there; what was asked for elsewhere and not begun is given up."""
        wanted, self._missing = sorted(self._missing), set()
        wanted = [place for place in wanted if place < len(self._keys)]
        if not wanted:
            return
        self._looked = wanted[0]
        for span, job in list(self._fetches.items()):
            if span.stop < wanted[0] - WIDEST_FETCH or span.start > wanted[-1] + WIDEST_FETCH:
                job.cancel()
                del self._fetches[span]
        for span in _spans(wanted):
            self._fetch(span)

    def _fetch(self, span: range) -> None:
        keys = [key for key in self._keys[span.start : span.stop] if key not in self._rows]
        if not keys:
            return
        work = partial(rows_of, self._context.workspace, self._wish.entity, self._columns, keys)
        done = partial(self._on_rows, self._generation, span, keys)
        self._fetches[span] = self._context.lanes.read(work, done, partial(self._on_failed, self._generation))

    def _on_rows(self, generation: int, span: range, keys: list[int], rows: tuple[Row, ...]) -> None:
        if generation != self._generation or any(column_count(row) != len(self._columns) for row in rows[:1]):
            return
        self._fetches.pop(span, None)
        self._keep(rows)
        for key in set(keys) - {row.key for row in rows}:
            self._rows[key] = None  # gone meanwhile; the change that took it asks for the order again
        self._repaint(span)
        self.refreshed.emit()
        if not self._fetches and not self._missing and len(span) < AHEAD:
            self._fetch(range(span.stop, min(span.stop + AHEAD, len(self._keys))))

    def _keep(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._rows[row.key] = row
            self._rows.move_to_end(row.key)
        while len(self._rows) > KEPT_ROWS:
            self._rows.popitem(last=False)

    def _repaint(self, span: range | None = None) -> None:
        first, last = 0, self._layout.rows - 1
        if span is not None and not self._layout.grouped:
            first, last = span.start, min(span.stop, self._layout.rows) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))


def column_count(row: Row) -> int:
    return len(row.cells)


def _spans(places: list[int]) -> list[range]:
    """Places as few ranges: gaps of a screen are fetched too."""
    found: list[range] = []
    for place in places:
        if found and place - found[-1].stop < PAGE and place - found[-1].start < WIDEST_FETCH:
            found[-1] = range(found[-1].start, place + 1)
        else:
            found.append(range(place, place + 1))
    return found


def side_of(column: Column) -> Qt.AlignmentFlag:
    """Where the text of a column stands."""
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
