"""The one question the tree asks: what a new account is called."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_crm.domain.text import is_blank
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.lookalikes import LookalikesNote

WIDTH = 380


class NameDialog(QDialog):
    """Signals: `answered(name)` with a name that is not empty."""

    answered = Signal(str)

    def __init__(self, title: str, where: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, "account")
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 16, 18, 16)
        box.setSpacing(8)
        box.addWidget(label(title, "section"))
        if where:
            box.addWidget(label(where, "hint"))
        name = field_label("account", "name")
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setPlaceholderText(name)
        self.line.textChanged.connect(self._on_text)
        box.addWidget(self.line)
        self._notes = QVBoxLayout()
        box.addLayout(self._notes)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(tr("Cancel"), self.reject))
        self.go = primary(tr("Create"), self._answer)
        self.go.setDefault(True)
        self.go.setEnabled(False)
        row.addWidget(self.go)
        box.addSpacing(6)
        box.addLayout(row)

    def fields(self) -> dict[str, str]:
        """What is typed so far."""
        return {"name": self.line.text()}

    def warn_with(self, note: LookalikesNote) -> None:
        """Say while a name is typed that there is one like it."""
        self._notes.addWidget(note)
        self.line.textChanged.connect(note.ask)

    def _on_text(self, text: str) -> None:
        self.go.setEnabled(not is_blank(text))

    def _answer(self) -> None:
        self.answered.emit(self.line.text().strip())
        self.accept()
