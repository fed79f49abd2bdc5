"""One's day: what is late, due and coming, and what happened last; and the list pages of tasks and activities."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.services import activities
from desktop_crm.services.activities import Day, TaskLine
from desktop_crm.ui.activities.lines import ActivityRow, AppointmentRow, TaskRow
from desktop_crm.ui.activities.quick_add import QuickAdd
from desktop_crm.ui.activities.reminding import RemindersCard
from desktop_crm.ui.activities.said_card import SaidCard
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.labels import fill
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.record_page import ListDescription, RecordListPage
from desktop_crm.ui.widgets.states import EmptyState, StateStack

_ENTITIES = ("task", "activity", "account", "contact", "user")


class DayPage(QWidget):
    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self.header = PageHeader(tr("My day"))
        self.quick = QuickAdd(context)
        self.late, self.due = Card(tr("Overdue")), Card(tr("Today"))
        self.soon, self.someday = Card(tr("Next seven days")), Card(tr("Without a date"))
        self.recent = Card(tr("Latest activities"))
        self.calls = RemindersCard(context)
        self.said = SaidCard(context)
        self.booked = Card(tr("Appointments today"))
        self._cards = (self.booked, self.late, self.due, self.soon, self.someday, self.recent)
        self._lists: dict[Card, QVBoxLayout] = {}
        self._counts: dict[Card, Pill] = {}
        for card in self._cards:
            self._furnish(card)
        area = self._area()
        self._states = StateStack(area, EmptyState(tr("Nothing yet"), tr("Your tasks and activities appear here.")))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self._states, 1)
        self.setFocusProxy(self.quick.subject)
        self._states.failed.retried.connect(self.refresh)
        context.hub.changed.connect(self._on_changed)
        self._states.show_loading()
        self.refresh()

    def title(self) -> str:
        return tr("My day")

    def refresh(self) -> None:
        """Read the day again."""
        self._slot.read(partial(activities.my_day, self._context.workspace), self._show, self._states.show_failed)

    def _furnish(self, card: Card) -> None:
        self._counts[card] = Pill("", Mood.bad if card is self.late else Mood.neutral)
        self._counts[card].hide()
        card.corner.addWidget(self._counts[card])
        self._lists[card] = QVBoxLayout()
        self._lists[card].setSpacing(8)
        card.body.addLayout(self._lists[card])

    def _area(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = QWidget()
        holder.setProperty("role", "clear")
        grid = QGridLayout(holder)
        grid.setContentsMargins(18, 16, 18, 18)
        grid.setSpacing(14)
        left = QVBoxLayout()
        left.setSpacing(14)
        for card in (self.booked, self.late, self.due, self.soon, self.someday):
            left.addWidget(card)
        left.addStretch(1)
        grid.addWidget(self.quick, 0, 0, 1, 2)
        grid.addLayout(left, 1, 0)
        right = QVBoxLayout()
        right.setSpacing(14)
        right.addWidget(self.said)
        right.addWidget(self.calls)
        right.addWidget(self.recent)
        right.addStretch(1)
        grid.addLayout(right, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(2, 1)
        area.setWidget(holder)
        return area

    def _show(self, day: Day) -> None:
        pressing = len(day.overdue) + len(day.due)
        count = ntr("{n} task is due", "{n} tasks are due", pressing) if pressing else tr("nothing is due")
        self.header.set_subtitle(f"{formats.date_long(day.today)} ({formats.weekday(day.today)}) · {count}")
        self._fill(self.booked, [AppointmentRow(self._context, one) for one in day.appointments], "")
        self.booked.setVisible(bool(day.appointments))
        self._tasks(self.late, day.overdue, day.today, "")
        self._tasks(self.due, day.due, day.today, tr("Nothing is due today."))
        self._tasks(self.soon, day.soon, day.today, "")
        self._tasks(self.someday, day.someday, day.today, "")
        now = self._context.workspace.clock.now()
        rows: list[QWidget] = [ActivityRow(self._context, line, now) for line in day.recent]
        self._fill(self.recent, rows, tr("Nothing was written down yet."))
        self._states.show_content()

    def _tasks(self, card: Card, lines: tuple[TaskLine, ...], today: date, nothing: str) -> None:
        self._fill(card, [TaskRow(self._context, line, today) for line in lines], nothing)
        card.setVisible(bool(lines or nothing))

    def _fill(self, card: Card, rows: list[QWidget], nothing: str) -> None:
        fill(self._lists[card], rows, nothing)
        self._counts[card].setText(formats.number(len(rows)))
        self._counts[card].setVisible(bool(rows))

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches(*_ENTITIES):
            self.refresh()


def tasks_page(context: UiContext, parent: QWidget | None = None) -> RecordListPage:
    """Tasks, the most urgent first."""
    empty = tr("What you promised stands here, with the day it is due.")
    return RecordListPage(context, "task", ListDescription(sort="due_on", icon="task", empty=empty), parent)


def activities_page(context: UiContext, parent: QWidget | None = None) -> RecordListPage:
    """Activities, the latest first."""
    empty = tr("Visits, calls, mails, meetings and notes stand here.")
    description = ListDescription(sort="occurred_at", descending=True, icon="activity", empty=empty)
    return RecordListPage(context, "activity", description, parent)
