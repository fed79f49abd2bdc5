"""The bar below the calendar: what is known of the event that was taken, and what can be done with it."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from functools import partial

from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, tr
from desktop_crm.services import agenda
from desktop_crm.services.agenda import Event
from desktop_crm.ui.activities.calendar_zones import local_zone
from desktop_crm.ui.activities.lines import open_event
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import ElidedLabel

COUNTS = (4, 10, 12)


class TakenBar(QFrame):
    """What is known of the event that was taken, and what can be done with it."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._event: Event | None = None
        self.setProperty("role", "header")
        self.text = ElidedLabel("", "body")
        self.repeat = button(tr("Repeat"), kind="small")
        self._menu = QMenu(self.repeat)
        self._menu.aboutToShow.connect(self._fill)
        self.repeat.setMenu(self._menu)
        line = QHBoxLayout(self)
        line.setContentsMargins(18, 6, 18, 6)
        line.addWidget(self.text, 1)
        line.addWidget(self.repeat)
        line.addWidget(button(tr("Open record"), self._open, kind="small"))
        self.hide()

    def show_event(self, event: Event | None, zone: tzinfo) -> None:
        """Times are told by the clock of that zone."""
        self._event = event
        self.setVisible(event is not None)
        if event is None:
            return
        when = formats.date_short(event.day) if event.start is None and event.day else ""
        if event.start is not None:
            begin = event.start.astimezone(zone)
            end = (event.start + timedelta(minutes=event.minutes)).astimezone(zone)
            when = f"{formats.date_short(begin.date())} {formats.wall_time(begin)}"
            when += f"–{formats.wall_time(end)}" if event.minutes else ""
        parts = (when, event.subject, event.account, event.place, tr("repeats") if event.series else "")
        self.text.set_text(" · ".join(part for part in parts if part))
        self.repeat.setVisible(event.entity == "activity")

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Words and rules of what an appointment may repeat by."""
        return (
            (tr("Does not repeat"), ""),
            (tr("Every day"), "FREQ=DAILY"),
            (tr("Every weekday"), "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
            (tr("Every week"), "FREQ=WEEKLY"),
            (tr("Every two weeks"), "FREQ=WEEKLY;INTERVAL=2"),
            (tr("Every month"), "FREQ=MONTHLY"),
            (tr("Every year"), "FREQ=YEARLY"),
        )

    def endings(self) -> tuple[tuple[str, partial[Changes]], ...]:
        """Words and acts that end a series: after the one that was taken, or after so many."""
        if self._event is None or not self._event.series:
            return ()
        end = partial(agenda.end_series, self._context.workspace, self._event)
        zone = self._event.start.astimezone().tzinfo if self._event.start else None
        day = self._event.day or (self._event.start.astimezone(zone).date() if self._event.start else None)
        counts = tuple((tr("Ends after {n} times", n=n), partial(end, count=n)) for n in COUNTS)
        return ((tr("This is the last one"), partial(end, after=day)), *counts, (tr("Without an end"), end))

    def choose(self, rule: str) -> None:
        """Repeat it by that rule, from its own first time on."""
        if self._event is not None:
            work = partial(agenda.repeat, self._context.workspace, self._event, rule, local_zone())
            self._context.undo.run(tr("Repeat"), work, None, self._context.reporter.report)

    def _fill(self) -> None:
        self._menu.clear()
        for words, rule in self.choices():
            self._menu.addAction(words).triggered.connect(partial(self._on_rule, rule))
        endings = self.endings()
        if endings:
            self._menu.addSeparator()
        for words, act in endings:
            self._menu.addAction(words).triggered.connect(partial(self._on_end, act))

    def _on_end(self, act: partial[Changes], _checked: bool = False) -> None:
        self._context.undo.run(tr("Repeat"), act, None, self._context.reporter.report)

    def _on_rule(self, rule: str, _checked: bool = False) -> None:
        self.choose(rule)

    def _open(self) -> None:
        if self._event is not None:
            open_event(self._context, self._event)
