"""The bar of findings under the header: which roles are covered, assumed, missing; which risks stand. A press shows the people."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from desktop_crm.domain.stakeholders.findings import Finding, Weight, findings
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.i18n import ptr
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import clear, label

HEIGHT = 40
_MOODS = {Weight.GOOD: Mood.good, Weight.WARN: Mood.warn, Weight.BAD: Mood.bad}


class CoverageBar(QFrame):
    """Signals: `pressed(node_ids)`: the people a finding is about, none for a missing role."""

    pressed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "header")
        self.setFixedHeight(HEIGHT)
        self._shown: tuple[Finding, ...] | None = None
        outer = QHBoxLayout(self)
        outer.setContentsMargins(18, 0, 8, 0)
        outer.setSpacing(10)
        self._title = label(ptr("buying committee", "Coverage"), "body2")
        outer.addWidget(self._title)
        inner = QWidget()
        inner.setProperty("role", "clear")
        self._pills = QHBoxLayout(inner)
        self._pills.setContentsMargins(0, 0, 0, 0)
        self._pills.setSpacing(8)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        outer.addWidget(area, 1)

    def show_map(self, view: MapView) -> None:
        """The findings of a map."""
        found = findings(view)
        self.setVisible(bool(view.nodes))
        if found == self._shown:
            return
        self._shown = found
        clear(self._pills)
        for finding in found:
            pill = button(words.finding_word(finding), _Press(self, finding), tip=words.finding_reason(finding))
            pill.setProperty("kind", "pill")
            pill.setProperty("pill", _MOODS[finding.weight].value)
            pill.setObjectName(f"{finding.rule}:{finding.role or ''}")
            self._pills.addWidget(pill)
        self._pills.addStretch(1)


class _Press:
    """Tells the bar which finding was pressed."""

    __slots__ = ("_bar", "_finding")

    def __init__(self, bar: CoverageBar, finding: Finding) -> None:
        self._bar = bar
        self._finding = finding

    def __call__(self) -> None:
        self._bar.pressed.emit(self._finding.node_ids)
