"""What a line or a section holds beside its cells: note, discount, cost, tax, option, term. Several chosen rows are changed together.

A field that differs among the chosen rows is shown empty and is written only when one types into it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.draft import LOOSE, QuoteLine, QuoteSection
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import field_label, option_label
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.quotes.typed import read_value
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.steady import SteadyComboBox

Part = QuoteLine | QuoteSection
LINE_FIELDS: Final = (
    "remark",
    "discount_percent",
    "discount_amount",
    "optional",
    "tax_class",
    "cost",
    "billing",
    "term_months",
    "starts_on",
    "ends_on",
    "ramp",
    "percent_of",
    "percent_of_section",
    "bundle_price",
    "indent",
)
SECTION_FIELDS: Final = (
    "parent_id",
    "discount_percent",
    "discount_amount",
    "optional",
    "hide_prices",
    "hide_lines",
)
_DIFFERS: Final = object()


@dataclass(frozen=True, slots=True)
class FormRow:
    """A field's control, and how it is filled and read. `read` gives None for what cannot be that field."""

    control: QWidget
    show: Callable[[Any], None]


class PartForm(QWidget):
    """The fields of one kind of part. Signals: `changed(field, value)`; `refused(text)` for what cannot be read."""

    changed = Signal(str, object)
    refused = Signal(str)

    def __init__(self, entity: str, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entity = entity
        self.rows: dict[str, FormRow] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setVerticalSpacing(6)
        for name in names:
            row = self._row(name)
            row.control.setAccessibleName(field_label(entity, name))
            self.rows[name] = row
            form.addRow(label(field_label(entity, name), "label"), row.control)

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Fill the form with what all these have in common."""
        for name, row in self.rows.items():
            values = [getattr(part, name) for part in parts]
            same = all(value == values[0] for value in values)
            row.show(values[0] if same else _DIFFERS)

    def _row(self, name: str) -> FormRow:
        field = REGISTRY[self._entity].field(name)
        if field.type is FieldType.BOOLEAN:
            return self._flag(name)
        if field.options is not None:
            choices: list[tuple[str, Any]] = [(option_label(name, one.value), one) for one in field.options]
            return self.choice(name, [("", None), *choices] if name == "bundle_price" else choices)
        if field.type is FieldType.REFERENCE:
            return self.choice(name, [("", None)])
        return self._text(name)

    def _flag(self, name: str) -> FormRow:
        box = QCheckBox()

        def show(value: Any) -> None:
            box.setTristate(value is _DIFFERS)
            if value is not _DIFFERS:
                box.setChecked(bool(value))

        def told(checked: bool) -> None:
            box.setTristate(False)
            self.changed.emit(name, checked)

        box.clicked.connect(told)
        return FormRow(control=box, show=show)

    def choice(self, name: str, choices: Sequence[tuple[str, Any]]) -> FormRow:
        """A row to choose one of a few."""
        box = SteadyComboBox()
        for text, value in choices:
            box.addItem(text, value)

        def show(value: Any) -> None:
            box.setCurrentIndex(-1 if value is _DIFFERS else box.findData(value))

        options = REGISTRY[self._entity].field(name).options

        def told(place: int) -> None:
            value = box.itemData(place)  # Qt gives back plain text for a member of an enum
            self.changed.emit(name, value if options is None or value is None else options(value))

        box.activated.connect(told)
        return FormRow(control=box, show=show)

    def _text(self, name: str) -> FormRow:
        line = QLineEdit()

        def show(value: Any) -> None:
            if line.hasFocus() and line.isModified():
                return
            differs = value is _DIFFERS
            line.setPlaceholderText(tr("several values") if differs else "")
            line.setText("" if differs else written(value))
            line.setModified(False)

        def told() -> None:
            if not line.isModified():
                return
            line.setModified(False)
            value = read_part(self._entity, name, line.text())
            if value is _DIFFERS:
                self.refused.emit(line.text())
            else:
                self.changed.emit(name, value)

        line.editingFinished.connect(told)
        return FormRow(control=line, show=show)


class LinePanel(QWidget):
    """Follows what is chosen in the grid. Signals: `told(text)`; `options_wanted(line)`: other options of that bundle."""

    told = Signal(str)
    options_wanted = Signal(object)

    def __init__(self, editor: QuoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._ids: tuple[RowId, ...] = ()
        self.title = label("", "section", wrap=True)
        self.hint = label(tr("Choose lines or a heading to see what they hold."), "hint", wrap=True)
        self.lines = PartForm("quote_line", LINE_FIELDS)
        self.sections = PartForm("quote_section", SECTION_FIELDS)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 4, 0)
        box.setSpacing(10)
        self.options = button(tr("Options of the bundle…"), self._on_options, kind="small")
        self.options.hide()
        for part in (self.title, self.hint, self.options, self.lines, self.sections):
            box.addWidget(part)
        box.addStretch(1)
        for form, change in ((self.lines, edits.change_lines), (self.sections, edits.change_sections)):
            form.changed.connect(partial(self._on_changed, change))
            form.refused.connect(self._on_refused)
        editor.drafted.connect(self.refresh)
        editor.opened.connect(self.refresh)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def show_rows(self, ids: Sequence[RowId]) -> None:
        """The rows that are chosen now."""
        self._ids = tuple(ids)
        self.refresh()

    def refresh(self) -> None:
        """Show what the chosen rows hold: lines where there are any, else sections."""
        if not self.isVisible():
            return
        draft = self._editor.draft
        wanted = set(self._ids)
        lines = [line for line in draft.lines() if line.id in wanted] if draft is not None else []
        sections = [one for one in draft.sections if one.id in wanted and one.id != LOOSE] if draft is not None else []
        self.lines.setVisible(bool(lines))
        self.sections.setVisible(bool(sections) and not lines)
        self.hint.setVisible(not lines and not sections)
        self.options.setVisible(len(lines) == 1 and lines[0].bundle_price is not None)
        self.setEnabled(self._editor.may_edit)
        if lines:
            several = ntr("{n} line", "{n} lines", len(lines))
            self.title.setText(lines[0].name if len(lines) == 1 else several)
            self.lines.show_parts(lines)
        elif sections:
            several = ntr("{n} section", "{n} sections", len(sections))
            self.title.setText(sections[0].name if len(sections) == 1 else several)
            self._offer_heads(wanted)
            self.sections.show_parts(sections)
        else:
            self.title.setText("")

    def _on_options(self) -> None:
        draft = self._editor.draft
        line = edits.find_line(draft, self._ids[0]) if draft is not None and len(self._ids) == 1 else None
        if line is not None and self._editor.may_edit:
            self.options_wanted.emit(line)

    def _offer_heads(self, chosen: set[RowId]) -> None:
        """The sections that may stand above the chosen ones: none that stands below them."""
        draft, box = self._editor.draft, self.sections.rows["parent_id"].control
        if draft is None or not isinstance(box, QComboBox):
            return
        box.clear()
        box.addItem("", None)
        for section in draft.sections:
            if section.id != LOOSE and not _is_below(draft.sections, section, chosen):
                box.addItem(section.name, section.id)

    def _on_changed(self, change: Callable[..., Any], field: str, value: object) -> None:
        draft = self._editor.draft
        if draft is not None:
            text = tr("Line changed") if change is edits.change_lines else tr("Section changed")
            self._editor.edit(text, change(draft, self._ids, **{field: value}))

    def _on_refused(self, text: str) -> None:
        self.told.emit(tr("“{text}” cannot stand here: the old value stays", text=text[:40]))
        self.refresh()


def _is_below(sections: Sequence[QuoteSection], section: QuoteSection, chosen: set[RowId]) -> bool:
    above = {one.id: one.parent_id for one in sections}
    seen: set[RowId] = set()
    here: RowId | None = section.id
    while here is not None and here not in seen:
        if here in chosen:
            return True
        seen.add(here)
        here = above.get(here)
    return False


def written(value: Any) -> str:
    """A value as it is typed."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(formats.quantity(one) for one in value)
    if isinstance(value, date):
        return value.isoformat()
    return formats.quantity(value) if isinstance(value, Decimal) else str(value)


def read_part(entity: str, name: str, text: str) -> Any:
    """What was typed, as the field holds it; `_DIFFERS` for what cannot be that field."""
    kind, bare = REGISTRY[entity].field(name).type, text.strip()
    if name == "ramp":
        found = [read_value("unit_price", part) for part in bare.split(";") if part.strip()]
        return tuple(found) if all(isinstance(one, Decimal) and one >= 0 for one in found) else _DIFFERS
    if kind is FieldType.DATE:
        try:
            return date.fromisoformat(bare) if bare else None
        except ValueError:
            return _DIFFERS
    if kind is FieldType.INTEGER:
        most = 6 if name == "indent" else 1200
        if not bare:
            return 0 if name == "indent" else None
        return int(bare) if bare.isdecimal() and int(bare) <= most else _DIFFERS
    if kind is FieldType.DECIMAL:
        if name == "cost" and not bare:
            return None
        value = read_value("discount_percent" if name == "discount_percent" else "unit_price", bare)
        return value if isinstance(value, Decimal) else _DIFFERS
    return bare
