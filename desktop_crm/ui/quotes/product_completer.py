"""Completes a name from the catalogue while one types: by name, code or initial consonants, with the price and its book beside it.

Signals: `picked(product)` when one was chosen by Enter, Tab or click.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QStyledItemDelegate

from desktop_crm.domain.quotes.order import Rule
from desktop_crm.i18n import Language, current, formats
from desktop_crm.ui.runtime.context import UiContext

if TYPE_CHECKING:
    from desktop_crm.services.quotes import ProductChoice

PAUSE_MS = 60
WIDEST = 680
MARGIN = 44


class ProductCompleter(QObject):
    """Lives and dies with its line."""

    picked = Signal(object)

    def __init__(
        self,
        context: UiContext,
        line: QLineEdit,
        currency: str = "",
        price_book_id: str | None = None,
        account_id: str | None = None,
    ) -> None:
        super().__init__(line)
        self._context = context
        self._currency = currency
        self._price_book_id, self._account_id = price_book_id, account_id
        self._line = line
        self._slot = context.lanes.slot()
        self._found: tuple[ProductChoice, ...] = ()
        self._names = QStringListModel(self)
        self.completer = QCompleter(self._names, self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setWidget(line)
        self.completer.setMaxVisibleItems(10)
        self.list = QListView()
        self.completer.setPopup(self.list)
        self.list.setProperty("role", "products")
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setItemDelegate(QStyledItemDelegate(self.list))  # the completer's own knows no style sheet
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._on_clicked)
        self.list.installEventFilter(self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._look)
        line.textEdited.connect(self._on_typed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            place = self.list.currentIndex()
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab} and place.isValid():
                self._pick(place.row())
                return True
        return super().eventFilter(watched, event)

    def _on_typed(self, text: str) -> None:
        if text.strip():
            self._pause.start()
        else:
            self._pause.stop()
            self.list.hide()

    def _look(self) -> None:
        self._slot.read(
            partial(_products, self._context, self._line.text(), self._price_book_id, self._account_id), self._on_found
        )

    def _on_found(self, found: tuple[ProductChoice, ...]) -> None:
        self._found = found
        self._names.setStringList([_told(product, self._currency) for product in found])
        if not found or not self._line.hasFocus():
            self.list.hide()
            return
        area = self._line.rect()
        longest = max(self.list.fontMetrics().horizontalAdvance(_told(one, self._currency)) for one in found)
        area.setWidth(min(max(area.width(), longest + MARGIN), WIDEST))
        self.completer.complete(area)

    def _on_clicked(self, index: QModelIndex) -> None:
        self._pick(index.row())

    def _pick(self, place: int) -> None:
        self.list.hide()
        if 0 <= place < len(self._found):
            self.picked.emit(self._found[place])


def _products(
    context: UiContext, text: str, price_book_id: str | None, account_id: str | None
) -> tuple[ProductChoice, ...]:
    from desktop_crm.services import quotes

    return quotes.products(context.workspace, text, price_book_id=price_book_id, account_id=account_id)


def _told(product: ProductChoice, currency: str) -> str:
    """One line: what it is called, and what picking it would take as its price, with where that comes from."""
    known, price = product.source(currency), product.price_in(currency)
    code = currency
    if price is None and product.list_price is not None:
        price, code = product.list_price, product.currency
    name_en = product.name_en if current() is Language.EN else ""
    told = formats.money(price, code or product.currency) if price is not None else ""
    book = known.name if known is not None and known.rule != Rule.LIST else ""
    code_once = product.code if product.code not in product.name else ""
    return "   ".join(part for part in (product.name, name_en, code_once, product.spec, told, book) if part)
