"""The card of archives: the whole workspace into an open file, and a new workspace out of one; watched, and stopped at any time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QWidget

from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.settings.passphrase_forms import CopyForm
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.labels import label

if TYPE_CHECKING:
    from desktop_crm.security.secrets import SecretStore
    from desktop_crm.services.archiving import Archived
    from desktop_crm.services.workspace import Workspace

SUFFIX = ".zip"
WORKSPACE_SUFFIX = ".crm"


class ArchiveCard(Card):
    """Its work runs on the read lanes. Signals: `progressed(done, whole)` from there, in rows."""

    progressed = Signal(int, int)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Archive"), parent=parent)
        self._context = context
        self._stop = Event()
        hint = tr(
            "A zip of JSON lines and files that any program can read; history and deleted records included. "
            "It is not encrypted: keep it where only you can read it."
        )
        self.add(label(hint, "hint", wrap=True))
        self.said = label("", "body2", wrap=True)
        self.said.hide()
        self.add(self.said)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("Working…"))
        self.cancel = button(tr("Cancel"), self._stop.set)
        self.open_made = button(tr("Open it"), self._on_open)
        watched = QHBoxLayout()
        watched.addWidget(self.progress, 1)
        watched.addWidget(self.cancel)
        watched.addWidget(self.open_made)
        self.add(watched)
        self.save = button(tr("Save an archive…"), self.ask_target, icon_name="export")
        self.take = button(tr("Make a workspace of an archive…"), self.ask_source, icon_name="import")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.save)
        row.addWidget(self.take)
        row.addStretch(1)
        self.add(row)
        self._made = ""
        self.progressed.connect(self._on_progressed)
        context.lanes.stopped.connect(self._stop.set)
        self._rest()

    # out

    def ask_target(self) -> None:
        """Where the archive goes."""
        name = f"{self._context.workspace.path.stem} {self._context.workspace.today():%Y-%m-%d}{SUFFIX}"
        path, _ = QFileDialog.getSaveFileName(
            self, tr("Save an archive"), str(Path.home() / name), tr("Archives") + f" (*{SUFFIX})"
        )
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Write the archive, off the GUI thread."""
        self._begin(tr("Writing the archive…"))
        work = partial(written, self._context.workspace, path, self._stop.is_set, self.progressed.emit)
        self._context.lanes.read(work, self._on_saved, self._on_failed)

    def _on_saved(self, done: Archived) -> None:
        count = formats.number(done.records)
        text = ntr(
            "{n} record archived in {path}", "{n} records archived in {path}", done.records, n=count, path=done.path
        )
        if done.absent:
            text += " · " + ntr("{n} file is not on this laptop", "{n} files are not on this laptop", done.absent)
        self._rest(text)

    # back

    def ask_source(self) -> None:
        """Which archive, where the workspace goes, and what opens it."""
        source, _ = QFileDialog.getOpenFileName(
            self, tr("Choose an archive"), str(Path.home()), tr("Archives") + f" (*{SUFFIX})"
        )
        if not source:
            return
        proposed = Path(source).with_suffix(WORKSPACE_SUFFIX)
        target, _ = QFileDialog.getSaveFileName(
            self, tr("Where the new workspace goes"), str(proposed), tr("Workspaces") + f" (*{WORKSPACE_SUFFIX})"
        )
        if target:
            form = CopyForm(Path(target).name, must=self._context.workspace.has_passphrase)
            dialog = FormDialog(form, "backups", self)
            dialog.answered.connect(partial(self._on_answered, Path(source), Path(target)))
            dialog.open()

    def _on_answered(self, source: Path, target: Path, values: dict[str, str]) -> None:
        self.make_of(source, target, values.get("passphrase", ""))

    def make_of(self, source: Path, target: Path, passphrase: str) -> None:
        """Make the workspace, off the GUI thread."""
        self._begin(tr("Making the workspace…"))
        secrets = self._context.workspace.secrets
        work = partial(read_back, source, target, passphrase, secrets, self._stop.is_set, self.progressed.emit)
        self._context.lanes.read(work, self._on_made, self._on_failed)

    def _on_made(self, path: str) -> None:
        self._rest(tr("The workspace is made: {path}", path=path))
        self._made = path
        self.open_made.show()

    def _on_open(self) -> None:
        self._context.preferences.workspace_wanted.emit(self._made)

    # both

    def _begin(self, words: str) -> None:
        self._stop.clear()
        self.open_made.hide()
        self.said.setText(words)
        self.progress.setRange(0, 0)
        for part in (self.said, self.progress, self.cancel):
            part.show()
        self.save.setEnabled(False)
        self.take.setEnabled(False)

    @Slot(int, int)
    def _on_progressed(self, done: int, whole: int) -> None:
        self.progress.setRange(0, max(whole, 1))
        self.progress.setValue(min(done, whole))

    def _rest(self, words: str = "") -> None:
        for part in (self.progress, self.cancel, self.open_made):
            part.hide()
        self.said.setText(words)
        self.said.setVisible(bool(words))
        self.save.setEnabled(True)
        self.take.setEnabled(True)

    def _on_failed(self, error: BaseException) -> None:
        from desktop_crm.foundation.errors import Refusal

        if isinstance(error, Refusal) and error.code == "archive.cancelled":
            self._rest(tr("Stopped. Nothing was written."))
            return
        self._rest()
        self._context.reporter.report(error)


def written(
    workspace: Workspace, path: Path, cancelled: Callable[[], bool], progress: Callable[[int, int], None]
) -> Archived:
    """Runs on the read lane, beside edits."""
    from desktop_crm.services import archiving

    return archiving.archive(
        workspace, path, cancelled=lambda: cancelled() or workspace.leaving.is_set(), progress=progress
    )


def read_back(
    source: Path,
    target: Path,
    passphrase: str,
    secrets: SecretStore,
    cancelled: Callable[[], bool],
    progress: Callable[[int, int], None],
) -> str:
    """Runs on the read lane; the new workspace is closed again."""
    from desktop_crm.services import archiving

    made = archiving.workspace_from(
        source, target, passphrase=passphrase or None, secrets=secrets, cancelled=cancelled, progress=progress
    )
    made.close()
    return str(made.path)
