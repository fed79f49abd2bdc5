"""Acts on the chosen rows of the grid: copy and paste with spreadsheets, in and out, optional, free of charge.

Each is an action of the grid with its keys; a paste is looked up in the catalogue on the read lane, then taken as one edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_crm.domain.money import HUNDRED, ZERO
from desktop_crm.domain.quotes import edits, pasted
from desktop_crm.domain.quotes.canonical import decimal_text
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pasted import PastedRow
from desktop_crm.exchange.numbers import learn_numbers
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId, new_row_id
from desktop_crm.i18n import ntr, tr
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.quotes.model import GridRow, Kind
from desktop_crm.ui.runtime.context import UiContext

if TYPE_CHECKING:
    from desktop_crm.services.quotes import ProductChoice


class Rows(Protocol):
    """The grid, as far as acts on its rows need it."""

    def chosen_ids(self) -> frozenset[RowId]:
        """The rows that are chosen."""

    def current_row(self) -> GridRow | None:
        """The row on which one stands."""


DEEPEST: Final = 6


class RowActs(QObject):
    """Signals: `told(text)`."""

    told = Signal(str)

    def __init__(self, context: UiContext, editor: QuoteEditor, rows: Rows, widget: QWidget) -> None:
        super().__init__(widget)
        self._context = context
        self._editor = editor
        self._rows, self._widget = rows, widget
        self._slot = context.lanes.slot()
        self.copy = self._act(tr("Copy"), "Ctrl+C", self.copy_rows)
        self.paste = self._act(tr("Paste from a spreadsheet"), "Ctrl+V", self.paste_rows)
        self.indent = self._act(tr("Indent"), "Alt+Right", partial(self.shift, 1))
        self.outdent = self._act(tr("Outdent"), "Alt+Left", partial(self.shift, -1))
        self.optional = self._act(tr("Optional on or off"), "Ctrl+Shift+O", self.turn_optional)
        self.free = self._act(tr("Free of charge on or off"), "Ctrl+Shift+F", self.turn_free)

    def copy_rows(self) -> None:
        """The chosen rows as a spreadsheet takes them: tabs between cells, plain numbers."""
        draft, amounts = self._editor.draft, self._editor.amounts
        ids = self._rows.chosen_ids()
        if draft is None or amounts is None or not ids:
            return
        priced = amounts.lines()
        rows = []
        for section in draft.sections:
            if section.id in ids:
                rows.append([section.name])
            for line in section.lines:
                if line.id in ids:
                    figures = (line.quantity, line.unit_price, line.discount_percent, priced[line.id].net)
                    rows.append([line.name, line.spec, line.unit, *map(decimal_text, figures)])
        QGuiApplication.clipboard().setText("\n".join("\t".join(map(_cell, row)) for row in rows))

    def paste_rows(self) -> None:
        """Rows of the clipboard below the current one."""
        draft = self._editor.draft
        if draft is None or not self._editor.may_edit:
            return
        cells = pasted.cells_of(QGuiApplication.clipboard().text())
        try:
            rows = pasted.read_rows(cells, learn_numbers(pasted.number_cells(cells)).read)
        except Refusal as refusal:
            self._context.reporter.report(refusal)
            return
        if not rows:
            return
        current = self._rows.current_row()
        after = current.id if current is not None and current.kind is not Kind.NEW else None
        words = sorted({word for row in rows for word in (row.texts.get("code"), row.texts.get("name")) if word})
        self._slot.read(
            partial(_known, self._context, words, draft),
            partial(self._on_known, rows, after),
            self._context.reporter.report,
        )

    def shift(self, step: int) -> None:
        """The chosen lines further in or out."""
        draft = self._editor.draft
        if draft is None or not self._editor.may_edit:
            return
        chosen = [line for line in draft.lines() if line.id in self._rows.chosen_ids()]
        for line in chosen:
            depth = min(max(line.indent + step, 0), DEEPEST)
            draft = edits.set_line(draft, replace(line, indent=depth))
        self._editor.edit(tr("Line changed"), draft)

    def turn_optional(self) -> None:
        """The chosen lines into the total, or out of it."""
        self._turn("optional", True, False)

    def turn_free(self) -> None:
        """The chosen lines free of charge, or at their price again."""
        self._turn("discount_percent", HUNDRED, ZERO)

    def _turn(self, field: str, on: object, off: object) -> None:
        draft = self._editor.draft
        ids = self._rows.chosen_ids()
        chosen = [line for line in draft.lines() if line.id in ids] if draft is not None else []
        if draft is None or not chosen or not self._editor.may_edit:
            return
        value = off if all(getattr(line, field) == on for line in chosen) else on
        self._editor.edit(tr("Line changed"), edits.change_lines(draft, ids, **{field: value}))

    def _on_known(self, rows: tuple[PastedRow, ...], after: RowId | None, known: Mapping[str, ProductChoice]) -> None:
        draft = self._editor.draft
        if draft is None:
            return
        made = with_rows(self._context, draft, rows, after, known)
        self._editor.edit(tr("Lines pasted"), made)
        count = sum(not row.heading for row in rows)
        self.told.emit(ntr("{n} line pasted", "{n} lines pasted", count))

    def _act(self, text: str, keys: str, slot: object) -> QAction:
        act = QAction(text, self._widget)
        act.setShortcut(keys)
        act.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        act.triggered.connect(slot)
        self._widget.addAction(act)
        return act


def with_rows(
    context: UiContext,
    draft: QuoteDraft,
    rows: tuple[PastedRow, ...],
    after: RowId | None,
    known: Mapping[str, ProductChoice],
) -> QuoteDraft:
    """The draft with pasted rows below a row, in one go; headings begin sections of their own."""
    from desktop_crm.services import quotes

    lines: list[QuoteLine] = []
    sections: list[QuoteSection] = []
    for row in rows:
        if row.heading:
            sections.append(QuoteSection(id=new_row_id(), name=row.texts["name"]))
            continue
        product = known.get(row.texts.get("code", "").lower()) or known.get(row.texts.get("name", "").lower())
        line = QuoteLine(id=new_row_id(), name=row.texts.get("name", ""), quantity=Decimal(1), unit_price=ZERO)
        if product is not None:
            line = quotes.filled(line, product, draft, context.workspace.currency)
        line = _with_cells(line, row)
        if sections:
            sections[-1] = replace(sections[-1], lines=(*sections[-1].lines, line))
        else:
            lines.append(line)
    draft = edits.add_lines(draft, lines, after)
    for section in sections:
        draft = edits.add_section(draft, section)
    return draft


def _with_cells(line: QuoteLine, row: PastedRow) -> QuoteLine:
    """The line with what its row says; an amount without a price gives the price."""
    fields: dict[str, object] = {
        name: row.texts[name] for name in ("name", "spec", "unit", "remark") if name in row.texts
    }
    fields |= {name: row.numbers[name] for name in ("quantity", "unit_price") if name in row.numbers}
    discount = row.numbers.get("discount_percent", ZERO)
    if ZERO < discount <= HUNDRED:
        fields["discount_percent"] = discount
    quantity = row.numbers.get("quantity", Decimal(1))
    if "unit_price" not in fields and "amount" in row.numbers and quantity and line.product_id is None:
        fields["unit_price"] = row.numbers["amount"] / quantity
    return replace(line, **fields)  # type: ignore[arg-type]


def _known(context: UiContext, words: list[str], draft: QuoteDraft) -> Mapping[str, ProductChoice]:
    from desktop_crm.services import quotes

    return quotes.products_called(context.workspace, words, draft)


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in '\t\n"') else text
