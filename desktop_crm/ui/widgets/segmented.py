"""A row of joined choices of which one is taken (views, units), and the tabs of a page, which work alike."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QMenu, QPushButton, QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.theme.fonts import sized
from desktop_crm.ui.theme.tokens import BODY_PX
from desktop_crm.ui.widgets.buttons import button, icon_button

EDGE = 18
GAPS = (20, 12)
"""Between tabs, where there is room and where there is not."""
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
        self._buttons[key].click()
        self._buttons[key].setFocus()

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
    """The tabs under a page's header, with a line below. Those that find no room stand in a menu at the end; the taken never."""

    kind = "tab"
    room = 6

    def __init__(self, choices: tuple[Choice, ...], current: str = "", parent: QWidget | None = None) -> None:
        self._more: QPushButton | None = None
        super().__init__(choices, current, parent)
        self.setProperty("role", "header")
        self._row.setContentsMargins(EDGE, 0, EDGE, 0)
        self._row.setSpacing(GAPS[0])
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._more = icon_button("more", tr("More tabs"))
        self._more.setMenu(QMenu(self._more))
        self._more.hide()
        self._row.addWidget(self._more)
        self._row.addStretch(1)

    def choose(self, key: str) -> None:
        super().choose(key)
        self._fit()

    def set_text(self, key: str, text: str) -> None:
        super().set_text(key, text)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * EDGE + 160, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _on_clicked(self, pressed: QPushButton) -> None:
        self._fit()
        super()._on_clicked(pressed)

    def _fit(self) -> None:
        """Closer first, then into the menu, the last ones first."""
        if self._more is None:
            return
        widths = {key: made.minimumWidth() for key, made in self._buttons.items()}
        room = self.width() - 2 * EDGE
        whole = sum(widths.values())
        gap = next((gap for gap in GAPS if whole + gap * (len(widths) - 1) <= room), None)
        shown = set(widths) if gap is not None else self._shown(widths, room - self._more.sizeHint().width())
        self._row.setSpacing(GAPS[-1] if gap is None else gap)
        for key, made in self._buttons.items():
            made.setVisible(key in shown)
        self._more.setVisible(gap is None)
        menu = self._more.menu()
        menu.clear()
        for key, made in self._buttons.items():
            if key not in shown:
                menu.addAction(made.text()).triggered.connect(made.click)

    def _shown(self, widths: Mapping[str, int], room: int) -> set[str]:
        """The taken one, and the first ones as long as there is room."""
        taken = self.current()
        left = room - widths.get(taken, 0)
        shown = {taken}
        for key, width in widths.items():
            if key == taken:
                continue
            left -= width + GAPS[-1]
            if left < 0:
                break
            shown.add(key)
        return shown
