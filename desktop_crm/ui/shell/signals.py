"""Ctrl+C in the terminal, and a system that shuts down: told inside Qt's loop, so that the window closes in order.

Python runs its handlers between two of its own instructions, and inside Qt's loop there is none; a slow timer makes room.
"""

from __future__ import annotations

import signal

from PySide6.QtCore import QObject, QTimer, Signal, Slot

ASKED = (signal.SIGINT, signal.SIGTERM)
EVERY_MS = 400


class SignalWatch(QObject):
    """Signals: `asked_to_end()` on the GUI thread. Made on the main thread; `stop` restores what was before."""

    asked_to_end = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._heard = False
        self._former = {number: signal.signal(number, self._hear) for number in ASKED}
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._tell)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def _hear(self, _number: int, _frame: object) -> None:
        self._heard = True

    @Slot()
    def _tell(self) -> None:
        if self._heard:
            self._heard = False
            self.asked_to_end.emit()
