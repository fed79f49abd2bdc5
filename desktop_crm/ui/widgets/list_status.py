"""The line below a list: how many rows there are, how many are chosen, and the sums of their amounts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop_crm.domain.schema import FieldType
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import ElidedLabel, label
from desktop_crm.ui.widgets.list_acts import extent_of
from desktop_crm.ui.widgets.record_source import sums_text
from desktop_crm.ui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from desktop_crm.services.lists import Extent

HEIGHT = 32


class ListStatus(QFrame):
    """Signals: `edit_wanted()`, `deletion_wanted()` by its buttons, which are there while several rows are chosen."""

    edit_wanted = Signal()
    deletion_wanted = Signal()

    def __init__(self, context: UiContext, table: RecordTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "statusline")
        self.setFixedHeight(HEIGHT)
        self._context, self._table = context, table
        self._slot = context.lanes.slot()
        self.count = label("", "hint")
        self.chosen = label("", "hint")
        self.sums = ElidedLabel("", "hint")
        self.edit = button(tr("Edit all"), self.edit_wanted.emit, kind="link")
        self.delete = button(tr("Delete all"), self.deletion_wanted.emit, kind="link")
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 18, 0)
        row.setSpacing(14)
        row.addWidget(self.count)
        row.addWidget(self.chosen)
        row.addWidget(self.edit)
        row.addWidget(self.delete)
        row.addWidget(self.sums, 1)
        table.chosen.connect(self.look)
        table.records.loaded.connect(self._on_loaded)
        self._hide_acts()

    def _hide_acts(self) -> None:
        for part in (self.chosen, self.edit, self.delete):
            part.hide()
        self.sums.set_text("")

    def _on_loaded(self, total: int) -> None:
        self.count.setText(ntr("{count} record", "{count} records", total, count=formats.number(total)))

    def tell(self, text: str) -> None:
        """Say a word in place of the sums, until the selection changes."""
        self.sums.set_text(text)

    def look(self) -> None:
        """Tell the selection; sums are added up on the read lane."""
        chosen = self._table.selection_now()
        if chosen.count < 2:
            self._slot.cancel()
            self._hide_acts()
            return
        self.chosen.setText(ntr("{count} chosen", "{count} chosen", chosen.count, count=formats.number(chosen.count)))
        for part in (self.chosen, self.edit, self.delete):
            part.show()
        money = tuple(column.name for column in self._table.records.columns if column.type is FieldType.MONEY)
        self.sums.set_text("")
        if money:
            wish = self._table.records.wish
            self._slot.read(partial(extent_of, self._context.workspace, wish, chosen, money), self._on_extent)

    def _on_extent(self, found: Extent) -> None:
        self.sums.set_text(tr("Sum: {sums}", sums=sums_text(found.sums)) if found.sums else "")
