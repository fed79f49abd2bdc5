"""Desktop notices: tasks that are due, a visit or meeting about to begin (or begun while the laptop slept), and a sync that needs a decision.

They go through the system's tray. Where there is none, or where they are switched off, nothing is said and nothing fails.
Each is told once: due tasks once a day, a visit once, sync when it comes to need somebody. Nothing here writes records.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.shell.sync_watch import said
from desktop_crm.ui.theme import Mood, current, icon

if TYPE_CHECKING:
    from desktop_crm.services.activities import Planned
    from desktop_crm.services.workspace import Workspace
    from desktop_crm.ui.runtime.context import UiContext
    from desktop_crm.ui.runtime.sync_runner import SyncState

SETTING = "notices"
TOLD_DAY = "notices.day"
FIRST_MS, LOOK_MS = 3_000, 60_000
BEFORE = timedelta(minutes=15)
MISSED = timedelta(hours=2)
"""What began while the laptop slept is told for so long."""
STAY_MS = 10_000
Looked = tuple[int, "tuple[Planned, ...]", datetime]


class Desk(Protocol):
    """Where a notice appears."""

    def show(self, title: str, text: str, act: Callable[[], object]) -> None: ...
    def leave(self) -> None: ...


class Tray(QObject):
    """The system's tray; it stands there only once there was something to say."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._icon: QSystemTrayIcon | None = None
        self._act: Callable[[], object] | None = None

    def show(self, title: str, text: str, act: Callable[[], object]) -> None:
        """Show a notice where the system has a place for it; `act` follows a press on it."""
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._icon is None:
            self._icon = QSystemTrayIcon(icon("logo", current().accent), self)
            self._icon.setToolTip("Desktop CRM")
            self._icon.messageClicked.connect(self._on_pressed)
            self._icon.activated.connect(self._on_pressed)
        self._act = act
        self._icon.show()
        self._icon.showMessage(title, text, QSystemTrayIcon.MessageIcon.NoIcon, STAY_MS)

    def leave(self) -> None:
        """Give the place in the tray back."""
        if self._icon is not None:
            self._icon.hide()

    def _on_pressed(self, _reason: object = None) -> None:
        if self._act is not None:
            self._act()


class DesktopNotices(QObject):
    """One per open workspace; `stop()` before it is closed."""

    def __init__(self, context: UiContext, window: QWidget, desk: Desk | None = None) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._desk: Desk = desk if desk is not None else Tray(self)
        self._told: set[str] = set()
        self._needed = False
        self._seen: datetime | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        context.sync.changed.connect(self._on_sync)

    def begin(self) -> None:
        """Look once the first page is painted, and then every minute."""
        self._timer.start(FIRST_MS)

    def stop(self) -> None:
        self._timer.stop()
        self._context.sync.changed.disconnect(self._on_sync)
        self._desk.leave()

    @property
    def wanted(self) -> bool:
        """Whether the user has left them on."""
        return bool(self._context.settings.get(SETTING, True))

    @Slot()
    def look(self) -> None:
        """Ask what is due."""
        self._timer.setInterval(LOOK_MS)
        if self.wanted and self._context.lanes.open:
            self._context.lanes.read(partial(looked, self._context.workspace, self._seen), self._on_looked)

    def _on_looked(self, found: Looked) -> None:
        due, planned, now = found
        self._seen = now
        today = self._context.workspace.today().isoformat()
        if due and self._context.settings.get(TOLD_DAY) != today:
            self._context.settings.put(TOLD_DAY, today)
            text = ntr("{n} task is due today or late.", "{n} tasks are due today or late.", due)
            self._tell(tr("Your day"), text, partial(self._context.routes.go, "day"))
        for one in planned:
            key = f"{one.id} {one.at.isoformat()}"
            if key not in self._told:
                self._told.add(key)
                title = _when_words(one, now)
                where = " · ".join(part for part in (one.subject, one.account, formats.time(one.at)) if part)
                self._tell(title, where, partial(self._context.routes.open, "activity", one.id))

    @Slot(object)
    def _on_sync(self, state: SyncState) -> None:
        """Only when it comes to need somebody, and only for somebody who looks elsewhere."""
        words = said(state)
        needed = words.mood is Mood.bad
        if needed and not self._needed and not self._window.isActiveWindow():
            self._tell(words.text, words.tip, partial(self._context.routes.go, "sync"))
        self._needed = needed

    def _tell(self, title: str, text: str, act: Callable[[], object]) -> None:
        if self.wanted:
            self._desk.show(title, text, partial(self._follow, act))

    def _follow(self, act: Callable[[], object]) -> None:
        """A notice that is pressed brings the window up and goes there."""
        self._window.setWindowState(self._window.windowState() & ~self._window.windowState().WindowMinimized)
        self._window.raise_()
        self._window.activateWindow()
        act()


def _when_words(one: Planned, now: datetime) -> str:
    """How soon it begins, or how long ago it began while the laptop slept."""
    minutes, kind = round((one.at - now).total_seconds() / 60), option_label("kind", one.kind)
    if minutes < 0:
        return ntr("{kind} began {n} minute ago", "{kind} began {n} minutes ago", -minutes, kind=kind)
    return ntr("{kind} in {n} minute", "{kind} in {n} minutes", minutes, kind=kind)


def looked(workspace: Workspace, seen: datetime | None = None) -> Looked:
    """How many tasks press, what begins soon or began since the last look, and the time it is; runs on the read lane."""
    from desktop_crm.services import activities

    now = workspace.clock.now()
    since = max(seen, now - MISSED) if seen is not None else None
    return activities.due_count(workspace), activities.planned(workspace, BEFORE, since), now
