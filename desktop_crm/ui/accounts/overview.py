"""The overview tab: figures with all below, white space, what to do next, deals, tasks, the team, and the timeline.

Every figure leads to what it counts. Signals: `rows_wanted(tab, Shown)` for the list behind a figure, `step_wanted(gap)`,
`cell_wanted(unit_id, product_id)`, `plan_wanted()`, `handover_wanted()`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.domain.lists.filters import Filter, Group, Test
from desktop_crm.i18n import formats, health_words, ntr, ptr, tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.services import activities
from desktop_crm.services.accounts import OpenDeal, OpenTask, Overview
from desktop_crm.ui.accounts import words
from desktop_crm.ui.accounts.health_dialog import HealthDialog, mood_of_score, score_word
from desktop_crm.ui.accounts.next_actions import NextActionsCard
from desktop_crm.ui.accounts.openable import OpenableRow
from desktop_crm.ui.accounts.shown import Shown
from desktop_crm.ui.accounts.team import TeamCard
from desktop_crm.ui.accounts.timeline import TimelineCard
from desktop_crm.ui.accounts.white_space import Legend, WhiteSpaceGrid
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card, KpiCard
from desktop_crm.ui.widgets.labels import ElidedLabel, fill, label
from desktop_crm.ui.widgets.pill import Pill

SOON_DAYS = 90
TWO_COLUMNS = 640
"""Narrower than this the timeline goes below."""


class OverviewTab(QScrollArea):
    """`show_overview(overview)` fills every card at once."""

    rows_wanted = Signal(str, object)
    step_wanted = Signal(object)
    cell_wanted = Signal(str, str)
    plan_wanted = Signal()
    handover_wanted = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = QWidget()
        holder.setProperty("role", "clear")
        grid = QGridLayout(holder)
        grid.setContentsMargins(18, 16, 18, 18)
        grid.setSpacing(14)
        self.open = KpiCard(tr("Open opportunities"))
        self.won = KpiCard(tr("Won sales"))
        self.health = KpiCard(field_label("account", "health"))
        self.renewal = KpiCard(tr("Next renewal"))
        figures = QHBoxLayout()
        figures.setSpacing(14)
        for card in (self.open, self.won, self.health, self.renewal):
            figures.addWidget(card, 1)
            card.opened.connect(partial(self._on_figure, card))
        for card, where in (
            (self.open, tr("Show the open opportunities")),
            (self.won, tr("Show the won opportunities")),
            (self.health, tr("Show what the score is made of")),
            (self.renewal, tr("Show the contracts to renew")),
        ):
            card.leads_to(where)
        self.white_space = Card(tr("White space"))
        self.grid = WhiteSpaceGrid()
        self.legend = Legend()
        self.no_products = label(tr("No deal or quote names a product here yet."), "hint", wrap=True)
        for part in (self.grid, self.legend, self.no_products):
            self.white_space.body.addWidget(part)
        self.next = NextActionsCard(context)
        self.deals = Card(tr("Open opportunities"))
        self.tasks = Card(tr("Open tasks"))
        self.team = TeamCard(context)
        self.timeline = TimelineCard(context)
        left = QVBoxLayout()
        left.setSpacing(14)
        for block in (self.white_space, self.next, self.deals, self.tasks, self.team):
            left.addWidget(block)
        left.addStretch(1)
        grid.addLayout(figures, 0, 0, 1, 2)
        grid.addLayout(left, 1, 0)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(3, 1)
        self._grid = grid
        self._side_by_side: bool | None = None
        self._flow()
        self._lists = {card: _list_in(card) for card in (self.deals, self.tasks)}
        self._account = ""
        self._overview: Overview | None = None
        self._fills: dict[Card, Callable[[Overview], None]] = {
            self.white_space: self._show_white_space,
            self.next: self._show_next,
            self.deals: self._show_deals,
            self.tasks: self._show_tasks,
            self.team: self.team.show_team,
        }
        self._waiting: list[Card] = []
        self.grid.chosen.connect(self.cell_wanted)
        self.next.step_wanted.connect(self.step_wanted)
        self.team.handover_wanted.connect(self.handover_wanted)
        self.white_space.corner.addWidget(button(tr("Whole grid"), self.plan_wanted.emit, kind="small"))
        self.deals.corner.addWidget(button(tr("Add"), self._new_deal, kind="small", tip=tr("New opportunity")))
        self.tasks.corner.addWidget(button(tr("Add"), self._new_task, kind="small", tip=tr("New task")))
        self.setWidget(holder)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._flow()

    def _flow(self) -> None:
        """The timeline stands beside the cards, or below them where names would be cut to nothing."""
        beside = self.viewport().width() >= TWO_COLUMNS
        if beside == self._side_by_side:
            return
        self._side_by_side = beside
        self._grid.removeWidget(self.timeline)
        top = Qt.AlignmentFlag.AlignTop
        if beside:
            self._grid.addWidget(self.timeline, 1, 1, top)
        else:
            self._grid.addWidget(self.timeline, 2, 0, top)
        self._grid.setColumnStretch(1, 1 if beside else 0)
        self._grid.setHorizontalSpacing(14 if beside else 0)

    def show_overview(self, overview: Overview) -> None:
        """The figures stand at once; the cards of another account follow one by one, so that the first paint waits for none."""
        self._overview = overview
        fresh = self._account != str(overview.record.id)
        if fresh:
            self.verticalScrollBar().setValue(0)
            self._account = str(overview.record.id)
            for card in self._fills:
                card.hide()
            self.timeline.show_account(self._account)
        self._figures(overview)
        self._waiting = list(self._fills)
        if fresh:
            QTimer.singleShot(0, self, self._fill_next)
            return
        while self._waiting:
            self._fill_one(overview)

    def _fill_next(self) -> None:
        if self._overview is not None and self._waiting:
            self._fill_one(self._overview)
            QTimer.singleShot(0, self, self._fill_next)

    def _fill_one(self, overview: Overview) -> None:
        card = self._waiting.pop(0)
        self._fills[card](overview)
        card.show()

    def _show_white_space(self, overview: Overview) -> None:
        self.grid.show_grid(overview.white_space)
        for part in (self.grid, self.legend):
            part.setVisible(bool(overview.white_space.products))
        self.no_products.setVisible(not overview.white_space.products)

    def _show_next(self, overview: Overview) -> None:
        self.next.show_actions(overview.next_actions)

    def _show_deals(self, overview: Overview) -> None:
        fill(self._lists[self.deals], [self._deal(deal) for deal in overview.deals], tr("No deal is open here."))

    def _show_tasks(self, overview: Overview) -> None:
        rows = [self._task(task, overview.today) for task in overview.tasks]
        fill(self._lists[self.tasks], rows, tr("Nothing is promised here."))

    def _on_figure(self, card: KpiCard) -> None:
        overview = self._overview
        if overview is None:
            return
        if card is self.health:
            name = str(overview.record.fields.get("name") or "")
            HealthDialog(self._context, name, overview.health, self).open()
        elif card is self.renewal:
            after = Filter(field="renewal_date", test=Test.AT_LEAST, value=overview.today)
            live = Filter(field="status", test=Test.NONE_OF, value=("ended",))
            self.rows_wanted.emit("contract", Shown(whole=True, where=Group(parts=(after, live))))
        else:
            kind = "open" if card is self.open else "won"
            stages = Filter(field="stage_id", test=Test.ANY_OF, value=overview.stages.get(kind, ()))
            self.rows_wanted.emit("opportunity", Shown(whole=True, where=Group(parts=(stages,))))

    def _figures(self, overview: Overview) -> None:
        home = self._context.workspace.currency
        counts = overview.counts
        open_, weighted = (words.amounts(overview.sums, m, home) for m in ("open", "weighted"))
        here = counts.open_opportunities
        deals = (ntr("{n} deal here", "{n} deals here", here),) if here else ()
        self.open.show_figure(
            words.short(open_),
            " · ".join((tr("weighted {amount}", amount=words.short(weighted)), *deals)),
            words.exact(open_),
        )
        won, own = (words.amounts(overview.sums, "won", home, own=o) for o in (False, True))
        below = ntr("with {n} account below", "with {n} accounts below", counts.below)
        hint = tr("this account {amount}", amount=words.short(own)) if own != won else ""
        self.won.show_figure(
            words.short(won), " · ".join(p for p in (below if counts.below else "", hint) if p), words.exact(won)
        )
        score, worst = overview.health.score, overview.health.worst
        why = health_words.reason_text(worst.code, worst.values) if worst else ""
        self.health.show_figure(health_words.score_text(score), why if score is not None else tr("not enough known"))
        mood = mood_of_score(score)
        self.health.show_pill("" if mood in {Mood.good, Mood.neutral} else score_word(score), mood)
        self._renewal(overview)

    def _renewal(self, overview: Overview) -> None:
        renewal = overview.renewal
        if renewal is None:
            self.renewal.show_figure(words.NOTHING, tr("no contract to renew"))
            self.renewal.show_pill("", Mood.neutral)
            return
        days = (renewal.renewal_date - overview.today).days
        day = formats.date(renewal.renewal_date)
        self.renewal.show_figure(
            ptr("renewal", "{n} days", n=days) if days else tr("today"), f"{renewal.name} · {day}", day
        )
        self.renewal.show_pill(tr("soon") if days <= SOON_DAYS else "", Mood.warn)

    def _deal(self, deal: OpenDeal) -> QWidget:
        row = OpenableRow(self._context, "opportunity", deal.id)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        text = QVBoxLayout()
        text.setSpacing(1)
        text.addWidget(ElidedLabel(deal.name, "strong"))
        where = "" if deal.account_id == self._account else deal.account_name
        due = tr("closes {day}", day=formats.date(deal.close_date)) if deal.close_date else ""
        text.addWidget(ElidedLabel(" · ".join(p for p in (where, due) if p) or words.NOTHING, "hint"))
        line.addLayout(text, 1)
        if deal.stage:
            line.addWidget(Pill(deal.stage, Mood.info))
        amount = formats.money_short(deal.amount, deal.currency) if deal.amount is not None else words.NOTHING
        figure = label(amount, "strong")
        figure.setMinimumWidth(76)
        figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        figure.setToolTip(formats.money(deal.amount, deal.currency) if deal.amount is not None else "")
        line.addWidget(figure)
        row.setAccessibleName(f"{deal.name}, {deal.stage}, {figure.toolTip()}")
        return row

    def _task(self, task: OpenTask, today: date) -> QWidget:
        row = OpenableRow(self._context, "task", task.id)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        check = QCheckBox()
        check.setAccessibleName(tr("Done: {subject}", subject=task.subject))
        check.toggled.connect(partial(self._tick, task.id))
        line.addWidget(check)
        text = QVBoxLayout()
        text.setSpacing(1)
        text.addWidget(ElidedLabel(task.subject, "body"))
        where = "" if task.account_id == self._account else task.account_name
        if where:
            text.addWidget(ElidedLabel(where, "hint"))
        line.addLayout(text, 1)
        if task.due_on is not None:
            late = task.due_on < today
            mood = Mood.bad if late else Mood.warn if task.due_on == today else Mood.neutral
            line.addWidget(Pill(formats.relative(task.due_on, today), mood))
        row.setAccessibleName(task.subject)
        return row

    def _tick(self, task_id: str, done: bool) -> None:
        work = partial(activities.tick, self._context.workspace, task_id, done=done)
        self._context.undo.run(tr("Tick off a task"), work, None, self._context.reporter.report)

    def _new_deal(self) -> None:
        self._context.routes.create("opportunity", account_id=self._account)

    def _new_task(self) -> None:
        self._context.routes.create("task", account_id=self._account)


def _list_in(card: Card) -> QVBoxLayout:
    box = QVBoxLayout()
    box.setSpacing(8)
    card.body.addLayout(box)
    return box
