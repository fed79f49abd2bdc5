"""A state as a pill: a word on a soft ground. Never colour alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.labels import restyle


class Pill(QLabel):
    """`Pill("Waiting", Mood.warn)`."""

    def __init__(self, text: str = "", mood: Mood = Mood.neutral, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setProperty("pill", mood.value)

    def show_state(self, text: str, mood: Mood) -> None:
        """Change word and mood."""
        self.setText(text)
        if self.property("pill") != mood.value:
            self.setProperty("pill", mood.value)
            restyle(self)
