"""The card of the order in which new quotes apply the pricing rules: by dragging, or up and down, within each of its parts."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop_crm.domain.quotes.order import DECLARED, LAST, ON_LINES, ON_SUMS, SOURCES, Rule
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.i18n.rule_words import rule_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme.tokens import ROW_HEIGHT
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import label

PARTS = (SOURCES, ON_LINES, ON_SUMS)


class PricingOrderCard(Card):
    """Every change of the order is an act that can be undone; quotes that are there keep theirs."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Order of pricing rules"), parent=parent)
        self._context = context
        self._slot = context.lanes.slot()
        hint = tr(
            "Applied from top to bottom. Of several prices the last one that is known counts. Quotes that are there keep theirs."
        )
        self.add(label(hint, "hint", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(12)
        titles = (tr("Where a price comes from"), tr("On each line"), tr("On sums"))
        self.lists = tuple(self._list(part, title, row) for part, title in zip(PARTS, titles, strict=True))
        self.add(row)
        self.reset = button(tr("Back to the usual order"), partial(self.keep, DECLARED), kind="small")
        foot = QHBoxLayout()
        foot.addWidget(self.reset)
        foot.addStretch(1)
        self.add(foot)
        self.refresh()

    def refresh(self) -> None:
        """Read the order again."""
        self._slot.read(partial(_order, self._context), self._show)

    def order(self) -> tuple[Rule, ...]:
        """The order as it is shown."""
        found = [
            Rule(made.item(place).data(Qt.ItemDataRole.UserRole))
            for made in self.lists
            for place in range(made.count())
        ]
        return (*found, *LAST)

    def shift(self, made: QListWidget, step: int) -> None:
        """The chosen rule one place up or down."""
        place = made.currentRow()
        if place < 0 or not 0 <= place + step < made.count():
            return
        item = made.takeItem(place)
        made.insertItem(place + step, item)
        made.setCurrentItem(item)
        self.keep(self.order())

    def keep(self, order: tuple[Rule, ...]) -> None:
        """Make this the order of new quotes."""
        act = partial(_keep, self._context, order)
        self._context.undo.run(tr("Order of pricing rules"), act, self._on_kept, self._on_failed, self)

    def _list(self, part: tuple[Rule, ...], title: str, row: QHBoxLayout) -> QListWidget:
        made = QListWidget()
        made.setAccessibleName(title)
        made.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        made.setDefaultDropAction(Qt.DropAction.MoveAction)
        made.setFixedHeight(ROW_HEIGHT * len(ON_LINES) + 8)
        made.model().rowsMoved.connect(self._on_dragged)
        up = icon_button("chevron_up", tr("One place up"), partial(self.shift, made, -1))
        down = icon_button("chevron_down", tr("One place down"), partial(self.shift, made, 1))
        head = QHBoxLayout()
        head.addWidget(label(title, "label"))
        head.addStretch(1)
        head.addWidget(up)
        head.addWidget(down)
        column = QVBoxLayout()
        column.addLayout(head)
        column.addWidget(made)
        row.addLayout(column, 1)
        return made

    def _show(self, order: tuple[str, ...]) -> None:
        start = 0
        for part, made in zip(PARTS, self.lists, strict=True):
            current = made.currentRow()
            made.clear()
            for rule in order[start : start + len(part)]:
                item = QListWidgetItem(rule_label(rule))
                item.setData(Qt.ItemDataRole.UserRole, str(rule))
                item.setSizeHint(QSize(0, ROW_HEIGHT))
                made.addItem(item)
            made.setCurrentRow(current)
            start += len(part)
        self.reset.setEnabled(tuple(order) != tuple(DECLARED))

    def _on_dragged(self, *_places: object) -> None:
        self.keep(self.order())

    def _on_kept(self, _changes: Changes) -> None:
        self.reset.setEnabled(self.order() != tuple(DECLARED))
        self.refresh()

    def _on_failed(self, error: BaseException) -> None:
        self._context.lanes.troubled.emit(error)
        self.refresh()


def _order(context: UiContext) -> tuple[str, ...]:
    from desktop_crm.services import quotes

    return quotes.pricing_order(context.workspace)


def _keep(context: UiContext, order: tuple[Rule, ...]) -> Changes:
    from desktop_crm.services import quotes

    return quotes.set_pricing_order(context.workspace, order)
