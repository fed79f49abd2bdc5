"""The second line over the tree: which hierarchy is shown, and what can be done with all of it.

Signals: `chosen(beside)` with a hierarchy, None for the home tree; `unfolded()`, `drawn()` for the picture, `placed()` to put an account into the hierarchy; `trial(on)`: moves are tried before they are made.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QWidget

from desktop_crm.domain.schema.options import Hierarchy
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.labels import label

HOME = "home"


def hierarchy_label(beside: str | None) -> str:
    """What a hierarchy is called."""
    return tr("Home tree") if beside is None else option_label("hierarchy", beside)


class TreeTools(QFrame):
    chosen = Signal(object)
    unfolded = Signal()
    placed = Signal()
    drawn = Signal()
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
        self._state = label("", "hint")
        self.trying = icon_button("sparkle", tr("Try moves: see the sums before saving"))
        self.trying.setCheckable(True)
        self.trying.toggled.connect(self.trial)
        self.placing = icon_button("link", tr("Place an account in this hierarchy"), self.placed.emit)
        row.addWidget(self._which)
        row.addWidget(self._state)
        row.addStretch(1)
        for one in (
            self.placing,
            self.trying,
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
        self.placing.setVisible(beside is not None)

    def show_state(self, count: int, more: bool) -> None:
        """How far the opening of everything has come."""
        self._state.setText(tr("Opening… {n}", n=formats.number(count)) if more else "")

    @Slot(object)
    def _on_chosen(self, action: object) -> None:
        key = action.data()  # type: ignore[attr-defined]
        self.chosen.emit(None if key == HOME else key)
