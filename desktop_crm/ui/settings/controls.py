"""Controls of settings, one for each kind of value. They know values, not where these are kept.

Signals: `chosen(value)` when the user has chosen another value.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from desktop_crm.i18n import tr
from desktop_crm.i18n.catalogue import told
from desktop_crm.services.settings import Kind, Setting
from desktop_crm.ui.widgets.buttons import icon_button
from desktop_crm.ui.widgets.segmented import SegmentedControl
from desktop_crm.ui.widgets.steady import SteadyComboBox, SteadySpinBox

SEGMENTS = 4
"""More choices than these stand in a list."""
LETTERS = 24
"""So many letters of all choices together still stand side by side."""
WIDTH = 240


class Control(QWidget):
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QHBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(6)

    def show_value(self, value: Any) -> None:
        """Show what holds, without telling."""

    def target(self) -> QWidget:
        """What takes the keyboard and is named for a screen reader."""
        return self


class Segments(Control):
    """Few choices side by side; their values may be of any type."""

    def __init__(self, choices: tuple[tuple[Any, str], ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = {str(value): value for value, _ in choices}
        self.segments = SegmentedControl(tuple((str(value), text) for value, text in choices))
        self.segments.chosen.connect(self._on_chosen)
        self.box.addWidget(self.segments)
        self.setFocusProxy(self.segments)

    def show_value(self, value: Any) -> None:
        self.segments.choose(str(value))

    def target(self) -> QWidget:
        return self.segments

    def _on_chosen(self, key: str) -> None:
        self.chosen.emit(self._values[key])


class Choices(Control):
    """Many choices in a list."""

    def __init__(self, choices: tuple[tuple[Any, str], ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.combo = SteadyComboBox()
        self.combo.setMaxVisibleItems(16)
        self.combo.setFixedWidth(WIDTH)
        for value, text in choices:
            self.combo.addItem(text, value)
        self.combo.activated.connect(self._on_activated)
        self.box.addWidget(self.combo)
        self.setFocusProxy(self.combo)

    def show_value(self, value: Any) -> None:
        self.combo.setCurrentIndex(max(self.combo.findData(value), 0))

    def target(self) -> QWidget:
        return self.combo

    def _on_activated(self, _place: int) -> None:
        self.chosen.emit(self.combo.currentData())


class Number(Control):
    """A whole number between two others; taken when the field is left or Enter is pressed."""

    def __init__(self, least: int, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spin = SteadySpinBox()
        self.spin.setRange(least, most)
        self.spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.spin.setFixedWidth(WIDTH // 2)
        self.spin.editingFinished.connect(self._on_finished)
        self.box.addWidget(self.spin)
        self.setFocusProxy(self.spin)
        self._shown = least

    def show_value(self, value: Any) -> None:
        self._shown = int(value)
        self.spin.setValue(self._shown)

    def target(self) -> QWidget:
        return self.spin

    def _on_finished(self) -> None:
        if self.spin.value() != self._shown:
            self._shown = self.spin.value()
            self.chosen.emit(self._shown)


class Line(Control):
    """Codes separated by commas."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setFixedWidth(int(WIDTH * 1.4))
        self.line.editingFinished.connect(self._on_finished)
        self.box.addWidget(self.line)
        self.setFocusProxy(self.line)
        self._shown = ""

    def show_value(self, value: Any) -> None:
        self._shown = ", ".join(value) if isinstance(value, tuple | list) else str(value or "")
        self.line.setText(self._shown)
        self.line.setCursorPosition(0)

    def target(self) -> QWidget:
        return self.line

    def _on_finished(self) -> None:
        if self.line.text().strip() != self._shown:
            self.chosen.emit(self.read())

    def read(self) -> Any:
        """What was typed."""
        return [part for part in self.line.text().replace(",", " ").split() if part]


class Folder(Line):
    """A folder, typed or picked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pick = icon_button("folder", tr("Choose a folder"), self.ask, framed=True)
        self.box.addWidget(self.pick)

    def read(self) -> Any:
        return self.line.text().strip()

    def ask(self) -> None:
        """Let a folder be picked."""
        found = QFileDialog.getExistingDirectory(self, tr("Choose a folder"), self.line.text() or str(Path.home()))
        if found:
            self.line.setText(found)
            self._on_finished()


def control_for(setting: Setting) -> Control | None:
    """The control that fits a setting; none for a place on the page."""
    match setting.kind:
        case Kind.FLAG:
            return Segments(((True, tr("On")), (False, tr("Off"))))
        case Kind.CHOICE:
            choices = tuple((value, told(words)) for value, words in setting.choices)
            short = len(choices) <= SEGMENTS and sum(len(text) for _, text in choices) <= LETTERS * 2
            return Segments(choices) if short else Choices(choices)
        case Kind.NUMBER:
            return Number(setting.least, setting.most)
        case Kind.CURRENCIES:
            return Line()
        case Kind.FOLDER:
            return Folder()
        case _:
            return None
