"""The files of an account: attached by a button or dropped here, written elsewhere by Enter. Content stays encrypted until then."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QPushButton, QSplitter, QWidget

from desktop_crm.i18n import formats, tr
from desktop_crm.services import offline
from desktop_crm.services.account_work import files
from desktop_crm.services.offline import AccountFiles
from desktop_crm.ui.accounts.rows_tab import RowsTab
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.file_preview import FilePreview


class FilesTab(RowsTab):
    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "attachment", parent)
        self.setAcceptDrops(True)
        self.attach = button(tr("Attach a file…"), self._create, icon_name="plus")
        self.save = button(tr("Save a copy…"), self._save_current, icon_name="export")
        for part in (self.list.views, self.list.group):
            part.hide()  # an account has few files, and the buttons need the room
        self.keep = QCheckBox(tr("Keep on this laptop"))
        self.keep.setToolTip(tr("Fetch the files of this account by itself, also where others are left at the server"))
        self.keep.clicked.connect(self._on_keep)
        self._kept = context.lanes.slot()
        self.preview = FilePreview(context)
        beside = QSplitter(Qt.Orientation.Horizontal)
        beside.setChildrenCollapsible(False)
        beside.addWidget(self.list)
        beside.addWidget(self.preview)
        beside.setStretchFactor(0, 3)
        beside.setStretchFactor(1, 2)
        beside.setSizes([600, 380])
        box = self.layout()
        if box is not None:
            box.addWidget(beside)
        self.table.picked.connect(self.preview.show_file)
        self.list.bar.addWidget(self.keep)
        self.list.bar.addWidget(self.attach)
        self.list.bar.addWidget(self.save)

    def hint(self) -> str:
        return tr("Plans, photos and papers of this account. Drop files here; they are kept encrypted and synced.")

    def new_button(self) -> QPushButton:
        return button(tr("Attach a file…"), self._create, icon_name="plus")

    def show_account(self, account_id: str, name: str) -> None:
        super().show_account(account_id, name)
        work = partial(offline.kept_files, self._context.workspace, account_id)
        self._kept.read(work, self._on_kept, self._context.reporter.report)

    def _on_kept(self, found: tuple[bool, AccountFiles]) -> None:
        on, files = found
        self.keep.setChecked(on)
        status = self._context.sync.state.status
        self.keep.setVisible(on or (status is not None and status.joined))  # alone, every file is here anyway
        told = tr(
            "{here} of {files} files here, {size}",
            here=files.here,
            files=files.files,
            size=formats.file_size(files.size),
        )
        self.keep.setText(f"{tr('Keep on this laptop')} ({told})" if files.files else tr("Keep on this laptop"))

    def _on_keep(self, on: bool) -> None:
        work = partial(offline.keep_account, self._context.workspace, str(self.account_id), on=on)
        self._context.lanes.write(work, self._on_decided, self._context.reporter.report)

    def _on_decided(self, _profile: offline.Profile) -> None:
        self._context.sync.fetch_soon()

    def take(self, paths: list[Path]) -> None:
        """Attach these files, each as one act."""
        for path in paths:
            work = partial(files.attach, self._context.workspace, str(self.account_id), path)
            self._context.undo.run(tr("Attach {name}", name=path.name), work, None, self._context.reporter.report)

    def write_copy(self, row_id: str, target: Path) -> None:
        """Write a file that is attached to where the user wants it."""
        work = partial(files.write_to, self._context.workspace, row_id, target)
        self._context.lanes.read(work, partial(self._on_written, target), self._context.reporter.report)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def _create(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, tr("Attach a file…"))
        self.take([Path(name) for name in names])

    def _save_current(self) -> None:
        row_id = self.table.current_id()
        if row_id:
            self._open(row_id)

    @Slot(str)
    def _open(self, row_id: str) -> None:
        work = partial(files.read, self._context.workspace, row_id)
        self._context.lanes.read(work, partial(self._ask_where, row_id), self._context.reporter.report)

    def _ask_where(self, row_id: str, found: Any) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Save a copy…"), found.name)
        if name:
            self.write_copy(row_id, Path(name))

    def _on_written(self, target: Path, _size: int) -> None:
        self.list.status.tell(tr("Saved as {file}", file=target.name))
