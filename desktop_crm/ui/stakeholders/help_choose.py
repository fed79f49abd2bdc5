"""Help me choose: a few yes-or-no questions that lead to a value. Data and a small panel; it writes nothing itself.

Signals of `HelpChoose`: `taken(field, value)`, `closed()`.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.i18n.catalogue import mark, told
from desktop_crm.i18n.labels import field_label, option_label
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.labels import label

WIDTH = 320
QUESTIONS: dict[str, tuple[tuple[str, Any], ...]] = {
    "buying_role": (
        (mark("Can they spend the money even if everybody else says no?"), "economic_buyer"),
        (mark("Do they choose between the offers in the end?"), "decision_maker"),
        (mark("Does the contract need their signature or consent?"), "approver"),
        (mark("Do they sell for us inside when we are not there?"), "champion"),
        (mark("Do they tell us how things go inside, without pushing them?"), "coach"),
        (mark("Do they test whether the offer fits, and can they rule it out?"), "technical_evaluator"),
        (mark("Will they or their people work with it every day?"), "user_buyer"),
        (mark("Do they decide whom we get to talk to?"), "gatekeeper"),
        (mark("Do they work to stop the purchase?"), "blocker"),
        ("", "influencer"),
    ),
    "influence": (
        (mark("Has something been bought or stopped on their word alone?"), 9),
        (mark("Do those who decide ask them first?"), 7),
        (mark("Are they heard when their own field is concerned?"), 5),
        (mark("Do they speak in the meetings where it is decided?"), 3),
        ("", 1),
    ),
    "support": (
        (mark("Do they speak for us when we are not there?"), "mentor"),
        (mark("Would they choose us today?"), "supporter"),
        (mark("Do they openly work against us?"), "enemy"),
        (mark("Would they rather have somebody else?"), "non_supporter"),
        ("", "neutral"),
    ),
    "coverage": (
        (mark("Do they call us of their own accord?"), "in_depth"),
        (mark("Have we met more than twice?"), "multiple"),
        (mark("Have we met or spoken at all?"), "brief"),
        (mark("Do we know who they are?"), "none"),
        ("", "unknown"),
    ),
    "political_status": (
        (mark("Are they among the few who settle things before the meeting?"), "inner_circle"),
        (mark("Do those few listen to them?"), "political_structure"),
        ("", "outside"),
    ),
    "decision_orientation": (
        (mark("Do they ask for the return and the price first?"), "financial"),
        (mark("Do they ask how it works and how it fits in first?"), "technical"),
        (mark("Do they ask what it changes for the business first?"), "business"),
        ("", "personal"),
    ),
    "adaptability": (
        (mark("Do they try new things before others have?"), "innovator"),
        (mark("Do they use the new to get ahead of others?"), "visionary"),
        (mark("Do they want to see it proven at a similar company?"), "pragmatist"),
        (mark("Do they wait until everybody has it?"), "conservative"),
        ("", "laggard"),
    ),
    "response_mode": (
        (mark("Is something broken that they must mend now?"), "trouble"),
        (mark("Do they want more or better than they have?"), "growth"),
        (mark("Do they think they are better off than they are?"), "overconfident"),
        ("", "even_keel"),
    ),
    "kind": (
        (mark("Does one of them follow the other's judgement?"), "influences"),
        (mark("Do they work against each other?"), "conflicts_with"),
        (mark("Does one of them keep the other's diary and papers?"), "assistant_of"),
        (mark("Does one of them report to the other besides the chart?"), "informal_reports_to"),
        ("", "knows"),
    ),
}
"""For each field the questions in their order with the value that a yes means; the last value is what is left."""


def said(field: str, value: Any) -> str:
    """A value in words."""
    return str(value) if isinstance(value, int) else option_label(field, value)


class HelpChoose(QFrame):
    """Asks one question after another. Y, N and Backspace work too; Escape closes."""

    taken = Signal(str, object)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "popup")
        self.setObjectName("help-choose")
        self.setFixedWidth(WIDTH)
        self._field = ""
        self._step = 0
        self._value: Any = None
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 14)
        box.setSpacing(10)
        self.title = label("", "hint")
        self.question = label("", "strong", wrap=True)
        box.addWidget(self.title)
        box.addWidget(self.question)
        row = QHBoxLayout()
        self.back = button(tr("Back"), self._back)
        self.no = button(tr("No"), self._no)
        self.yes = primary(tr("Yes"), self._yes)
        self.take = primary(tr("Take it"), self._take)
        row.addWidget(self.back)
        row.addStretch(1)
        for part in (self.no, self.yes, self.take):
            row.addWidget(part)
        box.addLayout(row)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def ask(self, field: str, entity: str = "map_node") -> None:
        """Begin with the first question of a field."""
        self._field, self._step, self._value = field, 0, None
        self.title.setText(field_label(entity, field))
        self._show()
        self.show()
        self.raise_()
        self.setFocus()

    def close_panel(self) -> None:
        """Close without an answer."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, asking = event.key(), self._value is None
        if key == Qt.Key.Key_Escape:
            self.close_panel()
        elif key == Qt.Key.Key_Backspace:
            self._back()
        elif key == Qt.Key.Key_Y and asking:
            self._yes()
        elif key == Qt.Key.Key_N and asking:
            self._no()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not asking:
            self._take()
        else:
            super().keyPressEvent(event)

    def _show(self) -> None:
        question, _ = QUESTIONS[self._field][self._step]
        asking = self._value is None
        self.question.setText(told(question) if asking else tr("That suggests: {value}", value=self._said()))
        self.back.setEnabled(self._step > 0 or not asking)
        for part in (self.no, self.yes):
            part.setVisible(asking)
        self.take.setVisible(not asking)
        self.adjustSize()

    def _said(self) -> str:
        return said(self._field, self._value)

    def _yes(self) -> None:
        self._value = QUESTIONS[self._field][self._step][1]
        self._show()

    def _no(self) -> None:
        self._step += 1
        question, value = QUESTIONS[self._field][self._step]
        self._value = None if question else value
        self._show()

    def _back(self) -> None:
        asked = bool(QUESTIONS[self._field][self._step][0])
        if self._value is None or not asked:
            self._step = max(self._step - 1, 0)
        self._value = None
        self._show()

    def _take(self) -> None:
        self.hide()
        self.taken.emit(self._field, self._value)
        self.closed.emit()
