"""The designed dialog for an error: what happened, what was kept, what to do, and details to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.reporter import Report, ReportKind
from desktop_crm.ui.theme import current, pixmap
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label


class ErrorDialog(QDialog):
    """Made for one report; not modal to other windows of the system."""

    def __init__(self, report: Report, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "problems")
        self._report = report
        self.setWindowTitle(report.title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        look = current()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(22, 20, 22, 18)
        outer.setSpacing(14)
        top = QHBoxLayout()
        top.setSpacing(14)
        sign = QLabel()
        colour = look.warn if report.kind is ReportKind.refusal else look.bad
        sign.setPixmap(pixmap("warning", colour, 28, self.devicePixelRatioF()))
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(label(report.title, "section", wrap=True))
        for text, kind in ((report.happened, "body"), (report.kept, "body2"), (report.next_step, "body2")):
            if text:
                words.addWidget(label(text, "body" if kind == "body" else "body2", wrap=True))
        if report.file:
            words.addWidget(label(tr("Kept under “Problem reports”: {file}", file=report.file), "hint", wrap=True))
        top.addLayout(words, 1)
        outer.addLayout(top)
        self._details = QPlainTextEdit(report.details)
        self._details.setReadOnly(True)
        self._details.setMaximumHeight(150)
        self._details.setAccessibleName(tr("Details"))
        self._details.hide()
        outer.addWidget(self._details)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._more = button(tr("Details"), self._show_details, kind="quiet")
        self._copy = button(tr("Copy report"), self._copy_report, kind="quiet", icon_name="copy")
        row.addWidget(self._more)
        row.addWidget(self._copy)
        row.addStretch(1)
        close = primary(tr("Close"), self.accept)
        close.setDefault(True)
        row.addWidget(close)
        outer.addLayout(row)
        close.setFocus()

    def text(self) -> str:
        """The whole report as text."""
        report = self._report
        return "\n\n".join(
            part for part in (report.title, report.happened, report.kept, report.next_step, report.details) if part
        )

    def _show_details(self) -> None:
        self._details.setVisible(not self._details.isVisible())
        self.adjustSize()

    def _copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
        self._copy.setText(tr("Copied"))
