"""The calendar's month with 2,000 events, on the screen: from the making of the page to its first paint with events.

The events stand in a workspace of ten times as many; holidays come after the first paint, as in the app.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from desktop_crm.foundation.settings import Settings
from desktop_crm.i18n.public_holidays import public_holidays
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services.workspace import Workspace, init_workspace
from desktop_crm.ui.activities.calendar_page import CalendarPage
from desktop_crm.ui.runtime.context import connected
from desktop_crm.ui.theme import Scheme, Theme
from tests.benchmarks.measure import Job, stopwatch
from tests.benchmarks.tables import until

EVENTS, OTHERS = 2_000, 20_000
FIRST_PAINT = 0.050
"""Seconds until the first paint that people take for at once."""


def fill(workspace: Workspace, events: int, others: int) -> None:
    """Events through one month, and many of other months."""
    now = workspace.clock.now().astimezone(UTC)
    begin = now.replace(day=1, hour=0, minute=0)
    month = [begin + timedelta(minutes=n * 28 * 24 * 60 // events) for n in range(events)]
    before = [begin - timedelta(days=40, hours=n) for n in range(others)]
    rows = [
        {"kind": ("meeting", "visit", "call")[n % 3], "subject": f"만남 {n}", "occurred_at": at, "minutes": 30}
        for n, at in enumerate((*month, *before))
    ]
    with workspace.write("benchmark.calendar") as work:
        work.bulk("activity", inserts=rows)


class Painted(QObject):
    """Whether the sheet was painted with its events."""

    def __init__(self, page: CalendarPage) -> None:
        super().__init__(page)
        self._page = page
        self.done = False
        page.month.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.done = self.done or (event.type() == QEvent.Type.Paint and bool(self._page._events))
        return False


@contextmanager
def month(folder: Path, floors_alone: bool) -> Iterator[Job]:
    if floors_alone:
        yield Job(ours=None, floor=lambda _: FIRST_PAINT, rounds=15)
        return
    app = QApplication.instance() or QApplication([])
    theme = Theme(app, Scheme.light)
    workspace = init_workspace(folder / "ours.crm", name="bench", currency="KRW", secrets=MemoryStore())
    fill(workspace, EVENTS, OTHERS)
    today = workspace.today()
    public_holidays(today, today)
    context = connected(workspace, Settings(folder / "settings.json"))

    def first_paint(_: int) -> float:
        with stopwatch() as seconds:
            page = CalendarPage(context)
            painted = Painted(page)
            page.resize(1240, 800)
            page.show()
            until(lambda: painted.done)
        page.close()
        page.deleteLater()
        return seconds()

    try:
        yield Job(ours=first_paint, floor=lambda _: FIRST_PAINT, rounds=15)
    finally:
        context.lanes.stop()
        workspace.close()
        theme.deleteLater()
