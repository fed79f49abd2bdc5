"""What a product brings to a line when it is picked, and the words about where its price came from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop_crm.domain.quotes import edits
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine
from desktop_crm.domain.quotes.order import DECLARED, Rule
from desktop_crm.domain.schema.options import BundleRole
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.runtime.context import UiContext

if TYPE_CHECKING:
    from desktop_crm.services.quotes import BundleOption, ProductChoice
    from desktop_crm.ui.quotes.bundle_options import BundleDialog


def source(line: QuoteLine, draft: QuoteDraft) -> str:
    """Where its price comes from; empty when it has none in this currency."""
    winner = line.price_basis.winner(draft.pricing_order or DECLARED) if line.price_basis is not None else None
    if winner is None:
        return ""
    if winner.rule == Rule.LIST:
        return field_label("product", "list_price")
    return tr("Price from “{book}”", book=winner.name)


class Picks(QObject):
    """What picking a product does to the editor's draft. Signals: `told(text)`: that it has no price in the quote's currency."""

    told = Signal(str)

    def __init__(self, context: UiContext, editor: QuoteEditor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._editor = editor
        self._slot = context.lanes.slot()

    def line(self, line: QuoteLine, product: ProductChoice, draft: QuoteDraft) -> QuoteLine:
        """The line with what the product says; its quantity and discount stay."""
        from desktop_crm.services import quotes

        filled = quotes.filled(line, product, draft, self._context.workspace.currency)
        if not source(filled, draft):
            name, currency = product.name, draft.currency
            self.told.emit(tr("No price in {currency} for “{name}”: enter it", currency=currency, name=name))
        return filled

    def bring_parts(self, line: QuoteLine) -> None:
        """Put the parts of a bundle below its line, once they are read; where there is a choice, ask first."""
        draft = self._editor.draft
        if draft is not None and line.bundle_price is not None:
            read = partial(_options, self._context, line, draft)
            self._slot.read(read, partial(self._on_options, line), self._context.reporter.report)

    def _on_options(self, line: QuoteLine, found: tuple[BundleOption, ...]) -> None:
        draft = self._editor.draft
        if draft is None:
            return
        if all(one.item.role is BundleRole.REQUIRED and not one.item.choice for one in found):
            self._bring(line, None)
            return
        from desktop_crm.ui.quotes.bundle_options import BundleDialog

        taken = [one.product_id for one in draft.lines() if one.parent_id == line.id and one.product_id]
        over = self.parent()
        parent = over if isinstance(over, QWidget) else None
        dialog = BundleDialog(line.name, found, taken, draft.currency, parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(partial(self._on_chosen, line, dialog))
        if not taken:
            dialog.rejected.connect(partial(self._bring, line, None))
        dialog.open()

    def _on_chosen(self, line: QuoteLine, dialog: BundleDialog) -> None:
        self._bring(line, dialog.taken())

    def _bring(self, line: QuoteLine, taken: tuple[RowId, ...] | None) -> None:
        draft = self._editor.draft
        now = edits.find_line(draft, line.id) if draft is not None else None
        if draft is not None and now is not None:
            read = partial(parts, self._context, now, draft, taken)
            self._slot.read(read, partial(self._on_parts, line.id), self._context.reporter.report)

    def _on_parts(self, line_id: RowId, found: tuple[QuoteLine, ...]) -> None:
        draft = self._editor.draft
        if draft is not None and edits.find_line(draft, line_id) is not None:
            without = edits.remove(draft, parts_below(draft, line_id))
            self._editor.edit(tr("Bundle filled"), edits.add_parts(without, line_id, found))


def parts_below(draft: QuoteDraft, line_id: RowId) -> frozenset[RowId]:
    """The parts of a bundle, and theirs."""
    found: set[RowId] = set()
    above = {line_id}
    while above:
        above = {line.id for line in draft.lines() if line.parent_id in above} - found
        found |= above
    return frozenset(found)


def parts(
    context: UiContext, line: QuoteLine, draft: QuoteDraft, taken: tuple[RowId, ...] | None = None
) -> tuple[QuoteLine, ...]:
    """The parts that come with a bundle, or those that were chosen, out of the catalogue."""
    from desktop_crm.services import quotes

    return quotes.bundle_lines(context.workspace, line, draft, taken)


def _options(context: UiContext, line: QuoteLine, draft: QuoteDraft) -> tuple[BundleOption, ...]:
    from desktop_crm.services import quotes

    return quotes.bundle_options(context.workspace, line, draft)
