"""Trees on the screen, ours and the floor's in one process: from nothing to the first paint, and from opening a node to its children painted."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QObject
from PySide6.QtWidgets import QApplication, QTreeView

from desktop_crm.foundation.settings import Settings
from desktop_crm.ui.accounts.model import AccountTreeModel
from desktop_crm.ui.accounts.tree import AccountTree
from desktop_crm.ui.runtime.context import UiContext, connected
from desktop_crm.ui.theme import Scheme, Theme
from tests.benchmarks.floors import tree as floor
from tests.benchmarks.measure import Act, Job, stopwatch
from tests.benchmarks.standing_files import fill_tree, kept_floor, kept_workspace

WIDTH, HEIGHT = 1200, 900
KEPT, CHILDREN = 200, 5


class Paints(QObject):
    """Counts the paints of a view."""

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view
        self.count = 0
        self.filled = 0
        """Those with rows"""
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.count += 1
            self.filled += self._view.model().rowCount() > 0
        return super().eventFilter(watched, event)


def until(done: Callable[[], bool]) -> None:
    """Turn the event loop until something holds."""
    ends = time.monotonic() + 60
    while not done():
        if time.monotonic() > ends:
            raise SystemExit("nothing is painted")
        QApplication.processEvents()


def opened(make: Callable[[], QTreeView]) -> tuple[QTreeView, Paints]:
    """A view that has painted rows."""
    view = make()
    paints = Paints(view)
    view.resize(WIDTH, HEIGHT)
    view.show()
    until(lambda: paints.filled > 0)
    return view, paints


def put_away(view: QTreeView) -> None:
    model: Any = view.model()
    view.close()
    view.deleteLater()
    model.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def opening(make: Callable[[], QTreeView]) -> Act:
    """Model and view from nothing to the first paint with rows."""

    def one(_: int) -> float:
        with stopwatch() as seconds:
            view, _paints = opened(make)
        put_away(view)
        return seconds()

    return one


@contextmanager
def expanding(make: Callable[[], QTreeView]) -> Iterator[Act]:
    """Nodes opened one after another, chosen by chance among those that are shown."""
    view, paints = opened(make)
    model, chance = view.model(), random.Random(5)
    front = [model.index(row, 0) for row in range(min(model.rowCount(), KEPT))]

    def one(_: int) -> float:
        while True:
            node = front.pop(chance.randrange(len(front)))
            if model.hasChildren(node):
                break
        with stopwatch() as seconds:
            view.expand(node)
            view.scrollTo(node)
            until(lambda: model.rowCount(node) > 0)
            before = paints.count
            view.viewport().update()
            until(lambda: paints.count > before)
        below: list[QModelIndex] = [model.index(row, 0, node) for row in range(min(model.rowCount(node), CHILDREN))]
        front[:] = below + front[:KEPT]
        return seconds()

    yield one
    put_away(view)


@contextmanager
def trees(
    folder: Path, accounts: int, floors_alone: bool
) -> Iterator[tuple[Callable[[], QTreeView] | None, Callable[[], QTreeView]]]:
    """What makes our tree, and what makes the floor's, on files of that size."""
    folder.mkdir(exist_ok=True)
    app = QApplication.instance() or QApplication([])
    Theme(app, Scheme.light)
    kept_floor(folder / "floor.sqlite", "tree", accounts, floor.build)
    bare = partial(floor.view, folder / "floor.sqlite")
    if floors_alone:
        yield None, bare
        return
    workspace = kept_workspace(folder, "tree", accounts, fill_tree)
    with workspace.closing():
        context = connected(workspace, Settings(folder / "settings.json"))
        try:
            yield partial(_ours, context), bare
        finally:
            context.lanes.stop()


def _ours(context: UiContext) -> QTreeView:
    model = AccountTreeModel(context)
    model.ask()
    return AccountTree(model, context.settings)


@contextmanager
def tree_opening(folder: Path, floors_alone: bool, *, accounts: int) -> Iterator[Job]:
    with trees(folder, accounts, floors_alone) as (ours, bare):
        yield Job(ours=None if ours is None else opening(ours), floor=opening(bare), rounds=9)


@contextmanager
def tree_expanding(folder: Path, floors_alone: bool, *, accounts: int) -> Iterator[Job]:
    with trees(folder, accounts, floors_alone) as (ours, bare), expanding(bare) as below:
        if ours is None:
            yield Job(ours=None, floor=below, rounds=200, warm_up=5)
            return
        with expanding(ours) as above:
            yield Job(ours=above, floor=below, rounds=200, warm_up=5)
