"""Keeps an account chosen while rows of the tree come and go: the same one where it still stands, else its neighbour or parent.

An account that was deleted while it was chosen is chosen again when an undo brings it back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QObject, Slot
from PySide6.QtWidgets import QTreeView

from desktop_crm.ui.accounts.model import ID_ROLE, AccountTreeModel

REMEMBERED = 50


class CurrentKeeper(QObject):
    """Made before the tree takes the model, so that it hears of rows that go before the tree does."""

    def __init__(self, tree: QTreeView, model: AccountTreeModel, choose: Callable[[str], None]) -> None:
        super().__init__(tree)
        self._tree = tree
        self._model = model
        self._choose = choose
        self._lost: str | None = None
        self._heirs: tuple[str, ...] = ()
        self._gone: list[str] = []
        model.rowsAboutToBeRemoved.connect(self._on_going)
        model.grown.connect(self._on_grown)
        model.loaded.connect(self._on_loaded)

    @Slot(QModelIndex, int, int)
    def _on_going(self, parent: QModelIndex, first: int, last: int) -> None:
        place = self._tree.currentIndex()
        account_id = place.data(ID_ROLE)
        while place.isValid() and place.parent() != parent:
            place = place.parent()
        if self._lost is not None or not place.isValid() or not first <= place.row() <= last:
            return
        self._lost = account_id
        near = (place.siblingAtRow(last + 1), place.siblingAtRow(first - 1), parent)
        self._heirs = tuple(str(one.data(ID_ROLE)) for one in near if one.isValid())

    @Slot(object)
    def _on_grown(self, ids: Sequence[str]) -> None:
        for account_id in ids:
            if account_id in self._gone:
                self._gone.remove(account_id)
                self._lost, self._heirs = None, ()
                self._choose(account_id)
                return

    @Slot(int)
    def _on_loaded(self, _total: int) -> None:
        lost, heirs = self._lost, self._heirs
        self._lost, self._heirs = None, ()
        now = self._tree.currentIndex().data(ID_ROLE)
        known = (one for one in (lost, *heirs, now) if one is not None and self._model.index_of(one).isValid())
        account_id = next(known, None)
        if lost is not None and account_id != lost:
            self._gone = [*self._gone, lost][-REMEMBERED:]
        if account_id is not None and (lost is not None or not self._tree.selectionModel().hasSelection()):
            self._choose(account_id)
