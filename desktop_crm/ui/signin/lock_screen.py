"""The screen over everything while the app is locked. What was being typed stays behind it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.lanes import Lanes
from desktop_crm.ui.theme import current, pixmap
from desktop_crm.ui.widgets.ask_form import AskForm

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace

WIDTH = 440


class LockForm(AskForm):
    """The passphrase, or only a button where the system's keyring holds the key."""

    def __init__(self, name: str, *, has_passphrase: bool) -> None:
        super().__init__(
            tr("{name} is locked", name=name),
            tr("Everything is saved, and what you were typing is still there.")
            if has_passphrase
            else tr(
                "This computer's keyring holds the key. Everything is saved, and what you were typing is still there."
            ),
            tr("Unlock"),
            can_leave=False,
        )
        self._has_passphrase = has_passphrase
        if has_passphrase:
            self.line("passphrase", tr("Passphrase"), secret=True)
        self.finish()

    def begin(self) -> None:
        if self._has_passphrase:
            super().begin()
        else:
            self.go.setFocus()

    def wrong(self, values: dict[str, str]) -> str:
        return tr("Type the passphrase.") if self._has_passphrase and not values["passphrase"] else ""


class LockScreen(QWidget):
    """Signals: `unlocked()`."""

    unlocked = Signal()

    def __init__(self, workspace: Workspace, lanes: Lanes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._lanes = workspace, lanes
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        box = QVBoxLayout(self)
        box.addStretch(2)
        sign = QLabel()
        sign.setPixmap(pixmap("lock", current().accent, 40, self.devicePixelRatioF()))
        box.addWidget(sign, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addSpacing(10)
        self.form = LockForm(workspace.name, has_passphrase=workspace.has_passphrase)
        self.form.setFixedWidth(WIDTH)
        self.form.answered.connect(self._on_answered)
        middle = QHBoxLayout()  # an aligned widget would get no height for its width
        middle.addStretch(1)
        middle.addWidget(self.form)
        middle.addStretch(1)
        box.addLayout(middle)
        box.addStretch(3)

    def _on_answered(self, values: dict[str, str]) -> None:
        typed = values.get("passphrase") or None
        self._lanes.read(partial(self._workspace.is_opened_by, typed), self._on_told)

    def _on_told(self, right: object) -> None:
        if right:
            self.unlocked.emit()
        elif self._workspace.has_passphrase:
            self.form.tell(tr("That was not the passphrase of this workspace. Nothing was changed."))
        else:
            self.form.tell(tr("The keyring did not give the key. Unlock it in the system and try again."))
