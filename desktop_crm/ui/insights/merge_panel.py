"""Records side by side: which one stays, and which value of each field. Nothing is written here; the page merges.

Pressing a value takes it; sets and notes are joined until one of them is pressed. Fields of one unit (an address) go together.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.ui.theme import current, icon
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import clear, label

if TYPE_CHECKING:
    from desktop_crm.services.duplicates.sheet import Sheet, SheetRow

_LABEL_WIDTH = 128
_JOINED = -1
_WIDEST = 190
"""Pixels of a value before it is shortened: two records stand side by side without moving the sheet."""


class MergePanel(QWidget):
    """Signals: `merge_requested(survivor, others, fields)`, `dismiss_requested(ids)`, `open_requested(id)`."""

    merge_requested = Signal(str, object, object)
    dismiss_requested = Signal(object)
    open_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet: Sheet | None = None
        self._survivor = ""
        self._taken: dict[str, int] = {}
        self._cells: dict[str, list[QPushButton]] = {}
        self._radios: list[QRadioButton] = []
        self._group = QButtonGroup(self)
        self._check, self._unmarked = icon("check", current().accent), icon("check", current().line_strong)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._same = label("", "hint", wrap=True)
        self.merge = primary(tr("Merge into one"), self._merge, icon_name="link", shortcut="Ctrl+Return")
        self.dismiss = button(tr("Not the same"), self._dismiss)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._sheet_area(), 1)
        box.addWidget(self._foot())

    def _sheet_area(self) -> QScrollArea:
        card = Card()
        card.add(self._grid)
        card.add(self._same)
        inner = QWidget()
        inner.setProperty("role", "clear")
        around = QVBoxLayout(inner)
        around.setContentsMargins(16, 16, 16, 16)
        around.addWidget(card)
        around.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setAccessibleName(tr("Records side by side"))
        return area

    def _foot(self) -> QFrame:
        """What is pressed stays in sight however much there is to compare."""
        foot = QFrame()
        foot.setProperty("role", "header")
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(8)
        told = tr("Everything that belongs to the others comes along. It can be undone at any time.")
        row.addWidget(label(told, "hint", wrap=True), 1)
        row.addWidget(self.dismiss)
        row.addWidget(self.merge)
        return foot

    def show_sheet(self, sheet: Sheet) -> None:
        """Show records; the survivor and the values are proposed."""
        self._sheet, self._survivor = sheet, sheet.survivor
        self._taken = {}
        clear(self._grid)
        for radio in self._radios:
            self._group.removeButton(radio)
        self._radios, self._cells = [], {}
        self._grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        self._grid.addWidget(label(tr("Stays"), "label"), 0, 0, Qt.AlignmentFlag.AlignTop)
        for at, row_id in enumerate(sheet.ids):
            self._grid.addWidget(self._head(at, row_id), 0, at + 1)
            self._grid.setColumnStretch(at + 1, 1)
        differing = [row for row in sheet.rows if row.differs]
        for place, row in enumerate(differing, start=1):
            self._grid.addWidget(label(row.label, "label", wrap=True), place, 0)
            self._cells[row.field] = [self._cell(row, at, place) for at in range(len(sheet.ids))]
        same = [row.label for row in sheet.rows if not row.differs and row.texts[0]]
        self._same.setText(tr("The same on all: {fields}", fields=", ".join(same)) if same else "")
        self._same.setVisible(bool(same))
        self._settle()

    def sheet(self) -> Sheet | None:
        return self._sheet

    def survivor(self) -> str:
        return self._survivor

    def choose_survivor(self, row_id: str) -> None:
        """Let another record stay; values that nobody pressed follow."""
        self._survivor = row_id
        self._settle()

    def take(self, field: str, at: int) -> None:
        """Take a value; pressed again, a set or a note is joined again."""
        assert self._sheet is not None
        row = next(one for one in self._sheet.rows if one.field == field)
        again = row.joins and self._taken.get(field) == at
        for other in self._sheet.rows:
            if other.field == field or (row.unit and other.unit == row.unit):
                self._taken[other.field] = _JOINED if again else at
        self._settle()

    def values(self) -> dict[str, Any]:
        """What the one record will say."""
        assert self._sheet is not None
        return {row.field: _value(row, self._place(row)) for row in self._sheet.rows}

    def _head(self, at: int, row_id: str) -> QWidget:
        assert self._sheet is not None
        box = QWidget()
        box.setProperty("role", "clear")
        inner = QVBoxLayout(box)
        inner.setContentsMargins(0, 0, 0, 4)
        inner.setSpacing(2)
        name = self._sheet.names[at]
        radio = QRadioButton(self._short(name))
        radio.setToolTip(name)
        radio.setAccessibleName(tr("{name} stays", name=name))
        radio.clicked.connect(_Chosen(self.choose_survivor, row_id))
        self._group.addButton(radio)
        self._radios.append(radio)
        counted = [
            f"{entity_label(kind, plural=True)} {formats.number(n)}" for kind, n in self._sheet.belongs[at].items()
        ]
        inner.addWidget(radio)
        inner.addWidget(label(" · ".join(counted[:4]) or tr("Nothing belongs to it"), "hint", wrap=True))
        opened = button(
            tr("Open record"), partial(self.open_requested.emit, row_id), kind="link", tip=tr("Open {name}", name=name)
        )
        inner.addWidget(opened, 0, Qt.AlignmentFlag.AlignLeft)
        return box

    def _cell(self, row: SheetRow, at: int, place: int) -> QPushButton:
        text = row.texts[at]
        line = " ".join(text.split())
        shown = self._short(line) or "–"
        made = button(shown, partial(self.take, row.field, at), kind="choice", tip=f"{row.label}: {text or '–'}")
        made.setCheckable(True)
        made.setObjectName(f"{row.field}:{at}")
        self._grid.addWidget(made, place, at + 1)
        return made

    def _short(self, text: str) -> str:
        return QFontMetrics(self.font()).elidedText(text, Qt.TextElideMode.ElideRight, _WIDEST)

    def _place(self, row: SheetRow) -> int:
        """Which record's value is taken; `_JOINED` for all together."""
        assert self._sheet is not None
        if row.field in self._taken:
            return self._taken[row.field]
        mine = self._sheet.ids.index(self._survivor)
        if row.joins:
            return _JOINED
        unit = [one for one in self._sheet.rows if row.unit and one.unit == row.unit] or [row]
        order = [mine, *(at for at in range(len(self._sheet.ids)) if at != mine)]
        return next((at for at in order if any(one.texts[at] for one in unit)), mine)

    def _settle(self) -> None:
        assert self._sheet is not None
        for radio, row_id in zip(self._radios, self._sheet.ids, strict=True):
            radio.setChecked(row_id == self._survivor)
        for row in self._sheet.rows:
            place = self._place(row)
            for at, cell in enumerate(self._cells.get(row.field, ())):
                taken = place == at or (place == _JOINED and bool(row.texts[at]))
                cell.setChecked(taken)
                cell.setIcon(self._check if taken else self._unmarked)

    def _merge(self) -> None:
        if self._sheet is not None:
            others = tuple(one for one in self._sheet.ids if one != self._survivor)
            self.merge_requested.emit(self._survivor, others, self.values())

    def _dismiss(self) -> None:
        if self._sheet is not None:
            self.dismiss_requested.emit(self._sheet.ids)


class _Chosen:
    """Calls an act with a record's id, whatever state the button says it is in."""

    __slots__ = ("_act", "_row_id")

    def __init__(self, act: Callable[[str], None], row_id: str) -> None:
        self._act, self._row_id = act, row_id

    def __call__(self, _checked: bool = False) -> None:
        self._act(self._row_id)


def _value(row: SheetRow, place: int) -> Any:
    if place != _JOINED:
        return row.values[place]
    said = [value for value in row.values if value not in (None, "", (), [])]
    if said and isinstance(said[0], tuple | list):
        return tuple(sorted({element for value in said for element in value}))
    return "\n".join(dict.fromkeys(said)) or None
