"""The lines of a day: a task with its tick, an activity with its kind. A press or Enter opens what it stands for."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout

from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.services import activities
from desktop_crm.services.activities import ActivityLine, TaskLine
from desktop_crm.services.agenda import Event
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood, mood_of
from desktop_crm.ui.widgets.labels import ElidedLabel, label
from desktop_crm.ui.widgets.pill import Pill

PILL_WIDTH = 60


class DayRow(QFrame):
    """Opens one record."""

    def __init__(self, context: UiContext, entity: str, row_id: str) -> None:
        super().__init__()
        self.context = context
        self._entity = entity
        self._row_id = row_id
        if context.routes.can_open(entity):
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def open(self) -> None:
        self.context.routes.open(self._entity, self._row_id)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.open()
        else:
            super().keyPressEvent(event)


class TaskRow(DayRow):
    """A task; its tick is an act that can be undone."""

    def __init__(self, context: UiContext, task: TaskLine, today: date) -> None:
        super().__init__(context, "task", task.id)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.check = QCheckBox()
        self.check.setAccessibleName(tr("Done: {subject}", subject=task.subject))
        self.check.toggled.connect(partial(self._tick, task.id))
        line.addWidget(self.check)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(ElidedLabel(task.subject, "strong"))
        around = " · ".join(part for part in (task.account, task.owner) if part)
        if around:
            text.addWidget(ElidedLabel(around, "hint"))
        line.addLayout(text, 1)
        if task.priority == "high":
            line.addWidget(Pill(option_label("priority", task.priority), Mood.bad))
        if task.due_on is not None:
            mood = Mood.bad if task.due_on < today else Mood.warn if task.due_on == today else Mood.neutral
            line.addWidget(Pill(formats.relative(task.due_on, today), mood))
        self.setAccessibleName(f"{task.subject}, {around}")

    def _tick(self, task_id: str, done: bool) -> None:
        work = partial(activities.tick, self.context.workspace, task_id, done=done)
        self.context.undo.run(tr("Tick off a task"), work, None, self.context.reporter.report)


class AppointmentRow(DayRow):
    """A visit, a meeting or a call of today, with its time."""

    def __init__(self, context: UiContext, event: Event) -> None:
        super().__init__(context, "activity", event.id)
        self._event = event
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(9)
        when = label(formats.time(event.start) if event.start else tr("All day"), "body2")
        when.setMinimumWidth(PILL_WIDTH)
        row.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(1)
        text.addWidget(ElidedLabel(event.subject, "strong"))
        around = " · ".join(part for part in (event.account, event.place) if part)
        if around:
            text.addWidget(ElidedLabel(around, "hint"))
        row.addLayout(text, 1)
        row.addWidget(Pill(option_label("kind", event.kind), mood_of("kind", event.kind)), 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{when.text()} {event.subject}, {around}")

    def open(self) -> None:
        open_event(self.context, self._event)


def open_event(context: UiContext, event: Event) -> None:
    """Show the record behind an event of the calendar; a visit has a page of its own."""
    if event.kind == "visit":
        context.routes.go("visit", event.id)
    else:
        context.routes.open(event.entity, event.id)


class ActivityRow(DayRow):
    """Something that was said or done."""

    def __init__(self, context: UiContext, activity: ActivityLine, now: datetime) -> None:
        super().__init__(context, "activity", activity.id)
        self._visit = activity.id if activity.kind == "visit" else None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(9)
        kind = activity.kind or "note"
        pill = Pill(option_label("kind", kind), mood_of("kind", kind))
        pill.setFixedWidth(max(PILL_WIDTH, pill.sizeHint().width()))
        row.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(1)
        head = QHBoxLayout()
        head.addWidget(ElidedLabel(activity.subject, "strong"), 1)
        head.addWidget(label(formats.relative(activity.at, now), "hint"))
        text.addLayout(head)
        if activity.text:
            text.addWidget(ElidedLabel(activity.text.split("\n", 1)[0], "body2"))
        around = " · ".join(part for part in (activity.contact, activity.account, activity.owner) if part)
        if around:
            text.addWidget(ElidedLabel(around, "hint"))
        row.addLayout(text, 1)
        self.setAccessibleName(f"{activity.subject}, {around}")

    def open(self) -> None:
        if self._visit is None:
            super().open()
        else:
            self.context.routes.go("visit", self._visit)
