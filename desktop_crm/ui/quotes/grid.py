"""The grid of lines: keyboard first. Type to edit, Tab and Enter go on, Delete takes rows away, Alt+arrows and the mouse move them.

It turns gestures into new drafts and hands them to the editor; it holds no quote of its own.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from desktop_crm.domain.money import ZERO
from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.foundation.ids import RowId, new_row_id
from desktop_crm.i18n import ntr, tr
from desktop_crm.ui.quotes import picked
from desktop_crm.ui.quotes.delegate import LineDelegate, Step
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.quotes.model import FIELDS, Column, GridRow, Kind, LinesModel
from desktop_crm.ui.quotes.row_acts import RowActs
from desktop_crm.ui.quotes.typed import read_number, read_value
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme.tokens import ROW_HEIGHT

if TYPE_CHECKING:
    from desktop_crm.services.quotes import ProductChoice

_WIDTHS = {
    Column.NUMBER: 48,
    Column.SPEC: 116,
    Column.UNIT: 56,
    Column.QUANTITY: 68,
    Column.UNIT_PRICE: 104,
    Column.DISCOUNT: 76,
    Column.AMOUNT: 124,
}
_WIDEST = 320
_NARROW = 700
PAUSE_MS = 700
INSERT_KEYS, UP_KEYS, DOWN_KEYS, DELETE_KEYS = "Ctrl+Return", "Alt+Up", "Alt+Down", "Del"
_ORDER = (Column.NAME, Column.SPEC, Column.UNIT, Column.QUANTITY, Column.UNIT_PRICE, Column.DISCOUNT)


class LineGrid(QTableView):
    """Shows the editor's draft. Signals: `told(text)`: a word to the user about what was typed or chosen."""

    told = Signal(str)

    def __init__(self, context: UiContext, editor: QuoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.picks = picked.Picks(context, editor, self)
        self.picks.told.connect(self.told)
        self.acts = RowActs(context, editor, self, self)
        self.acts.told.connect(self.told)
        self._spanned = 0
        self._fresh: RowId | None = None
        self._typing: tuple[QuoteLine, QuoteLine] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._keep_typed)
        self.lines = LinesModel(self)
        self.setModel(self.lines)
        self.delegate = LineDelegate(context, self)
        self.setItemDelegate(self.delegate)
        _dress(self)
        self.lines.edited.connect(self._on_edited)
        self.delegate.typed.connect(self._on_typed)
        self.delegate.stepped.connect(self._on_stepped)
        self.delegate.picked.connect(self._on_picked)
        self.delegate.refused.connect(self._on_refused)
        self.delegate.begun.connect(editor.hold)
        self.delegate.ended.connect(editor.release)
        self.delegate.closeEditor.connect(self._on_closed)
        editor.drafted.connect(self.refresh)
        editor.opened.connect(self._on_opened)
        self.customContextMenuRequested.connect(self._on_menu)

    def refresh(self) -> None:
        """Show what the editor holds."""
        draft = self._editor.draft
        self.delegate.currency = draft.currency if draft is not None else ""
        self.delegate.price_book_id = draft.price_book_id if draft is not None else None
        self.delegate.account_id = draft.account_id if draft is not None else None
        self.lines.show_draft(self._editor.draft, self._editor.amounts, may_edit=self._editor.may_edit)
        self._span()

    def _on_opened(self) -> None:
        """Another quote: one can type into the row for a new line at once, when it is in sight."""
        self.refresh()
        place = self.lines.rowCount() - 1
        in_sight = place == 0 or (place + 1) * ROW_HEIGHT <= self.viewport().height()
        if self._editor.may_edit and in_sight:
            self.setCurrentIndex(self.lines.index(place, Column.NAME))

    def chosen_ids(self) -> frozenset[RowId]:
        """The rows that are chosen: lines and headings."""
        rows = (self.lines.row(index.row()) for index in self.selectionModel().selectedRows())
        return frozenset(row.id for row in rows if row is not None and row.kind is not Kind.NEW)

    def current_row(self) -> GridRow | None:
        return self.lines.row(self.currentIndex().row())

    def select(self, row_id: RowId, column: Column = Column.NAME, *, typing: bool = False) -> None:
        """Make a cell current, and open it for typing."""
        place = self.lines.place_of(row_id)
        if place >= 0:
            index = self.lines.index(place, column)
            self.setCurrentIndex(index)
            self.scrollTo(index)
            if typing:
                self.edit(index)

    def add_section(self) -> None:
        """A new heading below the section of the current row, open for its name."""
        draft = self._editor.draft
        if draft is None or not self._editor.may_edit:
            return
        row = self.current_row()
        after = row.id if row is not None and row.kind is not Kind.NEW else None
        section = QuoteSection(id=new_row_id(), name=tr("New section"))
        self._editor.edit(tr("Section added"), edits.add_section(draft, section, after))
        self.select(section.id, typing=True)

    def begin_line(self) -> None:
        """Go to the row for a new line and open it."""
        place = self.lines.rowCount() - 1
        if place >= 0 and self._editor.may_edit:
            index = self.lines.index(place, Column.NAME)
            self.setCurrentIndex(index)
            self.scrollTo(index)
            self.edit(index)

    def insert_line(self) -> None:
        """An empty line below the current row, open for its name."""
        draft = self._editor.draft
        row = self.current_row()
        if draft is None or row is None or row.kind is Kind.NEW or not self._editor.may_edit:
            self.begin_line()
            return
        line = _empty_line()
        self._editor.edit(tr("Line added"), edits.add_line(draft, line, row.id))
        self.select(line.id, typing=True)

    def remove_rows(self) -> None:
        """Take the chosen rows away; it can be undone."""
        draft = self._editor.draft
        ids = self.chosen_ids()
        if draft is None or not ids or not self._editor.may_edit:
            return
        place = self.currentIndex().row()
        text = ntr("{n} line deleted", "{n} lines deleted", len(ids))
        self._editor.edit(text, edits.remove(draft, ids))
        last = max(min(place, self.lines.rowCount() - 1), 0)
        self.setCurrentIndex(self.lines.index(last, Column.NAME))

    def move_row(self, step: int) -> None:
        """Move the current row (a heading with its lines) one place up or down."""
        draft, row = self._editor.draft, self.current_row()
        if draft is None or row is None or row.kind is Kind.NEW or not self._editor.may_edit:
            return
        if row.kind is Kind.HEAD:
            heads = [section.id for section in draft.sections if section.id == row.id or section.name or section.lines]
            heads = [head for head in heads if head]
            place = heads.index(row.id) + (step if step < 0 else step + 1)
            before = heads[place] if 0 <= place < len(heads) else None
            if place >= 0:
                self._move(draft, row, before)
            return
        ids = edits.row_ids(draft)
        place = ids.index(row.id) + (step if step < 0 else step + 1)
        if place >= 0:
            self._move(draft, row, ids[place] if place < len(ids) else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        editing = self.state() == QAbstractItemView.State.EditingState
        if editing:
            super().keyPressEvent(event)
        elif modifiers & Qt.KeyboardModifier.AltModifier and key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.move_row(-1 if key is Qt.Key.Key_Up else 1)
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.remove_rows()
        elif key is Qt.Key.Key_Insert or (
            key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and modifiers & Qt.KeyboardModifier.ControlModifier
        ):
            self.insert_line()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2}:
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        draft, row = self._editor.draft, self.current_row()
        point = event.position().toPoint()
        target = self.lines.row(_drop_place(self, point))
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if draft is not None and row is not None and row.kind is not Kind.NEW and self._editor.may_edit:
            self._move(draft, row, None if target is None or target.kind is Kind.NEW else target.id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setColumnHidden(Column.SPEC, self.width() < _NARROW)

    def _move(self, draft: QuoteDraft, row: GridRow, before: RowId | None) -> None:
        column = Column(max(self.currentIndex().column(), int(Column.NAME)))
        if row.kind is Kind.HEAD:
            self._editor.edit(tr("Section moved"), edits.move_section(draft, row.id, before))
        else:
            self._editor.edit(tr("Line moved"), edits.move_line(draft, row.id, before))
        self.select(row.id, column)

    def _on_typed(self, place: int, at: int, text: str) -> None:
        draft, row = self._editor.draft, self.lines.row(place)
        if draft is None or row is None or row.line is None:
            return
        column = Column(at)
        value = read_value(FIELDS[column], text)
        before = self._typing[0] if self._typing is not None and self._typing[0].id == row.line.id else row.line
        line = before if value is None else _with(row.line, {FIELDS[column]: value})
        self._editor.preview(edits.set_line(draft, line))
        self._typing = (before, line)
        self._pause.start()

    def _keep_typed(self) -> None:
        """Save what stands in an open cell after a pause in typing, so that nothing typed is lost."""
        draft = self._editor.draft
        if draft is not None and self._typing is not None:
            self._editor.edit(tr("Line changed"), edits.set_line(draft, self._typing[1]))

    def _on_closed(self, _editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """The cell is closed; Escape takes back what was saved while it was open."""
        self._pause.stop()
        typing, self._typing = self._typing, None
        draft = self._editor.draft
        if hint is QAbstractItemDelegate.EndEditHint.RevertModelCache and typing is not None and draft is not None:
            self._editor.edit(tr("Line changed"), edits.set_line(draft, typing[0]))

    def _on_edited(self, row: GridRow, column: int, text: str) -> None:
        draft = self._editor.draft
        if draft is None:
            return
        if row.kind is Kind.HEAD:
            self._editor.edit(tr("Section renamed"), edits.rename_section(draft, row.id, text.strip()))
        elif row.kind is Kind.NEW:
            if text.strip():
                self._add(draft, _with(_empty_line(), {"name": text.strip()}))
        elif row.line is not None:
            value = read_value(FIELDS[Column(column)], text)
            line = edits.find_line(draft, row.id)
            if value is None:
                self._on_refused(FIELDS[Column(column)], text)
            elif line is not None:
                changed = _with(line, {FIELDS[Column(column)]: value})
                self._editor.edit(tr("Line changed"), edits.set_line(draft, changed))
            self._editor.preview(self._editor.draft or draft)

    def _on_refused(self, field: str, text: str) -> None:
        """Say why a figure was not taken; what stood in the cell before the typing stands again."""
        draft = self._editor.draft
        if draft is not None and self._typing is not None:
            self._pause.stop()
            self._editor.edit(tr("Line changed"), edits.set_line(draft, self._typing[0]))
        if field == "discount_percent" and read_number(text) is not None:
            self.told.emit(tr("A discount lies between 0% and 100%: the old value stays"))
        else:
            self.told.emit(tr("“{text}” is not a number that can stand here: the old value stays", text=text[:40]))

    def _on_picked(self, place: int, product: ProductChoice) -> None:
        draft, row = self._editor.draft, self.lines.row(place)
        if draft is None or row is None:
            return
        line = self.picks.line(row.line or _empty_line(), product, draft)
        if row.kind is Kind.NEW:
            self._add(draft, line)
            self._on_stepped(Step.NEXT)
        elif row.line is not None:
            self._editor.edit(tr("Line changed"), edits.set_line(draft, line))
            self.select(row.id, Column.QUANTITY, typing=True)
        self.picks.bring_parts(line)

    def _add(self, draft: QuoteDraft, line: QuoteLine) -> None:
        self._editor.edit(tr("Line added"), edits.add_line(draft, line))
        self._fresh = line.id

    def _on_stepped(self, step: Step) -> None:
        """Go on to the next cell that can be typed in, and open it; after a new line to its quantity."""
        if self._fresh is not None:
            fresh, self._fresh = self._fresh, None
            self.select(fresh, Column.QUANTITY, typing=True)
            return
        index = self.currentIndex()
        row, column = index.row(), Column(index.column())
        if step in {Step.DOWN, Step.UP}:
            row += 1 if step is Step.DOWN else -1
        else:
            row, column = self._beside(row, column, 1 if step is Step.NEXT else -1)
        target = self.lines.row(row)
        if target is None:
            self.setFocus()
            return
        if target.kind is not Kind.LINE:
            column = Column.NAME
        place = self.lines.index(row, column)
        self.selectionModel().setCurrentIndex(
            place, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        )
        self.scrollTo(place)
        self.edit(place)

    def _beside(self, row: int, column: Column, step: int) -> tuple[int, Column]:
        order = [one for one in _ORDER if not self.isColumnHidden(one)]
        here = self.lines.row(row)
        place = order.index(column) if column in order else 0
        if here is not None and here.kind is Kind.LINE and 0 <= place + step < len(order):
            return row, order[place + step]
        return row + step, order[0] if step > 0 else order[-1]

    def _on_menu(self, point: QPoint) -> None:
        if not self._editor.may_edit:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Insert a line below"), INSERT_KEYS, self.insert_line)
        menu.addAction(tr("Add a section"), self.add_section)
        menu.addSeparator()
        menu.addAction(tr("Move up"), UP_KEYS, partial(self.move_row, -1))
        menu.addAction(tr("Move down"), DOWN_KEYS, partial(self.move_row, 1))
        menu.addSeparator()
        menu.addAction(tr("Delete"), DELETE_KEYS, self.remove_rows)
        menu.addSeparator()
        menu.addActions(self.actions())
        menu.popup(self.viewport().mapToGlobal(point))

    def _span(self) -> None:
        """Headings and the row for a new line run over the columns they leave empty; laid anew, the whole table is painted."""
        if self._spanned != self.lines.laid:
            self._spanned = self.lines.laid
            self.clearSpans()
            for place in self.lines.wide_places():
                self.setSpan(place, Column.NAME, 1, Column.AMOUNT - Column.NAME)


def _drop_place(grid: QTableView, point: QPoint) -> int:
    """The row above which something let go here comes to stand."""
    index = grid.indexAt(point)
    if not index.isValid():
        return -1
    lower = point.y() > grid.visualRect(index).center().y()
    return index.row() + (1 if lower else 0)


def _empty_line() -> QuoteLine:
    return QuoteLine(id=new_row_id(), name="", quantity=Decimal(1), unit_price=ZERO)


def _with(line: QuoteLine, fields: dict[str, Any]) -> QuoteLine:
    return replace(line.renamed(fields.get("name", line.name)), **fields)


def _widen(grid: LineGrid, column: int, width: int) -> None:
    """A figure does not fit: its column takes the room from the names."""
    if grid.columnWidth(column) < min(width, _WIDEST):
        grid.setColumnWidth(column, min(width, _WIDEST))


def _dress(table: LineGrid) -> None:
    table.setObjectName("lines")
    table.setAccessibleName(tr("Lines of the quote"))
    table.setShowGrid(False)
    table.setMouseTracking(True)
    table.setWordWrap(False)
    table.setTabKeyNavigation(True)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setEditTriggers(
        QAbstractItemView.EditTrigger.AnyKeyPressed
        | QAbstractItemView.EditTrigger.DoubleClicked
        | QAbstractItemView.EditTrigger.EditKeyPressed
        | QAbstractItemView.EditTrigger.SelectedClicked
    )
    table.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
    table.setDragDropOverwriteMode(False)
    table.setDropIndicatorShown(True)
    table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    head = table.horizontalHeader()
    head.setHighlightSections(False)
    head.setMinimumSectionSize(40)
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.delegate.cramped.connect(partial(_widen, table), Qt.ConnectionType.QueuedConnection)
    for column, width in _WIDTHS.items():
        table.setColumnWidth(column, width)
    head.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
