"""The small forms of the start screen. Each tells what was typed as `answered(dict)`, or `left()`."""

from __future__ import annotations

import getpass

from PySide6.QtCore import Signal

from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.shared_settings import USUAL_CURRENCIES
from desktop_crm.ui.widgets.ask_form import AskForm
from desktop_crm.ui.widgets.buttons import button

LEAST_PASSPHRASE = 8


def system_name() -> str:
    """What the operating system calls the user; empty when it does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


class NewForm(AskForm):
    """A new workspace, before a file is imported into it."""

    def __init__(self) -> None:
        super().__init__(
            tr("A new workspace"),
            tr("One encrypted file on this laptop. Next you choose the file to import."),
            tr("Make it and choose a file"),
        )
        self.line("name", tr("Name"), hint=tr("For example: Sales team 1"))
        self.line("user", tr("Your name"), hint=tr("Stands beside what you write")).setText(system_name())
        self.choice("currency", tr("Main currency"), USUAL_CURRENCIES)
        self.finish()

    def wrong(self, values: dict[str, str]) -> str:
        return "" if values["name"].strip() else tr("Give the workspace a name.")


class UnlockForm(AskForm):
    """The passphrase of a workspace that has one. Signals: `restoring_wanted()`, when it was never locked or cannot be opened."""

    restoring_wanted = Signal()

    def __init__(self, file: str, *, wrong: bool = False) -> None:
        super().__init__(
            tr("Unlock {file}", file=file),
            tr("This workspace opens with its passphrase."),
            tr("Unlock"),
        )
        self.line("passphrase", tr("Passphrase"), secret=True)
        self.finish()
        self.add_below(button(tr("Restore a backup instead"), self.restoring_wanted.emit, kind="link"))
        if wrong:
            self.tell(tr("That was not the passphrase of this workspace. Nothing was changed."))

    def wrong(self, values: dict[str, str]) -> str:
        return "" if values["passphrase"] else tr("Type the passphrase.")


class PassphraseForm(AskForm):
    """A passphrase for a new workspace on a system without a keyring."""

    def __init__(self) -> None:
        super().__init__(
            tr("Choose a passphrase"),
            tr(
                "This system has no keyring to hold the key, so the workspace is locked with a passphrase. "
                "Without it nobody can open the file, we cannot either."
            ),
            tr("Lock and go on"),
        )
        self.line("passphrase", tr("Passphrase"), hint=tr("At least 8 characters; several words are best"), secret=True)
        self.line("again", tr("The same again"), secret=True)
        self.finish()

    def wrong(self, values: dict[str, str]) -> str:
        if len(values["passphrase"]) < LEAST_PASSPHRASE:
            return tr("A passphrase has at least 8 characters.")
        if values["passphrase"] != values["again"]:
            return tr("The two are not the same.")
        return ""
