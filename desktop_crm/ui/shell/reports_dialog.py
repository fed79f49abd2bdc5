"""Problem reports: what went wrong in the app, to be read, copied and handed over with the log. They hold no customer data."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.foundation import reports
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.ui.runtime.reporter import ErrorReporter
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label

SIZE = (760, 460)
LIST_WIDTH = 230
LINE_HEIGHT = 48


class ReportsDialog(QDialog):
    """Reads the reports when it is made; small files, so on the GUI thread."""

    def __init__(self, reporter: ErrorReporter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "problems")
        self._reporter = reporter
        self.setWindowTitle(tr("Problem reports"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(22, 18, 22, 18)
        outer.setSpacing(12)
        outer.addWidget(label(tr("Problem reports"), "section"))
        outer.addWidget(label(tr("Versions and places in the program, no customer data."), "body2", wrap=True))
        self.list = QListWidget()
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.setAccessibleName(tr("Problem reports"))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(tr("Details"))
        self.text.setPlaceholderText(tr("Nothing went wrong so far"))
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.list)
        middle.addWidget(self.text, 1)
        outer.addLayout(middle, 1)
        self.word = label("", "hint", wrap=True)
        self.word.hide()
        outer.addWidget(self.word)
        outer.addLayout(self._buttons())
        self.list.currentItemChanged.connect(self._on_chosen)
        for one in reports.listed():
            item = QListWidgetItem(f"{formats.datetime(one.at)}\n{one.code}")
            item.setSizeHint(QSize(0, LINE_HEIGHT))
            item.setData(Qt.ItemDataRole.UserRole, one.name)
            self.list.addItem(item)
        self.copy.setEnabled(self.list.count() > 0)
        self.list.setCurrentRow(0)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.copy = button(tr("Copy report"), self._copy, kind="quiet", icon_name="copy")
        row.addWidget(self.copy)
        row.addWidget(button(tr("Open folder"), self._open_folder, kind="quiet", icon_name="folder"))
        row.addWidget(button(tr("Save log and reports…"), self._ask_where, kind="quiet", icon_name="export"))
        row.addStretch(1)
        row.addWidget(primary(tr("Close"), self.accept))
        return row

    def save(self, target: Path) -> None:
        """Put the log and the reports into one file."""
        try:
            count = reports.bundle(target)
        except CrmError as error:
            self._reporter.report(error)
            return
        self._say(ntr("{n} file put into {path}", "{n} files put into {path}", count, path=str(target)))

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        try:
            self.text.setPlainText(reports.read(item.data(Qt.ItemDataRole.UserRole)) if item else "")
        except CrmError as error:
            self._reporter.report(error)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._say(tr("Copied"))

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(reports.folder())))

    def _ask_where(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, tr("Save log and reports"), "desktop-crm-reports.zip", "ZIP (*.zip)"
        )
        if chosen:
            self.save(Path(chosen))

    def _say(self, text: str) -> None:
        self.word.setText(text)
        self.word.show()
