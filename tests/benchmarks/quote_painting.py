"""An edit in the builder of a quote of 1,000 lines: what the GUI thread needs from the new line to the painted rows and sums."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from desktop_crm.domain.quotes import edits
from desktop_crm.foundation.settings import Settings
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import quotes
from desktop_crm.services.workspace import Workspace, init_workspace
from desktop_crm.ui.quotes.builder import QuoteBuilder
from desktop_crm.ui.runtime.context import connected
from desktop_crm.ui.theme import Scheme, Theme
from tests.benchmarks.measure import Job, stopwatch
from tests.benchmarks.quoting import with_lines

FRAME = 0.016
"""Seconds that a screen of 60 pictures a second leaves."""


class _Painted(QObject):
    """Notes which of some widgets were painted."""

    def __init__(self, *watched: QWidget) -> None:
        super().__init__()
        self._watched = watched
        self.left: set[QObject] = set()
        for one in watched:
            one.installEventFilter(self)

    def wait(self) -> None:
        while self.left:
            QApplication.processEvents()

    def begin(self) -> None:
        self.left = set(self._watched)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.left.discard(watched)
        return super().eventFilter(watched, event)


@contextmanager
def painted(folder: Path, floors_alone: bool, *, lines: int) -> Iterator[Job]:
    """A line in sight at another quantity, taken and priced → its row and the grand total painted."""
    if floors_alone:
        yield Job(ours=None, floor=lambda _: FRAME, rounds=1)
        return
    workspace = init_workspace(folder / "ours.crm", name="w", secrets=MemoryStore())
    with workspace.closing(), _builder(folder, workspace, lines) as builder:
        seen = _Painted(builder.grid.viewport(), builder.totals.grand_total)

        def change(number: int) -> float:
            draft = builder.editor.draft
            assert draft is not None
            line = draft.sections[0].lines[4]
            seen.begin()
            with stopwatch() as seconds:
                builder.editor.edit("test", edits.set_line(draft, replace(line, quantity=Decimal(number + 20))))
                seen.wait()
            while not builder.editor.saved:
                QApplication.processEvents()
            return seconds()

        yield Job(ours=change, floor=lambda _: FRAME, rounds=60, warm_up=5)


@contextmanager
def _builder(folder: Path, workspace: Workspace, lines: int) -> Iterator[QuoteBuilder]:
    app = QApplication.instance() or QApplication([])
    Theme(app, Scheme.light)
    made = quotes.create(workspace, account_id=None, sections=(with_lines(lines),))
    context = connected(workspace, Settings(folder / "settings.json"))
    builder = QuoteBuilder(context)
    builder.resize(1440, 900)
    builder.show()
    builder.open_quote(made.id)
    try:
        while builder.editor.draft is None:
            QApplication.processEvents()
        yield builder
    finally:
        context.lanes.stop()
        builder.close()
        builder.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
