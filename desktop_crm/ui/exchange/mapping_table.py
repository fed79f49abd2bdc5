"""The table of a file's columns: name, first value, the field it goes into, how that came about, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.domain.schema.fields import OWN_FIELD_PREFIX
from desktop_crm.exchange.dates import DateOrder
from desktop_crm.i18n import tr
from desktop_crm.services.importing import ColumnPlan, FilePlan
from desktop_crm.services.importing.beside import is_beside
from desktop_crm.services.importing.kinds import FAMILY_NAME, GIVEN_NAME, OUTSIDE_KEY, PERSONS, ROW_ID
from desktop_crm.services.importing.recognising import own_field
from desktop_crm.ui.exchange import words
from desktop_crm.ui.exchange.combos import ChoiceBox
from desktop_crm.ui.runtime.shared_settings import currencies
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.pill import Pill

ROW_HEIGHT = 40
AT_FIRST, AT_ONCE = 6, 2
"""Columns whose controls are made at once, and in each later turn of the event loop: the window does not wait for all of a wide file."""
OTHER = "currency:"
_CLOSED = frozenset({FieldType.OPTION, FieldType.BOOLEAN})
_WORDED = frozenset(
    {FieldType.TEXT, FieldType.OPTION, FieldType.BOOLEAN, FieldType.REFERENCE, FieldType.CURRENCY, FieldType.SET}
)
_HIDDEN = frozenset({FieldType.ORDER_KEY})


class MappingTable(QTableWidget):
    """Signals: `values_asked(column)`; `chosen(column, choice)`; a choice is a field name, None, or `{"scale": …}`, `{"date_order": …}`."""

    chosen = Signal(str, object)
    values_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 5, parent)
        self.setHorizontalHeaderLabels([tr("Column"), tr("First value"), tr("Field"), "", tr("Read as")])
        self.setAccessibleName(tr("Columns of the file and our fields"))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionsClickable(False)
        for place, mode in enumerate((3, 3, 1, 3, 3)):
            head.setSectionResizeMode(
                place, QHeaderView.ResizeMode.Stretch if mode == 1 else QHeaderView.ResizeMode.Interactive
            )
        for place, width in ((0, 132), (1, 110), (3, 108), (4, 168)):
            self.setColumnWidth(place, width)
        self._file: FilePlan | None = None
        self._coming: list[Callable[[], None]] = []
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._make_more)
        self._shown: tuple[FilePlan, dict[str, int], str] | None = None

    def show_file(self, file: FilePlan, opened: Mapping[str, int], currency: str) -> None:
        """Show the columns of a file; `opened` counts, by field, the rows whose name was not found."""
        wanted = (file, dict(opened), currency)
        if wanted == self._shown:
            return
        self._shown = wanted
        bar = self.verticalScrollBar()
        place = bar.value() if self._file is not None and self._file.path == file.path else 0
        made = range(self.rowCount() - len(self._coming))
        focused = next((row for row in made if self._box(row, 2).hasFocus()), None)
        self._file = file
        self.setRowCount(0)
        self.setRowCount(len(file.columns))
        self._coming = [
            partial(self._show, row, file, column, opened.get(column.field or "", 0), currency)
            for row, column in enumerate(file.columns)
        ]
        self._turn.start()
        self._make(max(AT_FIRST, 0 if focused is None else focused + 1))
        bar.setValue(place)
        if focused is not None and focused < self.rowCount():
            self._box(focused, 2).setFocus()

    def _make(self, count: int) -> None:
        """The controls of the next columns."""
        now, self._coming = self._coming[:count], self._coming[count:]
        for make in now:
            make()
        if not self._coming:
            self._turn.stop()

    @Slot()
    def _make_more(self) -> None:
        self._make(AT_ONCE)

    def box(self, column: str) -> ChoiceBox:
        """The choice of a column's field."""
        assert self._file is not None
        self._make(len(self._coming))
        row = next(at for at, one in enumerate(self._file.columns) if one.column == column)
        return self._box(row, 2)

    def _box(self, row: int, place: int) -> ChoiceBox:
        holder = self.cellWidget(row, place)
        found = holder.findChild(ChoiceBox)
        assert isinstance(found, ChoiceBox)
        return found

    def _show(self, row: int, file: FilePlan, column: ColumnPlan, opened: int, currency: str) -> None:
        name = QTableWidgetItem(column.column)
        font = name.font()
        font.setBold(True)
        name.setFont(font)
        name.setToolTip(column.column)
        sample = QTableWidgetItem(", ".join(column.profile.samples[:1]).replace("\n", " "))
        sample.setToolTip("\n".join(column.profile.samples))
        self.setItem(row, 0, name)
        self.setItem(row, 1, sample)
        assert file.entity is not None
        fields = ChoiceBox(
            _choices(file, column),
            column.field,
            partial(self._on_chosen, column.column),
            tr("Field for the column “{column}”", column=column.column),
        )
        self.setCellWidget(row, 2, _held(fields))
        text, mood, reason = words.column_pill(column, opened, file.entity, currency)
        pill = Pill(text, mood)
        pill.setToolTip(reason)
        pill.setAccessibleName(f"{column.column}: {text}. {reason}")
        self.setCellWidget(row, 3, _held(pill, stretch=True))
        beside = (self._label(file, column), self._reading(file.entity, column, currency))
        shown = [widget for widget in beside if widget is not None]
        if shown:
            self.setCellWidget(row, 4, _held(*shown))

    def _label(self, file: FilePlan, column: ColumnPlan) -> QLineEdit | None:
        """What a field that this import makes is to be called."""
        name = column.field or ""
        if not name.startswith(OWN_FIELD_PREFIX) or (file.entity, name) in file.own:
            return None
        line = QLineEdit(column.label or column.column)
        line.setObjectName(f"label:{column.column}")
        line.setAccessibleName(tr("What the new field for “{column}” is called", column=column.column))
        line.setToolTip(line.accessibleName())
        line.editingFinished.connect(partial(self._on_label, column.column, line))
        return line

    def _reading(self, entity: str, column: ColumnPlan, currency: str) -> QWidget | None:
        """How values are read, where there is a choice: the order of a date, the unit of an amount, few values one by one."""
        if column.field is None:
            return None
        kind = REGISTRY[entity].field(column.field).type
        name = tr("How “{column}” is read", column=column.column)
        if kind is FieldType.MONEY:
            shown = column.currency or currency
            units = [(unit, words.scale_name(unit, shown)) for unit in words.SCALES]
            others = [(f"{OTHER}{code}", code) for code in currencies() if code != shown]
            current = format(column.scale.normalize(), "f") if column.scale != Decimal(1) else "1"
            return ChoiceBox([*units, *others], current, partial(self._on_unit, column.column), name)
        if kind in {FieldType.DATE, FieldType.DATETIME} and column.profile.dates is not None:
            orders = [(order.value, words.order_name(order)) for order in DateOrder]
            current = (column.date_order or DateOrder.YMD).value
            return ChoiceBox(orders, current, partial(self._on_read, column.column, "date_order"), name)
        repeats = column.profile.distinct < column.profile.filled or kind in _CLOSED
        if kind in _WORDED and column.profile.choices and repeats and column.field != REGISTRY[entity].title:
            said = tr("{n} values read anew", n=len(column.values)) if column.values else tr("Values…")
            made = button(said, partial(self.values_asked.emit, column.column), kind="link", tip=name)
            made.setObjectName(f"values:{column.column}")
            return made
        return None

    def _on_chosen(self, column: str, field: str | None) -> None:
        self.chosen.emit(column, field)

    def _on_unit(self, column: str, value: str) -> None:
        if value.startswith(OTHER):
            self.chosen.emit(column, {"currency": value.removeprefix(OTHER)})
        else:
            self.chosen.emit(column, {"scale": value})

    def _on_label(self, column: str, line: QLineEdit) -> None:
        assert self._file is not None
        said = line.text().strip()
        if said != (self._file.column(column).label or column):
            self.chosen.emit(column, {"label": "" if said == column else said})

    def _on_read(self, column: str, aspect: str, value: str) -> None:
        self.chosen.emit(column, {aspect: value})


def _choices(file: FilePlan, column: ColumnPlan) -> list[tuple[Any, str]]:
    """The fields of the kind, those of one's own, a new field, and leaving the column out."""
    entity = file.entity or ""
    names = [field.name for field in REGISTRY[entity].fields if field.type not in _HIDDEN]
    if entity in PERSONS:
        names[1:1] = [GIVEN_NAME, FAMILY_NAME]
    present = column.field or ""
    extra = [name for of, name in file.own if of == entity]
    extra += [present] if present in {ROW_ID, OUTSIDE_KEY} or is_beside(entity, present) else []
    choices: list[tuple[Any, str]] = [(name, words.target_name(entity, name)) for name in (*names, *extra)]
    own = (
        column.field if column.field and column.field not in {name for name, _ in choices} else own_field(column.column)
    )
    choices.append((own, tr("Make a new field: {name}", name=column.column)))
    choices.append((None, tr("Leave out")))
    return choices


def _held(*widgets: QWidget, stretch: bool = False) -> QWidget:
    holder = QWidget()
    holder.setProperty("role", "clear")
    box = QHBoxLayout(holder)
    box.setContentsMargins(4, 0, 4, 0)
    for widget in widgets:
        box.addWidget(widget)
    if stretch:
        box.addStretch(1)
    return holder
