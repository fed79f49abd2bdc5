"""A row of joined choices of which one is taken (views, units), and the tabs of a page, which work alike."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QWidget

from desktop_crm.ui.theme.fonts import sized
from desktop_crm.ui.theme.tokens import BODY_PX
from desktop_crm.ui.widgets.buttons import button

Choice = tuple[str, str]
"""(key, text)"""


class _ChoiceRow(QFrame):
    """Signals: `chosen(key)` when the user takes another choice."""

    chosen = Signal(str)
    kind = "segment"
    room = 26

    def __init__(self, choices: tuple[Choice, ...], current: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QPushButton] = {}
        for key, text in choices:
            self._add(key, text)
        self.choose(current or (choices[0][0] if choices else ""))
        self._group.buttonClicked.connect(self._on_clicked)

    def _add(self, key: str, text: str) -> None:
        made = button(text, kind=self.kind)
        made.setCheckable(True)
        made.setObjectName(key)
        self._group.addButton(made)
        self._buttons[key] = made
        self._row.addWidget(made)
        self._make_room(made)

    def _make_room(self, made: QPushButton) -> None:
        """The taken choice is bold: leave room for that, so that no letter is cut and nothing moves."""
        made.setMinimumWidth(
            QFontMetrics(sized(made.font(), BODY_PX, bold=True)).horizontalAdvance(made.text()) + self.room
        )

    def current(self) -> str:
        taken = self._group.checkedButton()
        return taken.objectName() if taken is not None else ""

    def choose(self, key: str) -> None:
        """Take a choice without telling."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    def choice(self, key: str) -> QPushButton:
        """The button of a choice."""
        return self._buttons[key]

    def set_text(self, key: str, text: str) -> None:
        self._buttons[key].setText(text)
        self._buttons[key].setAccessibleName(text)
        self._make_room(self._buttons[key])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        keys = list(self._buttons)
        if not step or self.current() not in keys:
            super().keyPressEvent(event)
            return
        key = keys[(keys.index(self.current()) + step) % len(keys)]
        self._buttons[key].setFocus()
        self._buttons[key].click()

    def _on_clicked(self, pressed: QPushButton) -> None:
        self.chosen.emit(pressed.objectName())


class SegmentedControl(_ChoiceRow):
    """Two to five short choices in one frame."""

    def __init__(self, choices: tuple[Choice, ...], current: str = "", parent: QWidget | None = None) -> None:
        super().__init__(choices, current, parent)
        self.setProperty("role", "segments")
        self._row.setContentsMargins(1, 1, 1, 1)
        self._row.setSpacing(0)


class TabRow(_ChoiceRow):
    """The tabs under a page's header, with a line below."""

    kind = "tab"
    room = 6

    def __init__(self, choices: tuple[Choice, ...], current: str = "", parent: QWidget | None = None) -> None:
        super().__init__(choices, current, parent)
        self.setProperty("role", "header")
        self._row.setContentsMargins(18, 0, 18, 0)
        self._row.setSpacing(20)
        self._row.addStretch(1)
