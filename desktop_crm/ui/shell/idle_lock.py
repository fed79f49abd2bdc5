"""Locks the screen when nobody touched keyboard or mouse for a while, and holds shortcuts and dialogs back until it is unlocked."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from desktop_crm.foundation.settings import Settings

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace
    from desktop_crm.ui.runtime.context import UiContext
    from desktop_crm.ui.shell.main_window import MainWindow
    from desktop_crm.ui.signin.lock_screen import LockScreen

AFTER: Final = "lock.minutes"
CONTACT_MS: Final = 3_600_000
_TOUCHES: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)
_HELD: Final = frozenset({QEvent.Type.Shortcut, QEvent.Type.DragEnter, QEvent.Type.Drop})


class IdleLock(QObject):
    """One per open workspace. Signals: `locked()`, `unlocked()`. Only the screen is locked: sync and backups go on."""

    locked = Signal()
    unlocked = Signal()

    def __init__(self, window: MainWindow, context: UiContext, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._context, self._settings = window, context, settings
        self._screen: LockScreen | None = None
        self._hidden: list[QWidget] = []
        self._touched = time.time()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.lock)
        context.preferences.lock_after_wanted.connect(self._on_wanted)
        context.preferences.lock_wanted.connect(self.lock)
        self._listening = False
        self._away = 0
        self._looks = QTimer(self)
        self._looks.setInterval(CONTACT_MS)
        self._looks.timeout.connect(self.look_for_contact)
        self._looks.start()
        context.lanes.stopped.connect(self._looks.stop)
        self._restart()
        self.look_for_contact()

    @Slot()
    def look_for_contact(self) -> None:
        """A laptop that has not met its server for too long is locked until it does."""
        self._context.lanes.read(partial(_days_over, self._context.workspace), self._on_contact)

    def _on_contact(self, days: int) -> None:
        if days and not self.is_locked:
            self._away = days
            self.lock()

    @property
    def is_locked(self) -> bool:
        return self._screen is not None

    def stop(self) -> None:
        """The workspace is being closed."""
        self._timer.stop()
        self._looks.stop()
        self._listen(wanted=False)
        self._show_again()
        self.deleteLater()

    @Slot()
    def lock(self) -> None:
        """Cover the window; other windows of ours are hidden until it is unlocked."""
        if self.is_locked:
            return
        from desktop_crm.ui.signin.lock_screen import LockScreen

        self._timer.stop()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        self._hidden = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not self._window]
        for other in self._hidden:
            other.hide()
        self._screen = LockScreen(self._context.workspace, self._context.lanes, self._away)
        self._screen.unlocked.connect(self._on_unlocked)
        self._listen(wanted=True)
        self._window.show_start(self._screen)
        self._screen.form.begin()
        self.locked.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if self.is_locked:
            return kind in _HELD
        if kind in _TOUCHES and self._limit():
            if time.time() - self._touched > self._limit():  # the machine slept, and the timer with it
                self.lock()
                return True
            self._restart()
        return False

    def _on_unlocked(self) -> None:
        self._screen, self._away = None, 0
        self._window.show_frame()
        self._show_again()
        self._restart()
        self.unlocked.emit()

    def _show_again(self) -> None:
        for other in self._hidden:
            other.show()
        self._hidden = []

    @Slot(int)
    def _on_wanted(self, minutes: int) -> None:
        self._settings.put(AFTER, minutes)
        self._restart()

    def _listen(self, *, wanted: bool) -> None:
        """Every event of the app goes through a filter: it is there only while it is needed."""
        app = QApplication.instance()
        if app is None or wanted == self._listening:
            return
        self._listening = wanted
        if wanted:
            app.installEventFilter(self)
        else:
            app.removeEventFilter(self)

    def _restart(self) -> None:
        self._touched = time.time()
        self._listen(wanted=bool(self._limit()))
        if self._limit():
            self._timer.start(int(self._limit() * 1000))
        else:
            self._timer.stop()

    def _limit(self) -> float:
        """Seconds; 0 for never."""
        minutes = self._settings.get(AFTER, 0)
        return float(minutes) * 60 if isinstance(minutes, int | float) else 0.0


def _days_over(workspace: Workspace) -> int:
    from desktop_crm.services.sync_lock import days_over

    return days_over(workspace)
