"""The first step: drop files here, choose them, or look at the imports of the past and take one back."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.i18n import formats, tr
from desktop_crm.services.importing import ImportReport
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label, rule
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.states import EmptyState

PAST_WIDTH = 420


class StartView(QWidget):
    """Signals: `files_chosen(tuple of paths)`, `undo_requested(import id)`."""

    files_chosen = Signal(object)
    undo_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.choose = primary(tr("Choose files…"), self._ask_files, icon_name="file", shortcut="Ctrl+O")
        self.folder = button(tr("Choose a folder…"), self._ask_folder, icon_name="folder")
        buttons = (self.choose, self.folder)
        self._well = QFrame()
        self._well.setProperty("role", "card")
        inner = QVBoxLayout(self._well)
        inner.addWidget(
            EmptyState(
                tr("Drop your files here"),
                tr(
                    "CSV, Excel or OpenDocument from any CRM: accounts, contacts, products, users, opportunities, activities. "
                    "You see what happens before it happens, and can take it back at any time."
                ),
                buttons,
                icon_name="import",
            )
        )
        self.past = Card(tr("Imports so far"))
        self.past.setFixedWidth(PAST_WIDTH)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        holder = QWidget()
        holder.setProperty("role", "clear")
        holder.setLayout(self._rows)
        self._rows.setContentsMargins(0, 0, 6, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(holder)
        area.setAccessibleName(tr("Imports so far"))
        self.past.add(area, 1)
        box = QHBoxLayout(self)
        box.setContentsMargins(18, 16, 18, 16)
        box.setSpacing(14)
        box.addWidget(self._well, 1)
        box.addWidget(self.past)

    def show_past(self, reports: tuple[ImportReport, ...]) -> None:
        """Show the imports of this laptop, the newest first."""
        clear(self._rows)
        for place, report in enumerate(reports):
            if place:
                self._rows.addWidget(rule())
            self._rows.addWidget(self._past_row(report))
        if not reports:
            self._rows.addWidget(
                label(tr("None yet. Each import stays in this list and can be taken back."), "body2", wrap=True)
            )
        self._rows.addStretch(1)

    def _past_row(self, report: ImportReport) -> QWidget:
        row = QWidget()
        row.setProperty("role", "clear")
        box = QHBoxLayout(row)
        box.setContentsMargins(0, 2, 0, 2)
        text = QVBoxLayout()
        text.setSpacing(1)
        names = ", ".join(Path(file.path).name for file in report.files)
        counts = tr(
            "{created} new · {updated} changed · {refused} not taken",
            created=formats.number(report.total("created")),
            updated=formats.number(report.total("updated")),
            refused=formats.number(report.total("refused")),
        )
        text.addWidget(ElidedLabel(names, "body"))
        text.addWidget(ElidedLabel(f"{_when(report.at)} · {counts}", "hint"))
        box.addLayout(text, 1)
        if report.state == "undone":
            box.addWidget(Pill(tr("taken back"), Mood.neutral))
        elif report.import_id:
            undo = button(
                tr("Take back"), partial(self.undo_requested.emit, report.import_id), kind="small", icon_name="undo"
            )
            undo.setAccessibleName(tr("Take back the import of {files}", files=names))
            undo.setObjectName(f"undo:{report.import_id}")
            box.addWidget(undo)
        return row

    def _ask_files(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(
            self,
            tr("Choose files to import"),
            "",
            tr("Tables (*.csv *.tsv *.tab *.txt *.xlsx *.xlsm *.xls *.ods *.json);;All files (*)"),
        )
        if chosen:
            self.files_chosen.emit(tuple(map(Path, chosen)))

    def _ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Choose a folder to import"))
        if chosen:
            self.files_chosen.emit((Path(chosen),))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._highlight(on=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._highlight(on=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._highlight(on=False)
        paths = tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
        if paths:
            event.acceptProposedAction()
            self.files_chosen.emit(paths)

    def _highlight(self, *, on: bool) -> None:
        from desktop_crm.ui.widgets.labels import restyle

        self._well.setProperty("chosen", on)
        restyle(self._well)


def _when(at: str) -> str:
    from datetime import datetime

    moment = datetime.fromisoformat(at).astimezone()
    return f"{formats.date(moment.date())} {formats.time(moment)}"
