"""Ctrl+C in the terminal, and a system that shuts down: told inside Qt's loop, so that the window closes in order.

Python runs its handlers between two of its own instructions; inside Qt's loop there is none. The wake-up socket brings the
signal into the loop.
"""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

ASKED = (signal.SIGINT, signal.SIGTERM)


class SignalWatch(QObject):
    """Signals: `asked_to_end()` on the GUI thread. Made on the main thread; `stop` restores what was before."""

    asked_to_end = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._out, self._in = socket.socketpair()
        self._out.setblocking(False)
        self._in.setblocking(False)
        self._former_socket = signal.set_wakeup_fd(self._in.fileno(), warn_on_full_buffer=False)
        self._former = {number: signal.signal(number, _nothing) for number in ASKED}
        self._notifier = QSocketNotifier(self._out.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._heard)

    def stop(self) -> None:
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._former_socket)
        for number, handler in self._former.items():
            signal.signal(number, handler)
        self._out.close()
        self._in.close()

    @Slot()
    def _heard(self) -> None:
        if set(self._out.recv(64)) & {int(number) for number in ASKED}:
            self.asked_to_end.emit()


def _nothing(_number: int, _frame: object) -> None:
    """The socket has carried the news already."""
