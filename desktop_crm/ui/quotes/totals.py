"""The card of sums: subtotal, discount on the whole, net amount, tax by rate, grand total. Live while typing.

The discount on the whole is typed here, as a percent or as an amount; choosing the other way keeps what it comes to.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_crm.documents.quote_document import tax_label
from desktop_crm.domain.money import HUNDRED, ZERO
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.pricing import PricedQuote, home_total
from desktop_crm.domain.schema.options import TaxClass
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.quotes.model import plain_amount
from desktop_crm.ui.quotes.typed import read_value
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import label, rule
from desktop_crm.ui.widgets.steady import SteadyComboBox

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TAXES = 8
_PERCENT_WIDTH, _AMOUNT_WIDTH = 64, 200
_PERCENT_SIGN, _CODE = 54, 78  # width of the choice beside it


class TotalsCard(Card):
    """Shows the editor’s amounts. Signals: `explained()`: someone asks how the total came about; `concession_wanted()`."""

    explained = Signal()
    concession_wanted = Signal()

    def __init__(self, editor: QuoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(tr("Total"), parent=parent)
        self._editor = editor
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self.subtotal = self._line(0, label(tr("Subtotal"), "body2"))
        self._by_amount = False
        self.percent = QLineEdit()
        self.percent.setMinimumWidth(48)
        self.percent.setAlignment(_RIGHT)
        self.way = SteadyComboBox()
        self.way.addItems(("%", ""))
        self.way.setAccessibleName(tr("Discount as percent or amount"))
        self.way.setToolTip(tr("Discount as percent or amount"))
        self._entry = QWidget()
        entry = QHBoxLayout(self._entry)
        entry.setContentsMargins(0, 0, 0, 0)
        entry.setSpacing(4)
        entry.addWidget(self.percent, 1)
        entry.addWidget(self.way)
        entry.addStretch(0)
        self._grid.addWidget(label(tr("Overall discount"), "body2"), 1, 0)
        self._grid.addWidget(self._entry, 1, 1)
        self.discount = label("", "less")
        self.discount.setAlignment(_RIGHT)
        self._grid.addWidget(self.discount, 1, 2)
        self.net = self._line(2, label(tr("Net amount"), "body2"))
        self.taxes = [(label("", "body2"), label("")) for _ in range(_TAXES)]
        for place, (name, amount) in enumerate(self.taxes):
            amount.setAlignment(_RIGHT)
            self._grid.addWidget(name, 3 + place, 0, 1, 2)
            self._grid.addWidget(amount, 3 + place, 2)
        self.add(self._grid)
        self.add(rule())
        foot = QGridLayout()
        foot.addWidget(label(tr("Grand total"), "section"), 0, 0)
        self.grand_total = label("", "figure")
        self.grand_total.setAlignment(_RIGHT)
        foot.addWidget(self.grand_total, 0, 1)
        self.policy = label("", "hint", wrap=True)
        foot.addWidget(self.policy, 1, 0, 1, 2)
        self.why = button(tr("How it came about"), self.explained.emit, kind="link")
        self.concede = button(tr("Explore concessions…"), self.concession_wanted.emit, kind="link")
        links = QHBoxLayout()
        links.setSpacing(16)
        links.addWidget(self.why)
        links.addWidget(self.concede)
        links.addStretch(1)
        foot.addLayout(links, 2, 0, 1, 2)
        self.add(foot)
        self.below = QVBoxLayout()  # what else is to be said of the sums: the builder's approval line
        self.add(self.below)
        self.body.addStretch(1)
        self.percent.textEdited.connect(self._on_typed)
        self.percent.editingFinished.connect(self._on_finished)
        self.way.activated.connect(self._on_way)
        editor.opened.connect(self._on_opened)
        editor.drafted.connect(self.refresh)
        editor.priced.connect(self.show_amounts)

    def refresh(self) -> None:
        """Show what the editor holds."""
        draft, amounts = self._editor.draft, self._editor.amounts
        if draft is None or amounts is None:
            return
        if draft.discount_amount or draft.discount_percent:
            self._by_amount = bool(draft.discount_amount)
        self.percent.setEnabled(self._editor.may_edit)
        self.concede.setVisible(self._editor.may_edit)
        self.way.setEnabled(self._editor.may_edit)
        self.way.setItemText(1, draft.currency)
        self.way.setCurrentIndex(int(self._by_amount))
        if not (self.percent.hasFocus() and self.percent.isModified()):
            self._show_discount(draft)
        self.show_amounts(amounts)

    def show_amounts(self, amounts: PricedQuote) -> None:
        """Show amounts, taken or only tried."""
        currency = amounts.currency
        self.subtotal.setText(plain_amount(amounts.subtotal, currency))
        self.discount.setText(plain_amount(-amounts.discount_amount, currency) if amounts.discount_amount else "")
        self.net.setText(plain_amount(amounts.net_amount, currency))
        several = len(amounts.taxes) > 1
        for place, (name, amount) in enumerate(self.taxes):
            tax = amounts.taxes[place] if place < len(amounts.taxes) else None
            name.setVisible(tax is not None)
            amount.setVisible(tax is not None)
            if tax is not None:
                percent = formats.percent(tax.rate)
                base = plain_amount(tax.base, currency)
                usual = tax.tax_class is TaxClass.STANDARD
                name.setText(
                    tr("VAT {percent} on {base}", percent=percent, base=base)
                    if several and usual
                    else tax_label(tax, included=self._editor.draft is not None and self._editor.draft.tax_included)
                )
                amount.setText(plain_amount(tax.amount, currency))
        self.grand_total.setText(formats.money(amounts.grand_total, currency))
        self.policy.setText(" · ".join(self._hints(amounts)))
        self.grand_total.setAccessibleName(f"{tr('Grand total')} {self.grand_total.text()}")

    def _hints(self, amounts: PricedQuote) -> list[str]:
        """Margin, what is due again and again, options, what was paid, the amount at home, and how it is rounded."""
        draft, currency = self._editor.draft, amounts.currency
        if draft is None:
            return []
        found = []
        percent = amounts.margin_percent
        if percent is not None:
            found.append(tr("Margin {percent}", percent=formats.percent(percent.quantize(Decimal("0.1")))))
        for text, amount in (
            (tr("of it recurring"), amounts.recurring),
            (tr("options"), amounts.optional),
            (tr("Prepaid"), amounts.prepaid),
        ):
            if amount:
                found.append(f"{text} {plain_amount(amount, currency)}")
        home = home_total(draft, amounts)
        if home is not None:
            found.append(f"≈ {formats.money(home, draft.home_currency)}")
        elif self._editor.lacks_rate:
            found.append(tr("no exchange rate for {currency}", currency=currency))
        policy = option_label("rounding_policy", draft.rounding_policy.value)
        return [*found, tr("Rounding: {policy}", policy=policy)]

    def _line(self, row: int, name: QLabel) -> QLabel:
        amount = label("")
        amount.setAlignment(_RIGHT)
        self._grid.addWidget(name, row, 0, 1, 2)
        self._grid.addWidget(amount, row, 2)
        return amount

    def _show_discount(self, draft: QuoteDraft) -> None:
        amount, percent = plain_amount(draft.discount_amount, draft.currency), formats.percent(draft.discount_percent)
        both = draft.discount_amount and draft.discount_percent  # two people decided at once
        self.percent.setText(f"{percent} + {amount}" if both else amount if self._by_amount else percent)
        says_it_all = self._by_amount and not both  # what is typed is what is taken off: no need to say it twice
        self.discount.setVisible(not says_it_all)
        self.percent.setMaximumWidth(_AMOUNT_WIDTH if self._by_amount else _PERCENT_WIDTH)
        self.way.setFixedWidth(_CODE if self._by_amount else _PERCENT_SIGN)
        self._grid.removeWidget(self._entry)
        self._grid.addWidget(self._entry, 1, 1, 1, 2 if says_it_all else 1)
        name = tr("Overall discount (amount)") if self._by_amount else tr("Overall discount (%)")
        self.percent.setAccessibleName(name)
        self.percent.setToolTip(name)

    def _typed(self, text: str) -> QuoteDraft | None:
        """The draft with the discount that was typed; None for what is none."""
        draft = self._editor.draft
        value = read_value("discount_amount" if self._by_amount else "discount_percent", text)
        if draft is None or not isinstance(value, Decimal):
            return None
        percent, amount = (ZERO, value) if self._by_amount else (value, ZERO)
        return replace(draft, discount_percent=percent, discount_amount=amount)

    def _on_opened(self) -> None:
        self._by_amount = False
        self.refresh()

    def _on_typed(self, text: str) -> None:
        draft = self._typed(text)
        if draft is not None:
            self._editor.preview(draft)

    def _on_finished(self) -> None:
        if self.percent.isModified():
            draft = self._typed(self.percent.text())
            self.percent.setModified(False)
            if draft is not None:
                self._editor.edit(tr("Overall discount changed"), draft)
        self.refresh()

    def _on_way(self, way: int) -> None:
        """The same discount in the other way: its amount as it is, its percent to two places."""
        draft, amounts = self._editor.draft, self._editor.amounts
        if draft is None or amounts is None or bool(way) is self._by_amount:
            return
        self._by_amount = bool(way)
        self._show_discount(draft)
        if amounts.discount_amount and self._by_amount:
            changed = replace(draft, discount_percent=ZERO, discount_amount=amounts.discount_amount)
        else:
            share = amounts.discount_amount / amounts.subtotal * 100 if amounts.subtotal else ZERO
            percent = min(max(share.quantize(Decimal("0.01")), ZERO), HUNDRED).normalize() + ZERO
            changed = replace(draft, discount_percent=percent, discount_amount=ZERO)
        self._editor.edit(tr("Overall discount changed"), changed)
