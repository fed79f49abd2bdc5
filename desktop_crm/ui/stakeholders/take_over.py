"""Two small panels over the map: newer values of other maps to take over one by one, and the question before an erasure.

Signals: `TakeOver.taken(offers)`, `Erase.agreed(node_id)`, both `closed()`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import field_label, option_label
from desktop_crm.services.stakeholder_facts import Offer
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.labels import clear, label

WIDTH = 420
MOST_HEIGHT = 420


class _Popup(QFrame):
    closed = Signal()

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setProperty("role", "popup")
        self.setObjectName(name)
        self.setFixedWidth(WIDTH)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(16, 14, 16, 14)
        self.box.setSpacing(9)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def close_panel(self) -> None:
        """Close without doing anything."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def show_at_right(self) -> None:
        """Open under the header at the right."""
        parent = self.parentWidget()
        self.adjustSize()
        if parent is not None:
            self.move(parent.width() - self.width() - 14, 14)
        self.show()
        self.raise_()
        self.setFocus()

    def add_buttons(self, *parts: QWidget) -> None:
        """A row of buttons at the right."""
        row = QHBoxLayout()
        row.addStretch(1)
        for part in parts:
            row.addWidget(part)
        self.box.addLayout(row)


class TakeOver(_Popup):
    """A line with a box for each newer value; nothing is ticked at first."""

    taken = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "take-over")
        self.box.addWidget(label(tr("Newer values on other maps of this account"), "section"))
        self.empty = label(tr("No other map knows anything newer about these people."), "body2", wrap=True)
        self.box.addWidget(self.empty)
        inside = QWidget()
        inside.setProperty("role", "clear")
        self._lines = QVBoxLayout(inside)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inside)
        self.box.addWidget(self._area)
        self.take = primary(tr("Take over"), self._take)
        self.add_buttons(button(tr("Cancel"), self.close_panel), self.take)
        self.boxes: list[tuple[QCheckBox, Offer]] = []

    def ask(self, offers: Sequence[Offer]) -> None:
        """Offer these values."""
        clear(self._lines)
        self.boxes = []
        for offer in offers:
            tick = QCheckBox(_change(offer))
            tick.toggled.connect(self._on_ticked)
            self._lines.addWidget(tick)
            when = " · ".join(part for part in (offer.map_name, offer.by, formats.date(offer.at)) if part)
            self._lines.addWidget(label(when, "hint", wrap=True))
            self.boxes.append((tick, offer))
        self.empty.setVisible(not offers)
        self._area.setVisible(bool(offers))
        self._area.setFixedHeight(min(MOST_HEIGHT, 52 * len(offers) + 8))
        self._on_ticked()
        self.show_at_right()

    def _on_ticked(self) -> None:
        self.take.setEnabled(any(tick.isChecked() for tick, _ in self.boxes))

    def _take(self) -> None:
        chosen = [offer for tick, offer in self.boxes if tick.isChecked()]
        self.close_panel()
        if chosen:
            self.taken.emit(chosen)


class Erase(_Popup):
    """Asks, since an erasure cannot be taken back."""

    agreed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "erase-person")
        self._node = ""
        self.title = label("", "section", wrap=True)
        self.box.addWidget(self.title)
        self.box.addWidget(
            label(
                tr(
                    "Attitude, influence, role, notes, ties, evidence and lines of this person leave every map and the"
                    " history. The card, its place and the mark of the erasure stay. This cannot be undone."
                ),
                "body2",
                wrap=True,
            )
        )
        self.agree = button(tr("Erase"), self._agree)
        self.agree.setProperty("kind", "danger")
        self.add_buttons(button(tr("Cancel"), self.close_panel), self.agree)

    def ask(self, node_id: str, name: str) -> None:
        """Ask for one person."""
        self._node = node_id
        self.title.setText(tr("Erase what is thought of {name}?", name=name))
        self.show_at_right()

    def _agree(self) -> None:
        self.close_panel()
        self.agreed.emit(self._node)


def _change(offer: Offer) -> str:
    before, after = (_said(offer.field, value) for value in (offer.here, offer.there))
    field = field_label("map_node", offer.field)
    return tr("{name}: {field} {before} → {after}", name=offer.name, field=field, before=before, after=after)


def _said(field: str, value: object) -> str:
    if value in {None, ""}:
        return "–"
    return option_label(field, str(value)) if REGISTRY["map_node"].field(field).options else str(value)
