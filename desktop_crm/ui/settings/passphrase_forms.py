"""The small forms about keys, as dialogs ask them: a copy for elsewhere, a restore, another passphrase."""

from __future__ import annotations

from desktop_crm.i18n import tr
from desktop_crm.ui.widgets.ask_form import AskForm

LEAST = 8


class CopyForm(AskForm):
    """The passphrase of a copy that goes elsewhere. `must`: the workspace has none, its key is only on this machine."""

    def __init__(self, file: str, *, must: bool) -> None:
        text = (
            tr(
                "The key of this workspace lies in this computer's keyring. A copy for another place needs a passphrase of its own."
            )
            if must
            else tr("The copy opens as this workspace does; with a passphrase of its own it opens with that.")
        )
        super().__init__(file, text, tr("Save the copy"))
        self._must = must
        hint = tr("At least 8 characters; several words are best") if must else tr("Empty: as this workspace")
        self.line("passphrase", tr("Passphrase of the copy"), hint=hint, secret=True)
        self.line("again", tr("The same again"), secret=True)
        self.finish()

    def wrong(self, values: dict[str, str]) -> str:
        return wrong_new(values) if self._must or values["passphrase"] else ""


class RestoreAskForm(AskForm):
    """Whether this is meant, and the passphrase of the backup. `ask`: it must have one."""

    def __init__(self, *, ask: bool) -> None:
        text = tr(
            "The workspace is closed and opened again as it was then. What is there now is set aside whole and can be restored "
            "in the same way. With a server, sign in again afterwards: it sends what this laptop lacks."
        )
        super().__init__(tr("Restore this backup?"), text, tr("Restore"))
        self._asks = ask
        hint = "" if ask else tr("Empty: the key in the keyring")
        self.line("passphrase", tr("Passphrase of the backup"), hint=hint, secret=True)
        self.finish()

    def wrong(self, values: dict[str, str]) -> str:
        return tr("Type the passphrase.") if self._asks and not values["passphrase"] else ""


class RekeyForm(AskForm):
    """Another passphrase. `present`: the workspace has one now."""

    def __init__(self, *, present: bool) -> None:
        title = tr("Change the passphrase") if present else tr("Lock with a passphrase")
        text = tr(
            "Without it nobody can open the file, we cannot either. Earlier backups open with what they were made with."
        )
        super().__init__(title, text, tr("Change it"))
        self._present = present
        if present:
            self.line("present", tr("Present passphrase"), secret=True)
        self.line(
            "passphrase", tr("New passphrase"), hint=tr("At least 8 characters; several words are best"), secret=True
        )
        self.line("again", tr("The same again"), secret=True)
        self.finish()

    def wrong(self, values: dict[str, str]) -> str:
        if self._present and not values["present"]:
            return tr("Type the present passphrase.")
        return wrong_new(values)


class KeyringForm(AskForm):
    """From a passphrase to the keyring."""

    def __init__(self) -> None:
        text = tr(
            "This computer's keyring will hold the key, and no passphrase is asked for. On another machine the file will not open."
        )
        super().__init__(tr("Open with the keyring"), text, tr("Use the keyring"))
        self.line("present", tr("Present passphrase"), secret=True)
        self.finish()

    def wrong(self, values: dict[str, str]) -> str:
        return "" if values["present"] else tr("Type the present passphrase.")


def wrong_new(values: dict[str, str]) -> str:
    """What is wrong with a new passphrase typed twice."""
    if len(values["passphrase"]) < LEAST:
        return tr("A passphrase has at least 8 characters.")
    return "" if values["passphrase"] == values["again"] else tr("The two are not the same.")
