"""The concession explorer: discount, term and time to pay are moved and nothing is changed until one takes the position over.

Beside it stand what it does to amounts, margin and approval, the cheapest ways to what the customer asks for, and what similar
deals were won for. Taking over is one edit of the draft, undone like any other.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.domain.money import ZERO
from desktop_crm.domain.quotes import exploring
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.exploring import STEP, Asking, Explorer, Money, Outcome, Position, Table
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.similar_words import reason_text
from desktop_crm.ui.quotes.concession_outcome import OutcomeCard
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.quotes.typed import read_number
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, no_default, primary
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.cell import Cell
from desktop_crm.ui.widgets.cells_model import CellsModel
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.plain_table import PlainTable
from desktop_crm.ui.widgets.steady import SteadySlider

if TYPE_CHECKING:
    from desktop_crm.services.quotes import Comparable, WonFor

SIZE = (1000, 720)
OURS, THEIRS = "quotes.money.ours", "quotes.money.theirs"
USUAL_MONEY = "5"
MOST_DISCOUNT, MOST_MONTHS, MOST_DAYS = 50, 60, 180
FIELD_WIDTH = 84
PAYMENTS = (30, 45, 60, 90, 120)
TERMS = (12, 24, 36, 48, 60)


class Lever(QWidget):
    """A slider with a field beside it; `scale` steps of the slider are one. Signals: `moved()`."""

    moved = Signal()

    def __init__(self, title: str, most: int, scale: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        self.slider = SteadySlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, most * scale)
        self.slider.setPageStep(scale)
        self.slider.setAccessibleName(title)
        self.field = QLineEdit()
        self.field.setFixedWidth(FIELD_WIDTH)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setAccessibleName(title)
        box = QGridLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setVerticalSpacing(2)
        box.addWidget(label(title, "label"), 0, 0)
        box.addWidget(self.slider, 1, 0)
        box.addWidget(self.field, 1, 1)
        self.slider.valueChanged.connect(self._on_slid)
        self.field.editingFinished.connect(self._on_typed)

    def value(self) -> Decimal:
        return Decimal(self.slider.value()) / self._scale

    def show_value(self, value: Decimal | int) -> None:
        """Show a value without telling of it."""
        self.slider.blockSignals(True)
        self.slider.setMaximum(max(self.slider.maximum(), int(value * self._scale)))
        self.slider.setValue(int(value * self._scale))
        self.slider.blockSignals(False)
        self.field.setText(formats.number(self.value(), int(self._scale > 1)))

    def _on_slid(self, _value: int) -> None:
        self.show_value(self.value())
        self.moved.emit()

    def _on_typed(self) -> None:
        number = read_number(self.field.text())
        if number is None or not 0 <= number <= Decimal(self.slider.maximum()) / self._scale:
            self.show_value(self.value())
        elif number != self.value():
            self.slider.setValue(int(number * self._scale))


class ConcessionDialog(QDialog):
    """Over the draft as it stood when the dialog was opened; taken over through the editor.

    Signals: `known()` when rules and similar deals were read.
    """

    known = Signal()

    def __init__(
        self, context: UiContext, editor: QuoteEditor, draft: QuoteDraft, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        explained_by(self, "quote")
        self._context, self._editor, self._draft = context, editor, draft
        self._asking = Asking()
        self._slot = context.lanes.slot()
        self.setWindowTitle(tr("Explore concessions"))
        self.resize(*SIZE)
        self.discount = Lever(tr("Overall discount (%)"), MOST_DISCOUNT, int(1 / STEP))
        self.term = Lever(tr("Term (months)"), MOST_MONTHS)
        self.days = Lever(tr("Days to pay"), MOST_DAYS)
        self.ours, self.theirs = (self._money_field(name) for name in (OURS, THEIRS))
        self.outcome = OutcomeCard(draft.currency)
        self.wish = QLineEdit()
        self.wish.setFixedWidth(150)
        self.wish.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.wish.setAccessibleName(tr("The customer asks for"))
        self.seek = button(tr("Find the cheapest way"), self.look_for, kind="small", icon_name="search")
        self.told = label("", "hint", wrap=True)
        self.ways = CellsModel(
            (tr("Discount"), tr("Days to pay"), tr("Term"), tr("Costs us"), tr("Customer gains")),
            frozenset(range(5)),
            self,
        )
        self.won = CellsModel(
            (tr("Quote"), tr("Customer"), tr("Conceded"), tr("Margin"), tr("Days to pay"), tr("Why")),
            frozenset({2, 3, 4}),
            self,
        )
        self._found: tuple[Outcome, ...] = ()
        self.take = primary(tr("Use this offer"), self.accept)
        self._lay_out()
        self._explorer = self._made_explorer()
        self._show_position(self._explorer.start)
        for lever in (self.discount, self.term, self.days):
            lever.moved.connect(self._look)
        quote_id = str(draft.id)
        self._slot.read(partial(_surroundings, context, quote_id), self._on_surroundings)

    def position(self) -> Position:
        """What the levers say."""
        start = self._explorer.start
        return Position(
            discount_percent=self.discount.value(),
            term_months=None if start.term_months is None else max(int(self.term.value()), 1),
            payment_days=int(self.days.value()),
        )

    def accept(self) -> None:
        """Make it the draft, as one edit."""
        self._editor.edit(tr("Concession taken over"), self._explorer.draft_at(self.position()))
        super().accept()

    def look_for(self) -> None:
        """Look for the cheapest ways to what the customer asks for, below the next approver."""
        wish = read_number(self.wish.text())
        if wish is None or wish <= ZERO:
            self.told.setText(tr("Say how much the customer asks for."))
            return
        self.seek.setEnabled(False)
        start = self._explorer.start
        table = Table(
            most_discount=Decimal(MOST_DISCOUNT),
            terms=tuple(one for one in TERMS if start.term_months and one > start.term_months),
            payments=tuple(one for one in PAYMENTS if one > start.payment_days),
        )
        allowed = self._explorer.at(start).level
        fn = partial(exploring.cheapest, self._draft, wish, table, self._money(), self._asking, allowed)
        self._context.lanes.work(fn, done=self._on_ways, failed=self._on_no_ways)

    def _lay_out(self) -> None:
        offer = Card(tr("What we offer"))
        for lever in (self.discount, self.term, self.days):
            offer.add(lever)
        money = QHBoxLayout()
        for text, field in ((tr("Money costs us (% a year)"), self.ours), (tr("and the customer"), self.theirs)):
            money.addWidget(label(text, "hint"))
            money.addWidget(field)
        money.addStretch(1)
        offer.add(money)
        offer.body.addStretch(1)
        upper = QHBoxLayout()
        upper.setSpacing(12)
        upper.addWidget(offer, 1)
        upper.addWidget(self.outcome, 1)
        ask = QHBoxLayout()
        ask.addWidget(label(tr("The customer asks for"), "label"))
        ask.addWidget(self.wish)
        ask.addWidget(label(self._draft.currency, "hint"))
        ask.addWidget(self.seek)
        ask.addWidget(self.told, 1)
        ways = QWidget()
        inside = QVBoxLayout(ways)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addLayout(ask)
        self.ways_table = _table(self.ways, (110, 110, 110, 190, 190), tr("Cheapest ways"))
        self.ways_table.clicked.connect(self._on_way)
        self.ways_table.activated.connect(self._on_way)
        inside.addWidget(self.ways_table, 1)
        tabs = QTabWidget()
        tabs.addTab(ways, tr("Cheapest ways"))
        tabs.addTab(_table(self.won, (150, 150, 90, 90, 100, 0), tr("Similar won deals")), tr("Similar won deals"))
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button(tr("Cancel"), self.reject))
        foot.addWidget(self.take)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(12)
        box.addLayout(upper)
        box.addWidget(tabs, 1)
        box.addLayout(foot)
        no_default(self)

    def _money_field(self, name: str) -> QLineEdit:
        made = QLineEdit(str(self._context.settings.get(name) or USUAL_MONEY))
        made.setFixedWidth(56)
        made.setAlignment(Qt.AlignmentFlag.AlignRight)
        made.setAccessibleName(tr("Money costs us (% a year)") if name == OURS else tr("and the customer"))
        made.editingFinished.connect(partial(self._on_money, name, made))
        return made

    def _money(self) -> Money:
        ours, theirs = (read_number(field.text()) or ZERO for field in (self.ours, self.theirs))
        return Money(ours=ours, theirs=theirs)

    def _made_explorer(self) -> Explorer:
        return Explorer(self._draft, self._money(), self._asking, tr("payment within {days} days", days="{days}"))

    def _on_money(self, name: str, field: QLineEdit) -> None:
        number = read_number(field.text())
        if number is None or not 0 <= number <= 100:
            field.setText(str(self._context.settings.get(name) or USUAL_MONEY))
            return
        self._context.settings.put(name, str(number))
        self._explorer = self._made_explorer()
        self._look()

    def _show_position(self, position: Position) -> None:
        self.discount.show_value(position.discount_percent)
        self.days.show_value(position.payment_days)
        self.term.setVisible(position.term_months is not None)
        self.term.show_value(position.term_months or 0)
        self._look()

    def _look(self) -> None:
        position = self.position()
        outcome = self._explorer.at(position)
        started = self._explorer.at(self._explorer.start)
        room = None
        if self._asking.rules:
            room = self._explorer.room(
                replace(position, discount_percent=self._explorer.start.discount_percent), started.level
            )
        self.outcome.show_outcome(outcome, started, room, has_rules=bool(self._asking.rules))
        self.take.setEnabled(position != self._explorer.start)

    def _on_surroundings(self, found: tuple[Asking, Comparable]) -> None:
        self._asking, comparable = found
        self._explorer = self._made_explorer()
        self._look()
        self.won.show([_won_row(one) for one in comparable.deals])
        self.outcome.show_usual(comparable.conceded, comparable.margin_percent)
        self.known.emit()

    def _on_ways(self, found: tuple[Outcome, ...]) -> None:
        self.seek.setEnabled(True)
        self._found = found
        self.told.setText(
            ntr("{n} way below the next approver", "{n} ways below the next approver", len(found))
            if found
            else tr("No way gives that much without asking a higher approver.")
        )
        self.ways.show([_way_row(one) for one in found])

    def _on_no_ways(self, error: BaseException) -> None:
        self.seek.setEnabled(True)
        self._context.lanes.troubled.emit(error)

    def _on_way(self, index: QModelIndex) -> None:
        if index.row() < len(self._found):
            self._show_position(self._found[index.row()].position)


def _way_row(one: Outcome) -> tuple[Cell, ...]:
    position, currency = one.position, one.amounts.currency
    term = "–" if position.term_months is None else formats.number(position.term_months)
    return (
        Cell(text=formats.percent(position.discount_percent), strong=True),
        Cell(text=formats.number(position.payment_days)),
        Cell(text=term),
        Cell(text=formats.money(one.cost, currency)),
        Cell(text=formats.money(one.gain, currency)),
    )


def _won_row(one: WonFor) -> tuple[Cell, ...]:
    deal = one.similar.deal
    first = one.similar.reasons[0]
    return (
        Cell(text=deal.number, strong=True),
        Cell(text=deal.account_name),
        Cell(text=_percent(one.conceded)),
        Cell(text=_percent(one.margin_percent)),
        Cell(text=formats.number(one.position.payment_days) if one.position.payment_days else "–"),
        Cell(text=reason_text(first.kind.value, (), first.figure)),
    )


def _percent(value: Decimal | None) -> str:
    return "–" if value is None else formats.percent(round(value, 1))


def _table(model: CellsModel, widths: tuple[int, ...], name: str) -> PlainTable:
    made = PlainTable()
    made.setModel(model)
    made.setAccessibleName(name)
    for column, width in enumerate(widths):
        if width:
            made.setColumnWidth(column, width)
        else:
            made.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
    return made


def _surroundings(context: UiContext, quote_id: str) -> tuple[Asking, Comparable]:
    from desktop_crm.services import quotes

    account_id = quotes.open_quote(context.workspace, quote_id).draft.account_id
    basis = quotes.approval_basis(context.workspace, account_id)
    asking = Asking(rules=basis.rules, around=basis.around)
    return asking, quotes.comparable(context.workspace, quote_id)
