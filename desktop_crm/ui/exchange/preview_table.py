"""The table of rows: what each would become, and what changes in it. Rows are made when they are painted, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from desktop_crm.i18n import formats, tr
from desktop_crm.services.importing import Preview, PreviewRow, RowState
from desktop_crm.ui.exchange import words
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.cell import EMPTY, Cell
from desktop_crm.ui.widgets.cell_delegate import CELL_ROLE
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.plain_table import PlainTable
from desktop_crm.ui.widgets.segmented import SegmentedControl

Index = QModelIndex | QPersistentModelIndex
KEPT = 600
EVERYTHING = "all"
MOODS = {
    RowState.NEW: Mood.good,
    RowState.CHANGED: Mood.accent,
    RowState.UNCHANGED: Mood.neutral,
    RowState.REFUSED: Mood.bad,
}


class PreviewModel(QAbstractTableModel):
    """`show_rows(preview, state, path)`; keeps only the rows that were painted last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heads = (tr("Row"), tr("Result"), tr("Record"), tr("What changes"))
        self._preview: Preview | None = None
        self._places: Sequence[int] = ()
        self._rows: dict[int, PreviewRow] = {}

    def show_rows(self, preview: Preview | None, state: RowState | None, path: str | None) -> None:
        """Show the rows of a state, or all of a file."""
        self.beginResetModel()
        self._preview = preview
        self._places = preview.places(state, path) if preview is not None else ()
        self._rows.clear()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._places)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in _ROLES:
            return None
        cell = self.cell(index.row(), index.column())
        if role == CELL_ROLE:
            return cell
        return cell.text if role == Qt.ItemDataRole.DisplayRole else cell.exact or cell.text

    def row(self, at: int) -> PreviewRow:
        """The row that is shown there."""
        place = self._places[at]
        found = self._rows.get(place)
        if found is None:
            assert self._preview is not None
            if len(self._rows) > KEPT:
                self._rows.clear()
            found = self._rows[place] = self._preview.row(place)
        return found

    def cell(self, at: int, column: int) -> Cell:
        """What stands in a cell."""
        row = self.row(at)
        match column:
            case 0:
                return Cell(text=formats.number(row.number))
            case 1:
                return Cell(text=words.state_name(row.state), mood=MOODS[row.state])
            case 2:
                return Cell(text=row.title, strong=True) if row.title else EMPTY
            case _:
                text = words.changes_text(row)
                return Cell(text=text.replace("\n", " · "), exact=text)


_ROLES = frozenset(
    {
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.ToolTipRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
        CELL_ROLE,
    }
)


class PreviewTable(QWidget):
    """The rows with a choice of which ones. Signals: `filtered(state)` when the user takes another choice."""

    filtered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "clear")
        self.choice = SegmentedControl(((EVERYTHING, ""), *((state.value, "") for state in RowState)))
        self.choice.setAccessibleName(tr("Which rows are shown"))
        self.choice.chosen.connect(self._on_chosen)
        self.model = PreviewModel(self)
        self.table = PlainTable()
        self.table.setAccessibleName(tr("What becomes of each row"))
        self.table.setModel(self.model)
        for place, width in ((0, 72), (1, 108), (2, 190)):
            self.table.setColumnWidth(place, width)
        self.table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self._empty = label(tr("No such rows."), "body2")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.addWidget(self.choice)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self._empty, 1)
        box.addWidget(self.table, 1)
        self._preview: Preview | None = None
        self._path: str | None = None

    def show_preview(self, preview: Preview | None, path: str | None) -> None:
        """Show the rows of a file as a trial found them."""
        if preview is self._preview and path == self._path:
            return
        self._preview, self._path = preview, path
        counts = preview.counts(path) if preview is not None else {}
        self.choice.set_text(EVERYTHING, tr("All {n}", n=formats.number(sum(counts.values()))))
        for state in RowState:
            text = f"{words.state_title(state)} {formats.number(counts.get(state, 0))}"
            self.choice.set_text(state.value, text)
        self._fill()

    def _on_chosen(self, key: str) -> None:
        self._fill()
        self.filtered.emit(key)

    def _fill(self) -> None:
        key = self.choice.current()
        state = None if key == EVERYTHING else RowState(key)
        self.model.show_rows(self._preview, state, self._path)
        empty = self.model.rowCount() == 0
        self._empty.setVisible(empty)
        self.table.setVisible(not empty)
