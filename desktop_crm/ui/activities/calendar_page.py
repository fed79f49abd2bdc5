"""The calendar: a day, a week or a month of appointments, visits and tasks, moved by drag, with Korea's public holidays.

Reads go to the read lane, moves are acts that can be undone. Painting is the views' matter.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_crm.domain.activities.agenda import WEEK, week_of
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, forms, tr
from desktop_crm.i18n.labels import entity_label, option_label
from desktop_crm.i18n.public_holidays import public_holidays
from desktop_crm.services import agenda
from desktop_crm.services.agenda import Event, Span
from desktop_crm.ui.activities.calendar_hours import HoursView
from desktop_crm.ui.activities.calendar_month import MonthView
from desktop_crm.ui.activities.calendar_span import ask_span
from desktop_crm.ui.activities.calendar_taken import TakenBar
from desktop_crm.ui.activities.calendar_zones import local_zone, zone_choice, zone_named
from desktop_crm.ui.activities.lines import open_event
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, icon_button, primary
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.segmented import SegmentedControl

VIEW, ZONE, SHOWN = "calendar.view", "calendar.zone", "calendar.shown"
KINDS = ("meeting", "visit", "call", "task")
MORE_KINDS = ("mail", "note")
CLOCK_MS = 60_000
NEW_AT = 9


class CalendarPage(QWidget):
    """Remembers its view, its zone and what it shows on this laptop."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot, self._holidays_slot = context.lanes.slot(), context.lanes.slot()
        self._events: tuple[Event, ...] = ()
        self._holidays: dict[date, str] = {}
        self.views = SegmentedControl(
            (("day", tr("Day")), ("week", tr("Week")), ("month", tr("Month"))),
            str(context.settings.get(VIEW, "month")),
        )
        self.zone = zone_choice(str(context.settings.get(ZONE, "")))
        self.day = self._now().date()
        self.new = primary(tr("New appointment"), self._new_today, icon_name="plus")
        self.header = PageHeader(
            tr("Calendar"),
            actions=(
                icon_button("chevron_left", tr("Before"), self._before, framed=True),
                button(tr("Today"), self._go_today),
                icon_button("chevron_right", tr("After"), self._after, framed=True),
                self.views,
                self.zone,
                self.new,
            ),
            title_room=150,
        )
        self.month, self.hours = MonthView(), HoursView()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.month)
        self._stack.addWidget(self.hours)
        self.kinds = self._checks()
        self.everyone = QCheckBox(tr("Everyone's"))
        self.taken = TakenBar(context)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self._filter_row())
        box.addWidget(self._stack, 1)
        box.addWidget(self.taken)
        self.setFocusProxy(self._stack)
        self._clock = QTimer(self)
        self._clock.setInterval(CLOCK_MS)
        self._connect()
        self._show_days()

    def _connect(self) -> None:
        for view in (self.month, self.hours):
            view.chosen.connect(self._on_chosen)
            view.opened.connect(self._on_opened)
            view.left.connect(self._on_left)
        self.month.moved.connect(self._on_day_moved)
        self.month.day_opened.connect(self._on_day_opened)
        self.month.new_wanted.connect(self._on_new_on)
        self.hours.moved.connect(self._on_moved)
        self.hours.new_wanted.connect(self._on_new_at)
        self.views.chosen.connect(self._on_view)
        self.zone.activated.connect(self._on_zone)
        self._clock.timeout.connect(self._tick)
        self._context.hub.changed.connect(self._on_changed)

    def title(self) -> str:
        return tr("Calendar")

    def refresh(self) -> None:
        """Read the days that are shown again."""
        first, last = self._shown()
        work = partial(
            agenda.agenda,
            self._context.workspace,
            first,
            last,
            self._tz(),
            kinds=[kind for kind, check in self.kinds.items() if check.isChecked()],
            everyone=self.everyone.isChecked(),
        )
        self._slot.read(work, self._show, self._context.reporter.report)
        self._holidays_slot.read(partial(public_holidays, first, last), self._show_holidays)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    # furniture

    def _checks(self) -> dict[str, QCheckBox]:
        shown = self._context.settings.get(SHOWN, list(KINDS))
        made: dict[str, QCheckBox] = {}
        for kind in (*KINDS, *MORE_KINDS):
            words = entity_label("task") if kind == "task" else option_label("kind", kind)
            made[kind] = QCheckBox(words)
            made[kind].setChecked(kind in shown)
            made[kind].toggled.connect(self._on_shown)
        return made

    def _filter_row(self) -> QWidget:
        row = QFrame()
        row.setProperty("role", "header")
        line = QHBoxLayout(row)
        line.setContentsMargins(18, 4, 18, 6)
        line.setSpacing(14)
        for check in self.kinds.values():
            line.addWidget(check)
        line.addStretch(1)
        line.addWidget(self.everyone)
        self.everyone.toggled.connect(self._on_everyone)
        return row

    # what is shown

    def _tz(self) -> tzinfo:
        return zone_named(self.zone_name())

    def zone_name(self) -> str:
        """The zone whose clock is shown."""
        return str(self.zone.currentData() or local_zone())

    def _now(self) -> datetime:
        return self._context.workspace.clock.now().astimezone(self._tz())

    def _shown(self) -> tuple[date, date]:
        if self.views.current() == "month":
            return self.month.first, self.month.first + timedelta(days=self.month.weeks * WEEK - 1)
        return self.hours.first, self.hours.first + timedelta(days=self.hours.days - 1)

    def _view(self) -> MonthView | HoursView:
        return self.month if self.views.current() == "month" else self.hours

    def _show_days(self) -> None:
        now, begins = self._now(), forms.current().week_begins
        view = self.views.current()
        if view == "month":
            self.month.show_days(self.day, begins, now.date())
            self.header.set_title(formats.month(self.day))
        else:
            first = self.day if view == "day" else week_of(self.day, begins)
            first, last = self.hours.show_days(first, 1 if view == "day" else WEEK, self.day, now)
            words = (
                formats.date_long(first)
                if view == "day"
                else f"{formats.date_short(first)} – {formats.date_short(last)}"
            )
            self.header.set_title(words)
        self._stack.setCurrentWidget(self._view())
        self._stack.setFocusProxy(self._view())
        self._events = ()
        self.refresh()

    def _show(self, events: tuple[Event, ...]) -> None:
        self._events = events
        self._paint()

    def _show_holidays(self, found: dict[date, str]) -> None:
        if found != self._holidays:
            self._holidays = found
            self._paint()

    def _paint(self) -> None:
        self._view().show_events(self._events, self._holidays, self._tz())

    def _tick(self) -> None:
        """The line of now walks on; after midnight, and after a sleep, another day is today."""
        now = self._now()
        turned = now.date() != self._view().today
        self.hours.now = now
        if turned:
            self._show_days()
        else:
            self.hours.canvas.update()

    # where one looks

    def _before(self) -> None:
        self._turn(-1)

    def _after(self) -> None:
        self._turn(1)

    def _turn(self, by: int) -> None:
        if self.views.current() == "month":
            begin = self.day.replace(day=1)
            self.day = (begin - timedelta(days=1) if by < 0 else begin + timedelta(days=31)).replace(day=1)
        else:
            self.day += timedelta(days=by * (1 if self.views.current() == "day" else WEEK))
        self._show_days()

    def _go_today(self) -> None:
        self.day = self._now().date()
        self._show_days()

    @Slot(object)
    def _on_left(self, day: date) -> None:
        self.day = day
        self._show_days()

    @Slot(object)
    def _on_day_opened(self, day: date) -> None:
        self.day = day
        self.views.choose("day")
        self._on_view("day")

    @Slot(str)
    def _on_view(self, key: str) -> None:
        self._context.settings.put(VIEW, key)
        former = self.month if self._stack.currentWidget() is self.month else self.hours
        self.day = former.day if former.day != self.day and key != "month" else self.day
        self.taken.show_event(None, UTC)
        self._show_days()
        self._view().setFocus()

    @Slot(int)
    def _on_zone(self, _place: int) -> None:
        self._context.settings.put(ZONE, str(self.zone.currentData() or ""))
        self._show_days()

    @Slot(bool)
    def _on_shown(self, _checked: bool) -> None:
        self._context.settings.put(SHOWN, [kind for kind, check in self.kinds.items() if check.isChecked()])
        self.refresh()

    @Slot(bool)
    def _on_everyone(self, _checked: bool) -> None:
        self.refresh()

    # acts

    @Slot(object)
    def _on_chosen(self, event: Event | None) -> None:
        self.taken.show_event(event, self._tz())

    @Slot(object)
    def _on_opened(self, event: Event) -> None:
        open_event(self._context, event)

    @Slot(object, object)
    def _on_day_moved(self, event: Event, day: date) -> None:
        by = (day - event.first(self._tz())).days
        if event.start is None:
            self._move(partial(agenda.move, self._context.workspace, event, day=day))
        else:
            wall = event.start.astimezone(self._tz()).replace(tzinfo=None) + timedelta(days=by)
            start = wall.replace(tzinfo=self._tz())
            self._move(partial(agenda.move, self._context.workspace, event, start=start))

    @Slot(object, object, object, int)
    def _on_moved(self, event: Event, start: datetime | None, day: date | None, minutes: int) -> None:
        self._move(partial(agenda.move, self._context.workspace, event, start=start, day=day, minutes=minutes))

    def _move(self, work: partial[Changes], span: Span | None = None) -> None:
        event: Event = work.args[1]
        if event.series and span is None:
            ask_span(self, partial(self._move, work), self.refresh)
            return
        work = partial(work, span=span) if span else work
        self._context.undo.run(tr("Move on the calendar"), work, None, self._context.reporter.report)

    def _new_today(self) -> None:
        self._on_new_at(self.day, NEW_AT * 60, 60)

    @Slot(object)
    def _on_new_on(self, day: date) -> None:
        self._on_new_at(day, NEW_AT * 60, 60)

    @Slot(object, int, int)
    def _on_new_at(self, day: date, minute: int, minutes: int) -> None:
        at = datetime.combine(day, time(minute // 60 % 24, minute % 60), self._tz()).astimezone(UTC)
        self._context.routes.create("activity", kind="meeting", occurred_at=at, minutes=minutes)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches("activity", "task", "account"):
            self.refresh()
