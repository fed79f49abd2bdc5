"""The merges of the past, each with a button that parts it and, once pressed, what could not be parted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label, rule
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.states import EmptyState, StateStack

if TYPE_CHECKING:
    from desktop_crm.services.duplicates.merges import PastMerge

_WIDEST = 980
_TOLD = 12


class PastMerges(QWidget):
    """Signals: `foresee_requested(merge id)`, `part_requested(merge id)`, `open_requested(entity, id)`."""

    foresee_requested = Signal(str)
    part_requested = Signal(str)
    open_requested = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inner = QWidget()
        inner.setProperty("role", "clear")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(18, 16, 18, 16)
        self._column.setSpacing(14)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setAccessibleName(tr("Merges"))
        self.states = StateStack(
            area,
            EmptyState(tr("Nothing was merged yet"), tr("Merges are listed here and can be undone."), icon_name="link"),
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.states)

    def show_merges(self, merges: tuple[PastMerge, ...], asked: str, stays: tuple[str, ...] | None) -> None:
        """`asked`: the merge whose parting is being looked at, with what would stay where it is."""
        clear(self._column)
        card = Card(tr("Merges"))
        card.setMaximumWidth(_WIDEST)
        for place, one in enumerate(merges):
            if place:
                card.add(rule())
            card.add(self._row(one, looked_at=one.id == asked))
            if one.id == asked and stays is not None:
                card.add(self._consequences(one, stays))
        self._column.addWidget(card)
        self._column.addStretch(1)
        if merges:
            self.states.show_content()
        else:
            self.states.show_empty()

    def _row(self, one: PastMerge, *, looked_at: bool) -> QWidget:
        row = QWidget()
        row.setProperty("role", "clear")
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 2, 0, 2)
        line.setSpacing(10)
        said = tr("{name} → {survivor}", name=one.name, survivor=one.survivor_name)
        line.addWidget(label(formats.datetime(one.at) if one.at else "", "hint"))
        line.addWidget(label(entity_label(one.entity), "hint"))
        line.addWidget(ElidedLabel(said, "body2" if one.undone else "body"), 1)
        if one.by:
            line.addWidget(label(one.by, "hint"))
        if one.undone:
            line.addWidget(Pill(tr("undone"), Mood.neutral))
        else:
            line.addWidget(_small(tr("Open record"), partial(self.open_requested.emit, one.entity, one.survivor_id)))
        if not one.undone and not looked_at:
            part = _small(tr("Undo merge…"), partial(self.foresee_requested.emit, one.id))
            part.setAccessibleName(tr("Undo merge: {what}", what=said))
            part.setObjectName(f"foresee:{one.id}")
            line.addWidget(part)
        return row

    def _consequences(self, one: PastMerge, stays: tuple[str, ...]) -> QWidget:
        well = Card(sunken=True)
        head = tr("“{name}” comes back with what was its own.", name=one.name)
        well.add(label(head, "body", wrap=True))
        if stays:
            well.add(label(tr("These stay with “{survivor}”:", survivor=one.survivor_name), "body2", wrap=True))
            for text in stays[:_TOLD]:
                well.add(label(f"·  {text}", "hint", wrap=True))
            if len(stays) > _TOLD:
                well.add(label(ntr("and {n} more", "and {n} more", len(stays) - _TOLD), "hint"))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(_small(tr("Leave it merged"), partial(self.foresee_requested.emit, "")))
        part = _small(tr("Undo merge"), partial(self.part_requested.emit, one.id))
        part.setObjectName(f"part:{one.id}")
        row.addWidget(part)
        well.add(row)
        return well


def _small(text: str, act: Callable[[], object]) -> QWidget:
    return button(text, act, kind="small")
