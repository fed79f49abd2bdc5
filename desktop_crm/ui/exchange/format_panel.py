"""How a file is read: encoding, delimiter, quotes, header and rows to skip, each with the reason it was found for; all changeable."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QSpinBox, QWidget

from desktop_crm.exchange.csv_format import DELIMITERS, ENCODINGS, QUOTES, Aspect, CsvFormat
from desktop_crm.i18n import tr
from desktop_crm.services.importing import FilePlan
from desktop_crm.ui.exchange import words
from desktop_crm.ui.exchange.combos import ChoiceBox
from desktop_crm.ui.widgets.buttons import tell
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label

BOX_WIDTH = 190


class FormatPanel(Card):
    """Signals: `format_chosen(CsvFormat)` when the user changed something."""

    format_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, sunken=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(2, 1)
        self.add(self._grid)
        self._format = CsvFormat()
        self._reasons: dict[Aspect, str] = {}

    def show_file(self, file: FilePlan) -> None:
        """Show the format of a file."""
        assert file.format is not None
        self._format = file.format
        self._reasons = {one.aspect: words.evidence_text(one) for one in file.evidence}
        clear(self._grid)
        self._choice(
            0, tr("Encoding"), _with(ENCODINGS, file.format.encoding), words.encoding_name, "encoding", Aspect.ENCODING
        )
        self._choice(
            1,
            tr("Delimiter"),
            _with(DELIMITERS, file.format.delimiter),
            words.delimiter_name,
            "delimiter",
            Aspect.DELIMITER,
        )
        self._choice(
            2, tr("Quotation marks"), _with(QUOTES, file.format.quote), words.quote_name, "quote", Aspect.QUOTE
        )
        header = QCheckBox(tr("The first row names the columns"))
        header.setChecked(file.format.header)
        header.toggled.connect(partial(self._change, "header"))
        self._line(3, tr("Header"), header, Aspect.HEADER)
        skip = QSpinBox()
        skip.setRange(0, 999)
        skip.setValue(file.format.skip_rows)
        skip.setKeyboardTracking(False)
        tell(skip, tr("Rows to skip above the table"))
        skip.valueChanged.connect(partial(self._change, "skip_rows"))
        self._line(4, tr("Skip rows"), skip, Aspect.PREAMBLE)
        pad = QCheckBox(tr("Missing cells at the end count as empty"))
        pad.setChecked(file.format.pad_short_rows)
        pad.toggled.connect(partial(self._change, "pad_short_rows"))
        self._line(5, tr("Short rows"), pad, Aspect.SHORT_ROWS)

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
