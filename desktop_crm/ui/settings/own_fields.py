"""Fields of our own: each with its name in both languages and its choices, changed in place, retired or taken back; and a line to add one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from desktop_crm.domain.schema.fields import TARGETS, OwnKind
from desktop_crm.domain.schema.own import OWNERS
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import ptr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import entity_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import clear, label
from desktop_crm.ui.widgets.steady import SteadyComboBox

if TYPE_CHECKING:
    from desktop_crm.services.own_fields import OwnField
    from desktop_crm.services.workspace import Workspace

CHOOSING = (OwnKind.CHOICE, OwnKind.CHOICES)


def kind_name(kind: OwnKind) -> str:
    """What a field holds, in words."""
    return {
        OwnKind.TEXT: ptr("own field", "Text"),
        OwnKind.NUMBER: ptr("own field", "Number"),
        OwnKind.MONEY: ptr("own field", "Money"),
        OwnKind.DATE: ptr("own field", "Date"),
        OwnKind.CHOICE: ptr("own field", "Choice"),
        OwnKind.CHOICES: ptr("own field", "Several choices"),
        OwnKind.REFERENCE: ptr("own field", "Reference"),
    }[kind]


class OwnFieldsCard(Card):
    """Every change is an act that can be undone."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Fields of our own"), parent=parent)
        self._context = context
        self._shown: tuple[OwnField, ...] = ()
        self.add(label(tr("Import makes them for columns that fit no field; here you add others."), "hint", wrap=True))
        self._build_line()
        self.word = label("", "error", wrap=True)
        self.word.hide()
        self.add(self.word)
        self.list = QGridLayout()
        self.list.setVerticalSpacing(6)
        self.list.setHorizontalSpacing(8)
        for column, share in enumerate((0, 3, 3, 0, 4, 0)):
            self.list.setColumnStretch(column, share)
        self.add(self.list)

    def _build_line(self) -> None:
        self.entity, self.kind, self.target = SteadyComboBox(), SteadyComboBox(), SteadyComboBox()
        for name in OWNERS:
            self.entity.addItem(entity_label(name, plural=True), name)
        for kind in OwnKind:
            self.kind.addItem(kind_name(kind), kind.value)
        for name in TARGETS:
            self.target.addItem(entity_label(name), name)
        self.name, self.english, self.choices = QLineEdit(), QLineEdit(), QLineEdit()
        for part, words in (
            (self.entity, tr("For which records")),
            (self.kind, tr("What the field holds")),
            (self.name, tr("Name of the field")),
            (self.english, tr("Name in English")),
            (self.choices, tr("Choices, separated by commas")),
            (self.target, tr("What the reference points to")),
        ):
            part.setAccessibleName(words)
            if isinstance(part, QLineEdit):
                part.setPlaceholderText(words)
                part.returnPressed.connect(self.add_field)
        row = QHBoxLayout()
        row.setSpacing(8)
        for part, share in ((self.entity, 0), (self.kind, 0), (self.name, 2), (self.english, 2)):
            row.addWidget(part, share)
        row.addWidget(self.choices, 3)
        row.addWidget(self.target)
        row.addWidget(button(tr("Add a field"), self.add_field, icon_name="plus"))
        self.kind.currentIndexChanged.connect(self._on_kind)
        self._on_kind(0)
        self.add(row)

    def _on_kind(self, _place: int) -> None:
        kind = OwnKind(self.kind.currentData())
        self.choices.setVisible(kind in CHOOSING)
        self.target.setVisible(kind is OwnKind.REFERENCE)

    def refresh(self) -> None:
        self._context.lanes.read(partial(fields_of, self._context.workspace), self._show)

    def add_field(self) -> None:
        """Add a field as it was described."""
        kind = OwnKind(self.kind.currentData())
        wanted = {
            "label_en": self.english.text(),
            "choices": tuple(self.choices.text().split(",")) if kind in CHOOSING else (),
            "target": str(self.target.currentData()) if kind is OwnKind.REFERENCE else "",
        }
        work = partial(
            add_field, self._context.workspace, str(self.entity.currentData()), self.name.text(), kind, wanted
        )
        self._context.undo.run(tr("Add a field"), work, self._on_added, self._refuse, self)

    def _on_added(self, _changes: Any) -> None:
        self.word.hide()
        for line in (self.name, self.english, self.choices):
            line.clear()
        self.refresh()

    def _refuse(self, error: BaseException) -> None:
        if not isinstance(error, CrmError):
            self._context.reporter.report(error)
            return
        words = explain(error)
        self.word.setText(words.happened or words.title)
        self.word.show()
        self.name.setFocus()

    def _show(self, fields: tuple[OwnField, ...]) -> None:
        if fields == self._shown and self.list.count():
            return
        self._shown = fields
        clear(self.list)
        if not fields:
            self.list.addWidget(label(tr("None yet"), "hint"), 0, 0)
            return
        heads = (tr("Records"), tr("Name"), tr("Name in English"), tr("Holds"), tr("Choices"))
        for column, head in enumerate(heads):
            self.list.addWidget(label(head, "hint"), 0, column)
        for place, one in enumerate(fields, 1):
            self._show_one(place, one)

    def _show_one(self, place: int, one: OwnField) -> None:
        self.list.addWidget(label(entity_label(one.entity), "body2"), place, 0)
        kind = kind_name(one.kind)
        if one.field.target:
            kind = f"{kind} › {entity_label(one.field.target)}"
        self.list.addWidget(self._line(one, "label", one.label, tr("Name of {field}", field=one.label)), place, 1)
        english = tr("Name of {field} in English", field=one.label)
        self.list.addWidget(self._line(one, "label_en", one.label_en, english), place, 2)
        self.list.addWidget(label(kind, "body2"), place, 3)
        if one.kind in CHOOSING:
            choices = self._line(one, "choices", ", ".join(one.choices), tr("Choices of {field}", field=one.label))
            self.list.addWidget(choices, place, 4)
        turn = button(
            tr("Use again") if one.retired else tr("Retire"),
            partial(self._change, one, "retired", not one.retired),
            kind="small",
            tip=tr("Use {field} again", field=one.label) if one.retired else tr("Retire {field}", field=one.label),
        )
        self.list.addWidget(turn, place, 5, Qt.AlignmentFlag.AlignRight)

    def _line(self, one: OwnField, aspect: str, text: str, name: str) -> QLineEdit:
        line = QLineEdit(text)
        line.setCursorPosition(0)
        line.setAccessibleName(name)
        line.setEnabled(not one.retired)
        line.setObjectName(f"{aspect}:{one.name}")
        line.editingFinished.connect(partial(self._on_edited, one, aspect, text, line))
        return line

    def _on_edited(self, one: OwnField, aspect: str, before: str, line: QLineEdit) -> None:
        if line.text().strip() != before:
            self._change(one, aspect, line.text().split(",") if aspect == "choices" else line.text())

    def _change(self, one: OwnField, aspect: str, value: Any) -> None:
        work = partial(change_field, self._context.workspace, str(one.id), {aspect: value})
        text = tr("Edit {field}", field=one.label)
        self._context.undo.run(text, work, self._on_changed, self._refuse, self)

    def _on_changed(self, _changes: Any) -> None:
        self.word.hide()
        self.refresh()


def fields_of(workspace: Workspace) -> tuple[OwnField, ...]:
    """All fields of our own, retired ones last; runs on the read lane."""
    from desktop_crm.services import own_fields

    found = [one for one in own_fields.all_fields(workspace) if one.name]
    return tuple(sorted(found, key=lambda one: (one.retired, one.entity, one.label)))


def add_field(workspace: Workspace, entity: str, name: str, kind: OwnKind, wanted: dict[str, Any]) -> Any:
    """Runs on the write lane."""
    from desktop_crm.services import own_fields

    return own_fields.add(workspace, entity, name, kind, **wanted)[1]


def change_field(workspace: Workspace, row_id: str, wanted: dict[str, Any]) -> Any:
    """Runs on the write lane."""
    from desktop_crm.services import own_fields

    return own_fields.change(workspace, row_id, **wanted)
