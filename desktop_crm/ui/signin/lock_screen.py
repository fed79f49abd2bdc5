"""The screen over everything while the app is locked. What was being typed stays behind it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import ntr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.ui.runtime.lanes import Lanes
from desktop_crm.ui.theme import current, pixmap
from desktop_crm.ui.widgets.ask_form import AskForm

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace

WIDTH = 440


class LockForm(AskForm):
    """The passphrase, or only a button where the system's keyring holds the key."""

    def __init__(self, name: str, *, has_passphrase: bool, away: int = 0) -> None:
        super().__init__(
            tr("{name} is locked", name=name),
            _why(away, has_passphrase=has_passphrase),
            tr("Connect and unlock") if away else tr("Unlock"),
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


def _why(away: int, *, has_passphrase: bool) -> str:
    if away:
        days = ntr("No contact with the server for {n} day.", "No contact with the server for {n} days.", away)
        return " ".join((days, tr("Your team asks for one. Everything is saved, and your changes wait.")))
    if has_passphrase:
        return tr("Everything is saved, and what you were typing is still there.")
    return tr("This computer's keyring holds the key. Everything is saved, and what you were typing is still there.")


class LockScreen(QWidget):
    """Signals: `unlocked()`. `away`: days without contact, where the server has to be met before it is unlocked."""

    unlocked = Signal()

    def __init__(self, workspace: Workspace, lanes: Lanes, away: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._lanes, self._away = workspace, lanes, away
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        box = QVBoxLayout(self)
        box.addStretch(2)
        sign = QLabel()
        sign.setPixmap(pixmap("lock", current().accent, 40, self.devicePixelRatioF()))
        box.addWidget(sign, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addSpacing(10)
        self.form = LockForm(workspace.name, has_passphrase=workspace.has_passphrase, away=away)
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
        if right and self._away:
            self._lanes.network(partial(_meet, self._workspace), self._on_met, self._on_not_met)
        elif right:
            self.unlocked.emit()
        elif self._workspace.has_passphrase:
            self.form.tell(tr("That was not the passphrase of this workspace. Nothing was changed."))
        else:
            self.form.tell(tr("The keyring did not give the key. Unlock it in the system and try again."))

    def _on_met(self, _report: object) -> None:
        self.unlocked.emit()

    def _on_not_met(self, error: BaseException) -> None:
        self.form.tell(explain(error).happened if isinstance(error, CrmError) else str(error))


def _meet(workspace: Workspace) -> object:
    from desktop_crm.services import sync

    return sync.sync_now(workspace)
