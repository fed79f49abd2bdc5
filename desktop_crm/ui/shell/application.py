"""The running app: one window, its theme and language, the workspace that is open, and the way from start screen to frame.

Paint first, then load: the window is shown before the database's libraries are imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from desktop_crm import i18n
from desktop_crm.foundation.errors import CrmError, Refusal, Trouble
from desktop_crm.foundation.glance import FIRST_PAGE, LAST, PAGE, TYPED, Glance, last_workspace
from desktop_crm.foundation.settings import SafeSettings, Settings
from desktop_crm.foundation.starts import ENOUGH, Starts
from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.reporter import ErrorReporter
from desktop_crm.ui.shell.main_window import MainWindow
from desktop_crm.ui.shell.rows import Rows
from desktop_crm.ui.shell.signals import SignalWatch
from desktop_crm.ui.theme import Scheme, Theme

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace
    from desktop_crm.ui.runtime.context import UiContext
    from desktop_crm.ui.runtime.lanes import Lanes
    from desktop_crm.ui.runtime.preferences import Replacing
    from desktop_crm.ui.shell.daily_backup import DailyBackup
    from desktop_crm.ui.shell.idle_lock import IdleLock
    from desktop_crm.ui.shell.notices import DesktopNotices
    from desktop_crm.ui.shell.year_watch import YearWatch
    from desktop_crm.ui.signin.start import StartScreen, Wanted

LOOK_WIDTH = 530
STANDS_AFTER_MS = 5000
"""A start that lived so long came through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How workspaces are opened and made; handed in by the composition root, run on a lane."""

    open_file: Any
    """(path, passphrase or None) → Workspace"""
    make: Any
    """(Wanted) → Workspace, or None when nothing is to be opened"""
    glance: Glance | None = None
    """The first look into the workspace that will be opened, on its way already"""
    tabs: Any = None
    """entity → tabs that every record has"""


class Running(QObject):
    """Signals: `looked()` when the first rows are painted, `opened(context)` when the workspace is open."""

    opened = Signal(object)
    looked = Signal()

    def __init__(self, app: QApplication, settings: Settings, rows: Rows, opening: Opening) -> None:
        super().__init__(app)
        self._settings = settings
        self._opening = opening
        i18n.use(str(settings.get("language") or i18n.detect()))
        use_forms(settings)
        self.theme = Theme(app, _scheme(settings))
        self._lanes: Lanes | None = None
        self.reporter = ErrorReporter(self)
        self.reporter.install()
        self.context: UiContext | None = None
        self._start: StartScreen | None = None
        self._lock: IdleLock | None = None
        self._daily: DailyBackup | None = None
        self._year: YearWatch | None = None
        self._path: Path | None = None
        self._notices: DesktopNotices | None = None
        self.window = MainWindow(self.theme, settings, rows)
        self.window.closed.connect(self.stop)
        self.window.workspace_left.connect(self.leave)
        self.window.workspace_wanted.connect(self.switch)
        self.reporter.reported.connect(self.window.show_report)

    @property
    def lanes(self) -> Lanes:
        """The lanes that open and make workspaces; made when the window stands."""
        if self._lanes is None:
            from desktop_crm.ui.runtime.lanes import Lanes

            self._lanes = Lanes(self)
            self._lanes.troubled.connect(self.reporter.report)
        return self._lanes

    def begin(self, path: Path | None) -> None:
        """Show the window; open the file, or the one that was open last, or the start screen."""
        wanted = path or last_workspace(self._settings)
        if wanted is None:
            self._show_start()
        elif path is None and self._settings.get(TYPED):
            self._path = wanted
            self._show_start().ask_passphrase(str(wanted), wrong=False)
        else:
            glance = self._opening.glance
            shown = glance is not None and glance.ready and self._show_look(wanted)
            self.window.painted.connect(partial(self._on_painted, wanted, shown))
        self.window.show()

    def _on_painted(self, path: Path, shown: bool) -> None:
        """The window stands: show the first rows if they were not there in time, then load what opens the workspace."""
        if not shown and self._show_look(path):
            self.window.frame.repaint()
            shown = True
        if shown:
            self.looked.emit()
        QTimer.singleShot(0, self, partial(self.open_file, path, None))

    def _show_look(self, path: Path) -> bool:
        """Whether there was something to show of that file; waits for the look to end."""
        glance, page = self._opening.glance, str(self._settings.get(PAGE) or FIRST_PAGE)
        found = glance.found() if glance is not None and glance.path == path and page == FIRST_PAGE else None
        if found is not None:
            self.window.frame.show_first_look(found, int(self._settings.get("accounts.tree.width", LOOK_WIDTH)))
        return found is not None

    def open_file(self, path: Path, passphrase: str | None) -> None:
        """Open a workspace file on a lane."""
        self._path = path
        self.lanes.read(partial(self._opening.open_file, path, passphrase), self._on_open, self._on_not_open)

    @Slot(object)
    def make(self, wanted: Wanted) -> None:
        """Make what the start screen was asked for."""
        self._path = Path(wanted.path)
        if wanted.kind == "open":
            self.open_file(self._path, wanted.passphrase or None)
            return
        self.lanes.read(partial(self._opening.make, wanted), partial(self._on_made, wanted), self._on_not_open)

    def leave(self) -> None:
        """Close the workspace and go back to the start screen."""
        self._close()
        self._settings.put(LAST, None)
        self.window.detach()
        self._show_start()

    @Slot(str)
    def switch(self, path: str) -> None:
        """Close the workspace and open another one."""
        self._close()
        self.window.detach()
        self._show_start().want_open(path)

    @Slot(object)
    def replace(self, wish: Replacing) -> None:
        """Close the workspace, do what is wanted with its file, and open it again whatever came of it."""
        if self.context is None:
            return
        path = self.context.workspace.path
        self._close()
        self.window.detach()
        self._show_start().wait(wish.words)
        failed = partial(self._on_not_replaced, path, wish.before)
        self.lanes.read(wish.act, partial(self.open_file, path), failed)

    def _on_not_replaced(self, path: Path, passphrase: str | None, error: BaseException) -> None:
        self.reporter.report(error)
        self.open_file(path, passphrase)

    def stop(self) -> None:
        """End everything; waits for writes that were handed in."""
        self._close()
        if self._lanes is not None:
            self._lanes.stop()
        self.reporter.uninstall()

    def _show_start(self) -> StartScreen:
        from desktop_crm.ui.shell.recent import recent
        from desktop_crm.ui.signin.start import StartScreen

        self._start = StartScreen(self.lanes, recent(self._settings))
        self._start.wanted.connect(self.make)
        self._start.language_chosen.connect(self._on_language)
        self.window.show_start(self._start)
        return self._start

    def _on_language(self, language: str) -> None:
        self.window.use_language(language)
        old = self._start
        self._show_start()
        if old is not None:
            old.setParent(None)
            old.deleteLater()

    def _on_made(self, wanted: Wanted, workspace: Workspace | None) -> None:
        if workspace is None:
            (self._start or self._show_start()).tell_saved(wanted.target)
            return
        self._on_open(workspace)
        if wanted.kind == "import" and self.context is not None:
            self.context.routes.go("import")

    def _on_open(self, workspace: Workspace) -> None:
        from desktop_crm.ui.runtime.context import connected
        from desktop_crm.ui.shell.daily_backup import DailyBackup
        from desktop_crm.ui.shell.idle_lock import IdleLock
        from desktop_crm.ui.shell.recent import note
        from desktop_crm.ui.shell.year_watch import YearWatch

        self._settings.put(LAST, str(workspace.path))
        note(self._settings, workspace.path, workspace.name)
        self._settings.put(TYPED, workspace.has_passphrase)
        self._start = None
        self.context = connected(workspace, self._settings)
        if self._opening.tabs is not None:
            self.context.routes.tabs_of_all = self._opening.tabs
        self.context.preferences.replacing_wanted.connect(self._on_replacing_wanted)
        self.window.attach(self.context)
        from desktop_crm.ui.shell.notices import DesktopNotices

        self._notices = DesktopNotices(self.context, self.window)
        self._notices.begin()
        self._lock = IdleLock(self.window, self.context, self._settings)
        self._daily = DailyBackup(self.context, self)
        self._year = YearWatch(self.context, self)
        self.opened.emit(self.context)
        QTimer.singleShot(0, self, partial(_begin_log, safe=self._settings.is_safe))
        if self._settings.is_safe:
            said = tr("Safe start: default appearance, no former page, no sync until you switch it on.")
            QTimer.singleShot(0, self, partial(self.window.frame.toast.tell, said))

    def _on_not_open(self, error: BaseException) -> None:
        start = self._start or self._show_start()
        if isinstance(error, Refusal) and error.code in {"workspace.needs_passphrase", "workspace.wrong_key"}:
            start.ask_passphrase(str(self._path or ""), wrong=error.code == "workspace.wrong_key")
        elif isinstance(error, Trouble) and error.code == "keyring.absent":
            start.ask_new_passphrase()
        elif isinstance(error, CrmError) and self._path is not None and self._has_lost(self._path, error.code):
            from desktop_crm.i18n.error_texts import explain

            words = explain(error)
            start.ask_backup(str(self._path), words.title, words.happened)
        else:
            start.stop_waiting()
            self.reporter.report(error)

    def _has_lost(self, path: Path, code: str) -> bool:
        """Whether a workspace that was there is damaged, overwritten or gone, so that a backup is what helps."""
        from desktop_crm.ui.shell.recent import recent

        known = any(one.path == str(path) for one in recent(self._settings))
        return code == "workspace.damaged" or (known and code in {"workspace.not_one", "workspace.missing"})

    @Slot(object)
    def _on_replacing_wanted(self, wish: Replacing) -> None:
        QTimer.singleShot(0, self, partial(self.replace, wish))  # later: the page that asked is about to go

    def _close(self) -> None:
        if self._notices is not None:
            self._notices.stop()
            self._notices.deleteLater()
            self._notices = None
        for watch in (self._lock, self._daily, self._year):
            if watch is not None:
                watch.stop()
        self._lock = self._daily = self._year = None
        if self.context is not None:
            self.context.workspace.leaving.set()
            self.context.lanes.stop()
            self.context.workspace.close()
            self.context = None


def use_forms(settings: Settings) -> None:
    """Write numbers and dates as chosen; who chose nothing does not wait for what reads the choice."""
    if any(name.startswith(("forms.", "privacy.")) for name in settings.names()) and not settings.is_safe:
        from desktop_crm.services import settings as service

        service.apply(settings)


def _scheme(settings: Settings) -> Scheme:
    wanted = str(settings.get("theme", Scheme.system))
    return Scheme(wanted) if wanted in set(Scheme) else Scheme.system


def _begin_log(*, safe: bool) -> None:
    """The log is opened when the first page stands: its library is not needed before."""
    import platform

    from desktop_crm import __version__
    from desktop_crm.foundation import logs, reports

    logs.set_up(reports.log_folder())
    facts = {"version": __version__, "python": platform.python_version(), "system": platform.system()}
    logs.get("desktop_crm.ui").info("app.opened.safe" if safe else "app.opened", **facts)


def wants_safe_start(failed: int) -> bool:
    """After two starts in a row that failed: ask."""
    from PySide6.QtWidgets import QMessageBox

    if failed < ENOUGH:
        return False
    i18n.use(str(Settings().get("language") or i18n.detect()))
    box = QMessageBox(QMessageBox.Icon.Question, "Desktop CRM", tr("The app did not start the last two times."))
    box.setInformativeText(
        tr(
            "A safe start uses the default appearance, opens no former page and does not sync. Your data stay as they are."
        )
    )
    safe = box.addButton(tr("Start safely"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(tr("Start as usual"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(safe)
    box.exec()
    return box.clickedButton() is safe


def run(argv: Sequence[str], rows: Rows, opening: Opening, path: Path | None = None, *, safe: bool = False) -> int:
    """Run the app to its end; gives back the exit code. `safe`: default appearance, no former page, no sync."""
    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        raise Trouble("app.no_display")
    app = QApplication(list(argv[:1]))
    app.setApplicationName("Desktop CRM")
    app.setDesktopFileName("desktop-crm")
    starts = Starts()
    failed = starts.begin()
    starts.watch()
    settings = SafeSettings() if safe or wants_safe_start(failed) else Settings()
    running = Running(app, settings, rows, opening)
    watch = SignalWatch(running)
    watch.asked_to_end.connect(running.window.close)
    running.begin(path)
    QTimer.singleShot(STANDS_AFTER_MS, running, starts.came_through)
    try:
        ended = app.exec()
        starts.came_through()
        return ended
    finally:
        watch.stop()
        starts.end()
