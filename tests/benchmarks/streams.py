"""The timeline of an account with 100,000 entries, on the screen: opened to its first paint with entries, and a page further.

The floor is Qt's table over a bare lazy model of as many rows; ours reads windows from all sources of a timeline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from desktop_crm.foundation.ids import new_row_id
from desktop_crm.foundation.settings import Settings
from desktop_crm.persistence.tables import ROWS
from desktop_crm.services.workspace import Workspace
from desktop_crm.ui.activities.stream_panel import StreamPanel
from desktop_crm.ui.runtime.context import connected
from desktop_crm.ui.theme import Scheme, Theme
from tests.benchmarks import tables
from tests.benchmarks.floors import table as floor
from tests.benchmarks.measure import Act, Job, stopwatch
from tests.benchmarks.standing_files import kept_floor, kept_workspace
from tests.benchmarks.trees import HEIGHT, WIDTH

ENTRIES = 100_000
STEP = 50_000
NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)
KINDS = ("visit", "call", "mail", "meeting", "note")
ACCOUNT = "00000000-0000-7000-8000-000000000001"


def fill(workspace: Workspace, entries: int) -> None:
    """One account and what happened there, in the app's own tables; history is not looked at and left out."""
    table = ROWS["activity"].__table__
    with workspace.database.writing() as connection:
        connection.execute(ROWS["account"].__table__.insert(), [{"id": ACCOUNT, "name": "큰 계정", "_clk": "{}"}])
        for start in range(0, entries, STEP):
            rows = [
                {
                    "id": new_row_id(),
                    "kind": KINDS[n % 5],
                    "subject": f"이야기 {n}",
                    "body": "예산은 10월에 확정된다고 함. 다음 주에 다시 통화.",
                    "account_id": ACCOUNT,
                    "occurred_at": NOON - timedelta(minutes=37 * n),
                    "_clk": "{}",
                }
                for n in range(start, min(start + STEP, entries))
            ]
            connection.execute(table.insert(), rows)


class Painted(QObject):
    """Whether the list was painted with entries since the last look."""

    def __init__(self, panel: StreamPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self.done = False
        panel.list.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        filled = self._panel.model.rowCount() > 0
        self.done = self.done or (event.type() == QEvent.Type.Paint and filled)
        return False


def opened(make: Callable[[], StreamPanel]) -> tuple[StreamPanel, Painted]:
    panel = make()
    painted = Painted(panel)
    panel.resize(WIDTH, HEIGHT)
    panel.show()
    panel.show_row(ACCOUNT)
    tables.until(lambda: painted.done)
    return panel, painted


def opening(make: Callable[[], StreamPanel]) -> Act:
    def one(_: int) -> float:
        with stopwatch() as seconds:
            panel, _painted = opened(make)
        panel.close()
        panel.deleteLater()
        return seconds()

    return one


def paging(make: Callable[[], StreamPanel]) -> Act:
    """A page down, to its paint; where the list must grow first, that is waited for too."""
    panel, painted = opened(make)
    bar = panel.list.verticalScrollBar()

    def one(_: int) -> float:
        with stopwatch() as seconds:
            wanted = bar.value() + bar.pageStep()
            tables.until(lambda: bar.maximum() >= wanted)
            painted.done = False
            bar.setValue(wanted)
            tables.until(lambda: painted.done)
        return seconds()

    return one


@contextmanager
def timeline(folder: Path, floors_alone: bool, *, further: bool) -> Iterator[Job]:
    folder.mkdir(exist_ok=True)
    app = QApplication.instance() or QApplication([])
    Theme(app, Scheme.light)
    kept_floor(folder / "floor.sqlite", "table", ENTRIES, floor.build)
    bare = partial(floor.view, folder / "floor.sqlite", ENTRIES)
    with tables.moving(bare, ENTRIES, lambda number: (number + 1) * 27) as below:
        lower = below if further else tables.opening(bare)
        if floors_alone:
            yield Job(ours=None, floor=lower, rounds=15)
            return
        with kept_workspace(folder, "timeline", ENTRIES, fill).closing() as workspace:
            context = connected(workspace, Settings(folder / "settings.json"))
            make = partial(StreamPanel, context, "account")
            try:
                yield Job(
                    ours=(paging if further else opening)(make), floor=lower, rounds=40 if further else 15, warm_up=3
                )
            finally:
                context.lanes.stop()
