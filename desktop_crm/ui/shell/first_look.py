"""What the window shows between its first paint and the open workspace: the top of the account tree, already real.

It only shows: no click opens anything until the page itself takes its place, half a second later.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.i18n import formats, tr
from desktop_crm.ui.widgets.cell import EMPTY, Cell
from desktop_crm.ui.widgets.cell_delegate import CELL_ROLE
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.plain_table import PlainTable

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
NAME_WIDTH = 160
SUM_WIDTH = 96
HEAD = 48


class Sums(Protocol):
    """Sums of one currency; `total` with everything below, as `.open`, `.weighted` and `.won`."""

    @property
    def currency(self) -> str: ...
    @property
    def total(self) -> Any: ...


class Node(Protocol):
    """One account of the look."""

    @property
    def name(self) -> str: ...
    @property
    def child_count(self) -> int: ...
    @property
    def sums(self) -> Sequence[Sums]: ...


class Look(Protocol):
    """What the first look service gives."""

    @property
    def name(self) -> str: ...
    @property
    def total(self) -> int: ...
    @property
    def nodes(self) -> Sequence[Node]: ...


class _LookModel(QAbstractTableModel):
    def __init__(self, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._rows = [_cells(node) for node in look.nodes]
        self._heads = (tr("Account"), tr("Open"), tr("Weighted"), tr("Won"))

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        if role not in {CELL_ROLE, Qt.ItemDataRole.DisplayRole}:
            return None
        cell = self._rows[index.row()][index.column()]
        return cell if role == CELL_ROLE else cell.text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return self._heads[section] if role == Qt.ItemDataRole.DisplayRole else None


class FirstLookPage(QWidget):
    """Laid out as the account page is, so that nothing jumps when that takes its place."""

    def __init__(self, look: Look, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        side = QFrame(self)
        self.table = PlainTable(side)
        self.table.setModel(_LookModel(look, self.table))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setColumnWidth(0, max(width - 3 * SUM_WIDTH - 14, NAME_WIDTH))
        for column in (1, 2, 3):
            self.table.setColumnWidth(column, SUM_WIDTH)
        side.setProperty("role", "side")
        side.setFixedWidth(width)
        inner = QVBoxLayout(side)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        head = label(tr("Account hierarchy"), "section", parent=side)
        head.setContentsMargins(14, 0, 0, 0)
        head.setFixedHeight(HEAD)
        inner.addWidget(head)
        inner.addWidget(self.table, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(side)
        row.addStretch(1)


def _cells(node: Node) -> tuple[Cell, ...]:
    return Cell(text=node.name, strong=True), _sum(node, "open"), _sum(node, "weighted"), _sum(node, "won")


def _sum(node: Node, name: str) -> Cell:
    amounts = [(getattr(one.total, name), one.currency) for one in node.sums]
    shown = [formats.money_short(amount, currency) for amount, currency in amounts if amount]
    return Cell(text=" · ".join(shown)) if shown else EMPTY


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
