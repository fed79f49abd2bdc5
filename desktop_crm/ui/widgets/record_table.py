"""The table of records: sorts by several columns, groups, edits in place, copies, selects without end, all by keyboard too.

It remembers its columns, their widths and its order. What acts on the selection (deleting, editing many) is its owner's.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from desktop_crm.domain.lists.computed import computed
from desktop_crm.domain.lists.query import Sort
from desktop_crm.domain.schema import REGISTRY, Entity
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.cell_delegate import ROW_ID_ROLE
from desktop_crm.ui.widgets.cells import Column, column_of
from desktop_crm.ui.widgets.list_layout import TableState, fitted, state_of
from desktop_crm.ui.widgets.plain_table import PlainTable
from desktop_crm.ui.widgets.record_heads import paint_heads
from desktop_crm.ui.widgets.record_keys import Chosen, KeyTable
from desktop_crm.ui.widgets.record_source import Wish

__all__ = ["Chosen", "PlainTable", "RecordTable"]

SETTLE_MS = 400
"""Columns are stored once they stand still."""


class RecordTable(KeyTable):
    """Signals: `arranged()` when columns, widths or the order were changed by the user; `opened` also on double click where cells
    are not edited.

    `name` is under which name columns and order are remembered.
    """

    arranged = Signal()

    def __init__(
        self,
        context: UiContext,
        wish: Wish,
        columns: tuple[Column, ...],
        name: str,
        *,
        editing: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(context, wish, columns, parent)
        self._name = f"table.{name}"
        self._proposed = columns
        self._wanted: str | None = None
        self.settling = False
        """Whether a row is being made current by the table itself, as when it has loaded, and not by the user."""
        self.editing = editing
        triggers = QAbstractItemView.EditTrigger.EditKeyPressed
        self.setEditTriggers(triggers | QAbstractItemView.EditTrigger.DoubleClicked if editing else triggers)
        self.setSortingEnabled(False)
        self._saving = self.timer(SETTLE_MS, self.remember)
        self._fitted = True
        self._remembered = state_of(context.settings.get(self._name))
        self.arrange(self._remembered or TableState(columns=()))
        self._wire()

    def _wire(self) -> None:
        head = self.horizontalHeader()
        head.setSectionsMovable(True)
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(True)
        head.sectionClicked.connect(self._on_head_clicked)
        head.sectionResized.connect(self._on_resized)
        head.sectionMoved.connect(self._on_moved)
        self.records.loaded.connect(self._take_wanted)
        self.records.begun.connect(self._take_wanted)
        self.records.refreshed.connect(self._take_wanted)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.doubleClicked.connect(self._on_double_click)

    # rows

    def select_id(self, row_id: str) -> None:
        """Make a row current when it is on screen, or as soon as it is fetched."""
        self._wanted = row_id
        self._take_wanted()

    def ask(self, wish: Wish) -> None:
        self._wanted = self.current_id() or self._wanted
        self.records.ask(wish)
        self._show_order()

    @Slot(QModelIndex)
    def _on_double_click(self, index: QModelIndex) -> None:
        row_id = index.data(ROW_ID_ROLE)
        if row_id and not (self.editing and index.flags() & Qt.ItemFlag.ItemIsEditable):
            self.opened.emit(row_id)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.records.layout_of_rows.grouped:
            paint_heads(self, self.records)

    # order and columns

    @Slot(int)
    def _on_head_clicked(self, section: int) -> None:
        """A click sorts and turns round; with Shift the column is a further key."""
        column = self.records.columns[section]
        if not column.sortable:
            return
        keys = self.records.wish.sorts
        before = next((one for one in keys if one.field == column.name), None)
        further = bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        turned = Sort(field=column.name, descending=before is not None and not before.descending)
        if further and before is not None:
            keys = tuple(turned if one is before else one for one in keys)
        else:
            keys = (*keys, turned) if further else (turned,)
        self.records.sort_by(keys)
        self._show_order()
        self._remember()

    def _show_order(self) -> None:
        wish = self.records.wish
        names = [column.name for column in self.records.columns]
        place = names.index(wish.sort) if wish.sort in names else -1
        order = Qt.SortOrder.DescendingOrder if wish.descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(place, order)
        self.horizontalHeader().viewport().update()

    def shown_columns(self) -> tuple[str, ...]:
        """Names of the columns, as they stand from left to right."""
        head = self.horizontalHeader()
        return tuple(self.records.columns[head.logicalIndex(place)].name for place in range(head.count()))

    def arrangement(self) -> TableState:
        """Columns, widths and order as they are."""
        widths = {} if self._fitted else {c.name: self.columnWidth(i) for i, c in enumerate(self.records.columns)}
        wish = self.records.wish
        return TableState(columns=self.shown_columns(), widths=widths, sorts=wish.sorts, group=wish.group)

    def arrange(self, state: TableState, labels: dict[str, str] | None = None) -> None:
        """Show these columns; those proposed where none is named. The title is always among them."""
        known = REGISTRY[self.records.wish.entity]
        proposed = {column.name: column for column in self._proposed}
        labels = labels or {}
        names = [
            name
            for name in dict.fromkeys(state.columns)
            if _is_column(known, name) or name in labels or name in proposed
        ]
        if not names:
            names = list(proposed)
        elif known.has(known.title) and known.title in proposed and known.title not in names:
            names.insert(0, known.title)
        columns = tuple(proposed.get(name) or column_of(known, name, labels.get(name, "")) for name in names)
        head = self.horizontalHeader()
        blocked = head.blockSignals(True)
        if columns != self.records.columns or self.shown_columns() != tuple(names):
            self.records.set_columns(columns)
            for place in range(head.count()):
                head.moveSection(head.visualIndex(place), place)
        for place, column in enumerate(columns):
            self.setColumnWidth(place, state.widths.get(column.name, column.width))
        head.blockSignals(blocked)
        self._fitted = not state.widths
        if self._fitted:
            self._fit()
        self._show_order()

    @property
    def remembered(self) -> TableState | None:
        """What was remembered when the table was made."""
        return self._remembered

    def _on_resized(self, *_sizes: int) -> None:
        self._fitted = False
        self._remember()

    def _on_moved(self, *_places: int) -> None:
        self._remember()

    def _remember(self) -> None:
        self._saving.start()
        self.arranged.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        if self._saving.isActive():
            self.remember()
        super().hideEvent(event)

    @Slot()
    def remember(self) -> None:
        """Store columns, widths and order."""
        self._saving.stop()
        self._context.settings.put(self._name, self.arrangement().as_json())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self._fit()

    def _fit(self) -> None:
        head = self.horizontalHeader()
        blocked = head.blockSignals(True)
        for place, width in fitted(self.records.wish.entity, self.records.columns, self.viewport().width()).items():
            self.setColumnWidth(place, width)
        head.blockSignals(blocked)
        self.viewport().update()

    # the current row

    @Slot()
    def _take_wanted(self) -> None:
        if self._wanted is None:
            return
        place = self.records.place_of(self._wanted)
        if place is None:
            return
        self._wanted = None
        self.settle_on(place)

    def settle_on(self, row: int) -> None:
        """Make a row current that nobody chose by hand."""
        self.settling = True
        self.make_current(row)
        self.settling = False

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, now: QModelIndex, _before: QModelIndex) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, now.isValid())
        row_id = now.data(ROW_ID_ROLE) if now.isValid() else None
        if row_id:
            self.picked.emit(row_id)


def _is_column(known: Entity, name: str) -> bool:
    return known.has(name) or computed(known.name, name) is not None
