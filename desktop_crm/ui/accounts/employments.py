"""Where people work: the tab of a contact with all its companies, and the strip below an account's contacts with who was or also is here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.accounts.rows_tab import RowsTab
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import clear, label, rule
from desktop_crm.ui.widgets.new_record_dialog import NewRecordDialog
from desktop_crm.ui.widgets.pill import Pill

if TYPE_CHECKING:
    from desktop_crm.services.employments import Employment
    from desktop_crm.services.workspace import Workspace

_STRIP_HEIGHT = 168
_TOUCHED = ("employment", "contact", "account")


def dates(one: Employment) -> str:
    """From when to when, as far as it is known."""
    if one.started_on and one.ended_on:
        return tr("{start} to {end}", start=formats.date(one.started_on), end=formats.date(one.ended_on))
    if one.ended_on:
        return tr("until {end}", end=formats.date(one.ended_on))
    return tr("since {start}", start=formats.date(one.started_on)) if one.started_on else ""


def about(one: Employment) -> str:
    """What somebody is there, and from when to when."""
    relation = option_label("relation", one.relation) if one.relation else ""
    return " · ".join(part for part in (relation, one.department, one.title, dates(one)) if part)


class EmploymentsPanel(QWidget):
    """A person's companies, today's first; one more can be added, one can be ended. `show_row(contact id)`."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._contact, self._name = "", "…"
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        context.hub.changed.connect(self._on_changed)

    def show_row(self, contact_id: str) -> None:
        self._contact = contact_id
        self._slot.read(
            partial(_of_contact, self._context.workspace, contact_id), self._show, self._context.reporter.report
        )

    def _show(self, found: tuple[Employment, ...]) -> None:
        clear(self._column)
        self._name = found[0].contact if found else "…"
        for place, one in enumerate(found):
            if place:
                self._column.addWidget(rule())
            self._column.addLayout(self._row(one))
        if not found:
            self._column.addWidget(label(tr("No account is known"), "hint"))
        add = button(tr("Add a company…"), self.add, kind="small", icon_name="plus")
        add.setObjectName("add-employment")
        line = QHBoxLayout()
        line.addWidget(add)
        line.addStretch(1)
        self._column.addLayout(line)
        told = tr("Whoever gets another account in the details keeps the former one here.")
        self._column.addWidget(label(told, "hint", wrap=True))
        self._column.addStretch(1)

    def _row(self, one: Employment) -> QVBoxLayout:
        box = QVBoxLayout()
        box.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        show = partial(self._context.routes.open, "account", one.account_id)
        head.addWidget(button(one.account, show, kind="heading", tip=tr("Open {name}", name=one.account)), 1)
        if one.ended_on is not None:
            head.addWidget(Pill(tr("Former"), Mood.neutral))
        elif not one.id:
            head.addWidget(Pill(tr("Today"), Mood.good))
        else:
            head.addWidget(Pill(tr("Now"), Mood.good))
            stop = icon_button("close", tr("No longer at {name}", name=one.account), partial(self.end, one.id))
            stop.setObjectName(f"end:{one.id}")
            head.addWidget(stop)
        box.addLayout(head)
        if about(one):
            box.addWidget(label(about(one), "hint", wrap=True))
        return box

    def add(self) -> None:
        """One more company, with a role and dates."""
        known = {"contact_id": self._contact, "contact_id_title": self._name}
        NewRecordDialog(self._context, "employment", known, self).open()

    def end(self, employment_id: str) -> None:
        """No longer there, from today."""
        work = partial(_end, self._context.workspace, employment_id)
        self._context.undo.run(tr("End an employment"), work)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._contact and changes.touches(*_TOUCHED):
            self.show_row(self._contact)


class ContactsTab(RowsTab):
    """An account's contacts, and below them the people who also work or once worked here and have another account today."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "contact", parent)
        self._people_slot = context.lanes.slot()
        self.strip = QScrollArea()
        self.strip.setWidgetResizable(True)
        self.strip.setMaximumHeight(_STRIP_HEIGHT)
        self.strip.setAccessibleName(tr("People with another account today"))
        inner = QWidget()
        inner.setProperty("role", "clear")
        self._people = QVBoxLayout(inner)
        self._people.setContentsMargins(18, 10, 18, 12)
        self.strip.setWidget(inner)
        self.strip.hide()
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.strip)
        context.hub.changed.connect(self._on_people_changed)

    def show_account(self, account_id: str, name: str) -> None:
        super().show_account(account_id, name)
        self._read_people()

    def _read_people(self) -> None:
        if self.account_id is not None:
            work = partial(_elsewhere, self._context.workspace, self.account_id)
            self._people_slot.read(work, self._show_people, self._context.reporter.report)

    def _show_people(self, found: tuple[Employment, ...]) -> None:
        clear(self._people)
        former = sum(one.ended_on is not None for one in found)
        card = Card(
            tr("People with another account today"),
            ntr("{n} worked here before", "{n} worked here before", former) if former else "",
        )
        for one in found:
            line = QHBoxLayout()
            line.setSpacing(10)
            show = partial(self._context.routes.open, "contact", one.contact_id)
            line.addWidget(button(one.contact, show, kind="link", tip=tr("Open {name}", name=one.contact)))
            past = one.ended_on is not None
            line.addWidget(Pill(tr("Former") if past else tr("Now"), Mood.neutral if past else Mood.good))
            line.addWidget(label(about(one), "hint"), 1)
            card.add(line)
        self._people.addWidget(card)
        self._people.addStretch(1)
        self.strip.setVisible(bool(found))

    @Slot(object, object)
    def _on_people_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches(*_TOUCHED):
            self._read_people()


def _of_contact(workspace: Workspace, contact_id: str) -> tuple[Employment, ...]:
    from desktop_crm.services.employments import of_contact

    return of_contact(workspace, contact_id)


def _elsewhere(workspace: Workspace, account_id: str) -> tuple[Employment, ...]:
    from desktop_crm.services.employments import elsewhere

    return elsewhere(workspace, account_id)


def _end(workspace: Workspace, employment_id: str) -> Changes:
    from desktop_crm.services.employments import end

    return end(workspace, employment_id)
