"""One field of a form: its name above, its editor, and a line below for what was refused or changed elsewhere."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_crm.domain.phones import PHONES
from desktop_crm.domain.schema import Field, FieldType
from desktop_crm.domain.schema.fields import OwnKind, kind_of
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.shared_settings import currencies
from desktop_crm.ui.widgets.choice_editor import SHORT_LISTS, ChoiceEditor
from desktop_crm.ui.widgets.editors import (
    DateEditor,
    Editor,
    FlagEditor,
    LineEditor,
    MoneyEditor,
    NotesEditor,
    OptionEditor,
    PhoneEditor,
)
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.own_choices import OwnChoiceEditor, OwnChoicesEditor
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor


def editor_for(context: UiContext, entity: str, field: Field) -> Editor:
    """The editor that fits a field; our own company's number is printed as it is typed."""
    kind = field.type
    own = kind_of(field.name)
    if own is OwnKind.CHOICE:
        return OwnChoiceEditor(context, entity, field)
    if own is OwnKind.CHOICES:
        return OwnChoicesEditor(context, entity, field)
    if kind is FieldType.REFERENCE:
        return ChoiceEditor(context, field) if field.target in SHORT_LISTS else ReferenceEditor(context, field)
    if kind is FieldType.MONEY and field.currency_field:
        return MoneyEditor(field)
    if kind is FieldType.LONG_TEXT:
        return NotesEditor(field)
    if kind is FieldType.OPTION:
        return OptionEditor(field)
    if kind is FieldType.CURRENCY:
        return OptionEditor(field, tuple((code, code) for code in currencies()))
    if kind is FieldType.BOOLEAN:
        return FlagEditor(field, field_label(entity, field.name))
    if kind in {FieldType.DATE, FieldType.DATETIME}:
        return DateEditor(field)
    return PhoneEditor(field) if field.name in PHONES and entity != "supplier" else LineEditor(field)


class FieldRow(QWidget):
    """Knows whether its editor holds unsaved input (`dirty`)."""

    edited = Signal()

    def __init__(self, field: Field, name: str, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.editor = editor
        self.dirty = False
        self._name = name
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(3)
        self._label = QLabel(f"{name} *" if field.required else name)
        self._label.setProperty("type", "label")
        self._label.setBuddy(editor.target())
        self.corner = QHBoxLayout()
        """What stands at the right of the name, where there is something to do with the field."""
        self.corner.setContentsMargins(0, 0, 0, 0)
        if not isinstance(editor, FlagEditor):
            head = QHBoxLayout()
            head.setContentsMargins(0, 0, 0, 0)
            head.addWidget(self._label, 1)
            head.addLayout(self.corner)
            box.addLayout(head)
        else:
            self._label.setParent(None)
            box.addSpacing(17)
        box.addWidget(editor)
        self._word = label("", "error", wrap=True)
        self._word.hide()
        box.addWidget(self._word)
        editor.target().setAccessibleName(name)
        editor.changed.connect(self._on_changed)

    def label_text(self) -> str:
        return self._name

    def rename(self, name: str) -> None:
        """The field is called otherwise from now on."""
        self._name = name
        self._label.setText(f"{name} *" if self.field.required else name)
        self.editor.target().setAccessibleName(name)

    def values(self) -> dict[str, Any]:
        """What is to be written: the field, and its currency when there is one. Raises Refusal for what cannot be read."""
        found: dict[str, Any] = {self.field.name: self.editor.value()}
        if isinstance(self.editor, MoneyEditor) and self.field.currency_field and found[self.field.name] is not None:
            found[self.field.currency_field] = self.editor.currency()
        return found

    def show_value(self, value: Any, title: str = "", currency: str = "") -> None:
        """Show what is stored."""
        if isinstance(self.editor, ReferenceEditor | ChoiceEditor):
            self.editor.show_reference(value, title)
        else:
            self.editor.show_value(value)
        if isinstance(self.editor, MoneyEditor):
            self.editor.show_currency(currency)

    def settle(self) -> None:
        """The input is saved, or given up."""
        self.dirty = False
        self.accept()

    def accept(self) -> None:
        self.editor.mark(invalid=False)
        self._word.hide()

    def refuse(self, refusal: Refusal) -> None:
        """Say why the input was not taken; the input stays, and the keyboard stays where the user went."""
        self.dirty = True
        text = explain(refusal)
        self._tell("error", text.happened or text.title)
        self.editor.mark(invalid=True)

    def tell_elsewhere(self, _value: Any, now: str) -> None:
        """Somebody else changed the field while it holds unsaved input."""
        self._tell("hint", tr("Changed elsewhere meanwhile: {value}", value=now))

    def word(self) -> str:
        return self._word.text() if self._word.isVisibleTo(self) else ""

    def _tell(self, type: str, text: str) -> None:
        self._word.setProperty("type", type)
        self._word.style().unpolish(self._word)
        self._word.style().polish(self._word)
        self._word.setText(text)
        self._word.show()

    def _on_changed(self) -> None:
        self.dirty = True
        self.edited.emit()
