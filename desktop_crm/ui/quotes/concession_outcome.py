"""The card of what a position does: amounts, margin, what waiting costs, whom it asks, and how far one may go."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from desktop_crm.domain.quotes.exploring import Outcome
from desktop_crm.i18n import formats, tr
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.pill import Pill

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class OutcomeCard(Card):
    def __init__(self, currency: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("What it does"), parent=parent)
        self._currency = currency
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self.net, self.net_before = self._row(0, tr("Net amount"))
        self.margin, self.margin_before = self._row(1, tr("Margin"))
        self.waiting, self.waiting_before = self._row(2, tr("Waiting costs us"))
        self.cost, _ = self._row(3, tr("Costs us"))
        self.gain, _ = self._row(4, tr("Customer gains"))
        self.add(self._grid)
        line = QHBoxLayout()
        self.approval = Pill()
        line.addWidget(self.approval)
        self.reasons = label("", "hint", wrap=True)
        line.addWidget(self.reasons, 1)
        self.add(line)
        self.room = label("", "hint", wrap=True)
        self.usual = label("", "hint", wrap=True)
        self.add(self.room)
        self.add(self.usual)
        self.body.addStretch(1)

    def show_outcome(self, now: Outcome, before: Outcome, room: Decimal | None, *, has_rules: bool) -> None:
        """Show a position beside the quote as it stands; `room`: the discount up to which nobody higher is asked."""
        for field, was, value, old in (
            (self.net, self.net_before, self._money(now.amounts.net_amount), self._money(before.amounts.net_amount)),
            (self.margin, self.margin_before, self._margin(now), self._margin(before)),
            (self.waiting, self.waiting_before, self._money(now.waiting), self._money(before.waiting)),
        ):
            field.setText(value)
            was.setText("" if value == old else tr("was {value}", value=old))
        self.cost.setText(self._money(now.cost))
        self.gain.setText(self._money(now.gain))
        if not has_rules:
            self.approval.show_state(tr("No rules of approval yet"), Mood.neutral)
        elif now.needs:
            self.approval.show_state(tr("Approval needed"), Mood.warn)
        else:
            self.approval.show_state(tr("No approval needed"), Mood.good)
        self.reasons.setText(", ".join(need.rule.name for need in now.needs))
        self.room.setVisible(room is not None)
        if room is not None:
            self.room.setText(tr("Up to {percent} nobody higher has to be asked", percent=formats.percent(room)))

    def show_usual(self, conceded: Decimal | None, margin: Decimal | None) -> None:
        """Show the middle of what similar deals were won for."""
        told = []
        if conceded is not None:
            told.append(tr("conceded {percent}", percent=formats.percent(round(conceded, 1))))
        if margin is not None:
            told.append(tr("margin {percent}", percent=formats.percent(round(margin, 1))))
        self.usual.setText(tr("Similar won deals, the middle: {what}", what=", ".join(told)) if told else "")

    def _row(self, place: int, title: str) -> tuple[QLabel, QLabel]:
        figure, before = label("", "strong"), label("", "hint")
        for made in (figure, before):
            made.setAlignment(_RIGHT)
        self._grid.addWidget(label(title, "body2"), place, 0)
        self._grid.addWidget(before, place, 1)
        self._grid.addWidget(figure, place, 2)
        return figure, before

    def _money(self, amount: Decimal) -> str:
        return formats.money(amount, self._currency)

    def _margin(self, one: Outcome) -> str:
        margin, percent = one.amounts.margin, one.amounts.margin_percent
        if margin is None:
            return "–"
        return self._money(margin) + (f" ({formats.percent(round(percent, 1))})" if percent is not None else "")
