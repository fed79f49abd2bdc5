"""What wants doing, with its reason: a card of lines to open, put off or call done."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.i18n.reminder_words import why_words
from desktop_crm.services import reminders
from desktop_crm.services.reminders import Reminder, Why
from desktop_crm.ui.activities.lines import DayRow
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label, rule
from desktop_crm.ui.widgets.pill import Pill

SHOWN = 8
SNOOZE_DAYS = 7
_ENTITIES = ("task", "quote", "contract", "activity", "account", "contact")


class RemindersCard(Card):
    """Reads by itself and again after changes; promises stand in the lists of the day and are left out here."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Worth a call"), parent=parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._count = Pill("")
        self._count.hide()
        self.corner.addWidget(self._count)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.body.addLayout(self._rows)
        context.hub.changed.connect(self._on_changed)
        self.refresh()

    def refresh(self) -> None:
        work = partial(reminders.reminders, self._context.workspace)
        self._slot.read(work, self._show, self._context.reporter.report)

    def _show(self, found: tuple[Reminder, ...]) -> None:
        others = [one for one in found if one.why is not Why.TASK]
        clear(self._rows)
        today = self._context.workspace.today()
        for place, one in enumerate(others[:SHOWN]):
            if place:
                self._rows.addWidget(rule())
            self._rows.addWidget(self._row(one, today))
        if not others:
            self._rows.addWidget(label(tr("Nobody waits for a call."), "hint"))
        self._count.setText(formats.number(len(others)))
        self._count.setVisible(bool(others))

    def _row(self, one: Reminder, today: date) -> QWidget:
        row = DayRow(self._context, one.entity, one.row_id)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(9)
        line.addWidget(Pill(entity_label(one.entity)), 0, Qt.AlignmentFlag.AlignTop)
        text = QVBoxLayout()
        text.setSpacing(1)
        text.addWidget(ElidedLabel(one.title, "strong"))
        why = why_words(one.why, one.on, today)
        text.addWidget(ElidedLabel(" · ".join(part for part in (why, one.account) if part), "hint"))
        line.addLayout(text, 1)
        for words, act in ((tr("Next week"), self._put_off), (tr("Done"), self._done)):
            line.addWidget(button(words, partial(act, one), kind="small", tip=f"{words}: {one.title}"))
        row.setAccessibleName(f"{one.title}, {why}")
        return row

    def _put_off(self, one: Reminder) -> None:
        until = self._context.workspace.today() + timedelta(SNOOZE_DAYS)
        self._write(partial(reminders.put_off, self._context.workspace, one.key, until))

    def _done(self, one: Reminder) -> None:
        self._write(partial(reminders.done, self._context.workspace, one.key))

    def _write(self, work: partial[None]) -> None:
        self._context.lanes.write(work, self._on_written, self._context.reporter.report)

    def _on_written(self, _nothing: None) -> None:
        self.refresh()

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches(*_ENTITIES):
            self.refresh()
