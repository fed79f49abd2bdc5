"""A form made from the registry: each field saved on its own when it is committed, as an act that can be undone.

What is being typed is never overwritten: a change from elsewhere to a field with unsaved input is shown below it, and
the input stays. Signals: `created(row_id)` after a new row was made, `missing()` when the row is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY, Field, FieldType
from desktop_crm.domain.schema.fields import OWN_FIELD_PREFIX, own_field
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_word, field_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.cells import shown
from desktop_crm.ui.widgets.choice_editor import ChoiceEditor
from desktop_crm.ui.widgets.field_marks import FieldMarks
from desktop_crm.ui.widgets.field_row import FieldRow, editor_for
from desktop_crm.ui.widgets.presence import FieldPresence
from desktop_crm.ui.widgets.record_source import creating, own_fields_of, record_of, setting
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor

if TYPE_CHECKING:
    from desktop_crm.services.records import Record

HIDDEN = frozenset({FieldType.ORDER_KEY})


APART = frozenset({"image", "pages", "logo", "seal", "pricing_order", "template"})
"""Hashes of files, the order of the pricing rules, the form of a paper: a part beside the form shows and takes them."""


def form_fields(entity: str, names: tuple[str, ...] = ()) -> tuple[Field, ...]:
    """The fields a form shows: those named, else all that people edit; a currency stands with its amount."""
    known = REGISTRY[entity]
    if names:
        return tuple(known.field(name) for name in names)
    beside = {field.currency_field for field in known.fields if field.currency_field}
    shown = (field for field in known.fields if field.type not in HIDDEN and field.typed)
    return tuple(field for field in shown if field.name not in beside | APART)


class RecordForm(QWidget):
    """`show_row(id)` edits a row; `begin_new(values)` collects a new one and `make()` makes it."""

    created = Signal(str)
    missing = Signal()
    shown = Signal(object)
    typed = Signal()

    def __init__(
        self,
        context: UiContext,
        entity: str,
        names: tuple[str, ...] = (),
        *,
        columns: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._entity = entity
        self._row_id: str | None = None
        self._record: Record | None = None
        self._new: dict[str, Any] = {}
        self._slot = context.lanes.slot()
        self._rows: dict[str, FieldRow] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(9)
        box.addLayout(grid)
        box.addStretch(1)
        self._grid, self._columns, self._place = grid, columns, 0
        self._build(form_fields(entity, names))
        self.marks = FieldMarks(context, entity, self._every_row, self)
        self.others = FieldPresence(context, entity, self._every_row, self)
        self.typed.connect(self.others.look)
        context.hub.changed.connect(self._on_changed)
        if not names:
            self._read_own_fields()

    def _build(self, fields: tuple[Field, ...]) -> None:
        for field in fields:
            self._add_row(field, field_label(self._entity, field.name))
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 1)

    def _add_row(self, field: Field, name: str) -> None:
        columns = self._columns
        wide = field.type is FieldType.LONG_TEXT
        if wide and self._place % columns:
            self._place += columns - self._place % columns
        row = FieldRow(field, name, editor_for(self._context, self._entity, field))
        row.editor.committed.connect(partial(self._on_committed, field.name))
        row.edited.connect(self.typed)
        self._rows[field.name] = row
        where = divmod(self._place, columns)
        self._grid.addWidget(row, *where, 1, columns if wide else 1, Qt.AlignmentFlag.AlignTop)
        self._place += columns if wide else 1

    def _read_own_fields(self) -> None:
        """Fields of the workspace's own stand below the others."""
        self._context.lanes.read(partial(own_fields_of, self._context.workspace, self._entity), self._on_own_fields)

    def _on_own_fields(self, own: Mapping[str, str]) -> None:
        added = [name for name in own if name not in self._rows]
        for name in added:
            self._add_row(own_field(name), own[name])
        for name, row in self._rows.items():
            if name.startswith(OWN_FIELD_PREFIX):
                row.setVisible(name in own)
                row.rename(own.get(name, row.label_text()))
        if added and self._record is not None:
            self._show(self._record)

    @property
    def row_id(self) -> str | None:
        return self._row_id

    def row_of(self, field: str) -> FieldRow:
        """The row of a field, for tests and for pages that add to it."""
        return self._rows[field]

    def show_row(self, row_id: str) -> None:
        """Load a row; input that is not committed yet is committed first."""
        if self._row_id is not None and self._row_id != row_id:
            self.commit_all()
        if self._row_id != row_id:
            for row in self._rows.values():
                row.settle()
        self._row_id = row_id
        self._load()
        self.marks.show_row(row_id)
        self.others.show_row(row_id)

    def _every_row(self) -> Mapping[str, FieldRow]:
        return self._rows

    def begin_new(self, values: Mapping[str, Any] | None = None, titles: Mapping[str, str] | None = None) -> None:
        """Empty the form for a new row; `values` and the titles of references are filled in already."""
        self._row_id, self._record = None, None
        self._new = dict(values or {})
        for name, row in self._rows.items():
            row.settle()
            row.show_value(self._new.get(name), dict(titles or {}).get(name, ""), self._currency(self._new, row.field))
        self._limit(self._new)
        self.focus_first()

    def suggest(self, values: Mapping[str, Any], titles: Mapping[str, str]) -> None:
        """Fill in what a new row starts with, where nothing was given or typed yet."""
        if self._row_id is not None:
            return
        for name, value in values.items():
            row = self._rows.get(name)
            if name in self._new or (row is not None and row.dirty):
                continue
            self._new[name] = value
            if row is not None:
                row.show_value(value, titles.get(name, ""), self._currency(self._new, row.field))
        self._limit(self._new)

    def _limit(self, values: Mapping[str, Any], *, keep: bool = True) -> None:
        """Short lists offer what fits the record's other values."""
        for row in self._rows.values():
            if isinstance(row.editor, ChoiceEditor):
                row.editor.limit(values, keep=keep)

    def focus_first(self) -> None:
        """Give the keyboard to the first field."""
        first = next(iter(self._rows.values()), None)
        if first is not None:
            first.editor.target().setFocus()

    def make(self) -> None:
        """Make the new row; a field that cannot be read or is missing is marked and gets the keyboard."""
        values = dict(self._new)
        for row in self._rows.values():
            try:
                values.update(row.values())
            except Refusal as refusal:
                self._refuse(row, refusal)
                return
            if row.field.required and values.get(row.field.name) in {None, ""}:
                self._refuse(row, Refusal("value.required", entity=self._entity, field=row.label_text()))
                return
        filled = {name: value for name, value in values.items() if value is not None}
        text = tr("New {entity}", entity=entity_word(self._entity))
        self._context.undo.run(
            text, creating(self._context.workspace, self._entity, filled), self._on_created, self._on_refused, self
        )

    def _refuse(self, row: FieldRow, refusal: Refusal) -> None:
        """What stands in the way of a new row gets the keyboard."""
        row.refuse(refusal)
        row.editor.target().setFocus()

    def so_far(self) -> dict[str, Any]:
        """What a new row would say now; what cannot be read yet is left out."""
        values = dict(self._new)
        for row in self._rows.values():
            with suppress(Refusal):
                values.update(row.values())
        return values

    def draft(self) -> dict[str, Any]:
        """What a new row would say now, as pages take it to begin one: what references point to is named by `…_title`."""
        rows = self._rows.items()
        named = {
            f"{name}_title": row.editor.line.text() for name, row in rows if isinstance(row.editor, ReferenceEditor)
        }
        return self.so_far() | named

    def commit_all(self) -> None:
        """Save whatever is typed and readable."""
        for name, row in self._rows.items():
            if row.dirty:
                self._on_committed(name)

    def give_up(self) -> None:
        """Forget what is typed and not saved yet; the record is shown as it is stored."""
        for row in self._rows.values():
            row.settle()
        if self._record is not None:
            self._show(self._record)

    def _on_created(self, made: Any) -> None:
        self._row_id = str(made.id)
        self._new = {}
        for row in self._rows.values():
            row.settle()
        self.created.emit(self._row_id)

    def _load(self) -> None:
        if self._row_id is None:
            return
        work = partial(record_of, self._context.workspace, self._entity, self._row_id)
        self._slot.read(work, self._show, self._on_load_failed)

    def _on_load_failed(self, error: BaseException) -> None:
        if isinstance(error, Refusal) and error.code == "record.missing":
            self._row_id = None
            self.missing.emit()
        else:
            self._context.reporter.report(error)

    def _show(self, record: Record) -> None:
        if str(record.id) != self._row_id:
            return
        self._record = record
        for name, row in self._rows.items():
            value = record.fields.get(name)
            currency = self._currency(record.fields, row.field)
            if row.dirty:
                now = record.titles.get(name) or shown(row.field, value, currency)[0] if value is not None else "–"
                row.tell_elsewhere(value, now)
            else:
                row.show_value(value, record.titles.get(name, ""), currency)
        self._limit(record.fields)
        self.shown.emit(record)

    def _currency(self, values: Mapping[str, Any], field: Field) -> str:
        if field.currency_field is None:
            return ""
        return str(values.get(field.currency_field) or self._context.workspace.currency)

    def _on_committed(self, name: str) -> None:
        row = self._rows[name]
        if self._row_id is None or self._record is None:
            if isinstance(row.editor, ChoiceEditor):
                self._limit({**self._new, name: row.editor.value()}, keep=False)
            return
        try:
            values = row.values()
        except Refusal as refusal:
            row.refuse(refusal)
            return
        row.accept()
        before = self._record.fields
        if all(
            before.get(key) == value or (before.get(key) is None and value is None) for key, value in values.items()
        ):
            row.settle()
            return
        if values.get(name) is None and before.get(name) is None:
            row.settle()
            return
        text = tr("Edit {field}", field=row.label_text())
        work = setting(self._context.workspace, self._entity, self._row_id, values)
        done, failed = partial(self._on_saved, name), partial(self._on_refused_field, name)
        self._context.undo.run(text, work, done, failed, self)

    def _on_saved(self, name: str, _changes: Changes) -> None:
        self._rows[name].settle()
        self.others.look()
        self._load()

    def _on_refused_field(self, name: str, error: BaseException) -> None:
        if isinstance(error, Refusal):
            self._rows[name].refuse(error)
        else:
            self._context.reporter.report(error)

    def _on_refused(self, error: BaseException) -> None:
        named = getattr(error, "params", {}).get("field") if isinstance(error, Refusal) else None
        if isinstance(error, Refusal) and named in self._rows:
            self._refuse(self._rows[str(named)], error)
        else:
            self._context.reporter.report(error)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, initiator: object) -> None:
        if changes.touches("own_field"):
            self._read_own_fields()
        if initiator is self or self._row_id is None:
            return
        references = {
            row.field.target for row in self._rows.values() if isinstance(row.editor, ReferenceEditor | ChoiceEditor)
        }
        if self._row_id in changes.rows(self._entity) or changes.touches(*(name for name in references if name)):
            self._load()
