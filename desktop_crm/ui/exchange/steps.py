"""The five steps of an import as pills: done ones checked, the present one in our colour."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.pill import Pill


class StepBar(QWidget):
    """`show_step(2)` makes the third step the present one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        self._words = (tr("Files"), tr("Format"), tr("Match columns"), tr("Try out"), tr("Import"))
        self._pills = [Pill() for _ in self._words]
        for pill in self._pills:
            box.addWidget(pill)
        self.show_step(0)

    def show_step(self, present: int) -> None:
        """`present` counts from 0; one past the last means that all is done."""
        for place, (pill, word) in enumerate(zip(self._pills, self._words, strict=True)):
            if place < present:
                pill.show_state(f"{place + 1} {word} ✓", Mood.good)
            else:
                pill.show_state(f"{place + 1} {word}", Mood.accent if place == present else Mood.neutral)
        self.setMinimumWidth(
            self.sizeHint().width()
        )  # the head of a page does not ask again by itself, and would cut the words
        at = min(present, len(self._words) - 1)
        self.setAccessibleName(tr("Step {number} of 5: {name}", number=at + 1, name=self._words[at]))
