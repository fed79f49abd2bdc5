"""Fields of our own: what a workspace notes beyond the fields everybody has, listed and added by name."""

from __future__ import annotations

import unicodedata
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from desktop_crm.domain.schema.fields import OWN_FIELD_PREFIX
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import clear, label
from desktop_crm.ui.widgets.record_source import creating

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace

ENTITIES = ("account", "contact", "opportunity", "product", "activity", "lead")


class OwnFieldsCard(Card):
    """A list, and a line to add one."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Fields of our own"), parent=parent)
        self._context = context
        self._list = QGridLayout()
        self._list.setVerticalSpacing(6)
        self._list.setColumnMinimumWidth(0, 130)
        self._list.setColumnStretch(1, 1)
        self.add(
            label(tr("Import makes them for columns that fit no field; you can add some here."), "hint", wrap=True)
        )
        self.add(self._list)
        self.entity = QComboBox()
        self.entity.setAccessibleName(tr("For which records"))
        for name in ENTITIES:
            self.entity.addItem(entity_label(name, plural=True), name)
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Name of the field"))
        self.name.setAccessibleName(tr("Name of the field"))
        self.name.returnPressed.connect(self.add_field)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.entity)
        row.addWidget(self.name, 1)
        row.addWidget(button(tr("Add a field"), self.add_field, icon_name="plus"))
        self.add(row)

    def refresh(self) -> None:
        self._context.lanes.read(partial(fields_of, self._context.workspace), self._show)

    def add_field(self) -> None:
        """Add a field under the name that was typed."""
        text = self.name.text().strip()
        if not text:
            self.name.setFocus()
            return
        values = {"entity": self.entity.currentData(), "field": field_name(text), "label": text}
        work = creating(self._context.workspace, "own_field", values)
        self._context.undo.run(tr("Add a field"), work)
        self.name.clear()

    def _show(self, fields: tuple[tuple[str, str], ...]) -> None:
        clear(self._list)
        for place, (entity, text) in enumerate(fields):
            self._list.addWidget(label(entity_label(entity), "body2"), place, 0)
            self._list.addWidget(label(text), place, 1)
        if not fields:
            self._list.addWidget(label(tr("None yet"), "hint"), 0, 0)


def fields_of(workspace: Workspace) -> tuple[tuple[str, str], ...]:
    """(entity, label) of all fields of our own; runs on the read lane."""
    from desktop_crm.services import records

    found = records.list_rows(workspace, "own_field", records.ListQuery(sort="entity", limit=500)).records
    return tuple((str(r.fields.get("entity") or ""), str(r.fields.get("label") or "")) for r in found)


def field_name(label_text: str) -> str:
    """The stored name of a field of our own: `x_` and the words joined; letters of any script stay."""
    plain = unicodedata.normalize("NFC", label_text).lower()
    return OWN_FIELD_PREFIX + "_".join("".join(s if s.isalnum() else " " for s in plain).split())
