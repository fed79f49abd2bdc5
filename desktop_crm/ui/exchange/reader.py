"""Reading the rows of an import in the worker process, with progress and a way to stop. The window only looks at two numbers."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_crm.services import importing
from desktop_crm.services.importing import ImportPlan, Meter
from desktop_crm.ui.runtime.lanes import Job, Lanes

LOOK_MS = 120


class RowReader(QObject):
    """Signals (GUI thread): `progressed(done, whole)`; `read(rows)`; `failed(error)`, of which the last two come once."""

    progressed = Signal(int, int)
    read = Signal(object)
    failed = Signal(object)

    def __init__(self, lanes: Lanes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = lanes
        self._meter: Meter | None = None
        self._job: Job | None = None
        self._looks = QTimer(self)
        self._looks.setInterval(LOOK_MS)
        self._looks.timeout.connect(self._look)

    def start(self, plan: ImportPlan) -> None:
        """Read the rows of a plan; what is under way is stopped."""
        self.stop()
        self._meter = Meter.fresh()
        self._looks.start()
        self._job = self._lanes.work(
            importing.read_measured, plan, self._meter, done=self._on_read, failed=self._on_failed
        )

    def stop(self) -> None:
        """Stop reading; nothing is told any more."""
        self._tidy()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _tidy(self) -> None:
        self._looks.stop()
        if self._meter is not None:
            self._meter.remove()
            self._meter = None

    def _look(self) -> None:
        done, whole = self._meter.figures() if self._meter is not None else (0, 0)
        if whole:
            self.progressed.emit(done, whole)

    def _on_read(self, rows: Any) -> None:
        self._tidy()
        self.read.emit(rows)

    def _on_failed(self, error: BaseException) -> None:
        self._tidy()
        self.failed.emit(error)
