"""Runs the duplicate audit beside the window: records are read on a lane piece by piece, compared in the worker process step by step.

Between two steps other work has its turn, and a cancel takes effect. No piece is so large that the window would feel it.
"""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_crm.services.duplicates import running
from desktop_crm.services.workspace import Workspace
from desktop_crm.ui.runtime.context import UiContext

_NUMBERS = count(1)


class AuditRunner(QObject):
    """Signals: `progressed(what, count)` with what `read` or `compare`; `finished()` after the result was kept; `stopped()`;
    `proposed(entity, found)` instead of `finished` when records were looked at that are not written yet.
    """

    progressed = Signal(str, int)
    finished = Signal()
    proposed = Signal(str, str)
    stopped = Signal()

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._run = ""
        self._entity = ""
        self._read = 0
        self._more: tuple[running.Raw, ...] = ()
        self._foresees = False

    @property
    def under_way(self) -> bool:
        return bool(self._run)

    def start(self, entity: str, coming: tuple[running.Raw, ...] = ()) -> None:
        """Begin; one that is under way is dropped. `coming`: records that may be written, to be compared with those there."""
        self._more, self._foresees = coming, bool(coming)
        self._run, self._entity, self._read = f"audit {next(_NUMBERS)}", entity, 0
        self._next_piece("")

    def cancel(self) -> None:
        """Stop after the step that is under way."""
        if not self._run:
            return
        self._context.lanes.work(running.drop, self._run)
        self._run = ""
        self.stopped.emit()

    def _next_piece(self, after: str) -> None:
        work = partial(_piece, self._context.workspace, self._entity, after)
        self._context.lanes.read(work, partial(self._on_piece, self._run), self._on_failed)

    def _on_piece(self, run: str, rows: tuple[running.Raw, ...]) -> None:
        if run != self._run:
            return
        if not rows and self._more:
            rows, self._more = self._more[: running.CHUNK], self._more[running.CHUNK :]
            done = partial(self._on_more, run)
            self._context.lanes.work(running.feed, run, self._entity, rows, done=done, failed=self._on_failed)
        elif rows:
            done = partial(self._on_fed, run, rows[-1][0])
            self._context.lanes.work(running.feed, run, self._entity, rows, done=done, failed=self._on_failed)
        elif self._read:
            self._next_step()
        else:
            self._keep("[]")

    def _on_fed(self, run: str, last: str, fed: int) -> None:
        if run == self._run:
            self._read = fed
            self.progressed.emit("read", fed)
            self._next_piece(last)

    def _on_more(self, run: str, fed: int) -> None:
        """One piece of what may come was taken in; the next one, or the comparing."""
        if run == self._run:
            self._read = fed
            self.progressed.emit("read", fed)
            self._on_piece(run, ())

    def _next_step(self) -> None:
        self._context.lanes.work(
            running.step, self._run, done=partial(self._on_step, self._run), failed=self._on_failed
        )

    def _on_step(self, run: str, answer: tuple[int, str | None]) -> None:
        if run != self._run:
            return
        compared, found = answer
        self.progressed.emit("compare", compared)
        if found is None:
            self._next_step()
        elif self._foresees:
            self._run = ""
            self.proposed.emit(self._entity, found)
        else:
            self._keep(found)

    def _keep(self, found: str) -> None:
        work = partial(_keep, self._context.workspace, self._entity, found, self._read)
        self._context.lanes.write(work, self._on_kept, self._on_failed)

    def _on_kept(self, _nothing: Any) -> None:
        self._run = ""
        self.finished.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._run = ""
        self._context.reporter.report(error)
        self.stopped.emit()


def _piece(workspace: Workspace, entity: str, after: str) -> tuple[running.Raw, ...]:
    from desktop_crm.services.duplicates.finding import chunk

    return chunk(workspace, entity, after)


def _keep(workspace: Workspace, entity: str, found: str, rows: int) -> None:
    from desktop_crm.services.duplicates.finding import keep

    keep(workspace, entity, found, rows)
