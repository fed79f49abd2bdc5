"""A table model over cells that are there already: short lists in dialogs and panels. It reads nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_crm.ui.widgets.cell import Cell
from desktop_crm.ui.widgets.cell_delegate import CELL_ROLE

Index = QModelIndex | QPersistentModelIndex
Row = tuple[Cell, ...]
_ROOT = QModelIndex()


class CellsModel(QAbstractTableModel):
    """Rows of cells that are there already. `right`: the columns of amounts."""

    def __init__(self, heads: Sequence[str], right: frozenset[int], parent: QObject) -> None:
        super().__init__(parent)
        self._heads = tuple(heads)
        self._right = right
        self._rows: tuple[Row, ...] = ()

    def show(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def texts(self) -> list[tuple[str, ...]]:
        """What is shown."""
        return [tuple(cell.text for cell in row) for row in self._rows]

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        cell = self._rows[index.row()][index.column()]
        if role == CELL_ROLE:
            return cell
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return cell.text
        return _side(index.column() in self._right) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._heads):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section in self._right)
        return self._heads[section] if role == Qt.ItemDataRole.DisplayRole else None


def _side(right: bool) -> Qt.AlignmentFlag:
    return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
