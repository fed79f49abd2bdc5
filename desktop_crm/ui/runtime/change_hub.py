"""The last mile of every change, local or from the server: one signal that all pages listen to.

Local changes are told at once; remote ones are joined, so that a long pull refreshes the screen at most ten times a second.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_crm.foundation.changes import Changes

JOIN_MS = 100


class ChangeHub(QObject):
    """Signals (GUI thread): `changed(changes, initiator)`; a listener skips its own echo by comparing the initiator."""

    changed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting = Changes.none()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(JOIN_MS)
        self._timer.timeout.connect(self.flush)

    @Slot(object, object)
    def announce(self, changes: Changes, initiator: object = None) -> None:
        """Tell what changed."""
        if not changes:
            return
        if not changes.remote:
            self.changed.emit(changes, initiator)
            return
        self._waiting = self._waiting.join(changes)
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def flush(self) -> None:
        """Tell the joined remote changes now."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, Changes.none()
        if waiting:
            self.changed.emit(waiting, None)
