"""A list of choices that tells what was chosen, not where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from desktop_crm.ui.widgets.steady import SteadyComboBox


class ChoiceBox(SteadyComboBox):
    """`ChoiceBox(choices, current, chosen)`: choices are (value, text); `chosen(value)` is called when the user takes one."""

    def __init__(
        self,
        choices: Iterable[tuple[Any, str]],
        current: Any,
        chosen: Callable[[Any], object],
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tell = chosen
        self._values: list[Any] = []
        self.setMaxVisibleItems(16)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        for value, text in choices:
            self._values.append(value)
            self.addItem(text)
        if current in self._values:
            self.setCurrentIndex(self._values.index(current))
        self.activated.connect(self._on_activated)

    def value(self) -> Any:
        """What is chosen."""
        return self._values[self.currentIndex()] if self._values else None

    def take(self, value: Any) -> None:
        """Choose as the user would."""
        self.setCurrentIndex(self._values.index(value))
        self._tell(value)

    def _on_activated(self, place: int) -> None:
        self._tell(self._values[place])
