"""Between the tree and the line of tools over it: which hierarchy is shown, moves tried before they are made, opening everything.

It holds no rows and draws nothing; the page makes it once both are there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_crm.services.accounts import Order
from desktop_crm.ui.accounts.actions import AccountActs
from desktop_crm.ui.accounts.model import AccountTreeModel, Place
from desktop_crm.ui.accounts.sources import Now, Then
from desktop_crm.ui.accounts.tree import AccountTree
from desktop_crm.ui.accounts.tree_tools import HOME, TreeTools
from desktop_crm.ui.accounts.unfolding import Unfolding
from desktop_crm.ui.runtime.context import UiContext

if TYPE_CHECKING:
    from desktop_crm.services.as_of import PastTree
    from desktop_crm.services.hierarchies import Pictured, Tried

SHOWN = "accounts.tree.hierarchy"


class TreeDesk(QObject):
    """Signals: `day_changed()` when another day is shown."""

    day_changed = Signal()

    def __init__(
        self, context: UiContext, tree: AccountTree, acts: AccountActs, tools: TreeTools, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._window = parent
        self._tree = tree
        self._model: AccountTreeModel = tree.account_model
        self._acts = acts
        self._tools = tools
        self._tries = False
        self._slot = context.lanes.slot()
        self.unfolding = Unfolding(context, tree, self._model)
        self._now = Now(workspace=context.workspace, order=tree.columns.order)
        kept = context.settings.get(SHOWN, HOME)
        self._now = replace(self._now, beside=None if kept == HOME else str(kept))
        self._model.look_first_at(self._now)
        tools.show_hierarchy(self._now.beside)
        tools.chosen.connect(self.show_hierarchy)
        tools.trial.connect(self._on_trial)
        tools.unfolded.connect(self.unfolding.start)
        tools.placed.connect(self.place)
        tools.drawn.connect(self.draw)
        tools.dated.connect(self.show_day)
        tree.columns.sorted_by.connect(self._on_sorted)
        tree.moved.connect(self._on_moved)
        self.unfolding.told.connect(tools.show_state)

    @property
    def beside(self) -> str | None:
        """The hierarchy that is shown; None for the home tree."""
        return self._model.source.beside

    @Slot(object)
    def show_hierarchy(self, beside: str | None) -> None:
        """Show the home tree (None) or another hierarchy; the choice is remembered."""
        self._context.settings.put(SHOWN, beside or HOME)
        self._now = replace(self._now, beside=beside)
        self._tools.show_hierarchy(beside)
        day = self.day
        if day is not None:
            self.show_day(day)
        else:
            self._model.look_at(self._now)

    @property
    def day(self) -> date | None:
        """The past day that is shown; None for today."""
        source = self._model.source
        return source.past.day if isinstance(source, Then) else None

    @Slot(object)
    def show_day(self, day: date | None) -> None:
        """Show the tree as it was at the end of a day; None for today."""
        if day is None or day >= self._context.workspace.today():
            self._slot.cancel()
            self._tools.show_day(None)
            self._model.look_at(self._now)
            self.day_changed.emit()
            return
        from desktop_crm.services import as_of

        work = partial(as_of.tree, self._context.workspace, day, self._now.beside)
        self._slot.read(work, partial(self._on_past, self._now.beside), self._context.reporter.report)

    def _on_past(self, beside: str | None, past: PastTree) -> None:
        self._tools.show_day(past.day)
        self._model.look_at(Then(past=past, beside=beside))
        self.day_changed.emit()

    @Slot(object)
    def _on_sorted(self, order: Order) -> None:
        self._now = replace(self._now, order=order)
        if self.day is None:
            self._model.look_at(self._now)

    @Slot(bool)
    def _on_trial(self, tries: bool) -> None:
        self._tries = tries

    @Slot(object, object)
    def _on_moved(self, places: tuple[Place, ...], parent: str | None) -> None:
        move = partial(self._acts.move, places, parent, self.beside)
        if not self._tries:
            move()
            return
        from desktop_crm.services import hierarchies

        old = places[0][1] if places else None
        ids = tuple(account for account, _ in places)
        work = partial(
            hierarchies.try_move, self._context.workspace, ids, parent, hierarchy=self.beside, old_parent=old
        )
        self._context.lanes.write(work, partial(self._on_tried, move, parent), self._context.reporter.report)

    def _on_tried(self, move: Callable[[], None], parent: str | None, tried: Tried) -> None:
        from desktop_crm.ui.accounts.trying import TryDialog

        dialog = TryDialog(tried, self._name_of(parent), self._context.workspace.currency, self._window)
        dialog.decided.connect(move)
        dialog.open()

    @Slot()
    def place(self) -> None:
        """Ask for an account to be put into the hierarchy that is shown."""
        beside = self.beside
        if beside is None:
            return
        above = self._tree.current_id()
        from desktop_crm.ui.accounts.placing import PlaceDialog

        dialog = PlaceDialog(self._context, beside, above, self._name_of(above), self._window)
        dialog.answered.connect(partial(self._acts.link, beside))
        dialog.open()

    @Slot()
    def draw(self) -> None:
        """Show the picture of what the current account belongs to, from the top of its branch."""
        index = self._tree.currentIndex()
        while index.parent().isValid():
            index = index.parent()
        node = self._model.node(index) if index.isValid() else None
        if node is not None:
            from desktop_crm.services import hierarchies

            work = partial(hierarchies.pictured, self._context.workspace, node.id, self.beside)
            self._context.lanes.read(work, self._on_pictured, self._context.reporter.report)

    def _on_pictured(self, pictured: Pictured) -> None:
        from desktop_crm.ui.accounts.chart_window import ChartWindow

        window = ChartWindow(self._context, pictured, self._model.rates, self._window)
        window.show()

    def _name_of(self, account: str | None) -> str:
        node = self._model.node(self._model.index_of(account)) if account else None
        return node.name if node is not None else ""
