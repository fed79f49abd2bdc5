"""A dialog to change fields of many records at once: fields and their new values, and how many records would change.

Signals: `decided(fields)` with the values to set.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY, Field, MergeRule
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import entity_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, icon_button, primary
from desktop_crm.ui.widgets.cells import possible_columns
from desktop_crm.ui.widgets.editors import Editor, MoneyEditor
from desktop_crm.ui.widgets.field_row import editor_for
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.steady import SteadyComboBox

if TYPE_CHECKING:
    from desktop_crm.services.bulk import Preview

WIDTH = 560
PAUSE_MS = 250


def fields_to_set(entity: str, own: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """(name, label) of the fields that many records can be given at once; a name that must be unique is none of them."""
    known = REGISTRY[entity]
    columns = [column for column in possible_columns(entity, own) if column.editable]
    found = [c for c in columns if known.field(c.name).merge is not MergeRule.UNIQUE and c.name != known.title]
    return tuple((column.name, column.label) for column in found)


class _Line(QWidget):
    removed = Signal(object)
    changed = Signal()

    def __init__(self, context: UiContext, entity: str, names: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._context, self._entity = context, entity
        self.fields = SteadyComboBox()
        self.fields.setAccessibleName(tr("Field"))
        self.fields.setMaxVisibleItems(16)
        for name, text in names:
            self.fields.addItem(text, name)
        self.editor: Editor | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._row.addWidget(self.fields, 2, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(label("→", "hint"))
        self._row.addWidget(icon_button("close", tr("Remove this field"), self._on_remove))
        self.fields.currentIndexChanged.connect(self._on_field)
        self._on_field(0)

    def field(self) -> Field:
        return REGISTRY[self._entity].field(str(self.fields.currentData()))

    def values(self) -> dict[str, Any]:
        """What is to be set; empty empties the field. Raises Refusal for what cannot be read."""
        field, editor = self.field(), self.editor
        assert editor is not None
        found: dict[str, Any] = {field.name: editor.value()}
        if isinstance(editor, MoneyEditor) and field.currency_field and found[field.name] is not None:
            found[field.currency_field] = editor.currency()
        return found

    def _on_field(self, _place: int) -> None:
        if self.editor is not None:
            self._row.removeWidget(self.editor)
            self.editor.hide()
            self.editor.deleteLater()
        field = self.field()
        self.editor = editor_for(self._context, self._entity, field)
        self.editor.target().setAccessibleName(tr("New value"))
        if isinstance(self.editor, MoneyEditor):
            self.editor.show_currency(self._context.workspace.currency)
        self.editor.changed.connect(self.changed)
        self.editor.committed.connect(self.changed)
        self._row.insertWidget(2, self.editor, 3)
        self.changed.emit()

    def _on_remove(self) -> None:
        self.removed.emit(self)


class BulkDialog(QDialog):
    decided = Signal(dict)

    def __init__(
        self,
        context: UiContext,
        entity: str,
        count: int,
        own: dict[str, str],
        preview: Callable[[dict[str, Any]], Preview],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        explained_by(self, "bulk")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._entity, self._count = context, entity, count
        self._names = fields_to_set(entity, own)
        self._preview = preview
        self._slot = context.lanes.slot()
        self.lines: list[_Line] = []
        many = entity_label(entity, plural=True)
        title = ntr("Edit {count} record", "Edit {count} records", count, count=formats.number(count))
        self.setWindowTitle(title)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self.word = label("", "hint", wrap=True)
        self.go = primary(tr("Change"), self.decide, shortcut="Ctrl+Return")
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 16, 20, 16)
        box.setSpacing(10)
        box.addWidget(label(f"{title} · {many}", "section"))
        box.addLayout(self._lines)
        more = QHBoxLayout()
        more.addWidget(button(tr("Add a field"), self._on_add, kind="quiet", icon_name="plus"))
        more.addStretch(1)
        box.addLayout(more)
        box.addWidget(self.word)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button(tr("Cancel"), self.reject))
        foot.addWidget(self.go)
        box.addLayout(foot)
        self.setMinimumWidth(WIDTH)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.add()

    def add(self) -> _Line:
        """One more field."""
        line = _Line(self._context, self._entity, self._names)
        line.removed.connect(self._on_removed)
        line.changed.connect(self._pause.start)
        self._lines.addWidget(line)
        self.lines.append(line)
        self._pause.start()
        return line

    def values(self) -> dict[str, Any]:
        """All fields to set. Raises Refusal."""
        return {name: value for line in self.lines for name, value in line.values().items()}

    def decide(self) -> None:
        try:
            values = self.values()
        except Refusal as refusal:
            self._refuse(refusal)
            return
        self.decided.emit(values)
        self.accept()

    def _look(self) -> None:
        try:
            values = self.values()
        except Refusal as refusal:
            self._refuse(refusal)
            return
        self.go.setEnabled(True)
        self._slot.read(partial(self._preview, values), self._on_preview)

    def _on_preview(self, found: Preview) -> None:
        count = formats.number(found.differing)
        same = found.chosen - found.differing
        text = ntr("{count} record will change.", "{count} records will change.", found.differing, count=count)
        if same:
            kept = formats.number(same)
            text += " " + ntr("{count} has the value already.", "{count} have the value already.", same, count=kept)
        self._tell("hint", f"{text} {tr('One undo takes all of it back.')}")

    def _refuse(self, refusal: Refusal) -> None:
        text = explain(refusal)
        self._tell("error", text.happened or text.title)

    def _tell(self, type: str, text: str) -> None:
        self.word.setProperty("type", type)
        self.word.style().unpolish(self.word)
        self.word.style().polish(self.word)
        self.word.setText(text)

    def _on_add(self) -> None:
        self.add().fields.setFocus()

    def _on_removed(self, line: _Line) -> None:
        if len(self.lines) > 1:
            self.lines.remove(line)
            self._lines.removeWidget(line)
            line.deleteLater()
            self._pause.start()
