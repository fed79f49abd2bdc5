"""The stored exchange rates as they are now, for whoever shows sums of several currencies in one. Signals: `changed()`."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from desktop_crm.domain.rates import RateBook
from desktop_crm.foundation.changes import Changes
from desktop_crm.services import rates
from desktop_crm.ui.accounts.words import Rates
from desktop_crm.ui.runtime.context import UiContext


class RateWatch(QObject):
    changed = Signal()

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.rates: Rates | None = None
        context.hub.changed.connect(self._on_changed)
        self._read()

    def _read(self) -> None:
        self._context.lanes.read(partial(rates.book, self._context.workspace), self._on_read)

    def _on_read(self, book: RateBook) -> None:
        self.rates = Rates(book=book, on=self._context.workspace.today())
        self.changed.emit()

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches("exchange_rate"):
            self._read()
