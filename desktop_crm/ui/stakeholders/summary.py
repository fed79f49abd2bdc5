"""Reading the map: balance, ways to who signs, findings with the act that mends each, the scorecard, competitors.

Signals: `mend_wanted(finding)`, `people_wanted(node_ids)`, `evidence_wanted(topic, text)`, `evidence_removed(evidence_id)`.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_crm.domain.schema.options import EvidenceTopic
from desktop_crm.domain.stakeholders.balance import Balance
from desktop_crm.domain.stakeholders.findings import Finding, Rule
from desktop_crm.domain.stakeholders.past import Difference
from desktop_crm.domain.stakeholders.reading import Reading
from desktop_crm.domain.stakeholders.scorecard import LETTERS, Letter, LetterState
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.stakeholders import past_words, words
from desktop_crm.ui.theme import Mood, current
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import clear, label
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.steady import SteadyComboBox

_MOODS = {LetterState.PROVEN: Mood.good, LetterState.CLAIMED: Mood.warn, LetterState.EMPTY: Mood.neutral}


class BalanceBar(QWidget):
    """For us, undecided, against, as widths of one bar."""

    def __init__(self, weights: Balance) -> None:
        super().__init__()
        self._weights = weights
        self.setFixedHeight(10)
        self.setAccessibleName(words.balance_word(weights))

    def sizeHint(self) -> QSize:
        return QSize(200, 10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look, one = QPainter(self), current(), self._weights
        painter.setPen(Qt.PenStyle.NoPen)
        left, whole = 0.0, max(one.whole, 1)
        for weight, colour in ((one.supporting, look.good), (one.undecided, look.line_strong), (one.against, look.bad)):
            width = self.width() * weight / whole
            painter.fillRect(QRectF(left, 1.0, max(width - 1.0, 0.0), 8.0), QColor(colour))
            left += width
        painter.end()


class MapSummary(QWidget):
    """Shown while nobody is chosen."""

    mend_wanted = Signal(object)
    people_wanted = Signal(object)
    evidence_wanted = Signal(object, str)
    evidence_removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "clear")
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 16)
        box.setSpacing(14)
        self._other = QVBoxLayout()
        self._other.setSpacing(10)
        box.addLayout(self._other)
        self._box = QVBoxLayout()
        self._box.setSpacing(14)
        box.addLayout(self._box)
        self.topic = SteadyComboBox()
        self.topic.setAccessibleName(tr("Letter of the scorecard"))
        for topic in LETTERS:
            self.topic.addItem(option_label("topic", topic), topic.value)
        self.says = QLineEdit()
        self.says.setPlaceholderText(tr("What we know it by"))
        self.says.setAccessibleName(tr("What we know it by"))
        self.says.returnPressed.connect(self._on_evidence)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.topic, 1)
        self.add = icon_button("plus", tr("Enter the evidence"), self._on_evidence)
        row.addWidget(self.add)
        self._letters = Card(sunken=True)
        self._letters.body.setSpacing(8)
        self._points = label("", "hint")
        self._letters.add(self._points)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self._letters.add(self._rows)
        self._letters.add(row)
        self._letters.add(self.says)
        box.addWidget(self._letters)
        self._rivals = QVBoxLayout()
        box.addLayout(self._rivals)
        box.addStretch(1)

    def show_reading(self, view: MapView, reading: Reading) -> None:
        """What the map says now."""
        clear(self._box)
        self._box.addWidget(label(tr("Reading the map"), "section"))
        self._show_balance(reading.balance)
        self._show_ways(view, reading)
        for finding in reading.findings:
            if finding.rule is not Rule.ROLE_COVERED:
                self._box.addLayout(self._finding(finding))
        card = reading.scorecard
        self._points.setText(tr("MEDDPICC · {n} of {most}", n=card.points, most=card.most))
        clear(self._rows)
        for letter in card.letters:
            self._rows.addLayout(self._letter(letter))
        clear(self._rivals)
        for tie in reading.rivals:
            node = view.node(tie.node_id)
            if node is not None:
                text = tr("{name} of {competitor}", name=words.name_of(node), competitor=tie.competitor)
                hint = words.strength_word(tie.strength)
                self._rivals.addLayout(_pair(tr("Competitor's tie: {text}", text=text), hint))

    def show_difference(self, view: MapView, other: Difference | None) -> None:
        """The list of what is other than on the day compared with, above the rest; None takes it away."""
        clear(self._other)
        if other is None:
            return
        self._other.addWidget(label(tr("What is other"), "section"))
        self._other.addWidget(label(past_words.counts(other), "body2", wrap=True))
        for what, text, _node_id in past_words.lines(view, other):
            self._other.addLayout(_pair(what, text))

    def _show_balance(self, weights: Balance) -> None:
        card = Card(sunken=True)
        card.add(label(tr("Support, weighted by influence"), "hint"))
        card.add(BalanceBar(weights))
        card.add(label(words.balance_word(weights), "body2", wrap=True))
        self._box.addWidget(card)

    def _show_ways(self, view: MapView, reading: Reading) -> None:
        card = Card(sunken=True)
        card.body.setSpacing(10)
        card.add(label(tr("Ways to who signs"), "hint"))
        for way in reading.ways:
            card.add(_pair(*words.way_words(view, way)))
        if not reading.ways:
            card.add(label(tr("No way known yet: enter who signs, and whom we have met."), "body2", wrap=True))
        self._box.addWidget(card)

    def _finding(self, finding: Finding) -> QVBoxLayout:
        pair = _pair(words.finding_word(finding), words.finding_reason(finding))
        row = QHBoxLayout()
        row.setSpacing(6)
        if finding.mend is not None:
            act = button(words.mend_word(finding.mend), partial(self.mend_wanted.emit, finding))
            act.setObjectName(f"mend:{finding.rule}:{finding.role or ''}")
            row.addWidget(act)
        if finding.node_ids:
            row.addWidget(button(tr("Show"), partial(self.people_wanted.emit, finding.node_ids)))
        row.addStretch(1)
        pair.addSpacing(3)
        pair.addLayout(row)
        return pair

    def _letter(self, letter: Letter) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(1)
        head = QHBoxLayout()
        head.addWidget(label(option_label("topic", letter.topic), "strong"))
        head.addStretch(1)
        head.addWidget(Pill(words.letter_word(letter.state), _MOODS[letter.state]))
        column.addLayout(head)
        if letter.newest is not None:
            row = QHBoxLayout()
            row.addWidget(label(letter.newest.body, "body2", wrap=True), 1)
            row.addWidget(icon_button("close", tr("Remove"), partial(self.evidence_removed.emit, letter.newest.id)))
            column.addLayout(row)
            day = formats.date(letter.newest.observed_on) if letter.newest.observed_on else ""
            column.addWidget(label(" · ".join(part for part in (day, letter.newest.author) if part), "hint"))
        return column

    def _on_evidence(self) -> None:
        text = self.says.text().strip()
        if text:
            self.says.clear()
            self.evidence_wanted.emit(EvidenceTopic(self.topic.currentData()), text)


def _pair(word: str, reason: str) -> QVBoxLayout:
    """A word and, close below it, what it means."""
    pair = QVBoxLayout()
    pair.setSpacing(2)
    pair.addWidget(label(word, "strong", wrap=True))
    pair.addWidget(label(reason, "hint", wrap=True))
    return pair
