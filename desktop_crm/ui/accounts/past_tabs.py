"""The account page as of a past day: its fields and sums, and what it had then in each tab, read only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop_crm.domain.accounts.sums import TreeNode
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import entity_label, entity_word, field_label
from desktop_crm.services import as_of
from desktop_crm.services.workspace import Workspace
from desktop_crm.ui.accounts.past_panel import PastPanel
from desktop_crm.ui.accounts.rows_tab import COLUMNS, SORTS
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.cell import EMPTY, Cell
from desktop_crm.ui.widgets.cell_delegate import CELL_ROLE
from desktop_crm.ui.widgets.cells import NUMBERS, shown
from desktop_crm.ui.widgets.history_list import names_of
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.plain_table import PlainTable
from desktop_crm.ui.widgets.segmented import TabRow
from desktop_crm.ui.widgets.states import EmptyState

RECORD, MAP = "account", "map_node"
TABS = ("contact", MAP, "opportunity", "quote", "contract", "activity")
SHOWN = {**COLUMNS, MAP: ("label", "title", "buying_role", "influence", "support", "coverage")}
_WIDTHS = (260, 150)
_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRows:
    """The rows of a tab, in words."""

    names: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def rows_of(workspace: Workspace, account_id: str, entity: str, day: date) -> PastRows:
    """What a tab had at the end of a day; runs on the read lane."""
    found = as_of.rows(workspace, account_id, entity, day)
    names, kinds = SHOWN[entity], REGISTRY[entity]
    sort, down = SORTS.get(entity, (names[0], False))
    order = sorted(found.values(), key=partial(_key, sort), reverse=down)
    titles = {
        name: names_of(workspace, target, {str(row[name]) for row in order if row.get(name)})
        for name in names
        if (target := kinds.field(name).target) and any(row.get(name) for row in order)
    }
    return PastRows(
        names=names,
        heads=tuple(field_label(entity, name) for name in names),
        rows=tuple(tuple(_cell(entity, name, row, titles) for name in names) for row in order),
    )


def _key(name: str, row: dict[str, Any]) -> tuple[bool, str]:
    value = row.get(name)
    return value is None, value.isoformat() if isinstance(value, date) else str(value or "").casefold()


def _cell(entity: str, name: str, row: dict[str, Any], titles: dict[str, dict[str, str]]) -> Cell:
    field, value = REGISTRY[entity].field(name), row.get(name)
    if value is None or value == "":
        return EMPTY
    if field.type is FieldType.REFERENCE:
        return Cell(text=titles.get(name, {}).get(str(value), "…"))
    text, exact = shown(field, value, str(row.get(field.currency_field or "") or ""))
    return Cell(text=text, exact=exact or "")


class PastRowsModel(QAbstractTableModel):
    """The rows of one tab; they never change."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entity = RECORD
        self._found = PastRows(names=(), heads=(), rows=())

    def show_rows(self, entity: str, found: PastRows) -> None:
        self.beginResetModel()
        self._entity, self._found = entity, found
        self.endResetModel()

    def texts(self) -> list[tuple[str, ...]]:
        """What is shown."""
        return [tuple(cell.text for cell in row) for row in self._found.rows]

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._found.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._found.names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        cell = self._found.rows[index.row()][index.column()]
        if role == CELL_ROLE:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.exact or cell.text
        return self._side(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._found.heads):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(section)
        return self._found.heads[section] if role == Qt.ItemDataRole.DisplayRole else None

    def _side(self, column: int) -> int:
        right = REGISTRY[self._entity].field(self._found.names[column]).type in NUMBERS
        return int(
            (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        )


class PastAccount(QWidget):
    """`show_account(node, day)`; the chosen tab stays when another account is looked at."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._node: TreeNode | None = None
        self._day: date | None = None
        self.record = PastPanel(context)
        self.model = PastRowsModel(self)
        self.table = PlainTable()
        self.table.setModel(self.model)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.empty = EmptyState(tr("Nothing on that day"), "", (), icon_name="history")
        self.name = label("", "section")
        self.tabs = TabRow(
            ((RECORD, entity_label(RECORD)), *((one, _tab_name(one)) for one in TABS)),
        )
        self.tabs.chosen.connect(self._on_tab)
        below = QWidget()
        self._layers = QStackedLayout(below)
        for layer in (self.record, self.table, self.empty):
            self._layers.addWidget(layer)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 12, 0, 0)
        box.setSpacing(8)
        self.name.setContentsMargins(18, 0, 18, 0)
        box.addWidget(self.name)
        box.addWidget(self.tabs)
        box.addWidget(below, 1)

    def show_account(self, node: TreeNode, day: date) -> None:
        """The account as it was at the end of the day."""
        self._node, self._day = node, day
        self.name.setText(f"{node.name} · {formats.date(day)}")
        self.record.show_account(node, day)
        self._on_tab(self.tabs.current())

    @Slot(str)
    def _on_tab(self, key: str) -> None:
        if key == RECORD or self._node is None or self._day is None:
            self._slot.cancel()
            self._layers.setCurrentWidget(self.record)
            return
        work = partial(rows_of, self._context.workspace, self._node.id, key, self._day)
        self._slot.read(work, partial(self._show, key), self._context.reporter.report)

    def _show(self, entity: str, found: PastRows) -> None:
        self.model.show_rows(entity, found)
        self.table.setAccessibleName(_tab_name(entity))
        for column, width in enumerate((_WIDTHS[0], *(_WIDTHS[1] for _ in found.names[1:]))):
            self.table.setColumnWidth(column, width)
        if found.rows:
            self._layers.setCurrentWidget(self.table)
        elif self._day is not None:
            what = entity_word(entity, plural=True)
            self.empty.tell(
                tr("Nothing on that day"), tr("No {entities} on {day}", entities=what, day=formats.date(self._day))
            )
            self._layers.setCurrentWidget(self.empty)


def _tab_name(entity: str) -> str:
    return tr("People on maps") if entity == MAP else entity_label(entity, plural=True)
