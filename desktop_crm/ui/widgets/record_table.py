"""The table of records: sorts, filters, remembers its columns, opens a row on Enter or double click."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme.tokens import ROW_HEIGHT
from desktop_crm.ui.widgets.cell_delegate import ROW_ID_ROLE
from desktop_crm.ui.widgets.cells import ELASTIC, Column
from desktop_crm.ui.widgets.plain_table import PlainTable
from desktop_crm.ui.widgets.record_model import RecordModel
from desktop_crm.ui.widgets.record_source import Wish

__all__ = ["PlainTable", "RecordTable"]

NARROWEST_TITLE = 200
WIDEST_TITLE = 260
"""Beyond this, spare room is shared."""
SETTLE_MS = 400
"""Columns are stored once they stand still."""


class RecordTable(PlainTable):
    """Signals: `picked(row_id)` when another row is current; `opened(row_id)` on Enter or double click.

    `name` is under which name widths, order and hidden columns are remembered.
    """

    picked = Signal(str)
    opened = Signal(str)

    def __init__(
        self, context: UiContext, wish: Wish, columns: tuple[Column, ...], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._name = f"table.{name}"
        self._wanted: str | None = None
        self.records = RecordModel(context, wish, columns, self)
        self.setModel(self.records)
        self.setSortingEnabled(False)
        head = self.horizontalHeader()
        head.setSectionsMovable(True)
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(True)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        for place, column in enumerate(columns):
            self.setColumnWidth(place, column.width)
        self._fitted = not self._restore(columns)
        self._saving = QTimer(self)
        self._saving.setSingleShot(True)
        self._saving.setInterval(SETTLE_MS)
        self._saving.timeout.connect(self.remember)
        self._show_order(wish)
        head.sectionClicked.connect(self._on_head_clicked)
        head.sectionResized.connect(self._remember)
        head.sectionMoved.connect(self._remember)
        head.customContextMenuRequested.connect(self.choose_columns)
        self.records.loaded.connect(self._on_loaded)
        self.records.refreshed.connect(self._take_wanted)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.doubleClicked.connect(self._on_double_click)

    def current_id(self) -> str | None:
        index = self.currentIndex()
        return self.records.row_id(index.row()) if index.isValid() else None

    def select_id(self, row_id: str) -> None:
        """Make a row current when it is on screen, or as soon as it is fetched."""
        self._wanted = row_id
        self._take_wanted()

    def ask(self, wish: Wish) -> None:
        self._wanted = self.current_id() or self._wanted
        self.records.ask(wish)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            row_id = self.current_id()
            if row_id:
                self.opened.emit(row_id)
                return
        super().keyPressEvent(event)

    def choose_columns(self, at: QPoint | None = None) -> None:
        """A menu with all columns, to show or hide."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for place, column in enumerate(self.records.columns):
            action = QAction(column.label, menu)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(place))
            action.setEnabled(place != 0)
            action.toggled.connect(_Shower(self, place))
            menu.addAction(action)
        where = self.horizontalHeader().mapToGlobal(at or QPoint(8, ROW_HEIGHT))
        menu.popup(where)

    def show_column(self, place: int, shown: bool) -> None:
        self.setColumnHidden(place, not shown)
        self._remember()

    @Slot(int)
    def _on_head_clicked(self, section: int) -> None:
        wish = self.records.wish
        column = self.records.columns[section]
        if not column.sortable:
            return
        down = wish.sort == column.name and not wish.descending
        order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(section, order)
        self.records.sort(section, order)

    def _show_order(self, wish: Wish) -> None:
        for place, column in enumerate(self.records.columns):
            if column.name == wish.sort:
                order = Qt.SortOrder.DescendingOrder if wish.descending else Qt.SortOrder.AscendingOrder
                self.horizontalHeader().setSortIndicator(place, order)

    @Slot(int)
    def _on_loaded(self, _total: int) -> None:
        self._take_wanted()

    @Slot()
    def _take_wanted(self) -> None:
        if self._wanted is None:
            return
        place = self.records.place_of(self._wanted)
        if place is None:
            return
        self._wanted = None
        index = self.records.index(place, self._first_column())
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def _first_column(self) -> int:
        return max(self.horizontalHeader().logicalIndex(0), 0)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, now: QModelIndex, _before: QModelIndex) -> None:
        row_id = now.data(ROW_ID_ROLE) if now.isValid() else None
        if row_id:
            self.picked.emit(row_id)

    @Slot(QModelIndex)
    def _on_double_click(self, index: QModelIndex) -> None:
        row_id = index.data(ROW_ID_ROLE)
        if row_id:
            self.opened.emit(row_id)

    def _remember(self, *_sizes: int) -> None:
        self._fitted = False
        self._saving.start()

    def hideEvent(self, event: QHideEvent) -> None:
        if self._saving.isActive():
            self.remember()
        super().hideEvent(event)

    @Slot()
    def remember(self) -> None:
        """Store widths, order and hidden columns."""
        self._saving.stop()
        head = self.horizontalHeader()
        columns = self.records.columns
        state = {
            "order": [columns[head.logicalIndex(place)].name for place in range(head.count())],
            "widths": {c.name: self.columnWidth(i) for i, c in enumerate(columns) if not self.isColumnHidden(i)},
            "hidden": [c.name for i, c in enumerate(columns) if self.isColumnHidden(i)],
        }
        self._context.settings.put(self._name, state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self._fit()

    def _fit(self) -> None:
        """Until somebody sets widths, the title takes what the other columns leave, and texts share what it does not need.

        Where even the narrowest title is too much, all columns that can give way do, before the table scrolls sideways.
        """
        columns = self.records.columns
        title = REGISTRY[self.records.wish.entity].title
        place = next((i for i, column in enumerate(columns) if column.name == title), 0)
        shown = [i for i in range(len(columns)) if i != place and not self.isColumnHidden(i)]
        room = max(self.viewport().width() - sum(columns[i].width for i in shown), NARROWEST_TITLE)
        least = {i: columns[i].least or columns[i].width for i in [place, *shown]}
        want = {i: NARROWEST_TITLE if i == place else columns[i].width for i in [place, *shown]}
        short = sum(want.values()) - self.viewport().width()
        if short > 0:
            slack = sum(want[i] - least[i] for i in want) or 1
            self._set_widths({i: want[i] - -(-(want[i] - least[i]) * min(short, slack) // slack) for i in want})
            return
        elastic = [i for i in shown if columns[i].type in ELASTIC]
        more = max(room - WIDEST_TITLE, 0) // (len(elastic) + 1) if elastic else 0
        widths = {i: columns[i].width + (more if i in elastic else 0) for i in shown}
        self._set_widths({**widths, place: room - more * len(elastic)})

    def _set_widths(self, widths: dict[int, int]) -> None:
        head = self.horizontalHeader()
        blocked = head.blockSignals(True)
        for place, width in widths.items():
            self.setColumnWidth(place, width)
        head.blockSignals(blocked)
        self.viewport().update()

    def _restore(self, columns: tuple[Column, ...]) -> bool:
        state = self._context.settings.get(self._name)
        if not isinstance(state, dict):
            return False
        places = {column.name: place for place, column in enumerate(columns)}
        for name, width in dict(state.get("widths", {})).items():
            if name in places:
                self.setColumnWidth(places[name], int(width))
        for name in state.get("hidden", ()):
            if places.get(name):
                self.setColumnHidden(places[name], True)
        head = self.horizontalHeader()
        for place, name in enumerate(name for name in state.get("order", ()) if name in places):
            head.moveSection(head.visualIndex(places[name]), place)
        return True


class _Shower:
    """Shows or hides one column."""

    __slots__ = ("_place", "_show")

    def __init__(self, table: RecordTable, place: int) -> None:
        self._show: Callable[[int, bool], None] = table.show_column
        self._place = place

    def __call__(self, shown: bool) -> None:
        self._show(self._place, shown)
