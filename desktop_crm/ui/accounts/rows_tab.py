"""A tab with the account's rows of one entity: the kit's whole list, filter and views included, and a way to make the first one."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_word
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.record_list import ListSetup, RecordList
from desktop_crm.ui.widgets.states import EmptyState

COLUMNS = {
    "contact": ("name", "title", "department", "phone", "email"),
    "opportunity": ("name", "stage_id", "amount", "close_date", "owner_id"),
    "quote": ("number", "name", "status", "grand_total", "valid_until", "owner_id"),
    "contract": ("name", "status", "amount", "start_date", "renewal_date", "notice_date"),
    "activity": ("occurred_at", "kind", "subject", "contact_id", "owner_id"),
}
SORTS = {
    "activity": ("occurred_at", True),
    "opportunity": ("close_date", False),
    "contract": ("renewal_date", False),
    "quote": ("number", True),
}


class RowsTab(QWidget):
    def __init__(self, context: UiContext, entity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._entity = entity
        self._account: str | None = None
        self._name = ""
        new = button(tr("New {entity}", entity=entity_word(entity)), self._create, icon_name="plus")
        empty = EmptyState(
            tr("No {entities} yet", entities=entity_word(entity, plural=True)),
            tr("Records you make or import appear here."),
            (new,),
            icon_name=entity,
        )
        sort, down = SORTS.get(entity, ("", False))
        setup = ListSetup(entity=entity, name=f"account.{entity}", columns=COLUMNS[entity], sort=sort, descending=down)
        self.list = RecordList(context, setup, empty)
        self.table = self.list.table
        self.list.opened.connect(self._open)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.list)

    @property
    def account_id(self) -> str | None:
        return self._account

    def show_account(self, account_id: str, name: str) -> None:
        self._name = name
        if account_id == self._account:
            return
        first, self._account = self._account is None, account_id
        self.list.narrow((("account_id", account_id),))
        if first:
            self.list.begin()

    @Slot(str)
    def _open(self, row_id: str) -> None:
        self._context.routes.open(self._entity, row_id)

    def _create(self) -> None:
        self._context.routes.create(self._entity, account_id=self._account, account_id_title=self._name)
