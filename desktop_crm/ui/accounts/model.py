"""What the tree shows: names, sums, renewals; editing in place and dragging. Reading is the lazy half's.

Signals: `move_wanted(places, parent_id)` after a drop, a place being an account and the one it was dragged from below, `rename_wanted(id, name)` after an edit in place.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QByteArray, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot

from desktop_crm.domain.accounts.sums import TreeNode
from desktop_crm.i18n import formats, ntr, ptr, tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.ui.accounts import words
from desktop_crm.ui.accounts.lazy_tree import COLUMNS, RENEWALS, LazyTree
from desktop_crm.ui.accounts.rate_watch import RateWatch
from desktop_crm.ui.runtime.context import UiContext

MIME = "application/x-desktop-crm-accounts"
NODE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
ID_ROLE = int(Qt.ItemDataRole.UserRole) + 2
HIT_ROLE = int(Qt.ItemDataRole.UserRole) + 3

NAME, OPEN, WEIGHTED, WON = range(4)
WON_YEAR, QUOTES, CONTRACTS, PEOPLE, LAST = range(RENEWALS + 1, COLUMNS)
MEASURES: dict[int, words.Measure] = {
    OPEN: "open",
    WEIGHTED: "weighted",
    WON: "won",
    WON_YEAR: "won_year",
    QUOTES: "quotes",
    CONTRACTS: "contracts",
}
KEYS = ("name", "open", "weighted", "won", "renewals", "won_year", "quotes", "contracts", "people", "last")
"""What the columns are called in settings and in orders, by their places."""

_CHOSEN = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemIsDropEnabled
)
_EDITED = _CHOSEN | Qt.ItemFlag.ItemIsEditable
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

Index = QModelIndex | QPersistentModelIndex
Place = tuple[str, str | None]
_ROOT = QModelIndex()


class AccountTreeModel(LazyTree):
    move_wanted = Signal(object, object)
    rename_wanted = Signal(str, str)

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self._watch = RateWatch(context, self)
        self._watch.changed.connect(self.repaint_sums)

    @property
    def rates(self) -> words.Rates | None:
        return self._watch.rates

    @Slot()
    def repaint_sums(self) -> None:
        """Sums are said in another way now."""
        last = self.rowCount() - 1
        if last >= 0:
            self.dataChanged.emit(self.index(0, NAME), self.index(last, COLUMNS - 1))

    # Qt's questions

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        branch = self._at(parent)
        if branch is None or not 0 <= row < len(branch.children) or not 0 <= column < self.columnCount():
            return QModelIndex()
        return self.createIndex(row, column, branch.children[row].key)

    def parent(self, index: Index = _ROOT) -> QModelIndex:  # type: ignore[override]
        branch = self._at(index)
        if branch is None or branch.parent is None:
            return QModelIndex()
        return self._index(branch.parent)

    def rowCount(self, parent: Index = _ROOT) -> int:
        branch = self._at(parent) if parent.column() <= 0 else None
        return len(branch.children) if branch is not None else 0

    def columnCount(self, parent: Index = _ROOT) -> int:
        return COLUMNS

    def hasChildren(self, parent: Index = _ROOT) -> bool:
        branch = self._at(parent) if parent.column() <= 0 else None
        return branch is not None and bool(branch.children or branch.total)

    def canFetchMore(self, parent: Index) -> bool:
        branch = self._at(parent)
        return branch is not None and not self.narrowed and not branch.whole() and branch.key not in self._asked

    def fetchMore(self, parent: Index) -> None:
        branch = self._at(parent)
        if branch is not None and self.canFetchMore(parent):
            self._fetch(branch)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        branch = self._at(index)
        node = branch.data if branch is not None else None
        if node is None:
            return None
        if role == NODE_ROLE:
            return node
        if role == ID_ROLE:
            return node.id
        if role == HIT_ROLE:
            return self._hits is None or node.id in self._hits
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_side(index.column()))
        return self._text_of(node, index.column(), role)

    def _text_of(self, node: TreeNode, column: int, role: int) -> Any:
        display = role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}
        if column == NAME:
            return node.name if display or role in {Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole} else None
        if column == RENEWALS:
            due = self._renewals.get(node.id, 0)
            if role == Qt.ItemDataRole.ToolTipRole and due:
                return ntr("{n} contract renews within 90 days", "{n} contracts renew within 90 days", due)
            return ptr("renewals", "Due {n}", n=due) if due and display else None
        if column in {PEOPLE, LAST}:
            return self._tally_of(node, column, role) if display or role == Qt.ItemDataRole.ToolTipRole else None
        measure = MEASURES[column]
        if display:
            return words.short(words.amounts(node.sums, measure, self._home), self._watch.rates)
        return (
            words.told(node.sums, measure, self._home, self._watch.rates)
            if role == Qt.ItemDataRole.ToolTipRole
            else None
        )

    def _tally_of(self, node: TreeNode, column: int, role: int) -> Any:
        if column == PEOPLE:
            return formats.number(node.people) if node.people else words.NOTHING
        if node.last_contact is None:
            return words.NOTHING
        if role == Qt.ItemDataRole.ToolTipRole:
            return formats.date(node.last_contact.astimezone().date())
        days = max(0, (self._context.workspace.today() - node.last_contact.astimezone().date()).days)
        return ntr("{n} day", "{n} days", days)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_side(section))
        if role == Qt.ItemDataRole.DisplayRole:
            return words.measure_label(MEASURES[section]) if section in MEASURES else _head(section)
        if role == Qt.ItemDataRole.ToolTipRole and section == LAST:
            return tr("Days since anybody last spoke with the account or one below it")
        if role == Qt.ItemDataRole.ToolTipRole and section not in {NAME, RENEWALS}:
            return tr("The account and all below it")
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        if self.source.is_past:
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return _EDITED if index.column() == NAME else _CHOSEN

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        node = self.node(index)
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or node is None or name == node.name:
            return False
        self.rename_wanted.emit(node.id, name)
        return False  # the name changes when it is written; an empty one is refused there, in words

    # dragging

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        places = [self.place(index) for index in indexes if index.column() == NAME]
        carried = QMimeData()
        carried.setData(MIME, QByteArray(json.dumps(places).encode()))
        return carried

    def canDropMimeData(self, data: QMimeData, _act: Qt.DropAction, _row: int, _column: int, parent: Index) -> bool:
        node = self.node(parent)
        return data.hasFormat(MIME) and (node is None or node.id not in carried_ids(data))

    def dropMimeData(self, data: QMimeData, act: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        if self.canDropMimeData(data, act, row, column, parent):
            node = self.node(parent)
            self.move_wanted.emit(carried_places(data), node.id if node else None)
        return False  # the rows move when the move is written

    def place(self, index: Index) -> Place:
        """An account, and the one it stands below here."""
        return str(self.data(index, ID_ROLE)), self.data(index.parent(), ID_ROLE)


def carried_places(data: QMimeData) -> tuple[Place, ...]:
    """The accounts that are being dragged, each with the one it stands below where it was taken."""
    held = json.loads(bytes(data.data(MIME).data()).decode()) if data.hasFormat(MIME) else ()
    return tuple((account, parent) for account, parent in held)


def carried_ids(data: QMimeData) -> tuple[str, ...]:
    """The accounts that are being dragged."""
    return tuple(account for account, _ in carried_places(data))


def _side(column: int) -> Qt.AlignmentFlag:
    return _LEFT if column in {NAME, RENEWALS} else _RIGHT


def _head(section: int) -> str:
    return {NAME: entity_label("account"), PEOPLE: tr("People known"), LAST: tr("Last contact")}.get(section, "")
