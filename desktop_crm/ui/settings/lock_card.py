"""The card of keys: what opens the workspace, and another key."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.preferences import Replacing
from desktop_crm.ui.settings.passphrase_forms import KeyringForm, RekeyForm
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.labels import label

if TYPE_CHECKING:
    from desktop_crm.security.secrets import SecretStore


class LockCard(Card):
    """Chosen at once; another key is wished for and made by the app."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Passphrase and keyring"), parent=parent)
        self._context = context
        workspace = context.workspace
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, 130)
        grid.setColumnStretch(1, 1)
        opens = tr("With its passphrase") if workspace.has_passphrase else tr("With the key in this computer's keyring")
        grid.addWidget(label(tr("The file opens"), "body2"), 0, 0)
        grid.addWidget(label(opens, wrap=True), 0, 1)
        self.add(grid)
        row = QHBoxLayout()
        row.setSpacing(8)
        if workspace.has_passphrase:
            self.change = button(tr("Change the passphrase…"), self.ask_passphrase, icon_name="key")
            row.addWidget(self.change)
            row.addWidget(button(tr("Open with the keyring…"), self.ask_keyring))
        else:
            self.change = button(tr("Lock with a passphrase…"), self.ask_passphrase, icon_name="key")
            row.addWidget(self.change)
        row.addWidget(button(tr("Lock now"), context.preferences.lock_wanted.emit, icon_name="lock"))
        row.addStretch(1)
        self.add(row)

    def ask_passphrase(self) -> None:
        self._ask(RekeyForm(present=self._context.workspace.has_passphrase))

    def ask_keyring(self) -> None:
        self._ask(KeyringForm())

    def change_key(self, values: dict[str, str]) -> None:
        """Wish for it: the workspace is closed for it and opened again."""
        workspace = self._context.workspace
        present, new = values.get("present", ""), values.get("passphrase", "")
        act = partial(changed_key, workspace.path, present or None, new or None, workspace.secrets)
        wish = Replacing(act=act, words=tr("Writing the file anew under the new key…"), before=present or None)
        self._context.preferences.replacing_wanted.emit(wish)

    def _ask(self, form: RekeyForm | KeyringForm) -> None:
        dialog = FormDialog(form, "backups", self)
        dialog.answered.connect(self.change_key)
        dialog.open()


def changed_key(path: Path, present: str | None, new: str | None, secrets: SecretStore) -> str | None:
    """Runs on a lane while the workspace is closed; gives back what opens it now."""
    from desktop_crm.services.safety.rekeying import change_key

    change_key(path, passphrase=present, new_passphrase=new, secrets=secrets)
    return new
