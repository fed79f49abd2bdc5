"""A lazy table over the rows of one entity: it knows how many there are and fetches only the pages that are looked at."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot

from desktop_crm.foundation.changes import ChangeKind, Changes
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.lanes import Job
from desktop_crm.ui.widgets.cell_delegate import CELL_ROLE, ROW_ID_ROLE
from desktop_crm.ui.widgets.cells import EMPTY, Cell, Column
from desktop_crm.ui.widgets.record_source import PAGE, Row, Slice, Wish, page_of

KEPT_PAGES = 40

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class RecordModel(QAbstractTableModel):
    """Signals: `loaded(total)` after the first page of a wish came; `failed(error)`; `refreshed()` after rows changed in place."""

    loaded = Signal(int)
    failed = Signal(object)
    refreshed = Signal()

    def __init__(self, context: UiContext, wish: Wish, columns: tuple[Column, ...], parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._wish = wish
        self._columns = columns
        self._total = 0
        self._pages: OrderedDict[int, tuple[Row, ...]] = OrderedDict()
        self._asked: dict[int, Job] = {}
        self._generation = 0
        self._targets = {column.target for column in columns if column.target}
        context.hub.changed.connect(self._on_changed)

    @property
    def wish(self) -> Wish:
        return self._wish

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._columns

    @property
    def total(self) -> int:
        return self._total

    def ask(self, wish: Wish | None = None) -> None:
        """Query again; the rows on screen stay until the answer is here."""
        self._wish = wish or self._wish
        self._generation += 1
        for job in self._asked.values():
            job.cancel()
        self._asked.clear()
        self._fetch(0, restart=True)

    def row_id(self, row: int) -> str | None:
        found = self._row(row)
        return found.id if found else None

    def place_of(self, row_id: str) -> int | None:
        """Where a row stands, if it is on a page that was fetched."""
        for first, rows in self._pages.items():
            for offset, row in enumerate(rows):
                if row.id == row_id:
                    return first + offset
        return None

    # Qt's questions

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(self._columns[index.column()])
        if role not in {
            CELL_ROLE,
            ROW_ID_ROLE,
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        }:
            return None
        row = self._row(index.row())
        if role == ROW_ID_ROLE:
            return row.id if row else None
        cell = row.cells[index.column()] if row else EMPTY
        return _answer(cell, self._columns[index.column()], role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return self._columns[section].label
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(self._columns[section])
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(self._columns) and self._columns[column].sortable:
            wish = self._wish
            self.ask(
                Wish(
                    entity=wish.entity,
                    text=wish.text,
                    filters=wish.filters,
                    sort=self._columns[column].name,
                    descending=order is Qt.SortOrder.DescendingOrder,
                )
            )

    # pages

    def _row(self, place: int) -> Row | None:
        first = place - place % PAGE
        rows = self._pages.get(first)
        if rows is None:
            self._fetch(first)
            return None
        offset = place - first
        return rows[offset] if offset < len(rows) else None

    def _fetch(self, first: int, *, restart: bool = False) -> None:
        if first in self._asked:
            return
        work = partial(page_of, self._context.workspace, self._wish, self._columns, first)
        done = partial(self._on_page, self._generation, restart)
        self._asked[first] = self._context.lanes.read(work, done, partial(self._on_failed, self._generation))

    def _on_page(self, generation: int, restart: bool, page: Slice) -> None:
        if generation != self._generation:
            return
        self._asked.pop(page.first, None)
        if restart and (page.total != self._total or not self._pages):
            self.beginResetModel()
            self._pages.clear()
            self._total = page.total
            self._keep(page)
            self.endResetModel()
        else:
            if restart:
                self._pages.clear()
            self._keep(page)
            self._repaint(page.first if not restart else 0, page.first + len(page.rows) if not restart else self._total)
        if restart:
            self.loaded.emit(self._total)
        else:
            self.refreshed.emit()

    def _on_failed(self, generation: int, error: BaseException) -> None:
        if generation == self._generation:
            self._asked.clear()
            self.failed.emit(error)

    def _keep(self, page: Slice) -> None:
        self._pages[page.first] = page.rows
        self._pages.move_to_end(page.first)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)

    def _repaint(self, first: int, end: int) -> None:
        if end > first:
            self.dataChanged.emit(self.index(first, 0), self.index(end - 1, len(self._columns) - 1))

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        entity = self._wish.entity
        if changes.touches(entity):
            mine = [item for item in changes.items if item.entity == entity]
            shown = {self._wish.sort, *(name for name, _ in self._wish.filters)}
            kept_in_place = (
                all(item.kind is ChangeKind.UPDATED and not item.fields & shown for item in mine)
                and not self._wish.text
            )
            if not kept_in_place:
                self.ask()
                return
            self._look_again({item.row_id for item in mine})
        elif self._targets and changes.touches(*self._targets):
            self._look_again(None)

    def _look_again(self, ids: set[Any] | None) -> None:
        """Fetch the pages again that hold these rows (all that are kept, when None)."""
        for first, rows in list(self._pages.items()):
            if ids is None or any(row.id in ids for row in rows):
                self._asked.pop(first, None)
                self._fetch(first)


def _answer(cell: Cell, column: Column, role: int) -> Any:
    if role == CELL_ROLE:
        return cell
    if role == Qt.ItemDataRole.ToolTipRole:
        return cell.exact or (cell.text if len(cell.text) > 14 else None)
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return f"{column.label}: {cell.exact or cell.text}"
    return cell.text


def _side(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
