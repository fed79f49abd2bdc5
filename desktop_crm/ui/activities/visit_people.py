"""Who takes part: the people of the map as cards to tap, and a line for somebody new."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from desktop_crm.domain.activities.debrief import KnownPerson
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.services.visits import Visit
from desktop_crm.ui.theme import current, mood_of
from desktop_crm.ui.widgets.buttons import tell
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.flow_row import FlowRow

MOST = 24


class PeopleCard(Card):
    """Signals: `chosen(names)` whenever somebody is tapped or typed."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Attendees"), parent=parent)
        self._names: list[str] = []
        holder = QWidget()
        self._row = FlowRow(holder)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(holder)
        self.new = QLineEdit()
        self.new.setPlaceholderText(tr("Name of somebody new"))
        self.new.setAccessibleName(tr("Name somebody new"))
        self.new.returnPressed.connect(self._on_new)
        self.body.addWidget(self.new)

    def show_visit(self, visit: Visit) -> None:
        """Those who take part first, then the rest of the map."""
        here = [one for one in visit.people if one.present]
        away = [one for one in visit.people if not one.present and one.node_id] or [
            one for one in visit.people if not one.present
        ]
        self._names = [*(one.name for one in here), *visit.others]
        self._row.clear()
        for one in (*here, *(KnownPerson(name=name, present=True) for name in visit.others), *away[:MOST]):
            self._row.addWidget(self._chip(one))

    def _chip(self, person: KnownPerson) -> QPushButton:
        role = option_label("buying_role", person.buying_role)
        made = QPushButton("  ".join(part for part in (person.name, role) if part))
        made.setProperty("kind", "choice")
        made.setCheckable(True)
        made.setChecked(person.present)
        if person.support:
            colour = current().ink_of(mood_of("support", person.support))
            made.setStyleSheet(f"border-left: 4px solid {colour};")
        support = option_label("support", person.support) if person.support else ""
        tell(made, ", ".join(part for part in (tr("Take part: {name}", name=person.name), role, support) if part))
        made.toggled.connect(partial(self._on_tapped, person.name))
        return made

    def _on_tapped(self, name: str, checked: bool) -> None:
        names = [one for one in self._names if one != name]
        self._choose([*names, name] if checked else names)

    def _on_new(self) -> None:
        name = self.new.text().strip()
        if name:
            self.new.clear()
            self._choose([*self._names, name])

    def _choose(self, names: list[str]) -> None:
        self._names = names  # the next tap may come before this one is on disk
        self.chosen.emit(names)
