"""The dialog of alternatives: offers to one customer side by side, amounts and terms first, then every line in each of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_crm.domain.quotes import side_by_side
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.compare_words import amount_label, amount_text
from desktop_crm.i18n.labels import field_label, version_state_label
from desktop_crm.ui.quotes.comparing import CompareDialog, Named
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood, mood_of
from desktop_crm.ui.widgets.buttons import button, no_default, primary
from desktop_crm.ui.widgets.cell import EMPTY, Cell
from desktop_crm.ui.widgets.cells_model import CellsModel
from desktop_crm.ui.widgets.help_key import explained_by
from desktop_crm.ui.widgets.labels import clear, label
from desktop_crm.ui.widgets.plain_table import PlainTable

if TYPE_CHECKING:
    from desktop_crm.services.quotes import Alternative, Created, OpenQuote

SIZE = (980, 640)
FIRST, OTHER = 220, 210
AMOUNTS = ("net_amount", "grand_total", "margin_percent", "recurring", "optional")


class AlternativesDialog(QDialog):
    """`version`: the issued version that is looked at, from which a new alternative is begun; without one from the draft."""

    def __init__(
        self, context: UiContext, quote: OpenQuote, version: str | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        explained_by(self, "quote")
        self._context, self._quote, self._version = context, quote, version
        self._slot = context.lanes.slot()
        self._found: tuple[Alternative, ...] = ()
        self.setWindowTitle(tr("Alternatives to {number}", number=quote.number))
        self.resize(*SIZE)
        hint = tr("Each alternative is a quote of its own. When the customer accepts one, the others are rejected.")
        self.hint = label(hint, "hint", wrap=True)
        self.table = PlainTable()
        self.table.setAccessibleName(tr("Alternatives"))
        self.opens = QHBoxLayout()
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Name (the next letter without one)"))
        self.name.setAccessibleName(field_label("quote", "alternative"))
        self.name.setFixedWidth(240)
        self.add = button(tr("New alternative"), self.begin, icon_name="plus")
        self.compare = button(tr("Compare"), self.compare_two)
        close = primary(tr("Close"), self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self.name)
        foot.addWidget(self.add)
        foot.addStretch(1)
        foot.addWidget(self.compare)
        foot.addWidget(close)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(10)
        box.addWidget(self.hint)
        box.addLayout(self.opens)
        box.addWidget(self.table, 1)
        box.addLayout(foot)
        no_default(self)
        self._show(())
        self.refresh()

    def refresh(self) -> None:
        """Read the offers again."""
        self._slot.read(partial(_alternatives, self._context, str(self._quote.draft.id)), self._show)

    def begin(self) -> None:
        """Make a new alternative and open it."""
        self.add.setEnabled(False)
        wanted = self._version or (str(self._quote.draft_version) if self._quote.is_draft else None)
        act = partial(_begin, self._context, str(self._quote.draft.id), wanted, self.name.text())
        self._context.undo.run(tr("New alternative"), act, self._on_begun, self._on_failed)

    def compare_two(self) -> None:
        """Compare this quote with the alternatives beside it."""
        others: list[Named] = [
            (f"{one.label} · {one.number} {one.version}", (str(one.quote_id), one.version.removeprefix("v").lower()))
            for one in self._found
            if one.quote_id != self._quote.draft.id
        ]
        dialog = CompareDialog(self._context, self._quote, others, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _show(self, found: tuple[Alternative, ...]) -> None:
        self._found = found
        clear(self.opens)
        for one in found:
            text = tr("Open {label}", label=f"{one.label} · {one.number}")
            here = one.quote_id == self._quote.draft.id
            opened = button(text, partial(self._open, str(one.quote_id)), kind="link")
            opened.setEnabled(not here)
            self.opens.addWidget(opened)
        self.opens.addStretch(1)
        model = CellsModel(("", *(one.label for one in found)), frozenset(range(1, len(found) + 1)), self)
        model.show(_rows(found) if found else [])
        self.table.setModel(model)
        for column in range(model.columnCount()):
            self.table.setColumnWidth(column, OTHER if column else FIRST)
        self.compare.setEnabled(len(found) > 1)

    def _open(self, quote_id: str) -> None:
        self.accept()
        if self._context.routes.can_open("quote"):
            self._context.routes.open("quote", quote_id)

    def _on_begun(self, made: Created) -> None:
        self._open(str(made.id))

    def _on_failed(self, error: BaseException) -> None:
        self.add.setEnabled(True)
        self._context.lanes.troubled.emit(error)


def _rows(found: tuple[Alternative, ...]) -> list[tuple[Cell, ...]]:
    rows = [
        _row(tr("Quote"), found, lambda one: Cell(text=f"{one.number} {one.version}", strong=True)),
        _row(field_label("quote", "status"), found, _status),
    ]
    for name in AMOUNTS:
        if any(getattr(one.offer.amounts, name) for one in found):
            rows.append(_row(amount_label(name), found, partial(_amount, name)))
    rows.append(_row(tr("Overall discount"), found, _discount))
    for name in ("payment_terms", "valid_until"):
        rows.append(_row(field_label("quote", name), found, partial(_term, name)))
    for row in side_by_side.rows([one.offer for one in found]):
        cells = (
            EMPTY if cell is None else _line(cell, one.offer.draft.currency)
            for cell, one in zip(row.cells, found, strict=True)
        )
        name = f"{row.name} · {row.spec}" if row.spec else row.name
        rows.append((Cell(text=name, strong=row.differs), *cells))
    return rows


def _row(title: str, found: tuple[Alternative, ...], cell: Callable[[Alternative], Cell]) -> tuple[Cell, ...]:
    return Cell(text=title), *(cell(one) for one in found)


def _status(one: Alternative) -> Cell:
    mood = Mood.warn if one.status is QuoteStatus.DRAFT else mood_of("status", one.status.value)
    return Cell(text=version_state_label(one.status.value), mood=mood)


def _amount(name: str, one: Alternative) -> Cell:
    text = amount_text(name, getattr(one.offer.amounts, name), one.offer.draft.currency)
    return Cell(text=text, strong=name == "grand_total")


def _discount(one: Alternative) -> Cell:
    amount = one.offer.amounts.discount_amount
    return Cell(text=formats.money(amount, one.offer.draft.currency) if amount else "–")


def _term(name: str, one: Alternative) -> Cell:
    value = getattr(one.offer.draft, name)
    return Cell(text="–" if not value else value if isinstance(value, str) else formats.date(value))


def _line(cell: side_by_side.Cell, currency: str) -> Cell:
    times = f"{formats.quantity(cell.quantity)} × {formats.money(cell.unit_price, currency)}"
    amount = tr("optional") if cell.optional else formats.money(cell.amount, currency)
    return Cell(text=f"{times} = {amount}")


def _alternatives(context: UiContext, quote_id: str) -> tuple[Alternative, ...]:
    from desktop_crm.services import quotes

    return quotes.alternatives(context.workspace, quote_id)


def _begin(context: UiContext, quote_id: str, wanted: str | None, name: str) -> Created:
    from desktop_crm.services import quotes

    return quotes.create_alternative(context.workspace, quote_id, wanted, name)
