"""The head of the tree: which columns are shown, in which order, how wide, and by which one each level is sorted; remembered.

In a narrow pane names keep their room: columns step back from the right, and come again with the room.
Signals: `sorted_by(order)` when a level is to stand in another order.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHeaderView, QMenu, QTreeView

from desktop_crm.foundation.settings import Settings
from desktop_crm.i18n import tr
from desktop_crm.services.accounts import Order
from desktop_crm.ui.accounts.lazy_tree import COLUMNS, RENEWALS
from desktop_crm.ui.accounts.model import KEYS, LAST, NAME, PEOPLE

SHOWN, SORTED, PLACES, WIDTHS = (f"accounts.tree.{name}" for name in ("shown", "sorted", "places", "widths"))
PROPOSED = ("open", "weighted", "won", "renewals")
NAME_ROOM = 190
_WIDTH = {RENEWALS: 66, PEOPLE: 100, LAST: 96}
_SUM_WIDTH = 92
_STEP_BACK = ("weighted", "renewals")
"""Of those that are shown these step back first, as the pane narrows; then the others, the last first."""


class TreeColumns(QObject):
    sorted_by = Signal(object)

    def __init__(self, tree: QTreeView, settings: Settings) -> None:
        super().__init__(tree)
        self._tree = tree
        self._settings = settings
        self._shown = [key for key in settings.get(SHOWN, PROPOSED) if key in KEYS]
        self._order = _order_of(settings.get(SORTED))
        head = tree.header()
        head.setStretchLastSection(False)
        head.setMinimumSectionSize(40)
        head.setSectionsMovable(True)
        head.setFirstSectionMovable(False)
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(True)
        head.setSortIndicatorClearable(False)
        self._lay()
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._on_menu)
        head.sectionClicked.connect(self._on_clicked)
        head.sectionMoved.connect(self._on_moved)
        head.sectionResized.connect(self._on_resized)

    @property
    def order(self) -> Order:
        return self._order

    def _lay(self) -> None:
        head = self._tree.header()
        head.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in range(1, COLUMNS):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            head.resizeSection(column, self._width_of(column))
        for place, key in enumerate(self._settings.get(PLACES, [])):
            if key in KEYS:
                head.moveSection(head.visualIndex(KEYS.index(key)), place + 1)
        self._mark_order()
        self.fit(self._tree.viewport().width())

    def fit(self, width: int) -> None:
        """Show the chosen columns that have room beside the names."""
        head = self._tree.header()
        placed = sorted((key for key in self._shown), key=lambda key: head.visualIndex(KEYS.index(key)))
        going = [*(key for key in placed if key not in _STEP_BACK), *reversed([k for k in _STEP_BACK if k in placed])]
        room = width - NAME_ROOM
        kept: set[str] = set()
        for key in going:
            column = KEYS.index(key)
            needed = head.sectionSize(column) or self._width_of(column)
            if room < needed:
                break
            room -= needed
            kept.add(key)
        for column in range(1, COLUMNS):
            if self._tree.isColumnHidden(column) != (KEYS[column] not in kept):
                self._tree.setColumnHidden(column, KEYS[column] not in kept)

    def menu(self) -> QMenu:
        """Every column with a tick, and the way back to those proposed."""
        menu = QMenu(self._tree)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in range(1, COLUMNS):
            action = QAction(self._word(column), menu)
            action.setCheckable(True)
            action.setChecked(KEYS[column] in self._shown)
            action.toggled.connect(partial(self.show_column, KEYS[column]))
            menu.addAction(action)
        menu.addSeparator()
        proposed = QAction(tr("Proposed columns"), menu)
        proposed.triggered.connect(self.reset)
        menu.addAction(proposed)
        return menu

    def show_column(self, key: str, shown: bool) -> None:
        """Show a column or put it away."""
        self._shown = [one for one in KEYS if (one in self._shown or one == key) and (shown or one != key)]
        self._settings.put(SHOWN, self._shown)
        self.fit(self._tree.viewport().width())

    @Slot()
    def reset(self) -> None:
        """The columns that are proposed, by name."""
        for name, value in ((SHOWN, list(PROPOSED)), (PLACES, []), (WIDTHS, {}), (SORTED, None)):
            self._settings.put(name, value)
        self._shown = list(PROPOSED)
        self._order = Order()
        self._lay()
        head = self._tree.header()
        for column in range(1, COLUMNS):
            head.moveSection(head.visualIndex(column), column)
        self.sorted_by.emit(self._order)

    def _width_of(self, column: int) -> int:
        held = self._settings.get(WIDTHS, {})
        width = held.get(KEYS[column]) if isinstance(held, dict) else None
        return width if isinstance(width, int) else _WIDTH.get(column, _SUM_WIDTH)

    def _word(self, column: int) -> str:
        text = str(self._tree.model().headerData(column, Qt.Orientation.Horizontal) or "")
        return text or tr("Renewals")

    @Slot(QPoint)
    def _on_menu(self, at: QPoint) -> None:
        self.menu().popup(self._tree.header().mapToGlobal(at))

    @Slot(int)
    def _on_clicked(self, column: int) -> None:
        if column == RENEWALS:
            self._mark_order()  # it is counted for today, level by level, and has no order of its own
            return
        key = KEYS[column]
        first = key == "name"  # names from A, amounts from the largest
        same = self._order.column == key
        self._order = Order(column=key, descending=not self._order.descending if same else not first)
        self._settings.put(SORTED, [key, self._order.descending])
        self._mark_order()
        self.sorted_by.emit(self._order)

    def _mark_order(self) -> None:
        way = Qt.SortOrder.DescendingOrder if self._order.descending else Qt.SortOrder.AscendingOrder
        self._tree.header().setSortIndicator(KEYS.index(self._order.column), way)

    @Slot(int, int, int)
    def _on_moved(self, *_places: int) -> None:
        head = self._tree.header()
        placed = sorted(range(1, COLUMNS), key=head.visualIndex)
        self._settings.put(PLACES, [KEYS[column] for column in placed])

    @Slot(int, int, int)
    def _on_resized(self, column: int, _before: int, now: int) -> None:
        if column != NAME and now > 0 and not self._tree.isColumnHidden(column):
            held = self._settings.get(WIDTHS, {})
            self._settings.put(WIDTHS, {**(held if isinstance(held, dict) else {}), KEYS[column]: now})


def _order_of(kept: Any) -> Order:
    if isinstance(kept, list) and len(kept) == len(("column", "descending")) and kept[0] in KEYS:
        return Order(column=kept[0], descending=bool(kept[1]))
    return Order()
