"""The window: holds a start screen or the frame, its actions, and what it remembers (place, size, language, theme).

It is painted before anything heavy is imported: `MainWindow` needs no workspace; `attach` brings one in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QMenu, QStackedWidget, QWidget

from desktop_crm import i18n
from desktop_crm.foundation.settings import Settings
from desktop_crm.i18n import tr
from desktop_crm.ui.shell.frame import Frame
from desktop_crm.ui.shell.rows import ActionRow, PageRow, Rows
from desktop_crm.ui.theme import Scheme, Theme, current, fonts, icon

if TYPE_CHECKING:
    from desktop_crm.ui.runtime.context import UiContext
    from desktop_crm.ui.runtime.reporter import Report
    from desktop_crm.ui.runtime.routes import Place
    from desktop_crm.ui.shell.sync_watch import SyncWatch

DEFAULT_SIZE = (1440, 900)
SMALLEST = (1024, 640)


class MainWindow(QMainWindow):
    """Signals: `painted()` once; `workspace_left()` for the start screen, `workspace_wanted(path)` for that one; `closed()`."""

    painted = Signal()
    workspace_left = Signal()
    workspace_wanted = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, settings: Settings, rows: Rows) -> None:
        super().__init__()
        self._theme = theme
        self._settings = settings
        self._rows = rows
        self._pages: tuple[PageRow, ...] = ()
        self._actions: tuple[ActionRow, ...] = ()
        self._context: UiContext | None = None
        self._watch: SyncWatch | None = None
        self._painted = False
        self._layers = QStackedWidget(self)
        self.setCentralWidget(self._layers)
        self.setMinimumSize(*SMALLEST)
        self.resize(*DEFAULT_SIZE)
        geometry = settings.get("window.geometry")
        if isinstance(geometry, str):
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        self.setWindowTitle("Desktop CRM")
        self.setWindowIcon(icon("logo", current().accent))
        self.frame: Frame
        self._build()
        theme.changed.connect(self.rebuild)

    # the life of the window

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()  # a field that is left saves what was typed
        self._remember()
        self.closed.emit()
        super().closeEvent(event)

    def show_start(self, screen: QWidget) -> None:
        """Show a start screen instead of the frame."""
        fonts.load_rest()
        self._layers.addWidget(screen)
        self._layers.setCurrentWidget(screen)

    def show_frame(self) -> None:
        """Show the frame and let start screens go."""
        self._layers.setCurrentWidget(self.frame)
        for place in reversed(range(self._layers.count())):
            screen = self._layers.widget(place)
            if screen is not None and screen is not self.frame:
                self._layers.removeWidget(screen)
                screen.deleteLater()

    def attach(self, context: UiContext) -> None:
        """Bring an open workspace in and go where the user was."""
        self._context = context
        context.reporter.reported.connect(self.show_report)
        context.preferences.language_wanted.connect(self.use_language)
        context.preferences.scheme_wanted.connect(self.use_scheme)
        context.preferences.workspace_left.connect(self.leave_workspace)
        context.preferences.workspace_wanted.connect(self.workspace_wanted)
        context.preferences.forms_changed.connect(self.rebuild, Qt.ConnectionType.QueuedConnection)
        from desktop_crm.ui.shell.sync_watch import SyncWatch

        self._watch = SyncWatch(context, context.lanes)
        self.show_frame()
        self._join()
        wanted = str(self._settings.get("window.page") or "account")
        context.routes.go(wanted if any(row.key == wanted for row in self._pages) else self._pages[0].key)
        QTimer.singleShot(0, self, self._after_first_page)

    def detach(self) -> None:
        """Let the workspace go: the frame is built anew, empty."""
        self._context, self._watch = None, None
        self._replace_frame()

    def begin_watching(self) -> None:
        if self._watch is not None:
            self._watch.begin()

    def _after_first_page(self) -> None:
        fonts.load_rest()
        self.frame.begin_counting()
        self.begin_watching()
        if self._context is not None:
            self._context.undo.restore()

    # building

    def _build(self) -> None:
        self._pages = self._rows()
        self.frame = Frame(self._pages, self._layers)
        self._layers.addWidget(self.frame)
        self.frame.arrived.connect(self._on_arrived)
        self.frame.top.sync_wanted.connect(partial(self.go, "sync"))

    @Slot()
    def rebuild(self) -> None:
        """Make everything anew, in the language and theme of now; the place and what was begun stay.

        A dialog over the pages is waited for: it would go with them, and with it what was typed there.
        """
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            once = Qt.ConnectionType(
                Qt.ConnectionType.QueuedConnection.value | Qt.ConnectionType.SingleShotConnection.value
            )
            dialog.finished.connect(self.rebuild, once)
            return
        former, context = self.frame, self._context
        self._replace_frame()
        if context is not None:
            self._join()
            self.frame.pages.succeed(former.pages)
            if context.routes.here is not None:
                context.routes.arrived.emit(context.routes.here)
            self.frame.begin_counting()
            self.begin_watching()

    def _replace_frame(self) -> None:
        old, shown = self.frame, self._layers.currentWidget() is self.frame
        for action in self.actions():
            self.removeAction(action)
            action.deleteLater()
        self._build()
        self._layers.removeWidget(old)
        old.setParent(None)
        old.deleteLater()
        if shown:
            self._layers.setCurrentWidget(self.frame)

    def _join(self) -> None:
        from desktop_crm.ui.shell.actions import action_rows, new_rows

        context = self._context
        assert context is not None
        self._actions = action_rows(self, context, self._pages)
        made = {row.key: self._action(row) for row in self._actions}
        self.addActions(list(made.values()))
        self.frame.attach(context, self._actions)
        self.frame.palette_.acted.connect(self._run)
        self.frame.top.fill_new([made[row.key] for row in new_rows(context, self._pages)])
        self.frame.top.set_me_menu(self._me_menu(made))
        if self._watch is not None:
            self._watch.show_on(self.frame.top, self.frame.status, self.frame.navigation)

    def _action(self, row: ActionRow) -> QAction:
        action = QAction(row.text, self)
        if row.icon:
            action.setIcon(icon(row.icon, current().ink_2))
        if row.shortcut:
            action.setShortcut(QKeySequence(row.shortcut))
            action.setToolTip(f"{row.text}  {row.shortcut}")
        action.triggered.connect(partial(self._run, row))
        return action

    def _me_menu(self, made: dict[str, QAction]) -> QMenu:
        menu = QMenu(self.frame.top.me)
        language = menu.addMenu(icon("language", current().ink_2), tr("Language"))
        self._choices(language, (("ko", "한국어"), ("en", "English")), str(i18n.current()), self.use_language)
        look = menu.addMenu(icon("moon", current().ink_2), tr("Appearance"))
        plain = ((Scheme.system, tr("As the system")), (Scheme.light, tr("Light")), (Scheme.dark, tr("Dark")))
        schemes = (*plain, (Scheme.contrast, tr("High contrast")))
        self._choices(look, tuple((str(s), text) for s, text in schemes), str(self._theme.scheme), self.use_scheme)
        menu.addSeparator()
        for key in ("undo", "redo", "help", "shortcuts", "reports", "go.settings", "lock", "switch"):
            if key in made:
                menu.addAction(made[key])
        from desktop_crm.ui.shell.recent import end_menu

        end_menu(menu, self._settings, self.workspace_wanted.emit, [made[key] for key in ("quit",)])
        return menu

    def _choices(
        self, menu: QMenu, choices: tuple[tuple[str, str], ...], chosen: str, act: Callable[[str], None]
    ) -> None:
        group = QActionGroup(menu)
        for key, text in choices:
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(key == chosen)
            action.triggered.connect(partial(act, key))
            group.addAction(action)
            menu.addAction(action)

    # acts

    def _run(self, row: ActionRow, _checked: bool = False) -> None:
        row.act()

    def go(self, page: str) -> None:
        if self._context is not None:
            self._context.routes.go(page)

    def use_language(self, language: str, _checked: bool = False) -> None:
        """Speak another language at once."""
        if str(i18n.current()) == language:
            return
        i18n.use(language)
        self._settings.put("language", language)
        # Later, so that a menu or page that asked for it is not destroyed under its own hands.
        QTimer.singleShot(0, self, self.rebuild)

    def use_scheme(self, scheme: str, _checked: bool = False) -> None:
        """Fix the theme or let it follow the system."""
        self._settings.put("theme", scheme)
        QTimer.singleShot(0, self, partial(self._theme.choose, Scheme(scheme)))

    def search(self) -> None:
        self.frame.palette_.begin()

    def refresh(self) -> None:
        """Read the page that is shown again."""
        self.frame.pages.refresh()

    def show_shortcuts(self) -> None:
        from desktop_crm.ui.shell.shortcuts_dialog import ShortcutsDialog

        ShortcutsDialog(tuple(row for row in self._actions if row.shortcut), self).open()

    def leave_workspace(self) -> None:
        self.workspace_left.emit()

    @Slot(object)
    def show_report(self, report: Report) -> None:
        """A refusal as a toast when it is short, else the dialog."""
        if report.kind == "refusal" and not report.next_step:
            self.frame.toast.tell(report.happened or report.title)
            return
        from desktop_crm.ui.widgets.error_dialog import ErrorDialog

        ErrorDialog(report, self).open()

    # what is heard

    @Slot(str)
    def _on_arrived(self, title: str) -> None:
        name = f"Desktop CRM ({tr('safe start')})" if self._settings.is_safe else "Desktop CRM"
        self.setWindowTitle(f"{title} – {name}" if title else name)

    def _remember(self) -> None:
        geometry = self.saveGeometry().toBase64().data()
        self._settings.put("window.geometry", bytes(geometry).decode())
        here: Place | None = self._context.routes.here if self._context is not None else None
        if here is not None:
            self._settings.put("window.page", here.page)
