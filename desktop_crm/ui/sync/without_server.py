"""The card for what goes by files: exchange over a folder where there is no server, and the rescue bundle. Decides nothing.

Signals: `done(words)` after an act that may have changed what the page shows.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog

from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import ntr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.ask_form import AskForm
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.flow_row import FlowRow
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.labels import label

if TYPE_CHECKING:
    from desktop_crm.services.rescue import Bundle, Rescued
    from desktop_crm.services.sync import SyncReport
    from desktop_crm.services.workspace import Workspace

LEAST = 8


class SecretForm(AskForm):
    """The passphrase of a file. `new`: it is being made."""

    def __init__(self, title: str, text: str, go: str, *, new: bool) -> None:
        super().__init__(title, text, go)
        self._new = new
        self.line("passphrase", tr("Passphrase of the file"), secret=True)
        if new:
            self.line("again", tr("The same again"), secret=True)
        self.finish()

    def wrong(self, values: dict[str, str]) -> str:
        if len(values["passphrase"]) < LEAST:
            return tr("At least {n} characters", n=LEAST)
        return tr("The two are not the same") if self._new and values["again"] != values["passphrase"] else ""


class ByFilesCard(Card):
    """`joined`: there is a server, so that only the bundle is offered."""

    done = Signal(str)

    def __init__(self, context: UiContext, *, joined: bool, said: str = "") -> None:
        super().__init__(tr("Rescue") if joined else tr("Without a server"))
        self._context = context
        if not joined:
            words = tr(
                "Laptops of one team meet in a shared folder or on a stick. The file there is encrypted and signed."
            )
            self.add(label(words, "body2", wrap=True))
        words = tr("A rescue bundle holds what is only on this laptop: what waits, was refused or is to be decided.")
        self.add(label(words, "hint", wrap=True))
        row = FlowRow()
        self.folder = button(tr("Exchange through a folder…"), self.ask_folder, icon_name="folder")
        self.save = button(tr("Save a rescue bundle…"), self.ask_target, icon_name="export")
        self.take = button(tr("Read a rescue bundle…"), self.ask_source, icon_name="import")
        for act in (self.save, self.take) if joined else (self.folder, self.save, self.take):
            row.addWidget(act)
        self.body.addLayout(row)
        if joined:
            self.folder.setParent(self)
            self.folder.hide()
        self.said = label("", "body2", wrap=True)
        self.add(self.said)
        self._say(said)

    # a folder

    def ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("The team's folder"), str(Path.home()))
        if folder:
            new = not any(Path(folder).glob("team-*.crmteam"))
            text = (
                tr("The folder is empty. Choose a passphrase that the whole team uses.")
                if new
                else tr("The passphrase that the team uses for this folder.")
            )
            form = SecretForm(tr("Exchange through a folder"), text, tr("Exchange"), new=new)
            self._ask(form, partial(self.exchange, Path(folder)))

    def exchange(self, folder: Path, passphrase: str) -> None:
        """Take what others left there, leave what was typed here."""
        self._begin(tr("Exchanging…"))
        work = partial(_exchange, self._context.workspace, folder, passphrase)
        self._context.lanes.network(work, self._on_exchanged, self._on_failed)

    def _on_exchanged(self, report: SyncReport) -> None:
        text = tr("{pushed} changes sent, {pulled} records changed here", pushed=report.pushed, pulled=report.pulled)
        if report.conflicts:
            text += " · " + ntr("{n} conflict to look at", "{n} conflicts to look at", report.conflicts)
        self._rest(text)

    # the bundle

    def ask_target(self) -> None:
        from desktop_crm.services.rescue import SUFFIX, default_name

        name = default_name(self._context.workspace, f"{self._context.workspace.today():%Y-%m-%d}")
        path, _ = QFileDialog.getSaveFileName(
            self, tr("Save a rescue bundle"), str(Path.home() / name), tr("Rescue bundles") + f" (*{SUFFIX})"
        )
        if path:
            text = tr("The bundle is encrypted. Whoever reads it back needs this passphrase.")
            form = SecretForm(tr("Save a rescue bundle"), text, tr("Save"), new=True)
            self._ask(form, partial(self.save_to, Path(path)))

    def save_to(self, path: Path, passphrase: str) -> None:
        self._begin(tr("Writing the bundle…"))
        work = partial(_save, self._context.workspace, path, passphrase)
        self._context.lanes.read(work, partial(self._on_saved, path), self._on_failed)

    def _on_saved(self, path: Path, bundle: Bundle) -> None:
        count = len(bundle.waiting) + len(bundle.refused) + len(bundle.conflicts)
        self._rest(ntr("{n} entry saved in {path}", "{n} entries saved in {path}", count, path=path.name))

    def ask_source(self) -> None:
        from desktop_crm.services.rescue import SUFFIX

        path, _ = QFileDialog.getOpenFileName(
            self, tr("Read a rescue bundle"), str(Path.home()), tr("Rescue bundles") + f" (*{SUFFIX})"
        )
        if path:
            text = tr("Its changes are made here as new ones; what is here already is passed over.")
            form = SecretForm(tr("Read a rescue bundle"), text, tr("Read"), new=False)
            self._ask(form, partial(self.take_from, Path(path)))

    def take_from(self, path: Path, passphrase: str) -> None:
        self._begin(tr("Reading the bundle…"))
        work = partial(_take, self._context.workspace, path, passphrase)
        self._context.undo.run(tr("Read a rescue bundle"), work, self._on_taken, self._on_failed)

    def _on_taken(self, done: Rescued) -> None:
        self._rest(tr("{taken} changes made here, {known} were here already", taken=done.taken, known=done.known))

    # both

    def _ask(self, form: SecretForm, act: Any) -> None:
        dialog = FormDialog(form, "sync", self)
        dialog.answered.connect(partial(_with_passphrase, act))
        dialog.open()

    def _begin(self, words: str) -> None:
        self._say(words)
        for act in (self.folder, self.save, self.take):
            act.setEnabled(False)

    def _rest(self, words: str) -> None:
        for act in (self.folder, self.save, self.take):
            act.setEnabled(True)
        self._say(words)
        self.done.emit(words)

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def _on_failed(self, error: BaseException) -> None:
        self._rest(explain(error).happened if isinstance(error, CrmError) else "")
        if not isinstance(error, CrmError):
            self._context.reporter.report(error)


def _with_passphrase(act: Any, values: dict[str, str]) -> None:
    act(values["passphrase"])


def _exchange(workspace: Workspace, folder: Path, passphrase: str) -> SyncReport:
    from desktop_crm.services import team_folder

    return team_folder.exchange(workspace, folder, passphrase)


def _save(workspace: Workspace, path: Path, passphrase: str) -> Bundle:
    from desktop_crm.services import rescue

    return rescue.write(workspace, path, passphrase)


def _take(workspace: Workspace, path: Path, passphrase: str) -> Rescued:
    from desktop_crm.services import rescue

    return rescue.take_back(workspace, path, passphrase)
