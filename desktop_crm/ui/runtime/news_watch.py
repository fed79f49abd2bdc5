"""Listens to the server's news on a thread of its own while a workspace is open and online."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

if TYPE_CHECKING:
    from desktop_crm.services.sync_news import Listening
    from desktop_crm.services.workspace import Workspace

_PATIENCE_SECONDS = 15.0


class NewsWatch(QObject):
    """Signals, on the GUI thread: `heard(head)`: the server has a new commit; `ended(worked)`: the line is gone although it
    was wanted; whether anything ever came over it; `met(present)`: who else looks at a record has changed.
    """

    heard = Signal(object)
    met = Signal(object)
    ended = Signal(bool)
    _over = Signal(object, bool)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._listening: Listening | None = None
        self._thread: threading.Thread | None = None
        self._over.connect(self._on_over, Qt.ConnectionType.QueuedConnection)

    @property
    def listens(self) -> bool:
        return self._thread is not None

    def start(self) -> None:
        """Listen, unless it is done already."""
        if self._thread is not None:
            return
        from desktop_crm.services.sync_news import Listening

        listening = self._listening = Listening(self._workspace)
        self._thread = threading.Thread(target=self._run, args=(listening,), name="news", daemon=True)
        self._thread.start()

    @Slot()
    def stop(self) -> None:
        """End the line and wait for its thread."""
        if self._thread is None or self._listening is None:
            return
        self._listening.stop()
        self._thread.join(_PATIENCE_SECONDS)
        self._thread = self._listening = None

    def _run(self, listening: Listening) -> None:
        heads: list[int] = []

        def hear(head: int) -> None:
            heads[:] = [head]
            self.heard.emit(head)

        try:
            listening.run(hear, self.met.emit)
        finally:
            self._over.emit(listening, bool(heads))

    @Slot(object, bool)
    def _on_over(self, listening: Listening, worked: bool) -> None:
        if listening is not self._listening:
            return
        self._thread = self._listening = None
        self.ended.emit(worked)
