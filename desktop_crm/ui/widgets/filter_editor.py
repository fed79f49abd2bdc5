"""A small window to make or change one part of a filter: conditions one below the other, joined by "and" or "or".

Signals: `decided(part, titles)` with the part and the names of rows it points to; `removed()` when it is to go.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.lists.computed import COMPUTED, field_of
from desktop_crm.domain.lists.filters import TESTS, Filter, Group, Part, Test
from desktop_crm.domain.lists.periods import Span
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button, icon_button, primary
from desktop_crm.ui.widgets.filter_values import ValueEditor, value_editor
from desktop_crm.ui.widgets.filter_words import comparison_name, span_name
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.steady import SteadyComboBox

WIDTH = 520


def fields_to_ask(entity: str, own: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """(name, label) of the fields that can be filtered, the list's own columns first."""
    known = REGISTRY[entity]
    asked = [field.name for field in known.fields if TESTS[field.type] and field.unit != "position"]
    names = [*(name for name in known.columns if name in asked), *(name for name in asked if name not in known.columns)]
    names += [field.name for field in COMPUTED.get(entity, ())]
    return (*((name, field_label(entity, name)) for name in names), *own.items())


class ConditionLine(QWidget):
    """Field, comparison, value."""

    removed = Signal(object)

    def __init__(self, context: UiContext, entity: str, own: Mapping[str, str], titles: dict[str, str]) -> None:
        super().__init__()
        self._context = context
        self._entity = REGISTRY[entity]
        self._titles = titles
        self.fields = SteadyComboBox()
        self.fields.setAccessibleName(tr("Field"))
        self.fields.setMaxVisibleItems(16)
        for name, text in fields_to_ask(entity, own):
            self.fields.addItem(text, name)
        self.tests = SteadyComboBox()
        self.tests.setAccessibleName(tr("Comparison"))
        self.editor: ValueEditor | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._row.addWidget(self.fields, 3, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self.tests, 3, Qt.AlignmentFlag.AlignTop)
        self._remove = icon_button("close", tr("Remove this condition"), self._on_remove)
        self._row.addStretch(0)
        self._row.addWidget(self._remove, 0, Qt.AlignmentFlag.AlignTop)
        self.fields.currentIndexChanged.connect(self._on_field)
        self.tests.currentIndexChanged.connect(self._on_test)
        self._on_field(0)

    def show_condition(self, asked: Filter) -> None:
        self.fields.setCurrentIndex(max(self.fields.findData(asked.field), 0))
        test = Test.ANY_OF if asked.test is Test.IS and self.tests.findData(Test.IS.value) < 0 else asked.test
        self.tests.setCurrentIndex(max(self.tests.findData(test.value), 0))
        if self.editor is not None:
            self.editor.show_value(asked.value)

    def condition(self) -> Filter:
        """Raises Refusal for a value that is missing or cannot be read."""
        test = Test(self.tests.currentData())
        value = self.editor.value() if self.editor is not None else None
        return Filter(field=str(self.fields.currentData()), test=test, value=value)

    def titles(self) -> dict[str, str]:
        return self.editor.titles() if self.editor is not None else {}

    def _on_field(self, _place: int) -> None:
        field = field_of(self._entity, str(self.fields.currentData()))
        blocked = self.tests.blockSignals(True)
        self.tests.clear()
        for test in TESTS[field.type]:
            self.tests.addItem(comparison_name(test, field.type), test.value)
        self.tests.blockSignals(blocked)
        self._on_test(0)

    def _on_test(self, _place: int) -> None:
        if self.editor is not None:
            self._row.removeWidget(self.editor)
            self.editor.hide()
            self.editor.deleteLater()
        field = field_of(self._entity, str(self.fields.currentData()))
        spans = {span: span_name(span) for span in Span}
        self.editor = value_editor(
            self._context, self._entity.name, field, Test(self.tests.currentData()), self._titles, spans
        )
        if self.editor is not None:
            self._row.insertWidget(2, self.editor, 5)

    def _on_remove(self) -> None:
        self.removed.emit(self)


class FilterEditor(QDialog):
    decided = Signal(object, object)
    removed = Signal()

    def __init__(
        self,
        context: UiContext,
        entity: str,
        own: Mapping[str, str],
        part: Part | None,
        titles: Mapping[str, str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        explained_by(self, "filters")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "popup")
        self.setAccessibleName(tr("Filter"))
        self._context, self._entity, self._own, self._titles = context, entity, own, dict(titles)
        self.lines: list[ConditionLine] = []
        self.joint = SteadyComboBox()
        self.joint.addItem(tr("All of these hold"), userData=False)
        self.joint.addItem(tr("Any one of these holds"), userData=True)
        self.joint.setAccessibleName(tr("How conditions are joined"))
        self._word = label("", "error", wrap=True)
        self._word.hide()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self._build(existing=part is not None)
        for one in part.parts if isinstance(part, Group) else (part,):
            self.add(one if isinstance(one, Filter) else None)
        if isinstance(part, Group):
            self.joint.setCurrentIndex(1 if part.any else 0)

    def _build(self, *, existing: bool) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 12, 14, 12)
        box.setSpacing(8)
        box.addWidget(self.joint)
        box.addLayout(self._lines)
        box.addWidget(self._word)
        foot = QHBoxLayout()
        foot.addWidget(button(tr("Add a condition"), self._on_add, kind="quiet", icon_name="plus"))
        foot.addStretch(1)
        if existing:
            foot.addWidget(button(tr("Remove"), self._on_remove_all))
        foot.addWidget(button(tr("Cancel"), self.reject))
        self.apply = primary(tr("Apply"), self.decide, shortcut="Ctrl+Return")
        self.apply.setDefault(True)
        foot.addWidget(self.apply)
        box.addLayout(foot)
        self.setMinimumWidth(WIDTH)

    def add(self, asked: Filter | None = None) -> ConditionLine:
        """One more condition."""
        line = ConditionLine(self._context, self._entity, self._own, self._titles)
        line.removed.connect(self._on_line_removed)
        self._lines.addWidget(line)
        self.lines.append(line)
        if asked is not None:
            line.show_condition(asked)
        self.joint.setVisible(len(self.lines) > 1)
        return line

    def pop_up(self, below: QWidget) -> None:
        """Show the window below a control, inside the screen."""
        self.adjustSize()
        at = below.mapToGlobal(QPoint(0, below.height() + 4))
        screen = QGuiApplication.screenAt(at) or self.screen()
        right = screen.availableGeometry().right() - self.width() - 8
        self.move(min(at.x(), max(right, 0)), at.y())
        self.open()
        self.lines[0].fields.setFocus()

    def decide(self) -> None:
        """Tell the part, or say what is missing."""
        try:
            asked = tuple(line.condition() for line in self.lines)
        except Refusal as refusal:
            text = explain(refusal)
            self._word.setText(text.happened or text.title)
            self._word.show()
            self.adjustSize()
            return
        titles = {row_id: title for line in self.lines for row_id, title in line.titles().items()}
        part: Part = asked[0] if len(asked) == 1 else Group(parts=asked, any=bool(self.joint.currentData()))
        self.decided.emit(part, titles)
        self.accept()

    def _on_add(self) -> None:
        self.add().fields.setFocus()
        self.adjustSize()

    def _on_line_removed(self, line: ConditionLine) -> None:
        if len(self.lines) == 1:
            self._on_remove_all()
            return
        self.lines.remove(line)
        self._lines.removeWidget(line)
        line.deleteLater()
        self.joint.setVisible(len(self.lines) > 1)
        self.adjustSize()

    def _on_remove_all(self) -> None:
        self.removed.emit()
        self.reject()
