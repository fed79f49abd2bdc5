"""What a condition compares with, to be typed or chosen: one editor for each way. They know values, not rows or lists."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.domain.lists.filters import ME, Test
from desktop_crm.domain.lists.periods import COUNTED, Period, Span
from desktop_crm.domain.schema import Field, FieldType
from desktop_crm.domain.schema.fields import OwnKind, kind_of
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.shared_settings import currencies
from desktop_crm.ui.widgets import own_choices
from desktop_crm.ui.widgets.editors import DateEditor, Editor, LineEditor
from desktop_crm.ui.widgets.record_source import choices_of
from desktop_crm.ui.widgets.reference_editor import ReferenceEditor
from desktop_crm.ui.widgets.steady import SteadyComboBox, SteadySpinBox

ROW = 27
SHOWN_ROWS = 6
FIRST_DAYS = 7


class ValueEditor(QWidget):
    """`value()` is what a condition's value is; raises Refusal for what cannot be read or is missing."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(4)

    def value(self) -> Any:
        """What was typed or chosen."""

    def show_value(self, value: Any) -> None:
        """Show a value."""

    def titles(self) -> dict[str, str]:
        """What the chosen rows are called."""
        return {}

    def _missing(self) -> Refusal:
        return Refusal("filter.value_missing", field=self.field.name)


class OneValue(ValueEditor):
    """A value typed into the field's own editor."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(editor.field, parent)
        self._editor = editor
        self.box.addWidget(editor)
        self.setFocusProxy(editor)
        editor.target().setAccessibleName(tr("Value"))

    def value(self) -> Any:
        found = self._editor.value()
        if found is None:
            raise self._missing()
        return found

    def show_value(self, value: Any) -> None:
        if value is not None and not isinstance(value, tuple | Period):
            self._editor.show_value(value)


class WordList(ValueEditor):
    """Words of a set, separated by commas."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._line = QLineEdit()
        self._line.setPlaceholderText(tr("Words, separated by commas"))
        self._line.setAccessibleName(tr("Value"))
        self.box.addWidget(self._line)
        self.setFocusProxy(self._line)

    def value(self) -> Any:
        words = tuple(word.strip() for word in self._line.text().split(",") if word.strip())
        if not words:
            raise self._missing()
        return words

    def show_value(self, value: Any) -> None:
        self._line.setText(", ".join(value) if isinstance(value, tuple) else str(value or ""))


class YesNo(ValueEditor):
    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._combo = SteadyComboBox()
        self._combo.addItem(tr("Yes"), userData=True)
        self._combo.addItem(tr("No"), userData=False)
        self._combo.setAccessibleName(tr("Value"))
        self.box.addWidget(self._combo)
        self.setFocusProxy(self._combo)

    def value(self) -> Any:
        return bool(self._combo.currentData())

    def show_value(self, value: Any) -> None:
        self._combo.setCurrentIndex(1 if value is False else 0)


class Days(ValueEditor):
    """A span of days, with a number where it needs one."""

    def __init__(self, field: Field, names: dict[Span, str], parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        row = QHBoxLayout()
        row.setSpacing(6)
        self._combo = SteadyComboBox()
        self._combo.setMaxVisibleItems(20)
        self._combo.setAccessibleName(tr("Value"))
        for span, name in names.items():
            self._combo.addItem(name, span.value)
        self._number = SteadySpinBox()
        self._number.setRange(1, 3650)
        self._number.setValue(FIRST_DAYS)
        self._number.setAccessibleName(tr("Number of days"))
        self._combo.currentIndexChanged.connect(self._on_span)
        row.addWidget(self._combo, 1)
        row.addWidget(self._number)
        self.box.addLayout(row)
        self.setFocusProxy(self._combo)
        self._combo.setCurrentIndex(self._combo.findData(Span.THIS_MONTH.value))
        self._on_span(0)

    def _on_span(self, _place: int) -> None:
        self._number.setVisible(Span(self._combo.currentData()) in COUNTED)

    def value(self) -> Any:
        span = Span(self._combo.currentData())
        return Period(span=span, days=self._number.value() if span in COUNTED else 0)

    def show_value(self, value: Any) -> None:
        if isinstance(value, Period):
            self._combo.setCurrentIndex(self._combo.findData(value.span.value))
            self._number.setValue(value.days or FIRST_DAYS)


class TickList(ValueEditor):
    """Some of a closed list."""

    def __init__(self, field: Field, choices: tuple[tuple[str, str], ...], parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Value"))
        self.list.setProperty("role", "ticks")
        for key, text in choices:
            self.add(key, text)
        self.box.addWidget(self.list)
        self.setFocusProxy(self.list)
        self._fit()

    def add(self, key: str, text: str, *, ticked: bool = False) -> None:
        for place in range(self.list.count()):
            item = self.list.item(place)
            if item.data(Qt.ItemDataRole.UserRole) == key:
                item.setCheckState(Qt.CheckState.Checked if ticked else item.checkState())
                return
        made = QListWidgetItem(text)
        made.setData(Qt.ItemDataRole.UserRole, key)
        made.setFlags(made.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        made.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.list.addItem(made)
        self._fit()

    def _fit(self) -> None:
        rows = max(1, min(self.list.count(), SHOWN_ROWS))
        self.list.setFixedHeight(rows * ROW + 8)

    def value(self) -> Any:
        items = [self.list.item(place) for place in range(self.list.count())]
        ticked = [i.data(Qt.ItemDataRole.UserRole) for i in items if i.checkState() is Qt.CheckState.Checked]
        if not ticked:
            raise self._missing()
        return tuple(ticked)

    def show_value(self, value: Any) -> None:
        for key in value if isinstance(value, tuple) else (value,):
            if key is not None:
                self.add(str(key), str(key), ticked=True)


class OwnTicks(TickList):
    """Some of the choices, for a condition."""

    def __init__(self, context: UiContext, entity: str, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, (), parent)
        self._slot = context.lanes.slot()
        self._slot.read(partial(own_choices.choices_of, context.workspace, entity, field.name), self._offer)

    def _offer(self, choices: tuple[str, ...]) -> None:
        for text in choices:
            self.add(text, text)


class RowList(TickList):
    """Some rows that a reference may point to; found by name, "me" where it points to users."""

    named = Signal()

    def __init__(self, context: UiContext, field: Field, titles: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(field, (), parent)
        self._titles = dict(titles)
        self._slot = context.lanes.slot()
        self._find = ReferenceEditor(context, field)
        self._find.target().setAccessibleName(tr("Value"))
        self._find.committed.connect(self._take)
        self.box.insertWidget(0, self._find)
        self.setFocusProxy(self._find)
        if field.target == "user":
            self.add(ME, tr("me"))
        self._slot.read(partial(choices_of, context.workspace, field.target or "", "", 5), self._offer)

    def _offer(self, found: tuple[tuple[str, str], ...]) -> None:
        for row_id, title in found:
            self._titles[row_id] = title
            self.add(row_id, title)

    def _take(self) -> None:
        try:
            row_id = self._find.value()
        except Refusal:
            return
        if row_id:
            self._titles[row_id] = self._find.line.text().strip()
            self.add(row_id, self._titles[row_id], ticked=True)
            self._find.show_reference(None, "")

    def value(self) -> Any:
        self._take()
        return super().value()

    def show_value(self, value: Any) -> None:
        for key in value if isinstance(value, tuple) else (value,):
            if key is not None:
                self.add(str(key), self._titles.get(str(key), "…"), ticked=True)

    def titles(self) -> dict[str, str]:
        return self._titles


def value_editor(
    context: UiContext, entity: str, field: Field, test: Test, titles: dict[str, str], spans: dict[Span, str]
) -> ValueEditor | None:
    """The editor for what a condition compares with; None where there is nothing to compare with."""
    if test in {Test.EMPTY, Test.FILLED}:
        return None
    if kind_of(field.name) in {OwnKind.CHOICE, OwnKind.CHOICES} and test in {Test.ANY_OF, Test.NONE_OF}:
        return OwnTicks(context, entity, field)
    match field.type:
        case FieldType.BOOLEAN:
            return YesNo(field)
        case FieldType.OPTION:
            return TickList(field, tuple((str(o), option_label(field.name, str(o))) for o in field.options or ()))
        case FieldType.CURRENCY:
            return TickList(field, tuple((code, code) for code in currencies()))
        case FieldType.REFERENCE:
            return RowList(context, field, titles)
        case FieldType.SET if test in {Test.ANY_OF, Test.NONE_OF}:
            return WordList(field)
        case FieldType.DATE | FieldType.DATETIME:
            day = Field(name=field.name, type=FieldType.DATE)
            return Days(field, spans) if test is Test.DURING else OneValue(DateEditor(day))
        case FieldType.SET | FieldType.LONG_TEXT:
            return OneValue(LineEditor(Field(name=field.name)))
        case _:
            return OneValue(LineEditor(field))
