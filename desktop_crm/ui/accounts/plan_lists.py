"""The lists of a plan: lines that open, and a field below them where the next one is typed. Signals: see the classes."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from desktop_crm.domain.accounts.plans import DONE, Plan, PlanItem, late, progress_of
from desktop_crm.domain.schema.options import PlanItemKind
from desktop_crm.i18n import formats, tr
from desktop_crm.ui.accounts.openable import ActRow
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import clear, label, rule
from desktop_crm.ui.widgets.pill import Pill

BAR_WIDTH = 74
INDENT = 18
FIGURE_WIDTH = 42
ADD_WIDTH = 30


class PlanList(Card):
    """One kind of line. `added(kind, text)` when Enter ends a typed line, `item_wanted(item)` when one is pressed."""

    added = Signal(object, str)
    item_wanted = Signal(object)

    def __init__(self, kind: PlanItemKind, title: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self.kind = kind
        self.rows = QVBoxLayout()
        self.rows.setSpacing(6)
        self.line = QLineEdit()
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(f"{title}: {hint}")
        self.line.returnPressed.connect(self._add)
        self.body.addLayout(self.rows)
        self.body.addWidget(self.line)
        self.body.addStretch(1)

    def show_plan(self, plan: Plan, today: date) -> None:
        clear(self.rows)
        for item in plan.of(self.kind):
            self.rows.addWidget(self.row(plan, item, today))

    def row(self, plan: Plan, item: PlanItem, today: date) -> QWidget:
        """One line of the list."""
        made = ActRow(partial(self.item_wanted.emit, item))
        box = QVBoxLayout(made)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(1)
        rival = item.competitor if item.competitor and item.competitor != item.subject else ""
        box.addWidget(label(" – ".join(part for part in (rival, item.subject) if part), "body", wrap=True))
        if item.note:
            box.addWidget(label(item.note, "hint", wrap=True))
        made.setAccessibleName(item.subject)
        return made

    def _add(self) -> None:
        text = self.line.text().strip()
        if text:
            self.line.clear()
            self.added.emit(self.kind, text)


class ObjectiveList(PlanList):
    """Objectives, each with its actions below. `action_wanted(objective)` for a new action."""

    action_wanted = Signal(object)

    def show_plan(self, plan: Plan, today: date) -> None:
        clear(self.rows)
        for place, objective in enumerate(plan.of(PlanItemKind.OBJECTIVE)):
            if place:
                self.rows.addWidget(rule())
            self.rows.addWidget(self._objective(plan, objective, today))
            for action in plan.actions_of(objective.id):
                self.rows.addWidget(self._step(action, action.progress or 0, today, indent=INDENT))
        for action in plan.actions_of(""):
            self.rows.addWidget(self._step(action, action.progress or 0, today))

    def _objective(self, plan: Plan, objective: PlanItem, today: date) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self._step(objective, progress_of(plan, objective), today, strong=True), 1)
        add = button("+", partial(self.action_wanted.emit, objective), kind="small", tip=tr("New action"))
        add.setAccessibleName(tr("New action for {objective}", objective=objective.subject))
        add.setFixedWidth(ADD_WIDTH)
        line.addWidget(add, 0, Qt.AlignmentFlag.AlignTop)
        return holder

    def _step(self, item: PlanItem, done: int, today: date, *, indent: int = 0, strong: bool = False) -> QWidget:
        row = ActRow(partial(self.item_wanted.emit, item))
        line = QHBoxLayout(row)
        line.setContentsMargins(indent, 0, 0, 0)
        line.setSpacing(8)
        text = QVBoxLayout()
        text.setSpacing(1)
        text.addWidget(label(item.subject, "strong" if strong else "body", wrap=True))
        around = " · ".join(part for part in (item.owner, item.measure, item.note.split("\n")[0]) if part)
        if around:
            text.addWidget(label(around, "hint", wrap=True))
        line.addLayout(text, 1)
        state = QHBoxLayout()
        state.setSpacing(8)
        if item.due_on is not None:
            mood = Mood.bad if late(item, today) else Mood.good if done >= DONE else Mood.neutral
            state.addWidget(Pill(formats.date(item.due_on), mood))
        state.addWidget(progress_bar(done, item.subject), 0, Qt.AlignmentFlag.AlignVCenter)
        figure = label(f"{done} %", "hint")
        figure.setFixedWidth(FIGURE_WIDTH)
        figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        state.addWidget(figure)
        if not strong:
            state.addSpacing(
                ADD_WIDTH + line.spacing()
            )  # objectives have a button here; figures stand below each other
        line.addLayout(state)
        line.setAlignment(state, Qt.AlignmentFlag.AlignTop)
        row.setAccessibleName(f"{item.subject}, {done} %")
        return row


def progress_bar(done: int, name: str) -> QProgressBar:
    """A thin bar of a fixed width."""
    bar = QProgressBar()
    bar.setRange(0, DONE)
    bar.setValue(done)
    bar.setTextVisible(False)
    bar.setFixedWidth(BAR_WIDTH)
    bar.setAccessibleName(f"{name}: {done} %")
    return bar
