"""One setting on the page: what it is called and for what at the left, its control at the right, a refusal below.

What a search found in its words is marked. Signals: `chosen(name, value)`.
"""

from __future__ import annotations

from html import escape
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_crm.domain import text as texts
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n.catalogue import told
from desktop_crm.i18n.error_texts import explain
from desktop_crm.services.settings import Setting
from desktop_crm.ui.settings.controls import Control, control_for
from desktop_crm.ui.theme import current
from desktop_crm.ui.widgets.labels import label

NAMES = 300


class SettingRow(QWidget):
    chosen = Signal(str, object)

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self.name = label(told(setting.label), "strong", wrap=True)
        self.help = label(told(setting.help) if setting.help else "", "hint", wrap=True)
        if not setting.help:
            self.help.hide()  # and never shown before it has a parent: that would be a window of its own
        self.word = label("", "error", wrap=True)
        self.word.hide()
        self.control: Control | None = control_for(setting)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 5, 0, 5)
        row.setSpacing(18)
        left = QVBoxLayout()
        left.setSpacing(2)
        for part in (self.name, self.help, self.word):
            left.addWidget(part)
        row.addLayout(left, 1)
        if self.control is not None:
            target = self.control.target()
            target.setAccessibleName(told(setting.label))
            target.setAccessibleDescription(told(setting.help) if setting.help else "")
            self.control.chosen.connect(self._on_chosen)
            row.addWidget(self.control, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)

    def show_value(self, value: Any) -> None:
        """Show what holds."""
        self.word.hide()
        if self.control is not None:
            self.control.show_value(value)

    def refuse(self, error: CrmError) -> None:
        """Say why a value was not taken; what was typed stays."""
        words = explain(error)
        self.word.setText(words.happened or words.title)
        self.word.show()

    def mark(self, query: str) -> None:
        """Mark what was searched for in the name and the help; nothing for an empty search."""
        mark_words(self.name, told(self.setting.label), query)
        if self.setting.help:
            mark_words(self.help, told(self.setting.help), query)

    def take_keyboard(self) -> None:
        """Give the keyboard to the control."""
        if self.control is not None:
            self.control.target().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_chosen(self, value: Any) -> None:
        self.chosen.emit(self.setting.name, value)


def mark_words(shown: QLabel, text: str, query: str) -> None:
    """Show a text with what was searched for on the accent's ground; plain where it does not stand in it."""
    span = (
        next((found for one in texts.wordings(query) if (found := texts.find_span(text, one))), None) if query else None
    )
    if span is None:
        shown.setTextFormat(Qt.TextFormat.PlainText)
        shown.setText(text)
        return
    start, end = span
    look = current()
    marked = f'<span style="background:{look.accent_soft}; color:{look.accent}">{escape(text[start:end])}</span>'
    shown.setTextFormat(Qt.TextFormat.RichText)
    shown.setText(escape(text[:start]) + marked + escape(text[end:]))
