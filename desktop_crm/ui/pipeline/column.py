"""One stage of the board: its head with exact sums, and its cards.

Signals: `moved(ids, stage_id)` after a drop, `stepped(ids, by)` for a move by keyboard, `opened(id)`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from desktop_crm.domain.accounts.rollup import NO_CURRENCY
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.services.pipeline import Amount, BoardColumn
from desktop_crm.ui.pipeline.delegate import DealDelegate
from desktop_crm.ui.pipeline.model import ID_ROLE, StageModel
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.labels import ElidedLabel, label, restyle
from desktop_crm.ui.widgets.pill import Pill

WIDTH = 206
ON, BACK = QKeySequence("Alt+Shift+Right"), QKeySequence("Alt+Shift+Left")
MOODS = {"won": Mood.good, "lost": Mood.bad}


class DealList(QListView):
    """The cards of a stage. Signals: `stepped(ids, by)`, `entered(on)` while cards hover over it that may be let go here."""

    stepped = Signal(object, int)
    entered = Signal(bool)

    def __init__(self, model: StageModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "cards")
        self.setModel(model)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def chosen_ids(self) -> tuple[str, ...]:
        return tuple(str(index.data(ID_ROLE)) for index in self.selectedIndexes())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        super().dragEnterEvent(event)
        self.entered.emit(event.isAccepted() and event.source() is not self)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self.entered.emit(False)

    def dropEvent(self, event: QDropEvent) -> None:
        super().dropEvent(event)
        self.entered.emit(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {ON: 1, BACK: -1}.get(QKeySequence(event.keyCombination()), 0)
        if by and self.chosen_ids():
            self.stepped.emit(self.chosen_ids(), by)
        else:
            super().keyPressEvent(event)


class StageColumn(QFrame):
    moved = Signal(object, str)
    stepped = Signal(object, int)
    opened = Signal(str)

    def __init__(self, column: BoardColumn, now: datetime, home: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage_id = column.stage.id
        self._home = home
        self.setProperty("role", "well")
        self.setMinimumWidth(WIDTH)
        self.model = StageModel(self)
        self.cards = DealList(self.model)
        self.cards.setItemDelegate(DealDelegate(now, column.stage.stall_days, self.cards))
        self._name = ElidedLabel(column.stage.name, "section")
        self._count = Pill("", MOODS.get(column.stage.kind, Mood.neutral))
        self._sum = label("", "strong")
        self._hint = ElidedLabel("", "hint")
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 10, 8, 4)
        box.setSpacing(3)
        head = QHBoxLayout()
        head.setContentsMargins(4, 0, 4, 0)
        head.addWidget(self._name, 1)
        head.addWidget(self._count)
        box.addLayout(head)
        for line in (self._sum, self._hint):
            line.setContentsMargins(4, 0, 4, 0)
            box.addWidget(line)
        box.addSpacing(4)
        box.addWidget(self.cards, 1)
        self.model.move_wanted.connect(self._on_dropped)
        self.cards.stepped.connect(self.stepped)
        self.cards.entered.connect(self._mark)
        self.cards.activated.connect(self._on_activated)
        self.show_column(column)

    def show_column(self, column: BoardColumn) -> None:
        """The cards and sums as they are now."""
        stage = column.stage
        self._name.set_text(stage.name)
        self._count.setText(formats.number(column.count))
        amounts = sorted(column.sums, key=lambda a: (a.currency != self._home, a.currency))
        self._sum.setText(_short(amounts) or "–")
        self._sum.setToolTip("\n".join(formats.money(a.amount, _shown(a.currency)) for a in amounts))
        share = formats.share(stage.probability, 0)
        weighted = " · ".join(formats.money_short(_whole(a), _shown(a.currency)) for a in amounts if a.weighted)
        shown = tr("{share} · weighted {amount}", share=share, amount=weighted or "–")
        hidden = column.count - len(column.cards)
        more = ntr("{n} more", "{n} more", hidden) if hidden else ""
        self._hint.set_text(" · ".join(part for part in (shown if stage.kind == "open" else "", more) if part))
        self.model.show_cards(column.cards)
        self.cards.setAccessibleName(f"{stage.name}: {column.count}")

    @Slot(bool)
    def _mark(self, on: bool) -> None:
        """The stage that cards would come into stands out."""
        self.setProperty("target", on)
        restyle(self)

    @Slot(object)
    def _on_dropped(self, ids: tuple[str, ...]) -> None:
        self.moved.emit(ids, self.stage_id)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.opened.emit(str(index.data(ID_ROLE)))


def _short(amounts: list[Amount]) -> str:
    return " · ".join(formats.money_short(a.amount, _shown(a.currency)) for a in amounts)


def _whole(amount: Amount) -> Decimal:
    places = Decimal(1).scaleb(-formats.minor_digits(_shown(amount.currency)))
    return amount.weighted.quantize(places)


def _shown(currency: str) -> str:
    return "" if currency == NO_CURRENCY else currency
