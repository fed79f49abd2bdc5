"""The overview tab: figures with all below, open deals, what is due, what is not known yet, and the timeline."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.domain.accounts.facts import Gap
from desktop_crm.i18n import formats, ntr, ptr, tr
from desktop_crm.services import activities
from desktop_crm.services.accounts import OpenDeal, OpenTask, Overview
from desktop_crm.ui.accounts import words
from desktop_crm.ui.accounts.openable import OpenableRow
from desktop_crm.ui.accounts.timeline import TimelineCard
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card, KpiCard
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label, rule
from desktop_crm.ui.widgets.pill import Pill

SOON_DAYS = 90
TWO_COLUMNS = 640
"""Narrower than this the timeline goes below."""


class OverviewTab(QScrollArea):
    """`show_overview(overview)` fills every card at once."""

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
        self.people = KpiCard(tr("People known"))
        self.renewal = KpiCard(tr("Next renewal"))
        figures = QHBoxLayout()
        figures.setSpacing(14)
        for card in (self.open, self.won, self.people, self.renewal):
            figures.addWidget(card, 1)
        self.deals = Card(tr("Open opportunities"))
        self.tasks = Card(tr("Open tasks"))
        self.gaps = Card(tr("Not known yet"))
        self.timeline = TimelineCard(context)
        left = QVBoxLayout()
        left.setSpacing(14)
        for part in (self.deals, self.tasks, self.gaps):
            left.addWidget(part)
        left.addStretch(1)
        grid.addLayout(figures, 0, 0, 1, 2)
        grid.addLayout(left, 1, 0)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(3, 1)
        self._grid = grid
        self._side_by_side: bool | None = None
        self._flow()
        self._lists = {card: _list_in(card) for card in (self.deals, self.tasks, self.gaps)}
        self._account = ""
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
        if self._account != str(overview.record.id):
            self.verticalScrollBar().setValue(0)
            self._account = str(overview.record.id)
            self.timeline.show_account(self._account)
        self._figures(overview)
        self._fill(self.deals, [self._deal(deal) for deal in overview.deals], tr("No deal is open here."))
        self._fill(
            self.tasks, [self._task(task, overview.today) for task in overview.tasks], tr("Nothing is promised here.")
        )
        self._fill(self.gaps, [self._gap(gap) for gap in overview.gaps], "")
        self.gaps.setVisible(bool(overview.gaps))

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
        if counts.economic_buyers:
            buyer = tr("economic buyer known")
        else:
            buyer = tr("economic buyer not known") if counts.people_on_maps else tr("no map yet")
        on_map = ntr("{n} on maps", "{n} on maps", counts.people_on_maps)
        self.people.show_figure(
            formats.number(counts.contacts), f"{on_map} · {buyer}" if counts.people_on_maps else buyer
        )
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

    def _gap(self, gap: Gap) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        urgent = gap in {Gap.OWNER, Gap.CONTACT, Gap.ECONOMIC_BUYER, Gap.NEXT_STEP}
        line.addWidget(Pill(tr("Gap"), Mood.bad if urgent else Mood.warn), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(gap_text(gap), "body", wrap=True), 1)
        return row

    def _fill(self, card: Card, rows: list[QWidget], nothing: str) -> None:
        box = self._lists[card]
        clear(box)
        for place, row in enumerate(rows):
            if place:
                box.addWidget(rule())
            box.addWidget(row)
        if not rows and nothing:
            box.addWidget(label(nothing, "hint"))

    def _tick(self, task_id: str, done: bool) -> None:
        work = partial(activities.tick, self._context.workspace, task_id, done=done)
        self._context.undo.run(tr("Tick off a task"), work, None, self._context.reporter.report)

    def _new_deal(self) -> None:
        self._context.routes.create("opportunity", account_id=self._account)

    def _new_task(self) -> None:
        self._context.routes.create("task", account_id=self._account)


def gap_text(gap: Gap) -> str:
    """What is missing, in a sentence."""
    return {
        Gap.OWNER: tr("Nobody is responsible for this account."),
        Gap.CONTACT: tr("No person is known here yet."),
        Gap.ECONOMIC_BUYER: tr("A deal is open, and the economic buyer is not on the map."),
        Gap.STAKEHOLDER_MAP: tr("A deal is open, and nobody is on a stakeholder map."),
        Gap.NEXT_STEP: tr("A deal is open, and no next step is promised."),
        Gap.RECENT_ACTIVITY: tr("A deal is open, and nobody has been in touch for 60 days."),
        Gap.REGISTRATION_NUMBER: tr("The business registration number is missing."),
        Gap.INDUSTRY: tr("The industry is not filled in."),
    }[gap]


def _list_in(card: Card) -> QVBoxLayout:
    box = QVBoxLayout()
    box.setSpacing(8)
    card.body.addLayout(box)
    return box
