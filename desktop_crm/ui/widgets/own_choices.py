"""Editors for choices of one's own: what may be chosen stands with the field's description and is read on a lane.

They write nothing; what a record holds stays choosable, also when it is no choice any more.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from desktop_crm.domain.schema import Field
from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import current, icon
from desktop_crm.ui.widgets.editors import LineEditor, OptionEditor

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace


class OwnChoiceEditor(OptionEditor):
    """One of the choices."""

    def __init__(self, context: UiContext, entity: str, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent=parent)
        self._slot = context.lanes.slot()
        self._slot.read(partial(choices_of, context.workspace, entity, field.name), self._offer)

    def _offer(self, choices: tuple[str, ...]) -> None:
        held = self.value()
        for place, text in enumerate(choices, 1):
            known = self.combo.findData(text)
            if known >= 0:
                self.combo.removeItem(known)
            self.combo.insertItem(place, text, text)
        self.show_value(held)


class OwnChoicesEditor(LineEditor):
    """Several of the choices: typed, separated by commas, or ticked in a menu beside (the arrow)."""

    def __init__(self, context: UiContext, entity: str, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._choices: tuple[str, ...] = ()
        self._slot = context.lanes.slot()
        self._slot.read(partial(choices_of, context.workspace, entity, field.name), self._offer)
        act = self.line.addAction(icon("chevron_down", current().ink_3), QLineEdit.ActionPosition.TrailingPosition)
        act.setText(tr("Choose"))
        act.triggered.connect(self.pop_up)

    def _offer(self, choices: tuple[str, ...]) -> None:
        self._choices = choices

    def pop_up(self) -> QMenu:
        """The menu to tick choices in."""
        menu = QMenu(self)
        for text in self._choices:
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(text in self._words())
            action.toggled.connect(partial(self._on_toggled, text))
            menu.addAction(action)
        menu.popup(self.line.mapToGlobal(self.line.rect().bottomLeft()))
        return menu

    def _words(self) -> list[str]:
        return [part.strip() for part in self.line.text().split(",") if part.strip()]

    def _on_toggled(self, text: str, ticked: bool) -> None:
        words = [one for one in self._words() if one != text] + ([text] if ticked else [])
        self.line.setText(", ".join(sorted(words)))
        self.changed.emit()
        self.committed.emit()


def choices_of(workspace: Workspace, entity: str, name: str) -> tuple[str, ...]:
    """What may be chosen; runs on the read lane."""
    from desktop_crm.services import own_fields

    return own_fields.choices_of(workspace, entity, name)
