"""The list pages of contracts and orders."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop_crm.i18n import tr
from desktop_crm.i18n.labels import entity_label
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.routes import Tab
from desktop_crm.ui.widgets.record_page import ListDescription, RecordListPage


def contracts_page(context: UiContext, tabs: tuple[Tab, ...] = (), parent: QWidget | None = None) -> RecordListPage:
    """Contracts, the next renewal first."""
    empty = tr("What was agreed stands here, with the day it renews and the day to give notice.")
    description = ListDescription(sort="renewal_date", icon="contract", empty=empty, more=tabs)
    return RecordListPage(context, "contract", description, parent)


def orders_page(context: UiContext, parent: QWidget | None = None) -> RecordListPage:
    """Orders, the newest first."""
    empty = tr("What customers ordered stands here, with the quote it came from.")
    from desktop_crm.ui.contracts.order_lines import OrderLinesPanel

    lines = (entity_label("order_line", plural=True), OrderLinesPanel)
    description = ListDescription(sort="ordered_on", descending=True, icon="order", empty=empty, tab=lines)
    return RecordListPage(context, "order", description, parent)
