"""What we know a person by: ties of ours and of competitors, and the evidence behind each value. Edits go out as signals.

Signals: `tie_wanted(node_id, user_id, competitor, strength)`, `tie_removed(tie_id)`, `evidence_wanted(topic, node_id, text)`,
`evidence_removed(evidence_id)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_crm.domain.schema.options import EvidenceTopic
from desktop_crm.domain.stakeholders.scorecard import LETTERS
from desktop_crm.domain.stakeholders.values import EvidenceView, MapView, NodeView
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.widgets.buttons import icon_button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import clear, label
from desktop_crm.ui.widgets.steady import SteadyComboBox

OF_PEOPLE = tuple(topic for topic in EvidenceTopic if topic not in LETTERS)


class Knowledge(QWidget):
    """Two cards below the fields of one person."""

    tie_wanted = Signal(str, str, str, object)
    tie_removed = Signal(str)
    evidence_wanted = Signal(object, str, str)
    evidence_removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "clear")
        self._node = ""
        self._ours: tuple[tuple[str, str], ...] = ()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(9)
        self._build_ties(box)
        self._build_evidence(box)

    def offer_people(self, ours: Sequence[tuple[str, str]], rivals: Sequence[str] = ()) -> None:
        """Our people by id and name, then competitors whom the team has named."""
        self._ours = tuple(ours)
        self.who.clear()
        for user_id, name in self._ours:
            self.who.addItem(name, user_id)
        if self._ours and rivals:
            self.who.insertSeparator(self.who.count())
        for name in rivals:
            self.who.addItem(name, "")
        self.who.setCurrentIndex(-1)
        self.who.setEditText("")

    def show_person(self, view: MapView, node: NodeView) -> None:
        """The ties and the evidence of one person."""
        if node.id != self._node:
            self.who.setEditText("")
            self.says.clear()
        self._node = node.id
        clear(self._ties)
        for tie in view.ties:
            if tie.node_id == node.id:
                whose = tie.user_name or tr("Competitor: {name}", name=tie.competitor)
                text = " · ".join(part for part in (whose, words.strength_word(tie.strength)) if part)
                self._ties.addLayout(_line(text, "", partial(self.tie_removed.emit, tie.id)))
        clear(self._evidence)
        for one in sorted(view.evidence, key=_by_day, reverse=True):
            if one.node_id == node.id:
                self._evidence.addLayout(_line(one.body, about(one), partial(self.evidence_removed.emit, one.id)))

    def ask_for_tie(self) -> None:
        """Put the keyboard where another tie of ours is entered."""
        self.who.setFocus()

    def _build_ties(self, box: QVBoxLayout) -> None:
        card = Card(sunken=True)
        card.add(label(tr("Ties from outside"), "hint"))
        self._ties = QVBoxLayout()
        card.add(self._ties)
        self.who = SteadyComboBox()
        self.who.setEditable(True)
        self.who.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.who.setAccessibleName(tr("One of ours, or a competitor"))
        line = self.who.lineEdit()
        if line is not None:
            line.setPlaceholderText(tr("One of ours, or a competitor"))
            line.returnPressed.connect(self._on_tie)
        self.how = SteadyComboBox()
        self.how.setAccessibleName(tr("Strength"))
        for level in (1, 2, 3):
            self.how.addItem(words.strength_word(level), level)
        self.how.setCurrentIndex(1)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.add_tie = icon_button("plus", tr("Enter the tie"), self._on_tie)
        row.addWidget(self.how, 1)
        row.addWidget(self.add_tie)
        card.add(self.who)
        card.add(row)
        box.addWidget(card)

    def _build_evidence(self, box: QVBoxLayout) -> None:
        card = Card(sunken=True)
        card.add(label(tr("What we know it by"), "hint"))
        self._evidence = QVBoxLayout()
        self._evidence.setSpacing(6)
        card.add(self._evidence)
        self.topic = SteadyComboBox()
        self.topic.setAccessibleName(tr("What it is about"))
        for topic in OF_PEOPLE:
            self.topic.addItem(option_label("topic", topic), topic.value)
        self.says = QLineEdit()
        self.says.setPlaceholderText(tr("Who said or did what"))
        self.says.setAccessibleName(tr("Who said or did what"))
        self.says.returnPressed.connect(self._on_evidence)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.add_evidence = icon_button("plus", tr("Enter the evidence"), self._on_evidence)
        row.addWidget(self.topic, 1)
        row.addWidget(self.add_evidence)
        card.add(row)
        card.add(self.says)
        box.addWidget(card)

    def _on_tie(self) -> None:
        name = self.who.currentText().strip()
        user = next((user_id for user_id, known in self._ours if known == name), "")
        if name and self._node:
            self.who.setEditText("")
            self.tie_wanted.emit(self._node, user, "" if user else name, self.how.currentData())

    def _on_evidence(self) -> None:
        text = self.says.text().strip()
        if text and self._node:
            self.says.clear()
            self.evidence_wanted.emit(EvidenceTopic(self.topic.currentData()), self._node, text)


def about(one: EvidenceView) -> str:
    """What evidence is about, its day and its author."""
    topic = option_label("topic", one.topic)
    value = option_label(one.topic, one.value) if one.value and not one.value.isdigit() else one.value
    day = formats.date(one.observed_on) if one.observed_on else ""
    found = f"{topic}: {value}" if value and one.node_id else topic
    return " · ".join(part for part in (found, day, one.author) if part)


def _by_day(one: EvidenceView) -> tuple[str, str]:
    return (one.observed_on.isoformat() if one.observed_on else "", one.id)


def _line(text: str, hint: str, remove: Callable[[], object]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addWidget(label(text, "body", wrap=True))
    if hint:
        column.addWidget(label(hint, "hint", wrap=True))
    row.addLayout(column, 1)
    row.addWidget(icon_button("close", tr("Remove"), remove))
    return row
