"""The cards of one stage as a list model; dragging carries ids. Signals: `move_wanted(ids)` after a drop here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop_crm.i18n import formats
from desktop_crm.services.pipeline import DealCard

MIME = "application/x-desktop-crm-opportunities"
CARD_ROLE = int(Qt.ItemDataRole.UserRole) + 1
ID_ROLE = int(Qt.ItemDataRole.UserRole) + 2

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class StageModel(QAbstractListModel):
    move_wanted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cards: tuple[DealCard, ...] = ()

    def show_cards(self, cards: Sequence[DealCard]) -> None:
        """Replace the cards; equal ones are left alone, so that selection and scrolling stay."""
        fresh = tuple(cards)
        if fresh == self._cards:
            return
        if [card.id for card in fresh] == [card.id for card in self._cards]:
            self._cards = fresh
            self.dataChanged.emit(self.index(0), self.index(len(fresh) - 1))
            return
        self.beginResetModel()
        self._cards = fresh
        self.endResetModel()

    def row_of(self, card_id: str) -> int | None:
        return next((row for row, card in enumerate(self._cards) if card.id == card_id), None)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._cards):
            return None
        card = self._cards[index.row()]
        if role == CARD_ROLE:
            return card
        if role == ID_ROLE:
            return card.id
        if role == Qt.ItemDataRole.DisplayRole:
            return card.name
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            amount = formats.money(card.amount, card.currency) if card.amount is not None else ""
            return " · ".join(part for part in (card.name, card.account, amount, card.owner) if part)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        if not index.isValid():
            return flag.ItemIsDropEnabled
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsDragEnabled | flag.ItemNeverHasChildren

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        carried = QMimeData()
        carried.setData(MIME, QByteArray(json.dumps([index.data(ID_ROLE) for index in indexes]).encode()))
        return carried

    def canDropMimeData(self, data: QMimeData, _act: Qt.DropAction, _row: int, _column: int, _parent: Index) -> bool:
        return data.hasFormat(MIME)

    def dropMimeData(self, data: QMimeData, _act: Qt.DropAction, _row: int, _column: int, _parent: Index) -> bool:
        if data.hasFormat(MIME):
            self.move_wanted.emit(tuple(json.loads(bytes(data.data(MIME).data()).decode())))
        return False  # the card comes when the move is written
