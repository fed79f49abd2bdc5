"""The note above a first draft that was begun from another quote: from which, and what is not as it was there.

Signals: `compare_wanted(origin)`: someone asks what was changed; `marked(marks)`: lines to mark, by id, with the words why.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.ui.quotes.editor import QuoteEditor
from desktop_crm.ui.quotes.model import LineMark
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from desktop_crm.services.quotes import Origin


class OriginNote(Card):
    compare_wanted = Signal(object)
    marked = Signal(object)

    def __init__(self, context: UiContext, editor: QuoteEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, sunken=True)
        self.body.setContentsMargins(12, 8, 8, 8)
        self._context = context
        self._editor = editor
        self._slot = context.lanes.slot()
        self._origin: Origin | None = None
        self.text = ElidedLabel("", "body2")
        line = QHBoxLayout()
        line.addWidget(self.text, 1)
        self.more = button(tr("What was changed"), self._on_more, kind="small")
        line.addWidget(self.more)
        self.add(line)
        self.hide()
        editor.opened.connect(self.refresh)
        editor.settled.connect(self.refresh)

    def refresh(self) -> None:
        """Look again at what the draft was begun from, as long as nothing was issued of it."""
        quote = self._editor.quote
        if quote is None or quote.based_on_id is None or quote.versions:
            self._show(None)
            return
        self._slot.read(partial(_origin, self._context, str(quote.draft.id)), self._show)

    def _show(self, found: Origin | None) -> None:
        self._origin = found
        self.setVisible(found is not None)
        if found is None:
            self.marked.emit({})
            return
        old = found.compared.old
        told = [tr("Begun from {source}", source=f"{old.number} {old.label}")]
        if found.old_prices:
            told.append(ntr("{n} price changed", "{n} prices changed", len(found.old_prices)))
        if found.withdrawn:
            told.append(ntr("{n} product no longer sold", "{n} products no longer sold", len(found.withdrawn)))
        if found.unpriced:
            told.append(ntr("{n} line without a price today", "{n} lines without a price today", len(found.unpriced)))
        self.text.set_text(" · ".join(told))
        self.marked.emit(_marks(found))

    def _on_more(self) -> None:
        if self._origin is not None:
            self.compare_wanted.emit(self._origin)


def _marks(found: Origin) -> dict[RowId, LineMark]:
    currency = found.compared.old.currency
    marks = {
        line_id: LineMark(price=tr("It was {price} there", price=formats.money(price, currency)), was=price)
        for line_id, price in found.old_prices.items()
    }
    for ids, words in ((found.withdrawn, tr("No longer sold")), (found.unpriced, tr("No price today"))):
        for line_id in ids:
            marks[line_id] = LineMark(price=marks[line_id].price if line_id in marks else "", name=words)
    return marks


def _origin(context: UiContext, quote_id: str) -> Origin | None:
    from desktop_crm.services import quotes

    return quotes.begun_from(context.workspace, quote_id)
