"""A card that asks for a few lines and has two buttons; and the one for signing in to a server.

Each tells what was typed as `answered(dict)`, or `left()`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.states import PATIENCE_MS
from desktop_crm.ui.widgets.steady import SteadyComboBox


class AskForm(QFrame):
    """A card with a title, a few lines to fill in, a word for what is wrong, and two buttons."""

    answered = Signal(dict)
    left = Signal()

    def __init__(
        self, title: str, text: str, go: str, *, can_leave: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.title = title
        self.setProperty("role", "card")
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(20, 18, 20, 18)
        self._box.setSpacing(8)
        self._box.addWidget(label(title, "section"))
        if text:
            self._box.addWidget(label(text, "body2", wrap=True))
        self._fields: dict[str, QLineEdit | QComboBox] = {}
        self._word = label("", "error", wrap=True)
        self._word.hide()
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.hide()
        self._waiting = label("", "hint")
        self._waiting.hide()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._show_waiting)
        self._buttons = QHBoxLayout()
        if can_leave:
            self._buttons.addWidget(button(tr("Back"), self.left.emit))
        self._buttons.addStretch(1)
        self.go = primary(go, self.answer)
        self._buttons.addWidget(self.go)

    def finish(self) -> None:
        """Put the word and the buttons below the lines."""
        self._box.addWidget(self._word)
        self._box.addWidget(self._waiting)
        self._box.addWidget(self.progress)
        self._box.addSpacing(4)
        self._box.addLayout(self._buttons)
        self._box.addStretch(1)

    def add_below(self, control: QWidget) -> None:
        """Something below the buttons: another way out."""
        self._box.insertWidget(self._box.count() - 1, control, 0, Qt.AlignmentFlag.AlignLeft)

    def line(self, key: str, name: str, *, hint: str = "", secret: bool = False) -> QLineEdit:
        made = QLineEdit()
        made.setPlaceholderText(hint)
        if secret:
            made.setEchoMode(QLineEdit.EchoMode.Password)
        made.returnPressed.connect(self.answer)
        self._add(key, name, made)
        return made

    def choice(self, key: str, name: str, choices: tuple[str, ...]) -> QComboBox:
        made = SteadyComboBox()
        made.addItems(choices)
        self._add(key, name, made)
        return made

    def _add(self, key: str, name: str, control: QLineEdit | QComboBox) -> None:
        head = QLabel(name)
        head.setProperty("type", "label")
        head.setBuddy(control)
        control.setAccessibleName(name)
        control.setObjectName(key)
        self._fields[key] = control
        self._box.addWidget(head)
        self._box.addWidget(control)

    def begin(self) -> None:
        """Give the keyboard to the first line that is empty."""
        lines = list(self._fields.values())
        empty = (one for one in lines if isinstance(one, QLineEdit) and not one.text())
        first = next(empty, lines[0] if lines else None)
        if first is not None:
            first.setFocus()

    def values(self) -> dict[str, str]:
        return {
            key: field.text() if isinstance(field, QLineEdit) else field.currentText()
            for key, field in self._fields.items()
        }

    def wrong(self, values: dict[str, str]) -> str:
        """What is wrong with the values, in words; empty when all is well."""
        return ""

    def answer(self) -> None:
        values = self.values()
        word = self.wrong(values)
        self.tell(word)
        if not word:
            if self.window().focusWidget() is self.go:
                self.setFocus()  # the button is about to go grey; the keyboard stays on the form
            self.go.setEnabled(False)
            self._patience.start()
            self.answered.emit(values)

    def tell(self, word: str) -> None:
        """Say what is wrong; the form can be answered again."""
        self._patience.stop()
        self.progress.hide()
        self._waiting.hide()
        self.go.setEnabled(True)
        if self.window().focusWidget() is self:
            self.go.setFocus()
        self._word.setText(word)
        self._word.setVisible(bool(word))

    def waiting(self) -> str:
        """What is said while the answer is worked on; empty for forms that go at once."""
        return ""

    def _show_waiting(self) -> None:
        word = self.waiting()
        self._waiting.setText(word)
        self._waiting.setVisible(bool(word))
        self.progress.setAccessibleName(word)
        self.progress.setVisible(bool(word))

    def word(self) -> str:
        return self._word.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class JoinForm(AskForm):
    """Sign in to the team's server; with `server` and `user` for a laptop that was signed in before.

    `browser` is "yes" among the values when the user wants to sign in there. `called_off()`: he waits for it no longer.
    """

    called_off = Signal()

    def __init__(self, *, can_leave: bool = True, server: str = "", user: str = "", pin: str = "") -> None:
        super().__init__(
            tr("Sign in again") if server else tr("Join my team's server"),
            tr("The server does not know this laptop's sign-in any more. Everything is saved here and sent afterwards.")
            if server
            else tr("Your manager or administrator gives you these."),
            tr("Sign in"),
            can_leave=can_leave,
        )
        self.line("server", tr("Server address"), hint="https://crm.example.com").setText(server)
        self.line("user", tr("User name")).setText(user)
        self.line("password", tr("Password"), secret=True)
        self.line("code", tr("Sign-in code"), hint=tr("Only if you use an authenticator app"))
        self.line("pin", tr("Server fingerprint"), hint=tr("Only if you were given one")).setText(pin)
        self._by_browser = False
        self.browser = button(tr("Sign in with the browser"), self._on_browser)
        self.browser.setToolTip(tr("Where your company signs in everywhere: only the server address is needed here"))
        self._buttons.insertWidget(self._buttons.count() - 1, self.browser)
        self.finish()

    def _on_browser(self) -> None:
        if self.go.isEnabled():
            self._by_browser = True
            self.answer()
        else:
            self.called_off.emit()

    def answer(self) -> None:
        super().answer()
        if self._by_browser and not self.go.isEnabled():
            self.browser.setText(tr("Stop waiting"))
        elif not self.go.isEnabled():
            self.browser.setEnabled(False)

    def tell(self, word: str) -> None:
        super().tell(word)
        if word:
            self._by_browser = False
        self.browser.setText(tr("Sign in with the browser"))
        self.browser.setEnabled(True)

    def values(self) -> dict[str, str]:
        values = super().values()
        server = values["server"].strip().rstrip("/")
        if server and "://" not in server:
            server = f"https://{server}"
        return {
            **values,
            "server": server,
            "user": values["user"].strip(),
            "name": urlsplit(server).hostname or "",
            **self._way(),
        }

    def _way(self) -> dict[str, str]:
        return {"browser": "yes" if self._by_browser else ""}

    def waiting(self) -> str:
        if self._by_browser:
            return tr("Sign in on the page that your browser shows now…")
        return tr("Signing in and fetching your accounts…")

    def wrong(self, values: dict[str, str]) -> str:
        if not values["name"]:
            return tr("Type the server's address, like https://crm.example.com.")
        if not values["browser"] and not (values["user"] and values["password"]):
            return tr("Type your user name and password.")
        return ""
