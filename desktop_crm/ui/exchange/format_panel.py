"""How a file is read: encoding, delimiter, quotes or sheet, header and rows to skip, each with the reason for it; all changeable."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from desktop_crm.exchange.table_format import DELIMITERS, ENCODINGS, QUOTES, Aspect, CsvFormat, SheetFormat, TableFormat
from desktop_crm.i18n import tr
from desktop_crm.services.importing import FilePlan, evidence_text
from desktop_crm.ui.exchange import words
from desktop_crm.ui.exchange.combos import ChoiceBox
from desktop_crm.ui.widgets.buttons import tell
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label
from desktop_crm.ui.widgets.steady import SteadySpinBox

BOX_WIDTH = 190


class FormatPanel(Card):
    """Signals: `format_chosen(TableFormat)` when the user changed something."""

    format_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, sunken=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(2, 1)
        self.add(self._grid)
        self._format: TableFormat = CsvFormat()
        self._reasons: dict[Aspect, str] = {}

    def show_file(self, file: FilePlan) -> None:
        """Show the format of a file."""
        assert file.format is not None
        self._format = file.format
        self._reasons = {one.aspect: evidence_text(one) for one in file.evidence}
        clear(self._grid)
        if isinstance(file.format, CsvFormat):
            self._show_text(file.format)
        else:
            self._show_sheet(file.format)

    def _show_text(self, form: CsvFormat) -> None:
        self._choice(
            0, tr("Encoding"), _with(ENCODINGS, form.encoding), words.encoding_name, "encoding", Aspect.ENCODING
        )
        self._choice(
            1, tr("Delimiter"), _with(DELIMITERS, form.delimiter), words.delimiter_name, "delimiter", Aspect.DELIMITER
        )
        self._choice(2, tr("Quotation marks"), _with(QUOTES, form.quote), words.quote_name, "quote", Aspect.QUOTE)
        self._switch(3, tr("Header"), tr("The first row names the columns"), "header", Aspect.HEADER)
        self._count(4, tr("Skip rows"), tr("Rows to skip above the table"), "skip_rows", Aspect.PREAMBLE)
        self._switch(
            5, tr("Short rows"), tr("Missing cells at the end count as empty"), "pad_short_rows", Aspect.SHORT_ROWS
        )

    def _show_sheet(self, form: SheetFormat) -> None:
        self._choice(0, tr("Sheet"), form.sheets, str, "sheet", Aspect.SHEET)
        self._count(1, tr("Header rows"), tr("Rows that name the columns"), "header_rows", Aspect.HEADER)
        self._count(2, tr("Skip rows"), tr("Rows to skip above the table"), "skip_rows", Aspect.PREAMBLE)
        self._count(3, tr("Skip columns"), tr("Columns to skip before the table"), "skip_columns", Aspect.MERGED)

    def _switch(self, row: int, name: str, words_beside: str, field: str, aspect: Aspect) -> None:
        box = QCheckBox(words_beside)
        box.setChecked(getattr(self._format, field))
        box.toggled.connect(partial(self._change, field))
        self._line(row, name, box, aspect)

    def _count(self, row: int, name: str, told: str, field: str, aspect: Aspect) -> None:
        box = SteadySpinBox()
        box.setRange(0, 999)
        box.setValue(getattr(self._format, field))
        box.setKeyboardTracking(False)
        tell(box, told)
        box.valueChanged.connect(partial(self._change, field))
        self._line(row, name, box, aspect)

    def _choice(
        self, row: int, name: str, values: tuple[str, ...], worded: Callable[[str], str], field: str, aspect: Aspect
    ) -> None:
        choices = [(value, worded(value)) for value in values]
        box = ChoiceBox(choices, getattr(self._format, field), partial(self._change, field), name)
        box.setObjectName(field)
        self._line(row, name, box, aspect)

    def _line(self, row: int, name: str, control: QWidget, aspect: Aspect) -> None:
        if not isinstance(control, QCheckBox):
            control.setFixedWidth(BOX_WIDTH)
        self._grid.addWidget(label(name, "label"), row, 0)
        self._grid.addWidget(control, row, 1)
        self._grid.addWidget(ElidedLabel(self._reasons.get(aspect, ""), "hint"), row, 2)

    def _change(self, field: str, value: Any) -> None:
        choices = {field: value}
        if field == "encoding":
            choices["bom"] = False
        changed = self._format.changed(**choices)
        if changed != self._format:
            self.format_chosen.emit(changed)


def _with(known: tuple[str, ...], present: str) -> tuple[str, ...]:
    return known if present in known else (*known, present)
