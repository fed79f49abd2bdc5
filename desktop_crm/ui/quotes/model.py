"""The rows of the grid: headings, lines and the row for a new line. Thin over the frozen draft; edits are wishes, not writes.

A new draft changes only the cells that differ; rows that come or go are told as such, so that selection and scroll stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop_crm.documents.quote_document import line_discount, unit_price
from desktop_crm.domain.money import minor_digits
from desktop_crm.domain.quotes.draft import LOOSE, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pricing import PricedQuote
from desktop_crm.domain.quotes.rules import by_hand
from desktop_crm.domain.schema.options import Billing
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import formats, ptr, tr
from desktop_crm.ui.quotes import picked

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
MARK_ROLE: Final = ROW_ROLE + 1
NEW: Final = RowId("new")
_FEW_RUNS: Final = 20


class Kind(StrEnum):
    """What a row is."""

    HEAD = "head"
    LINE = "line"
    NEW = "new"


class Column(IntEnum):
    """The columns from left to right."""

    NUMBER = 0
    NAME = 1
    SPEC = 2
    UNIT = 3
    QUANTITY = 4
    UNIT_PRICE = 5
    DISCOUNT = 6
    AMOUNT = 7


FIGURES: Final = frozenset({Column.QUANTITY, Column.UNIT_PRICE, Column.DISCOUNT, Column.AMOUNT})
FIELDS: Final = {
    Column.NAME: "name",
    Column.SPEC: "spec",
    Column.UNIT: "unit",
    Column.QUANTITY: "quantity",
    Column.UNIT_PRICE: "unit_price",
    Column.DISCOUNT: "discount_percent",
}


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row. `number` counts headings and lines each by themselves; `amount` is the line's or the section's sum."""

    kind: Kind
    id: RowId
    number: int = 0
    amount: Decimal | None = None
    line: QuoteLine | None = None
    section: QuoteSection | None = None
    depth: int = 0
    inside: bool = False
    """A part of a bundle: its price is in the bundle's amount."""
    price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMark:
    """Why a line is marked: words about its price (`was`: what it was) and words about what it names; empty for none."""

    price: str = ""
    name: str = ""
    was: Decimal | None = None


class LinesModel(QAbstractTableModel):
    """Signals: `edited(row, column, text)` when the user finished a cell."""

    edited = Signal(object, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[GridRow] = []
        self.laid = 1
        """How often rows came, went or stood in another order."""
        self._currency = "KRW"
        self._may_edit = False
        self._draft: QuoteDraft | None = None
        self._marks: Mapping[RowId, LineMark] = {}

    def mark(self, marks: Mapping[RowId, LineMark]) -> None:
        """Mark these lines, and no others."""
        if marks != self._marks:
            self._marks = marks
            if self._rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(Column) - 1))

    def mark_of(self, row: GridRow, column: Column) -> str:
        """Why a cell is marked; empty where it is not."""
        mark = self._marks.get(row.id)
        if mark is None or column not in {Column.NAME, Column.UNIT_PRICE}:
            return ""
        return mark.name if column is Column.NAME else mark.price

    def show_draft(self, draft: QuoteDraft | None, amounts: PricedQuote | None, *, may_edit: bool) -> None:
        """Take a draft and its amounts."""
        self._draft = draft
        known = {row.id: row for row in self._rows}
        rows = [] if draft is None or amounts is None else rows_of(draft, amounts, with_new=may_edit, known=known)
        currency = draft.currency if draft is not None else self._currency
        if may_edit != self._may_edit or currency != self._currency:
            self.beginResetModel()
            self._rows, self._may_edit, self._currency = rows, may_edit, currency
            self.laid += 1
            self.endResetModel()
            return
        self._take(rows)

    def row(self, number: int) -> GridRow | None:
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def place_of(self, row_id: RowId) -> int:
        """The row's place, -1 when it is not there."""
        return next((place for place, row in enumerate(self._rows) if row.id == row_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        column = Column(index.column())
        if role == ROW_ROLE:
            return row
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self._shown(row, column)
        if role == Qt.ItemDataRole.EditRole:
            return written(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column in FIGURES else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == MARK_ROLE:
            return self.mark_of(row, column)
        if role == Qt.ItemDataRole.ToolTipRole and row.line is not None and column is Column.NAME:
            return " · ".join(filter(None, (self.mark_of(row, column), row.line.remark))) or None
        if role == Qt.ItemDataRole.ToolTipRole and self.mark_of(row, column):
            return self.mark_of(row, column)
        if role == Qt.ItemDataRole.ToolTipRole and row.line is not None and column is Column.UNIT_PRICE:
            return None if self._draft is None or by_hand(row.line) else picked.source(row.line, self._draft) or None
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.row(index.row())
        if row is None or role != Qt.ItemDataRole.EditRole:
            return False
        self.edited.emit(row, index.column(), str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return Qt.ItemFlag.ItemIsDropEnabled if self._may_edit else Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not self._may_edit:
            return flags
        if row.kind is not Kind.NEW:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        column = Column(index.column())
        if column is Column.NAME or (row.kind is Kind.LINE and column in FIELDS):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in FIGURES:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return _heads()[section] if role == Qt.ItemDataRole.DisplayRole else None

    def _shown(self, row: GridRow, column: Column) -> str:
        if row.kind is Kind.NEW:
            return tr("Add a product: name, code or initial consonants") if column is Column.NAME else ""
        if column is Column.AMOUNT:
            return "" if row.amount is None else plain_amount(row.amount, self._currency)
        if row.section is not None:
            return head_text(row.number, row.section) if column is Column.NAME else ""
        return self._shown_line(row, column)

    def _shown_line(self, row: GridRow, column: Column) -> str:
        line = row.line
        if line is None or column is Column.NUMBER:
            return "" if row.inside else str(row.number)
        if column is Column.QUANTITY:
            return formats.quantity(line.quantity)
        if column is Column.UNIT_PRICE:
            here = line.unit_price if row.price is None else row.price
            mark = self._marks.get(row.id)
            arrow = "" if mark is None or mark.was in {None, here} else "↑ " if here > (mark.was or 0) else "↓ "
            return arrow + per_period(plain_amount(here, self._currency), line.billing)
        if column is Column.NAME and self.mark_of(row, column):
            return f"{line.name}  ({self.mark_of(row, column)})"
        if column is Column.NAME and line.optional:
            return tr("{title} (optional)", title=line.name)
        if column is Column.DISCOUNT:
            return line_discount(line)
        return str(getattr(line, FIELDS[column]))

    def _take(self, rows: Sequence[GridRow]) -> None:
        """Go from the rows shown to these with as little noise as can be."""
        old, new = [row.id for row in self._rows], [row.id for row in rows]
        start, end = (0, 0) if old != new else (len(old), 0)
        while start < min(len(old), len(new)) and old[start] == new[start]:
            start += 1
        while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
            end += 1
        self.laid += old != new
        gone, come = len(old) - start - end, len(new) - start - end
        if gone:
            self.beginRemoveRows(QModelIndex(), start, start + gone - 1)
            del self._rows[start : start + gone]
            self.endRemoveRows()
        if come:
            self.beginInsertRows(QModelIndex(), start, start + come - 1)
            self._rows[start:start] = rows[start : start + come]
            self.endInsertRows()
        shown, self._rows = self._rows, list(rows)
        differing = [place for place, row in enumerate(rows) if row is not shown[place] and row != shown[place]]
        for first, last in _runs(differing):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    def wide_places(self) -> list[int]:
        """The places of headings and of the row for a new line, which run over several columns."""
        return [place for place, row in enumerate(self._rows) if row.kind is not Kind.LINE]


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Places next to one another as first and last; one span over all where there are many."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs if len(runs) <= _FEW_RUNS else [(places[0], places[-1])]


def rows_of(
    draft: QuoteDraft,
    amounts: PricedQuote,
    *,
    with_new: bool,
    known: Mapping[RowId, GridRow] = MappingProxyType({}),
) -> list[GridRow]:
    """The rows of a priced draft from top to bottom; `known` rows that would be made alike stay the very same."""
    rows: list[GridRow] = []
    heads, number = 0, 0
    depths = section_depths(draft)
    bundles = {line.parent_id for line in draft.lines()} - {None}
    ids = {line.id for line in draft.lines()} if bundles else set()
    for section, priced in zip(draft.sections, amounts.sections, strict=True):
        if section.id != LOOSE:
            heads += 1
            head = replace(section, lines=())
            rows.append(GridRow(Kind.HEAD, section.id, heads, priced.net, section=head, depth=depths[section.id]))
        for line, amount in zip(section.lines, priced.lines, strict=True):
            inside = line.parent_id in ids
            number += not inside
            net = None if inside else amount.net
            old = known.get(line.id)
            if old is not None and old.line is line and old.amount is net and old.number == number and not bundles:
                rows.append(old)
                continue
            rows.append(
                GridRow(
                    Kind.LINE,
                    line.id,
                    number,
                    net,
                    line=line,
                    depth=line.indent + inside,
                    inside=inside,
                    price=unit_price(line, amount),
                )
            )
    if with_new:
        rows.append(GridRow(Kind.NEW, NEW))
    return rows


def section_depths(draft: QuoteDraft) -> dict[RowId, int]:
    """How deep each section lies below others; a circle counts as the top."""
    above = {section.id: section.parent_id for section in draft.sections}
    return {section_id: len(_chain(section_id, above)) for section_id in above}


def _chain(section_id: RowId, above: dict[RowId, RowId | None]) -> list[RowId]:
    """The sections above one."""
    chain: list[RowId] = []
    here = above[section_id]
    while here is not None and here in above and here not in chain and here != section_id:
        chain.append(here)
        here = above[here]
    return chain


def per_period(price: str, billing: Billing) -> str:
    """A price with how often it is due."""
    if billing is Billing.ONCE:
        return price
    return tr("{price}/mo", price=price) if billing is Billing.MONTHLY else tr("{price}/yr", price=price)


def head_text(number: int, section: QuoteSection) -> str:
    """A heading with what is special about it."""
    marks = [tr("optional")] if section.optional else []
    marks += [tr("prices hidden")] if section.hide_prices else []
    marks += [tr("lines hidden")] if section.hide_lines else []
    if section.discount_percent or section.discount_amount:
        parts = [formats.percent(section.discount_percent)] if section.discount_percent else []
        parts += [formats.quantity(section.discount_amount)] if section.discount_amount else []
        marks.append(tr("discount {what}", what=" + ".join(parts)))
    told = f"{number}. {section.name}"
    return f"{told}  ({', '.join(marks)})" if marks else told


def plain_amount(value: Decimal, currency: str) -> str:
    """An amount without the sign of its currency; a price finer than the currency is shown whole."""
    exponent = value.normalize().as_tuple().exponent
    finest = -exponent if isinstance(exponent, int) else 0
    return formats.number(value, max(minor_digits(currency), finest))


def written(row: GridRow, column: Column) -> str:
    """What stands in the editor of a cell."""
    if row.section is not None:
        return row.section.name
    if row.line is None or column not in FIELDS:
        return ""
    value = getattr(row.line, FIELDS[column])
    return formats.quantity(value) if isinstance(value, Decimal) else str(value)


def _heads() -> tuple[str, ...]:
    return (
        "",
        ptr("quote line", "Item"),
        tr("Spec"),
        tr("Unit"),
        tr("Quantity"),
        tr("Unit price"),
        tr("Discount"),
        tr("Amount"),
    )
