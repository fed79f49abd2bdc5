"""Editing in the cells of a table: the field's own editor over the cell; Enter keeps, Tab goes on, Escape gives up.

Every edit is one act that can be undone, made by the same service as in a form. Nothing is checked here beyond reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QApplication,
    QComboBox,
    QLineEdit,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.cell import Cell
from desktop_crm.ui.widgets.cell_delegate import CellDelegate
from desktop_crm.ui.widgets.choice_editor import ChoiceEditor
from desktop_crm.ui.widgets.editors import Editor, MoneyEditor
from desktop_crm.ui.widgets.field_row import editor_for
from desktop_crm.ui.widgets.record_model import RecordModel
from desktop_crm.ui.widgets.record_source import setting
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor

Index = QModelIndex | QPersistentModelIndex
_GOES_ON = {
    Qt.Key.Key_Tab: QAbstractItemDelegate.EndEditHint.EditNextItem,
    Qt.Key.Key_Backtab: QAbstractItemDelegate.EndEditHint.EditPreviousItem,
}

LEAST, LEAST_MONEY = 120, 220
"""How wide an editor is at least, also over a narrow column."""


class EditingDelegate(CellDelegate):
    """One editor at a time."""

    def __init__(self, context: UiContext, entity: str, records: RecordModel, table: QTableView) -> None:
        super().__init__(table)
        self._context = context
        self._entity = REGISTRY[entity]
        self._records = records
        self._table = table
        self.editor: Editor | None = None
        self._row_id = ""
        self._before: Mapping[str, Any] = {}

    def line(self) -> QLineEdit | None:
        """The line that is typed into, if the editor has one."""
        target = self.editor.target() if self.editor is not None else None
        return target if isinstance(target, QLineEdit) else None

    def cell(self, index: Index) -> Cell | None:
        return self._records.cell_at(index.row(), index.column())

    def stands_right(self, index: Index) -> bool:
        return self._records.columns[index.column()].right

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        column = self._records.columns[index.column()]
        editor = editor_for(self._context, self._entity.name, self._entity.field(column.name))
        editor.setParent(parent)
        editor.setProperty("role", "cell")
        editor.setAutoFillBackground(True)
        editor.target().setAccessibleName(column.label)
        editor.target().installEventFilter(self)
        editor.destroyed.connect(self._forget)
        if isinstance(editor.target(), QComboBox):
            editor.committed.connect(self._take_choice)
        self.editor = editor
        row = self._records.record_row(index.row())
        self._row_id, self._before = (row.id, row.values) if row else ("", {})
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        row = self._records.record_row(index.row())
        name = self._records.columns[index.column()].name
        if row is None or not isinstance(editor, Editor):
            return
        if isinstance(editor, ReferenceEditor | ChoiceEditor):
            editor.show_reference(row.values.get(name), row.titles.get(name, ""))
        else:
            editor.show_value(row.values.get(name))
        if isinstance(editor, ChoiceEditor):
            editor.limit(row.values)
        if isinstance(editor, MoneyEditor) and editor.field.currency_field:
            editor.show_currency(str(row.values.get(editor.field.currency_field) or self._context.workspace.currency))
        line = self.line()
        if line is not None:
            line.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """The work is done by `keep`; Qt's own way of committing would come twice."""

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        area = self._table.visualRect(self._table.model().index(index.row(), index.column())).adjusted(1, 1, -1, -2)
        wide = max(area.width(), LEAST_MONEY if isinstance(editor, MoneyEditor) else LEAST)
        left = max(min(area.x(), self._table.viewport().width() - wide), 0)
        if isinstance(editor, MoneyEditor):
            left = max(area.right() - wide, 0)
        editor.setGeometry(left, area.y(), wide, area.height())

    def keep(self) -> bool:
        """Write what was typed; False when it cannot be read, and the editor stays with its word."""
        editor, row_id = self.editor, self._row_id
        if editor is None or not row_id:
            return True
        field = editor.field
        try:
            value = editor.value()
        except Refusal as refusal:
            editor.mark(invalid=True)
            self._context.reporter.report(refusal)
            return False
        row = next((r for r in (self._records.record_row(i.row()) for i in [self._table.currentIndex()]) if r), None)
        before = row.values if row is not None and row.id == row_id else {}
        fields = {field.name: value}
        if isinstance(editor, MoneyEditor) and field.currency_field and value is not None:
            fields[field.currency_field] = editor.currency()
        if any(before.get(name) != new for name, new in fields.items()):
            text = tr("Edit {entity}", entity=entity_label(self._entity.name))
            self._context.undo.run(
                text, setting(self._context.workspace, self._entity.name, row_id, fields), quiet=True
            )
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt's own filter would commit and close once more, on parts of editors that are no editors of the view.
        editor = self.editor
        if editor is None or watched is not editor.target():
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if event.type() == QEvent.Type.FocusOut and not self._within(editor):
            self._end(QAbstractItemDelegate.EndEditHint.NoHint)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        hint = QAbstractItemDelegate.EndEditHint
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self._close(hint.RevertModelCache)
        elif key in _GOES_ON:
            self._end(_GOES_ON[Qt.Key(key)])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._end(hint.NoHint)
        else:
            return False
        return True

    def _within(self, editor: Editor) -> bool:
        """Whether the keyboard only went to a part of the editor, its list or its calendar."""
        there = QApplication.focusWidget()
        return QApplication.activePopupWidget() is not None or (there is not None and editor.isAncestorOf(there))

    def _take_choice(self) -> None:
        self._end(QAbstractItemDelegate.EndEditHint.NoHint)

    def _end(self, hint: QAbstractItemDelegate.EndEditHint) -> None:
        if self.keep():
            self._close(hint)

    def _close(self, hint: QAbstractItemDelegate.EndEditHint) -> None:
        editor, self.editor = self.editor, None
        if editor is not None:
            self.closeEditor.emit(editor, hint)
            if hint not in _GOES_ON.values():
                self._table.setFocus()

    def _forget(self, gone: QObject) -> None:
        if self.editor is gone:
            self.editor = None
