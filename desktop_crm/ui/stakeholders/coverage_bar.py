"""The bar of findings under the header: which roles are covered, assumed, missing; which risks stand. A press shows the people.

What has no room at the right goes into a chip with their number, whose press offers them one by one.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QWidget

from desktop_crm.domain.stakeholders.findings import Finding, Weight
from desktop_crm.i18n import ptr
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import clear, label

HEIGHT = 40
LEFT, RIGHT = 18, 8
OUTER_GAP, GAP = 10, 8
_MOODS = {Weight.GOOD: Mood.good, Weight.WARN: Mood.warn, Weight.BAD: Mood.bad}


class CoverageBar(QFrame):
    """Signals: `pressed(finding)`."""

    pressed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "header")
        self.setFixedHeight(HEIGHT)
        self._shown: tuple[Finding, ...] | None = None
        outer = QHBoxLayout(self)
        outer.setContentsMargins(LEFT, 0, RIGHT, 0)
        outer.setSpacing(OUTER_GAP)
        self._title = label(ptr("buying committee", "Coverage"), "body2")
        outer.addWidget(self._title)
        self._pills = QHBoxLayout()
        self._pills.setContentsMargins(0, 0, 0, 0)
        self._pills.setSpacing(GAP)
        outer.addLayout(self._pills)
        self.more = button("", self.show_more)
        self.more.setProperty("kind", "pill")
        self.more.setProperty("pill", Mood.neutral.value)
        self.more.hide()
        outer.addWidget(self.more)
        outer.addStretch(1)
        self.setMinimumWidth(1)  # the chip makes room; the findings never hold a window wide
        self._buttons: list[tuple[QPushButton, Finding]] = []

    def show_findings(self, found: tuple[Finding, ...]) -> None:
        """The findings of a map; an empty map has none."""
        self.setVisible(bool(found))
        if found == self._shown:
            return
        self._shown = found
        clear(self._pills)
        self._buttons.clear()
        for finding in found:
            pill = button(words.finding_word(finding), _Press(self, finding), tip=words.finding_reason(finding))
            pill.setProperty("kind", "pill")
            pill.setProperty("pill", _MOODS[finding.weight].value)
            pill.setObjectName(f"{finding.rule}:{finding.role or ''}")
            self._pills.addWidget(pill)
            self._buttons.append((pill, finding))
        self._fit()

    def hidden(self) -> tuple[Finding, ...]:
        """The findings behind the chip."""
        return tuple(finding for pill, finding in self._buttons if pill.isHidden())

    def show_more(self) -> None:
        """Offer the findings that have no room."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for finding in self.hidden():
            action = QAction(words.finding_word(finding), menu)
            action.triggered.connect(_Press(self, finding))
            menu.addAction(action)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As many pills as have room; the chip stands for the rest."""
        room = self.width() - LEFT - RIGHT - self._title.sizeHint().width() - OUTER_GAP
        widths = [_width(pill) + GAP for pill, _ in self._buttons]
        fitting = len(widths)
        if sum(widths) - GAP > room:
            self.more.setText(f"+{len(widths)}")
            room -= _width(self.more) + OUTER_GAP
            fitting = sum(sum(widths[: place + 1]) - GAP <= room for place in range(len(widths)))
        for place, (pill, _finding) in enumerate(self._buttons):
            pill.setVisible(place < fitting)
        rest = [words.finding_word(finding) for _, finding in self._buttons[fitting:]]
        self.more.setVisible(bool(rest))
        self.more.setText(f"+{len(rest)}")
        self.more.setToolTip("\n".join(rest))
        self.more.setAccessibleName(", ".join(rest))


def _width(pill: QPushButton) -> int:
    pill.ensurePolished()
    return pill.sizeHint().width()


class _Press:
    """Tells the bar which finding was pressed."""

    __slots__ = ("_bar", "_finding")

    def __init__(self, bar: CoverageBar, finding: Finding) -> None:
        self._bar = bar
        self._finding = finding

    def __call__(self, _checked: bool = False) -> None:
        self._bar.pressed.emit(self._finding)
