"""A file of a mail, looked at: its picture or pages, and a copy of it where the user wants one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.services.account_work import files
from desktop_crm.services.mail.threads import ThreadFile
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, no_default, primary
from desktop_crm.ui.widgets.file_preview import FilePreview
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label

WIDTH, HEIGHT = 720, 760


class FileDialog(QDialog):
    """`FileDialog(context, file)`; the content stays encrypted until a copy is written."""

    def __init__(self, context: UiContext, file: ThreadFile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "mail")
        self._context, self._file = context, file
        self.setWindowTitle(file.name)
        self.resize(WIDTH, HEIGHT)
        self.preview = FilePreview(context)
        self.said = label("", "hint", wrap=True)
        self.save = primary(tr("Save a copy…"), self._ask_where, icon_name="export")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.said, 1)
        foot.addWidget(button(tr("Close"), self.reject))
        foot.addWidget(self.save)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.preview, 1)
        holder = QVBoxLayout()
        holder.setContentsMargins(18, 8, 18, 14)
        holder.addLayout(foot)
        box.addLayout(holder)
        no_default(self)
        self.preview.show_file(file.id)

    def write_copy(self, target: Path) -> None:
        """Write it to where the user wants it."""
        work = partial(files.write_to, self._context.workspace, self._file.id, target)
        self._context.lanes.read(work, partial(self._on_written, target), self._context.reporter.report)

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, tr("Save a copy…"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(self._file.name)
        dialog.fileSelected.connect(self._on_chosen)
        dialog.open()

    def _on_chosen(self, path: str) -> None:
        self.write_copy(Path(path))

    def _on_written(self, target: Path, _size: int) -> None:
        self.said.setText(tr("Saved as {file}", file=target.name))
