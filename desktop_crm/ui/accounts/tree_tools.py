"""The second line over the tree: which hierarchy is shown, and what can be done with all of it.

Signals: `chosen(beside)` with a hierarchy, None for the home tree; `unfolded()`, `drawn()` for the picture, `dated(day)` for a past day and None for today, `placed()` to put an account into the hierarchy, `listed()` for its links as a list; `trial(on)`: moves are tried before they are made.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Qt, Signal, Slot
from PySide6.QtWidgets import QCalendarWidget, QFrame, QHBoxLayout, QMenu, QPushButton, QWidget, QWidgetAction

from desktop_crm.domain.schema.options import Hierarchy
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.labels import ElidedLabel

HOME = "home"


def hierarchy_label(beside: str | None) -> str:
    """What a hierarchy is called."""
    return tr("Home tree") if beside is None else option_label("hierarchy", beside)


class TreeTools(QFrame):
    chosen = Signal(object)
    unfolded = Signal()
    placed = Signal()
    listed = Signal()
    drawn = Signal()
    dated = Signal(object)
    trial = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 8)
        row.setSpacing(4)
        self._which = button("", kind="small", tip=tr("Hierarchy"), icon_name="chevron_down")
        self._which.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the sign of a menu stands behind its name
        self._menu = QMenu(self)
        for beside in (None, *Hierarchy):
            action = self._menu.addAction(hierarchy_label(beside))
            action.setData(beside.value if beside else HOME)
        self._menu.triggered.connect(self._on_chosen)
        self._which.setMenu(self._menu)
        self._state = ElidedLabel("", "hint")
        self.trying = icon_button("sparkle", tr("Try moves: see the sums before saving"))
        self.trying.setCheckable(True)
        self.trying.toggled.connect(self.trial)
        self.placing = icon_button("link", tr("Place an account in this hierarchy"), self.placed.emit)
        self.clock = icon_button("clock", tr("As of another day"), self._ask_day)
        self.now = button(tr("Back to today"), self._on_now, kind="small")
        self.now.hide()
        self.listing = icon_button("columns", tr("Links as a list"), self.listed.emit)
        row.addWidget(self._which)
        row.addWidget(self._state, 1)
        row.addWidget(self.now)
        for one in (
            self.placing,
            self.listing,
            self.trying,
            self.clock,
            icon_button("map", tr("Picture of the hierarchy"), self.drawn.emit, shortcut="Ctrl+Shift+G"),
            icon_button("fit", tr("Expand everything"), self.unfolded.emit, shortcut="Ctrl+Shift+E"),
        ):
            row.addWidget(one)
        self.show_hierarchy(None)

    @property
    def which(self) -> QPushButton:
        return self._which

    def show_hierarchy(self, beside: str | None) -> None:
        """Say which one is shown."""
        self._which.setText(hierarchy_label(beside))
        for one in (self.placing, self.listing):
            one.setVisible(beside is not None)

    def show_day(self, day: date | None) -> None:
        """Say that a past day is shown; None for today."""
        self._state.set_text(tr("As of {day}", day=formats.date(day)) if day else "")
        self.now.setVisible(day is not None)
        for one in (self.trying, self.placing):
            one.setEnabled(day is None)

    def _ask_day(self) -> None:
        calendar = QCalendarWidget()
        calendar.setMaximumDate(QDate.currentDate())
        calendar.setAccessibleName(tr("As of another day"))
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        action = QWidgetAction(menu)
        action.setDefaultWidget(calendar)
        menu.addAction(action)
        calendar.activated.connect(self._on_day)
        calendar.clicked.connect(self._on_day)
        calendar.clicked.connect(menu.close)
        menu.popup(self.clock.mapToGlobal(self.clock.rect().bottomLeft()))

    @Slot(QDate)
    def _on_day(self, day: QDate) -> None:
        self.dated.emit(date(day.year(), day.month(), day.day()))

    def _on_now(self) -> None:
        self.dated.emit(None)

    def show_state(self, count: int, more: bool) -> None:
        """How far the opening of everything has come."""
        self._state.set_text(tr("Opening… {n}", n=formats.number(count)) if more else "")

    @Slot(object)
    def _on_chosen(self, action: object) -> None:
        key = action.data()  # type: ignore[attr-defined]
        self.chosen.emit(None if key == HOME else key)
