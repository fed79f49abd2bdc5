"""The start screen: what the app is, four ways in, and the small forms each of them needs.

It only asks: what was wanted goes out as one frozen value, and whoever listens makes or opens the workspace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_crm import i18n
from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.lanes import Lanes
from desktop_crm.ui.signin.forms import NewForm, PassphraseForm, UnlockForm
from desktop_crm.ui.signin.recent_list import Recent, RecentList
from desktop_crm.ui.theme import current, pixmap
from desktop_crm.ui.widgets.ask_form import AskForm, JoinForm
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.segmented import SegmentedControl
from desktop_crm.ui.widgets.states import EmptyState, LoadingState

if TYPE_CHECKING:
    from desktop_crm.services.sync_browser import ByBrowser

WIDTH = 560
WORDS = 440
ARCHIVE = ".zip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the user wants to begin with. `kind`: demo, import, join, empty, open, restore, archive (`path` is the backup's or the
    archive's), save (the workspace of `path` becomes the archive `target`).
    """

    kind: str
    name: str = ""
    currency: str = "KRW"
    path: str = ""
    target: str = ""
    """The workspace that a backup becomes, empty for the one it was made of; or the archive that is written."""
    passphrase: str = ""
    server: str = ""
    user: str = ""
    password: str = ""
    code: str = ""
    pin: str = ""
    browser: ByBrowser | None = None
    """The sign-in by browser that is under way, for a workspace that joins a server so."""


class StartScreen(QWidget):
    """Signals: `wanted(Wanted)`, `language_chosen(str)`."""

    wanted = Signal(object)
    language_chosen = Signal(str)

    def __init__(self, lanes: Lanes, recent: Sequence[Recent] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lanes = lanes
        self._recent = tuple(recent)
        self._restoring = ""
        self._last: Wanted | None = None
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 24)
        top = QHBoxLayout()
        top.addStretch(1)
        self.language = SegmentedControl((("ko", "한국어"), ("en", "English")), str(i18n.current()))
        self.language.chosen.connect(self.language_chosen)
        top.addWidget(self.language)
        outer.addLayout(top)
        outer.addStretch(2)
        self._stack = QStackedWidget()
        self._stack.setFixedWidth(WIDTH)
        outer.addWidget(_welcome(), 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addSpacing(14)
        outer.addWidget(self._stack, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
        self.tiles = self._ways()
        self._stack.addWidget(self.tiles)

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard begins on the first way in, so that Enter takes it."""
        super().showEvent(event)
        if self._stack.currentWidget() is self.tiles:
            self.tiles.setFocus()

    # the four ways

    def _ways(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        if self._recent:
            lately = RecentList(self._recent)
            lately.taken.connect(self.want_open)
            lately.restoring_wanted.connect(self.ask_backup)
            lately.archive_wanted.connect(self.ask_archive)
            box.addWidget(lately)
        for key, icon_name, title, text, act in (
            (
                "demo",
                "sparkle",
                tr("Look around in a demo"),
                tr("Korean groups of companies with people, deals and quotes. Nothing of it leaves this laptop."),
                self.want_demo,
            ),
            (
                "import",
                "import",
                tr("Bring my customers from a file"),
                tr("CSV, Excel or OpenDocument from any CRM. You see what happens before it happens, and can undo it."),
                self.ask_new,
            ),
            (
                "join",
                "server",
                tr("Join my team's server"),
                tr("Sign in once; after that everything works without a network too."),
                self.ask_join,
            ),
            (
                "open",
                "folder",
                tr("Open a workspace file"),
                tr("One you or a colleague made before, or an archive of one."),
                self.ask_file,
            ),
        ):
            box.addWidget(_Tile(key, icon_name, title, text, act))
        first = next((one for one in page.findChildren(QPushButton) if one.isEnabled()), None) or page.findChild(_Tile)
        if first is not None:
            page.setFocusProxy(first)
        return page

    def want_demo(self) -> None:
        self._send(Wanted(kind="demo", name=tr("Demo")))

    def ask_new(self) -> None:
        self._ask(NewForm(), self._on_new)

    def ask_join(self) -> None:
        self._ask(JoinForm(), self._on_join)

    def ask_file(self) -> None:
        kinds = tr("Workspaces and archives") + f" (*.crm *{ARCHIVE});;" + tr("All files") + " (*)"
        path, _ = QFileDialog.getOpenFileName(self, tr("Open a workspace file"), "", kinds)
        if path.lower().endswith(ARCHIVE):
            self.want_archive(path)
        elif path:
            self.want_open(path)

    def want_archive(self, path: str) -> None:
        """A new workspace of an archive; the archive stays as it is."""
        self._send(Wanted(kind="archive", name=Path(path).stem, path=path))

    def ask_archive(self, path: str) -> None:
        """Where the archive of a workspace goes; the workspace is opened for it and closed again."""
        proposed = str(Path.home() / f"{Path(path).stem}{ARCHIVE}")
        target, _ = QFileDialog.getSaveFileName(
            self, tr("Save an archive"), proposed, tr("Archives") + f" (*{ARCHIVE})"
        )
        if target:
            self._send(Wanted(kind="save", path=path, target=target))

    def tell_saved(self, path: str) -> None:
        """The archive is written."""
        back = button(tr("Back"), self.stop_waiting)
        self._show(EmptyState(tr("The archive is saved"), path, (back,), icon_name="check"))
        back.setFocus()

    def want_open(self, path: str) -> None:
        self._send(Wanted(kind="open", path=path))

    def ask_backup(self, workspace: str, title: str = "", text: str = "") -> None:
        """Which backup of a workspace is to come back; `title` and `text` say why it is asked."""
        from desktop_crm.ui.signin.restoring import RestoreForm

        self._restoring = workspace
        form = RestoreForm(self._lanes, Path(workspace), title, text)
        form.taken.connect(self.want_backup)
        form.file_wanted.connect(self._ask_backup_file)
        form.left.connect(self.stop_waiting)
        self._show(form)
        form.begin()

    def want_backup(self, backup: str) -> None:
        self._send(Wanted(kind="restore", path=backup, target=self._restoring))

    def _ask_backup_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, tr("Choose a backup file"), "", tr("Workspaces") + " (*.crm);;" + tr("All files") + " (*)"
        )
        if path:
            self.want_backup(path)

    def ask_passphrase(self, path: str, *, wrong: bool = False) -> None:
        """The file needs its passphrase (or the one given was wrong)."""
        if self._last is None or self._last.kind not in {"restore", "save"}:
            self._last = Wanted(kind="open", path=path)
        form = UnlockForm(Path(path).name, wrong=wrong)
        form.restoring_wanted.connect(partial(self.ask_backup, path))
        self._ask(form, self._on_unlock)

    def ask_new_passphrase(self) -> None:
        """There is no keyring: what is being made needs a passphrase."""
        self._ask(PassphraseForm(), self._on_new_passphrase)

    def stop_waiting(self) -> None:
        """Back to the ways in, after something failed."""
        self._show(self.tiles)

    def wait(self, text: str, browser: ByBrowser | None = None) -> None:
        waiting = QFrame()
        waiting.setProperty("role", "card")
        box = QVBoxLayout(waiting)
        state = LoadingState(text, can_cancel=browser is not None)
        state.show_progress(0, 0, text)
        box.addWidget(state)
        if browser is not None:
            state.show_progress(0, 0, tr("Sign in on the page that your browser shows now…"))
            state.cancelled.connect(browser.stop)
        waiting.setMinimumHeight(220)
        self._show(waiting)

    # what the forms say

    def _on_new(self, values: dict[str, str]) -> None:
        self._send(Wanted(kind="import", name=values["name"], currency=values["currency"], user=values["user"].strip()))

    def _on_join(self, values: dict[str, str]) -> None:
        self._send(
            Wanted(
                kind="join",
                name=values["name"],
                server=values["server"],
                user=values["user"],
                password=values["password"],
                code=values["code"],
                pin=values["pin"],
                browser=_by_browser() if values["browser"] else None,
            )
        )

    def _on_unlock(self, values: dict[str, str]) -> None:
        if self._last is not None:
            self._send(replace(self._last, passphrase=values["passphrase"]))

    def _on_new_passphrase(self, values: dict[str, str]) -> None:
        if self._last is not None:
            self._send(replace(self._last, passphrase=values["passphrase"]))

    def _send(self, wanted: Wanted) -> None:
        self._last = wanted
        words = {
            "demo": tr("Making the demo workspace…"),
            "join": tr("Signing in and fetching your accounts…"),
            "open": tr("Opening the workspace…"),
            "restore": tr("Restoring the backup…"),
            "archive": tr("Making a workspace of the archive…"),
            "save": tr("Writing the archive…"),
        }
        self.wait(words.get(wanted.kind, tr("Making the workspace…")), wanted.browser)
        self.wanted.emit(wanted)

    def _ask(self, form: AskForm, answered: object) -> None:
        form.answered.connect(answered)
        form.left.connect(self.stop_waiting)
        self._show(form)
        form.begin()

    @Slot()
    def _show(self, page: QWidget) -> None:
        old = self._stack.currentWidget()
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        if old is not None and old is not self.tiles and old is not page:
            self._stack.removeWidget(old)
            old.deleteLater()

    def page(self) -> QWidget | None:
        return self._stack.currentWidget()


class _Tile(QFrame):
    """One way in: a picture, a title, a line. Press, Enter or Space takes it."""

    def __init__(self, key: str, icon_name: str, title: str, text: str, act: object) -> None:
        super().__init__()
        self.setObjectName(key)
        self.setProperty("role", "tile")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{title}. {text}")
        self._act = act
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 13, 16, 13)
        row.setSpacing(14)
        sign = QLabel()
        sign.setPixmap(pixmap(icon_name, current().accent, 22, self.devicePixelRatioF()))
        row.addWidget(sign)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(title, "strong"))
        line = label(text, "hint", wrap=True)
        line.setFixedWidth(WORDS)
        line.ensurePolished()
        line.setFixedHeight(line.heightForWidth(WORDS))  # a stack does not pass height for width on
        words.addWidget(line)
        row.addLayout(words, 1)
        arrow = QLabel()
        arrow.setPixmap(pixmap("chevron_right", current().ink_3, 16, self.devicePixelRatioF()))
        row.addWidget(arrow)

    def press(self) -> None:
        if callable(self._act):
            self._act()

    def mouseReleaseEvent(self, _event: object) -> None:
        self.press()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.press()
        else:
            super().keyPressEvent(event)


def _by_browser() -> ByBrowser:
    from desktop_crm.services.sync_browser import ByBrowser

    return ByBrowser()


def _welcome() -> QWidget:
    holder = QWidget()
    holder.setFixedWidth(WIDTH)
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(14)
    sign = QLabel()
    sign.setPixmap(pixmap("logo", current().accent, 44, holder.devicePixelRatioF()))
    row.addWidget(sign)
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(label("Desktop CRM", "title"))
    words.addWidget(
        label(tr("Everything about your accounts on this laptop, with or without a network."), "body2", wrap=True)
    )
    row.addLayout(words, 1)
    return holder
