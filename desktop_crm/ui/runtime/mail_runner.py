"""Runs mail in the background of an open workspace: looks into the mailboxes when it is time, sends what is due, or both when asked.

It runs on the network lane, never while the user works offline, and tells when something may have changed. Words are the page's.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_crm.ui.runtime.lanes import Lanes
from desktop_crm.ui.runtime.sync_runner import SyncRunner

if TYPE_CHECKING:
    from desktop_crm.services.mail.working import Worked
    from desktop_crm.services.workspace import Workspace

TICK_MS = 30_000


class MailRunner(QObject):
    """Signals: `changed()` when a run began or ended; `failed(error)` for what is no matter of a mail or an account."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, workspace: Workspace, lanes: Lanes, sync: SyncRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._lanes = lanes
        self._sync = sync
        self.running = False
        self._again = False
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        lanes.stopped.connect(self._tick.stop)

    def begin(self) -> None:
        """Start looking at the clock; called when the first page is on the screen."""
        if not self._tick.isActive():
            self._tick.start()
            self._run(asked=False)

    def run_now(self) -> None:
        """Send and look now; while a run goes on, once more after it."""
        if self.running:
            self._again = True
        else:
            self._run(asked=True)

    @Slot()
    def _on_tick(self) -> None:
        if not self.running and not self._sync.state.offline:
            self._run(asked=False)

    def _run(self, *, asked: bool) -> None:
        if not self._lanes.open:
            return
        self.running = True
        if asked:
            self.changed.emit()
        self._lanes.network(partial(_work, self._workspace, asked), self._on_done, self._on_failed)

    def _on_done(self, worked: Worked | None) -> None:
        self._rest(told=worked is not None)

    def _on_failed(self, error: BaseException) -> None:
        self._rest(told=True)
        self.failed.emit(error)

    def _rest(self, *, told: bool) -> None:
        self.running = False
        if told:
            self.changed.emit()
        if self._again:
            self._again = False
            self._run(asked=True)


def _work(workspace: Workspace, asked: bool) -> Worked | None:
    from desktop_crm.services.mail import accounts

    if not accounts.accounts(workspace):
        return None
    from desktop_crm.services.mail import working

    return working.work(workspace, asked=asked) if asked or working.is_due(workspace) else None
