"""Opening everything: first all levels are read and put in while their branches are closed, then branches open from the top on.

A closed branch costs the view nothing, and what is put into the last open one moves little: so the whole costs what it
has rows, where opening level by level moved all rows below for every branch. Branches with little below them open as one.
Signals: `told(count, more)` as rows come in; `more` is False when it has ended.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QTreeView

from desktop_crm.domain.accounts.sums import TreeNode
from desktop_crm.foundation.collector import hold, resting
from desktop_crm.ui.accounts.lazy_tree import LazyTree
from desktop_crm.ui.runtime.context import UiContext

AT_ONCE = 500
"""Levels that are read in one go."""
AS_ONE = 200
"""A branch with at most so many rows below it is laid out in one go."""
SLICE = 0.006
"""Seconds of one go on the GUI thread: less than half a frame."""
PAINTED = 0.15
"""Seconds between two paints meanwhile: painting after each go would take most of the time."""


class Unfolding(QObject):
    told = Signal(int, bool)

    def __init__(self, context: UiContext, tree: QTreeView, model: LazyTree) -> None:
        super().__init__(tree)
        self._tree = tree
        self._model = model
        self._slot = context.lanes.slot()
        self._waiting: deque[int] = deque()
        self._filling: deque[tuple[int, tuple[TreeNode, ...]]] = deque()
        self._opening: Iterator[None] | None = None
        self._count = 0
        self._painted = 0.0
        self._tops: set[int] = set()
        self._rest = ExitStack()
        self._asks = False
        self._waits_for_top = False
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)
        model.modelReset.connect(self.stop)
        model.grown.connect(self._on_grown)
        context.lanes.stopped.connect(self.stop)

    @property
    def runs(self) -> bool:
        return self._timer.isActive() or self._asks or self._waits_for_top

    def start(self) -> None:
        """Open everything that can be opened."""
        self.stop()
        self._rest.enter_context(resting())
        self._count = 0
        self._tops = set(self._model.below(0))
        self._waiting.extend(self._model.below(0))
        self._timer.start()

    @Slot()
    def stop(self) -> None:
        """Leave it as it is now."""
        running = self.runs
        self._timer.stop()
        self._tree.setUpdatesEnabled(True)
        self._slot.cancel()
        self._asks = self._waits_for_top = False
        self._opening = None
        self._rest.close()
        for some in (self._waiting, self._filling):
            some.clear()
        if running:
            self.told.emit(self._count, False)

    @Slot()
    def _go_on(self) -> None:
        begins = time.perf_counter()
        ends = begins + SLICE
        paints = begins - self._painted > PAINTED
        if paints:
            self._painted = begins
        self._tree.setUpdatesEnabled(paints)
        while time.perf_counter() < ends:
            if not self._step():
                self._tree.setUpdatesEnabled(True)
                return
        self.told.emit(self._count, True)

    def _step(self) -> bool:
        """One small piece of work; False when there is none for now."""
        if self._filling:
            key, nodes = self._filling.popleft()
            self._model.fill(key, nodes)
            self._count += len(nodes)
            self._waiting.extend(self._model.below(key))
        elif self._waiting:
            return self._ask()
        elif self._opening is not None:
            if next(self._opening, self) is self:
                hold()  # so many branches stay: nobody walks through them again
                self.stop()
                return False
        elif self._take_tops():
            return True
        elif self._model.root_page():
            self._waits_for_top = True
            self._timer.stop()
            return False
        else:
            self._opening = self._open_all()
        return True

    def _open_all(self) -> Iterator[None]:
        """Every branch, those above first and in the order of the screen; a pause after each."""
        order: list[int] = []
        waiting = list(reversed(self._model.below(0)))
        while waiting:
            order.append(waiting.pop())
            waiting.extend(reversed(self._model.below(order[-1])))
            yield
        rows: dict[int, int] = {}
        for key in reversed(order):
            rows[key] = self._model.rows_below(key) + sum(rows.get(one, 0) for one in self._model.below(key))
            yield
        within: set[int] = set()
        for key in order:
            if key in within or rows[key] <= AS_ONE:
                within.update(self._model.below(key))
                yield
        for key in order:
            if key in within:
                self._tree.expand(self._model.place_of(key))  # out of sight: only noted
                yield
        for key in order:
            if key not in within:
                self._tree.expand(self._model.place_of(key))
                yield

    def _ask(self) -> bool:
        """Have the next levels read; of those that are here already, the levels below."""
        keys = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
        unread = self._model.unread(keys)
        for key in keys:
            if key not in unread:
                self._waiting.extend(self._model.below(key))
        if not unread:
            return True
        self._timer.stop()
        self._asks = True
        work = partial(self._model.source.levels, tuple(dict.fromkeys(unread.values())))
        self._slot.read(work, partial(self._on_read, unread), self._on_failed)
        return False

    def _on_read(self, wanted: dict[int, str], found: dict[str, tuple[TreeNode, ...]]) -> None:
        self._asks = False
        self._filling.extend((key, found.get(account, ())) for key, account in wanted.items())
        self._timer.start()

    def _on_failed(self, error: BaseException) -> None:
        self.stop()
        self._model.failed.emit(error)

    @Slot(object)
    def _on_grown(self, _ids: object) -> None:
        """A page of the top level came in: its branches are read next."""
        if self._waits_for_top:
            self._waits_for_top = False
            self._timer.start()

    def _take_tops(self) -> bool:
        """Branches of the top level that came in meanwhile, also because somebody scrolled."""
        fresh = [key for key in self._model.below(0) if key not in self._tops]
        self._tops.update(fresh)
        self._waiting.extend(fresh)
        return bool(fresh)
