"""Runs sync in the background of an open workspace: soon after an edit, at news from the server, every few minutes, when asked.

It never runs while the user works offline. It runs on the network lane and tells how things stand; the words and colours are the shell's and the sync centre's.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import CrmError
from desktop_crm.foundation.settings import Settings
from desktop_crm.ui.runtime.lanes import Lanes
from desktop_crm.ui.runtime.news_watch import NewsWatch

if TYPE_CHECKING:
    from desktop_crm.services.sync import ByBrowser, Progress, Schedule, SyncReport, SyncStatus
    from desktop_crm.services.workspace import Workspace
    from desktop_crm.ui.runtime.network import Network

TICK_MS = 5_000
LOOK_MS = 400
"""So often a run that goes on is asked how far it is."""
AFTER_EDIT_MS = 600
OFFLINE = "sync.offline"
METERED = "sync.metered"
LINE_LOST = timedelta(seconds=20)
"""So long after the line of news was lost the next run is due at the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """How things stand: what the service says, and what this app is doing about it."""

    status: SyncStatus | None = None
    offline: bool = False
    metered: bool = False
    """The connection costs: files wait, and runs that nobody asked for come less often."""
    captive: bool = False
    """The system says that this network wants a sign-in first."""
    running: bool = False
    failure: CrmError | None = None
    progress: Progress | None = None
    """How far a run is that takes long, as a first sync does."""


class SyncRunner(QObject):
    """Signals: `changed(state)`; `failed(error)` when a run that the user asked for went wrong. Lives on the GUI thread."""

    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, workspace: Workspace, lanes: Lanes, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._lanes = lanes
        self._settings = settings
        self._schedule: Schedule | None = None
        self._state = SyncState(offline=bool(settings.get(OFFLINE, False)), metered=bool(settings.get(METERED, False)))
        self._random = random.Random()
        self._reads = lanes.slot()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(AFTER_EDIT_MS)
        self._soon.timeout.connect(self._on_tick)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._on_look)
        lanes.stopped.connect(self._look.stop)
        self._known = self._news = 0
        """The newest commit that a run brought, and the newest that the server told of."""
        self._network: Network | None = None
        self.watch = NewsWatch(workspace, self)
        self.watch.heard.connect(self._on_news)
        self.watch.ended.connect(self._on_line_lost)
        lanes.stopped.connect(self.watch.stop)

    @property
    def state(self) -> SyncState:
        return self._state

    def begin(self) -> None:
        """Start watching; called when the first page is on the screen, since it imports the service."""
        if self._schedule is not None:
            self.refresh()
            return
        from desktop_crm.services.sync import Schedule

        self._schedule = replace(Schedule.start(self._workspace.clock.now()), offline=self._state.offline)
        self._tick.start()
        self.refresh(self._on_tick)

    def _ask_network(self) -> None:
        """From now on what the system says of the connection counts, as long as the user said nothing else.

        Only where there is a server: Qt's network and the system's own take seven MiB.
        """
        from desktop_crm.ui.runtime.network import Network

        self._network = Network(self)
        self._network.changed.connect(self._on_network)
        self._on_network()

    @Slot()
    def _on_network(self) -> None:
        """The connection changed: it costs, or no more; a network that wants a sign-in first let us through."""
        if self._network is None:
            return
        chosen = self._settings.get(METERED)
        captive, was_captive = self._network.captive, self._state.captive
        self._tell(metered=self._network.metered if chosen is None else bool(chosen), captive=captive)
        if was_captive and not captive and self._schedule is not None:
            self._schedule = self._schedule.asked(self._workspace.clock.now())
            self._on_tick()

    @Slot(object, object)
    def on_changed(self, changes: Changes, _initiator: object = None) -> None:
        """Something was written here: it waits to be sent."""
        if self._schedule is None or changes.remote:
            return
        self._schedule = self._schedule.edited(self._workspace.clock.now())
        self._soon.start()
        self.refresh()

    def fetch_soon(self) -> None:
        """Run now where there is a server to run with: something was asked for that lies there."""
        if self._state.status is not None and self._state.status.joined and not self._state.offline:
            self.sync_now()

    def sync_now(self, *, let_leave: bool = False) -> None:
        """Run now, and tell when it goes wrong."""
        if self._schedule is not None:
            self._schedule = self._schedule.asked(self._workspace.clock.now())
        self._run(asked=True, let_leave=let_leave)

    def join(
        self,
        url: str,
        user: str,
        password: str,
        failed: Callable[[BaseException], None],
        code: str = "",
        browser: ByBrowser | None = None,
        pin: str = "",
    ) -> None:
        """Sign in and sync for the first time. `code`: of the second factor; `browser`: sign in there; `pin`: the server's fingerprint."""
        if self._state.running:
            return
        self._tell(running=True)
        self._look.start()
        work = partial(_join, self._workspace, url, user, password, code, browser, pin)
        self._lanes.network(work, self._on_done, partial(self._on_not_joined, failed))

    def set_offline(self, offline: bool) -> None:
        """Work offline on purpose, or go back to syncing."""
        self._settings.put(OFFLINE, offline)
        if self._schedule is not None:
            self._schedule = replace(self._schedule, offline=offline)
        self._tell(offline=offline, failure=None)
        if offline:
            self.watch.stop()
        else:
            self.sync_now()

    def set_metered(self, metered: bool) -> None:
        """Spare the connection, or use it freely again: then the files that waited are exchanged. To choose what the system
        says too is to follow it from now on.
        """
        found = self._network is not None and self._network.metered
        self._settings.put(METERED, None if self._network is not None and metered == found else metered)
        self._tell(metered=metered)
        if not metered and not self._state.offline:
            self.sync_now()

    def refresh(self, then: Callable[[], None] | None = None) -> None:
        """Ask how things stand."""
        if self._lanes.open:
            self._reads.read(partial(_status, self._workspace), partial(self._on_status, then))

    def _on_status(self, then: Callable[[], None] | None, status: SyncStatus) -> None:
        self._tell(status=status)
        if self._network is None and self._schedule is not None and status.joined:
            self._ask_network()
        if then is not None:
            then()

    @Slot()
    def _on_tick(self) -> None:
        status = self._state.status
        if self._schedule is None or status is None or not status.joined or self._state.running:
            return
        if self._schedule.is_due(self._workspace.clock.now()):
            self._run(asked=False)

    @Slot(object)
    def _on_news(self, head: int) -> None:
        """Somebody's change is at the server, or our own that was just sent."""
        self._news = max(self._news, head)
        if self._news > self._known and not self._state.running and not self._state.offline:
            self._run(asked=False)

    @Slot(bool)
    def _on_line_lost(self, worked: bool) -> None:
        """A run finds out why, and listens again when the server answers. Where no line ever stands, the usual pace does."""
        if self._schedule is not None and worked:
            soon = self._workspace.clock.now() + LINE_LOST
            self._schedule = replace(self._schedule, due=min(self._schedule.due, soon))

    def _run(self, *, asked: bool, let_leave: bool = False) -> None:
        if self._state.running or not self._lanes.open:
            return
        self._tell(running=True)
        self._look.start()
        work = partial(_sync, self._workspace, let_leave, asked or not self._state.metered)
        self._lanes.network(work, self._on_done, partial(self._on_failed, asked))

    @Slot()
    def _on_look(self) -> None:
        """Rows of a first sync are shown as they come."""
        from desktop_crm.services import sync

        arrived = sync.take_arrived(self._workspace)
        if arrived:
            self._lanes.wrote.emit(arrived, None)
        far = sync.progress(self._workspace)
        if far != self._state.progress:
            self._tell(progress=far)

    def _on_done(self, report: SyncReport) -> None:
        if self._schedule is not None:
            now = self._workspace.clock.now()
            self._schedule = self._schedule.succeeded(now, sparing=self._state.metered)
        self._rest(failure=None)
        self._known = max(self._known, report.cursor)
        if self._news > self._known:
            self._known = self._news  # asked for once; what a run does not bring is not for this laptop
            self._run(asked=False)
        if not self._state.offline and self._lanes.open:
            self.watch.start()
        self.refresh()

    def _on_failed(self, asked: bool, error: BaseException) -> None:
        if self._schedule is not None:
            self._schedule = self._schedule.failed(self._workspace.clock.now(), self._random)
        known = error if isinstance(error, CrmError) else None
        self._rest(failure=known)
        self.refresh()
        if asked or known is None:
            self.failed.emit(error)

    def _on_not_joined(self, failed: Callable[[BaseException], None], error: BaseException) -> None:
        self._rest()
        failed(error)

    def _rest(self, **news: Any) -> None:
        self._look.stop()
        self._tell(running=False, progress=None, **news)

    def _tell(self, **news: Any) -> None:
        self._state = replace(self._state, **news)
        self.changed.emit(self._state)


def _status(workspace: Workspace) -> SyncStatus:
    from desktop_crm.services import sync

    return sync.status(workspace)


def _sync(workspace: Workspace, let_leave: bool, files: bool) -> SyncReport:
    from desktop_crm.services import sync

    return sync.sync_now(workspace, let_leave=let_leave, files=files)


def _join(
    workspace: Workspace, url: str, user: str, password: str, code: str, browser: ByBrowser | None, pin: str
) -> SyncReport:
    from desktop_crm.services import sync

    return sync.join(workspace, url, user, password, code, browser, pin)
