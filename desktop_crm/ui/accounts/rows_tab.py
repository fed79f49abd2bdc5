"""A tab with the account's rows of one entity: the kit's table, and a way to make the first one."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label, entity_word
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.cells import columns_of
from desktop_crm.ui.widgets.record_source import Wish
from desktop_crm.ui.widgets.record_table import RecordTable
from desktop_crm.ui.widgets.states import EmptyState, StateStack

COLUMNS = {
    "contact": ("name", "title", "department", "phone", "email"),
    "opportunity": ("name", "stage_id", "amount", "close_date", "owner_id"),
    "quote": ("number", "name", "status", "grand_total", "valid_until", "owner_id"),
    "contract": ("name", "status", "amount", "start_date", "renewal_date", "notice_date"),
    "activity": ("occurred_at", "kind", "subject", "contact_id", "owner_id"),
}
WIDTHS = {"name": 190, "title": 96, "department": 110, "phone": 124, "email": 210, "subject": 240, "owner_id": 100}
SORTS = {"activity": ("occurred_at", True), "opportunity": ("close_date", False), "contract": ("renewal_date", False)}


class RowsTab(QWidget):
    def __init__(self, context: UiContext, entity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._entity = entity
        self._account: str | None = None
        self._name = ""
        sort, down = SORTS.get(entity, ("", False))
        self._wish = Wish(entity=entity, sort=sort, descending=down)
        columns = tuple(replace(c, width=WIDTHS.get(c.name, c.width)) for c in columns_of(entity, COLUMNS[entity]))
        self.table = RecordTable(context, self._wish, columns, f"account.{entity}")
        many, one = entity_label(entity, plural=True), entity_word(entity)
        self.table.setAccessibleName(many)
        new = button(tr("New {entity}", entity=one), self._create, icon_name="plus")
        empty = EmptyState(
            tr("No {entities} yet", entities=entity_word(entity, plural=True)),
            tr("Records you make or import appear here."),
            (new,),
            icon_name=entity,
        )
        self._states = StateStack(self.table, empty)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._states)
        self.table.opened.connect(self._open)
        self.table.records.loaded.connect(self._on_loaded)
        self.table.records.failed.connect(context.reporter.report)

    def show_account(self, account_id: str, name: str) -> None:
        self._name = name
        if account_id == self._account:
            return
        self._account = account_id
        self.table.ask(
            Wish(
                entity=self._entity,
                filters=(("account_id", account_id),),
                sort=self.table.records.wish.sort,
                descending=self.table.records.wish.descending,
            )
        )

    @Slot(int)
    def _on_loaded(self, total: int) -> None:
        if total:
            self._states.show_content()
        else:
            self._states.show_empty()

    @Slot(str)
    def _open(self, row_id: str) -> None:
        self._context.routes.open(self._entity, row_id)

    def _create(self) -> None:
        self._context.routes.create(self._entity, account_id=self._account, account_id_title=self._name)
