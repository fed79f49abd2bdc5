"""A form in a dialog of its own, with its page of the help."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop_crm.ui.widgets.ask_form import AskForm
from desktop_crm.ui.widgets.help_key import explained_by

WIDTH = 460


class FormDialog(QDialog):
    """A form as a dialog; `topic` is its page of the help. Signals: `answered(dict)`; it closes by itself."""

    answered = Signal(dict)

    def __init__(self, form: AskForm, topic: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        explained_by(self, topic)
        self.form = form
        self.setWindowTitle(form.title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(form)
        form.answered.connect(self._on_answered)
        form.left.connect(self.close)
        form.begin()

    def _on_answered(self, values: dict[str, str]) -> None:
        self.close()
        self.answered.emit(values)
