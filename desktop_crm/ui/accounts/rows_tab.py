"""A tab with the account's rows of one entity: the kit's whole list, filter and views included, and a way to make the first one.

It shows the account's own rows, or with all below; a figure of the page opens it with the rows that the figure counts.
"""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_crm.domain.lists.filters import Filter, Test
from desktop_crm.domain.lists.query import Sort
from desktop_crm.domain.lists.views import ListView
from desktop_crm.i18n import ptr, tr
from desktop_crm.i18n.labels import entity_word
from desktop_crm.ui.accounts.shown import Shown
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.record_list import ListSetup, RecordList
from desktop_crm.ui.widgets.segmented import SegmentedControl
from desktop_crm.ui.widgets.states import EmptyState

COLUMNS = {
    "contact": ("name", "title", "department", "phone", "email"),
    "opportunity": ("name", "stage_id", "amount", "close_date", "owner_id"),
    "quote": ("number", "name", "status", "grand_total", "valid_until", "owner_id"),
    "proposal": ("number", "name", "proposal_state", "opportunity_id", "owner_id"),
    "contract": ("name", "status", "amount", "start_date", "renewal_date", "notice_date"),
    "activity": ("occurred_at", "kind", "subject", "contact_id", "owner_id"),
    "attachment": ("name", "added_at", "size", "owner_id", "note"),
}
SORTS = {
    "activity": ("occurred_at", True),
    "opportunity": ("close_date", False),
    "contract": ("renewal_date", False),
    "quote": ("number", True),
    "proposal": ("number", True),
    "attachment": ("added_at", True),
}
OWN, WHOLE = "own", "whole"
_ICONS = {"attachment": "file", "proposal": "note"}


class RowsTab(QWidget):
    def __init__(self, context: UiContext, entity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._entity = entity
        self._account: str | None = None
        self._name = ""
        empty = EmptyState(
            tr("No {entities} yet", entities=entity_word(entity, plural=True)),
            self.hint(),
            (self.new_button(),),
            icon_name=_ICONS.get(entity, entity),
        )
        sort, down = SORTS.get(entity, ("", False))
        setup = ListSetup(entity=entity, name=f"account.{entity}", columns=COLUMNS[entity], sort=sort, descending=down)
        self.list = RecordList(context, setup, empty)
        self.table = self.list.table
        self.list.opened.connect(self._open)
        self.scope = SegmentedControl(((OWN, ptr("scope", "Here")), (WHOLE, ptr("scope", "With all below"))))
        self.scope.chosen.connect(self._on_scope)
        self.list.bar.insertWidget(0, self.scope)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.list)

    @property
    def account_id(self) -> str | None:
        return self._account

    def hint(self) -> str:
        """What the empty tab says."""
        return tr("Records you make or import appear here.")

    def new_button(self) -> QPushButton:
        """The first step of the empty tab."""
        return button(tr("New {entity}", entity=entity_word(self._entity)), self._create, icon_name="plus")

    def show_account(self, account_id: str, name: str) -> None:
        self._name = name
        if account_id == self._account:
            return
        first, self._account = self._account is None, account_id
        self.list.narrow(self._filters())
        if first:
            self.list.begin()

    def show_rows(self, shown: Shown) -> None:
        """The rows that a figure counts."""
        self.scope.choose(WHOLE if shown.whole else OWN)
        self.list.narrow(self._filters())
        sort, down = SORTS.get(self._entity, ("", False))
        sorts = (Sort(field=sort, descending=down),) if sort else ()
        self.list.show_view(ListView(name="", sorts=sorts, where=shown.where))

    def _filters(self) -> tuple[tuple[str, object], ...]:
        if self.scope.current() == WHOLE:
            return (("account_id", Filter(field="account_id", test=Test.WITHIN, value=self._account)),)
        return (("account_id", self._account),)

    @Slot(str)
    def _on_scope(self, _key: str) -> None:
        self.list.narrow(self._filters())

    @Slot(str)
    def _open(self, row_id: str) -> None:
        self._context.routes.open(self._entity, row_id)

    def _create(self) -> None:
        self._context.routes.create(self._entity, account_id=self._account, account_id_title=self._name)
