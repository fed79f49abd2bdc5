"""The card of backups: make one, save one elsewhere, take one back; and the check of everything that is stored."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QProgressBar, QWidget

from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.safety_words import backup_kind
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.preferences import Replacing
from desktop_crm.ui.settings.passphrase_forms import CopyForm, RestoreAskForm
from desktop_crm.ui.widgets.backup_list import BackupLine, BackupList
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.labels import clear, label

if TYPE_CHECKING:
    from desktop_crm.foundation.errors import CrmError
    from desktop_crm.security.secrets import SecretStore
    from desktop_crm.services.safety.backups import Backup
    from desktop_crm.services.safety.checking import CheckReport, Finding
    from desktop_crm.services.workspace import Workspace

SHOWN = 6


class BackupsCard(Card):
    """Its work runs on the read lanes; a restore is wished for and done by the app."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Backup"), parent=parent)
        self._context = context
        hint = tr("Made by itself every day while the app is open; as many are kept as is chosen above.")
        self.add(label(hint, "hint", wrap=True))
        self.list = BackupList()
        self.list.taken.connect(self._on_taken)
        self.add(self.list)
        self.said = label("", "body2", wrap=True)
        self.said.hide()
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setAccessibleName(tr("Working…"))
        self.progress.hide()
        self.add(self.said)
        self._findings = QGridLayout()
        self._findings.setVerticalSpacing(6)
        self.add(self._findings)
        self.add(self.progress)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.now = button(tr("Back up now"), self.back_up, icon_name="check")
        self.elsewhere = button(tr("Save a copy elsewhere…"), self.ask_place, icon_name="export")
        self.checks = button(tr("Check everything"), self.check, icon_name="quality")
        for act in (self.now, self.elsewhere, self.checks):
            row.addWidget(act)
        row.addStretch(1)
        self.add(row)

    def refresh(self) -> None:
        self._context.lanes.read(partial(lines_of, self._context.workspace), self.list.show_lines)

    # acts

    def back_up(self) -> None:
        self._begin(tr("Backing up…"))
        self._context.lanes.read(partial(make_backup, self._context.workspace), self._on_made, self._on_failed)

    def ask_place(self) -> None:
        """Where the copy goes, and with which passphrase it opens."""
        name = f"{self._context.workspace.path.stem} {self._context.workspace.today():%Y-%m-%d}.crm"
        path, _ = QFileDialog.getSaveFileName(
            self, tr("Save a copy elsewhere"), str(Path.home() / name), tr("Workspaces") + " (*.crm)"
        )
        if path:
            form = CopyForm(Path(path).name, must=not self._context.workspace.has_passphrase)
            dialog = FormDialog(form, "backups", self)
            dialog.answered.connect(partial(self.save_copy, path))
            dialog.open()

    def save_copy(self, path: str, values: dict[str, str]) -> None:
        self._begin(tr("Backing up…"))
        work = partial(make_copy, self._context.workspace, Path(path), values["passphrase"])
        self._context.lanes.read(work, self._on_made, self._on_failed)

    def check(self) -> None:
        self._look(repair=False)

    def repair(self) -> None:
        self._look(repair=True)

    def _look(self, *, repair: bool) -> None:
        self._begin(tr("Repairing…") if repair else tr("Checking…"))
        work = partial(checked, self._context.workspace, repair=repair)
        lane = self._context.lanes.write if repair else self._context.lanes.read
        lane(work, self._on_checked, self._on_failed)

    def _on_taken(self, key: str) -> None:
        form = RestoreAskForm(ask=self._context.workspace.has_passphrase)
        dialog = FormDialog(form, "backups", self)
        dialog.answered.connect(partial(self.restore, key))
        dialog.open()

    def restore(self, key: str, values: dict[str, str]) -> None:
        """Wish for it: the workspace is closed for it and opened again."""
        typed = values.get("passphrase", "")
        path, secrets = self._context.workspace.path, self._context.workspace.secrets
        act = partial(restored, Path(key), path, typed or None, secrets)
        wish = Replacing(act=act, words=tr("Restoring the backup…"), before=typed or None)
        self._context.preferences.replacing_wanted.emit(wish)

    # what comes back

    def _begin(self, words: str) -> None:
        clear(self._findings)
        self._busy(words, busy=True)

    def _busy(self, words: str, *, busy: bool) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))
        self.progress.setVisible(busy)
        for act in (self.now, self.elsewhere, self.checks, self.list):
            act.setEnabled(not busy)

    def _on_made(self, made: Backup) -> None:
        self._busy(tr("Backed up and proved: {file}", file=str(made.path)), busy=False)
        self.refresh()

    def _on_failed(self, error: BaseException) -> None:
        self._busy("", busy=False)
        self._context.reporter.report(error)

    def _on_checked(self, report: CheckReport) -> None:
        facts = {name: formats.number(getattr(report, name)) for name in ("records", "changes", "files")}
        well = tr("All is well: {records} records, {changes} changes, {files} files", **facts)
        found = ntr("{n} thing is not right", "{n} things are not right", len(report.left))
        self._busy(well if report.sound else found, busy=False)
        clear(self._findings)
        for one in report.mended:
            self._say(tr("Repaired: {finding}", finding=explained(one)[0]), "")
        for one in report.left:
            title, text = explained(one)
            self._say(title, text)
        if any(one.mendable for one in report.left) and not report.mended:
            mend = button(tr("Repair"), self.repair, icon_name="check")
            self._findings.addWidget(mend, self._findings.rowCount(), 0, Qt.AlignmentFlag.AlignLeft)

    def _say(self, title: str, text: str) -> None:
        place = self._findings.rowCount()
        self._findings.addWidget(label(title, "strong", wrap=True), place, 0)
        if text:
            self._findings.addWidget(label(text, "body2", wrap=True), place + 1, 0)


def lines_of(workspace: Workspace) -> tuple[BackupLine, ...]:
    """The newest backups in words, each with what is newer now; runs on the read lane."""
    from desktop_crm.services.safety import backups, restoring

    lines = []
    for one in backups.backups_of(workspace.path)[:SHOWN]:
        newer = restoring.newer_than(workspace, one)
        told = ""
        if newer is not None:
            told = ntr("{n} change since", "{n} changes since", newer.changes) if newer.changes else tr("as it is now")
            if newer.changes and newer.unsent:
                told += " · " + ntr("{n} not sent yet", "{n} not sent yet", newer.unsent)
        lines.append(
            BackupLine(
                key=str(one.path),
                when=formats.datetime(one.at),
                size=formats.file_size(one.size),
                kind=backup_kind(one.kind.value),
                newer=told,
            )
        )
    return tuple(lines)


def make_backup(workspace: Workspace) -> Backup:
    from desktop_crm.services.safety import backups

    return backups.make(workspace)


def make_copy(workspace: Workspace, path: Path, passphrase: str) -> Backup:
    from desktop_crm.services.safety import backups

    return backups.make(workspace, path, passphrase=passphrase or None)


def checked(workspace: Workspace, *, repair: bool) -> CheckReport:
    from desktop_crm.services.safety import checking

    return checking.check(workspace, repair=repair)


def restored(backup: Path, to: Path, passphrase: str | None, secrets: SecretStore) -> str | None:
    """Restore with the passphrase, or with the keyring for a backup from before there was one. Returns what opens it."""
    from desktop_crm.foundation.errors import Refusal
    from desktop_crm.services.safety import restoring

    try:
        restoring.restore(backup, to, passphrase=passphrase, secrets=secrets)
    except Refusal as refusal:
        if refusal.code != "workspace.wrong_key" or passphrase is None:
            raise
        try:
            restoring.restore(backup, to, secrets=secrets)
        except Refusal:
            raise refusal from None
        return None
    return passphrase


def explained(one: Finding) -> tuple[str, str]:
    """A finding's title, and the rest of its words."""
    from desktop_crm.foundation.errors import Trouble
    from desktop_crm.i18n.error_texts import explain

    error: CrmError = Trouble(one.code, count=one.count)
    text = explain(error)
    return text.title, " ".join(part for part in (text.happened, text.kept, text.next_step) if part)
