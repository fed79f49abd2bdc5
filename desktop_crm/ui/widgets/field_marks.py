"""A mark at each field whose value came together with another: it leads to the conflict in the sync centre. Decides nothing.

Also `ConflictNote`: how many conflicts an account or a map has, with all that belongs to it, as one word that leads there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.field_row import FieldRow

if TYPE_CHECKING:
    from desktop_crm.services.sync_marks import Mark
    from desktop_crm.services.workspace import Workspace

CENTRE = "sync"


class FieldMarks(QObject):
    """The marks of one form. `rows`: the form's rows as they are at that moment."""

    def __init__(
        self, context: UiContext, entity: str, rows: Callable[[], Mapping[str, FieldRow]], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context, self._entity, self._rows = context, entity, rows
        self._slot = context.lanes.slot()
        self._row_id = ""
        self._shown: dict[str, QPushButton] = {}
        context.hub.changed.connect(self._on_changed)

    def show_row(self, row_id: str) -> None:
        """Ask for the conflicts of this record."""
        self._row_id = row_id
        self._slot.read(partial(_marks, self._context.workspace, self._entity, row_id), self._show)

    def mark_of(self, field: str) -> QPushButton | None:
        """The mark at a field."""
        return self._shown.get(field)

    def _show(self, marks: Mapping[str, Mark]) -> None:
        for name in [name for name in self._shown if name not in marks]:
            self._shown.pop(name).deleteLater()
        rows = self._rows()
        for name, mark in marks.items():
            row = rows.get(name)
            if row is None or name in self._shown or row.corner.parentWidget() is None:
                continue
            go = partial(self._context.routes.go, CENTRE, mark.conflict_id)
            made = button(tr("Two values"), go, tip=tr("Changed in two places. Show both values."))
            made.setProperty("pill", "bad")
            made.setObjectName(f"conflict:{name}")
            made.setAccessibleName(f"{row.label_text()}: {made.toolTip()}")
            row.corner.addWidget(made)
            self._shown[name] = made

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._row_id and changes.touches("conflict"):
            self.show_row(self._row_id)


class ConflictNote(QPushButton):
    """`show_account(id)` or `show_map(id)`; stays hidden while there is nothing to decide."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("pill", "bad")
        self.setObjectName("conflicts")
        self.hide()
        self._context = context
        self._slot = context.lanes.slot()
        self._first = ""
        self._look: Callable[[], tuple[int, str]] | None = None
        self.clicked.connect(self._go)
        context.hub.changed.connect(self._on_changed)

    def show_account(self, account_id: str) -> None:
        """Ask how many conflicts it has."""
        self._ask(partial(_first, self._context.workspace, account_id))

    def show_map(self, map_id: str) -> None:
        """Ask how many conflicts a stakeholder map has, its cards and lines with it."""
        self._ask(partial(_first_on_map, self._context.workspace, map_id))

    def _ask(self, look: Callable[[], tuple[int, str]]) -> None:
        self._look = look
        self._slot.read(look, self._show)

    def _show(self, found: tuple[int, str]) -> None:
        count, self._first = found
        text = ntr("{count} conflict", "{count} conflicts", count, count=formats.number(count))
        self.setText(text)
        self.setToolTip(tr("Changed in two places. Show both values."))
        self.setAccessibleName(f"{text}: {self.toolTip()}")
        self.setVisible(bool(count))

    @Slot()
    def _go(self) -> None:
        self._context.routes.go(CENTRE, self._first)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._look is not None and changes.touches("conflict"):
            self._ask(self._look)


def _marks(workspace: Workspace, entity: str, row_id: str) -> Any:
    from desktop_crm.services.sync_marks import marks_of

    return marks_of(workspace, entity, row_id)


def _first(workspace: Workspace, account_id: str) -> Any:
    from desktop_crm.services.sync_marks import first_of_account

    return first_of_account(workspace, account_id)


def _first_on_map(workspace: Workspace, map_id: str) -> Any:
    from desktop_crm.services.sync_marks import first_of_map

    return first_of_map(workspace, map_id)
