"""Lists on the screen, ours and the floor's in one process: to the first paint with rows, a jump to any place, a page further."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QTableView

from desktop_crm.foundation.ids import new_row_id
from desktop_crm.foundation.settings import Settings
from desktop_crm.persistence.tables import ROWS
from desktop_crm.services.workspace import Workspace
from desktop_crm.ui.runtime.context import UiContext, connected
from desktop_crm.ui.theme import Scheme, Theme
from desktop_crm.ui.widgets.cells import columns_of
from desktop_crm.ui.widgets.record_source import Wish
from desktop_crm.ui.widgets.record_table import RecordTable
from tests.benchmarks.floors import table as floor
from tests.benchmarks.measure import Act, Job, stopwatch
from tests.benchmarks.seeds import names
from tests.benchmarks.standing_files import kept_floor, kept_workspace
from tests.benchmarks.trees import HEIGHT, WIDTH, Paints, put_away

COLUMNS = ("name", "relationship_stage", "industry", "phone", "address_city", "employees")
STEP = 50_000

BEAT_MS = 200
"""The event loop sleeps until something happens, as in the app; this wakes it in any case."""


def until(done: Callable[[], bool]) -> None:
    """Turn the event loop until something holds; it waits as an application waits, so that no thread is held up by the waiting."""
    ends = time.monotonic() + 60
    beat = QTimer()
    beat.start(BEAT_MS)
    while not done():
        if time.monotonic() > ends:
            raise SystemExit("nothing is painted")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    beat.stop()


Make = Callable[[], QTableView]


def fill(workspace: Workspace, accounts: int) -> None:
    """So many accounts in the app's own table, with all its indexes; their history is not looked at and left out."""
    table = ROWS["account"].__table__
    common = {
        "relationship_stage": "basic",
        "industry": "제조",
        "phone": "02-1234-5678",
        "address_city": "서울",
        "_clk": "{}",
    }
    found = names(accounts)
    with workspace.database.writing() as connection:
        for start in range(0, accounts, STEP):
            rows = [
                {"id": new_row_id(), "name": name, "employees": (start + n) * 7, **common}
                for n, name in enumerate(found[start : start + STEP])
            ]
            connection.execute(table.insert(), rows)


class Shown(QObject):
    """Whether all rows of the screen are painted with what they hold."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self._paints = Paints(view)
        self._last = -1
        if isinstance(view, RecordTable):
            view.records.begun.connect(self.wait)
            view.records.refreshed.connect(self.wait)

    def wait(self) -> None:
        """From now on only a further paint counts."""
        self._last = self._paints.count

    def __call__(self) -> bool:
        if self._paints.count <= self._last or self._view.model().rowCount() == 0:
            return False
        if not isinstance(self._view, RecordTable):
            return True
        first = max(self._view.rowAt(0), 0)
        last = self._view.rowAt(self._view.viewport().height() - 1)
        rows = range(first, (self._view.model().rowCount() - 1 if last < 0 else last) + 1)
        return all(self._view.records.record_row(row) is not None for row in rows)


def opened(make: Make) -> tuple[QTableView, Shown]:
    view = make()
    shown = Shown(view)
    shown.wait()
    view.resize(WIDTH, HEIGHT)
    view.show()
    until(shown)
    return view, shown


def opening(make: Make) -> Act:
    """Model and view from nothing to the first paint with rows."""

    def one(_: int) -> float:
        with stopwatch() as seconds:
            view, _shown = opened(make)
        put_away(view)
        return seconds()

    return one


@contextmanager
def moving(make: Make, accounts: int, places: Callable[[int], int]) -> Iterator[Act]:
    """The scroll bar to a row, until all rows there are painted."""
    view, shown = opened(make)
    until(lambda: view.model().rowCount() == accounts)
    bar = view.verticalScrollBar()

    def one(number: int) -> float:
        place = places(number) % max(bar.maximum(), 1)
        with stopwatch() as seconds:
            shown.wait()
            bar.setValue(place)
            until(shown)
        return seconds()

    yield one
    put_away(view)


@contextmanager
def tables(folder: Path, accounts: int, floors_alone: bool) -> Iterator[tuple[Make | None, Make]]:
    """What makes our list, and what makes the floor's, on files of that size."""
    folder.mkdir(exist_ok=True)
    app = QApplication.instance() or QApplication([])
    Theme(app, Scheme.light)
    kept_floor(folder / "floor.sqlite", "table", accounts, floor.build)
    bare = partial(floor.view, folder / "floor.sqlite", accounts)
    if floors_alone:
        yield None, bare
        return
    with kept_workspace(folder, "list", accounts, fill).closing() as workspace:
        context = connected(workspace, Settings(folder / "settings.json"))
        try:
            yield partial(ours, context), bare
        finally:
            context.lanes.stop()


def ours(context: UiContext) -> QTableView:
    """Our list, asked and not yet shown."""
    wish = Wish(entity="account", sort="name")
    made = RecordTable(context, wish, columns_of("account", COLUMNS), "benchmark")
    made.ask(wish)
    return made


@contextmanager
def table_opening(folder: Path, floors_alone: bool, *, accounts: int) -> Iterator[Job]:
    with tables(folder, accounts, floors_alone) as (mine, bare):
        yield Job(ours=opening(mine) if mine else None, floor=opening(bare), rounds=15, warm_up=2)


@contextmanager
def table_moving(folder: Path, floors_alone: bool, *, accounts: int, paging: bool) -> Iterator[Job]:
    chance = random.Random(3)
    jumps = [chance.randrange(accounts) for _ in range(200)]

    def place(number: int) -> int:
        return (number + 1) * 27 if paging else jumps[number % len(jumps)]

    with tables(folder, accounts, floors_alone) as (mine, bare), moving(bare, accounts, place) as below:
        if mine is None:
            yield Job(ours=None, floor=below, rounds=60, warm_up=3)
            return
        with moving(mine, accounts, place) as above:
            yield Job(ours=above, floor=below, rounds=60, warm_up=3)
