"""An editor for a reference to one of few rows that have an order of their own: a pipeline, a stage.

Where these rows have a parent that the edited record names too (the stages of a pipeline), only its children are offered.
It writes nothing; what is stored stays choosable, also when it belongs elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from desktop_crm.domain.schema import REGISTRY, Field
from desktop_crm.foundation.changes import Changes
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.editors import OptionEditor
from desktop_crm.ui.widgets.record_source import Choice, ordered_choices

SHORT_LISTS = frozenset({"pipeline", "stage"})
"""Entities of which there are few."""


class ChoiceEditor(OptionEditor):
    """Its value is an id."""

    def __init__(self, context: UiContext, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent=parent)
        self._context = context
        self._target = field.target or ""
        self._slot = context.lanes.slot()
        self._choices: tuple[Choice, ...] = ()
        self._inside: str | None = None
        self._stored, self._title = "", ""
        context.hub.changed.connect(self._on_changed)
        self._look()

    def show_reference(self, row_id: str | None, title: str) -> None:
        """Show the row that is referred to, by its title."""
        self._stored, self._title = row_id or "", title
        self._fill(self._stored)

    def limit(self, values: Mapping[str, Any], *, keep: bool = True) -> None:
        """Offer only children of the parent that the record names; without `keep`, the first instead of a stranger."""
        parent = REGISTRY[self._target].parent
        self._inside = str(values.get(parent) or "") or None if parent else None
        here = str(self.value() or "")
        offered = [one.id for one in self._offered()]
        self._fill(here if keep or not here or here in offered or not offered else offered[0])

    def _offered(self) -> tuple[Choice, ...]:
        return tuple(one for one in self._choices if self._inside in {None, one.parent_id})

    def _fill(self, chosen: str) -> None:
        self.combo.clear()
        if not self.field.required:
            self.combo.addItem("–", None)
        for one in self._offered():
            self.combo.addItem(one.title, one.id)
        if chosen and self.combo.findData(chosen) < 0:
            self.combo.addItem(self._title or "…", chosen)
        self.combo.setCurrentIndex(max(self.combo.findData(chosen or None), 0))

    def _look(self) -> None:
        self._slot.read(partial(ordered_choices, self._context.workspace, self._target), self._take)

    def _take(self, found: tuple[Choice, ...]) -> None:
        self._choices = found
        self._fill(str(self.value() or ""))

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches(self._target):
            self._look()
