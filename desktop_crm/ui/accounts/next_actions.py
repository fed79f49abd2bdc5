"""The card of what to do next: each line says why and leads to where it is done.

Signals: `step_wanted(gap)` when a line about something missing is pressed; lines about records open them by themselves.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.accounts.facts import Gap
from desktop_crm.domain.accounts.next_actions import NextAction, NextKind
from desktop_crm.i18n import ntr, ptr, tr
from desktop_crm.ui.accounts.openable import ActRow
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import clear, label, rule
from desktop_crm.ui.widgets.pill import Pill

SHOWN = 6
PILL_WIDTH = 46


class NextActionsCard(Card):
    step_wanted = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Next actions"), parent=parent)
        self._context = context
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.body.addLayout(self._rows)

    def show_actions(self, actions: tuple[NextAction, ...]) -> None:
        clear(self._rows)
        for place, action in enumerate(actions[:SHOWN]):
            if place:
                self._rows.addWidget(rule())
            self._rows.addWidget(self._row(action))
        if not actions:
            self._rows.addWidget(label(tr("Nothing presses: people, deals and dates are in order."), "hint"))

    def _row(self, action: NextAction) -> QWidget:
        act = (
            partial(self.step_wanted.emit, action.gap)
            if action.gap is not None
            else partial(self._context.routes.open, action.entity, action.row_id)
        )
        row = ActRow(act)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(9)
        word = kind_word(action.kind)
        pill = Pill(word, Mood.bad if action.urgent else Mood.warn)
        pill.setFixedWidth(max(PILL_WIDTH, pill.sizeHint().width()))
        line.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(1)
        said, why = words_of(action)
        text.addWidget(label(said, "body", wrap=True))
        if why:
            text.addWidget(label(why, "hint", wrap=True))
        line.addLayout(text, 1)
        row.setAccessibleName(f"{word}: {said} {why}".strip())
        return row


def kind_word(kind: NextKind) -> str:
    """The pill before a suggestion."""
    return {
        NextKind.GAP: tr("Gap"),
        NextKind.RENEWAL: ptr("part of health", "Renewal"),
        NextKind.QUOTE: tr("Quote"),
        NextKind.DEAL: ptr("suggestion", "Deal"),
    }[kind]


def words_of(action: NextAction) -> tuple[str, str]:
    """What to do, and why."""
    if action.gap is not None:
        return gap_text(action.gap)
    days = abs(action.days)
    match action.kind:
        case NextKind.RENEWAL:
            said = ntr(
                "{name} is to be renewed in {n} day", "{name} is to be renewed in {n} days", days, name=action.title
            )
            ready = tr("an open deal closes before")
            return said, ready if action.prepared else tr("no open deal closes before: make one, or a renewal quote")
        case NextKind.QUOTE if action.days < 0:
            said = ntr("{name} ran out {n} day ago", "{name} ran out {n} days ago", days, name=action.title)
            return said, tr("{account} · ask for the answer, or issue it anew", account=action.account)
        case NextKind.QUOTE:
            said = ntr("{name} runs out in {n} day", "{name} runs out in {n} days", days, name=action.title)
            return said, tr("{account} · ask for the answer", account=action.account)
    said = ntr(
        "{name} should have closed {n} day ago", "{name} should have closed {n} days ago", days, name=action.title
    )
    return said, tr("{account} · set a new date, or close it", account=action.account)


def gap_text(gap: Gap) -> tuple[str, str]:
    """What is missing, in a sentence, and the first step."""
    return {
        Gap.OWNER: (tr("Nobody is responsible for this account."), tr("Choose an owner.")),
        Gap.CONTACT: (tr("No person is known here yet."), tr("Add the first contact.")),
        Gap.ECONOMIC_BUYER: (
            tr("A deal is open, and the economic buyer is not on the map."),
            tr("Open the map and find out who decides about the money."),
        ),
        Gap.STAKEHOLDER_MAP: (
            tr("A deal is open, and nobody is on a stakeholder map."),
            tr("Open the map and put the people you know on it."),
        ),
        Gap.NEXT_STEP: (tr("A deal is open, and no next step is promised."), tr("Write down the next task.")),
        Gap.RECENT_ACTIVITY: (
            tr("A deal is open, and nobody has been in touch for 60 days."),
            tr("Log a call or a visit."),
        ),
        Gap.REGISTRATION_NUMBER: (tr("The business registration number is missing."), tr("Fill it in.")),
        Gap.INDUSTRY: (tr("The industry is not filled in."), tr("Fill it in.")),
    }[gap]
