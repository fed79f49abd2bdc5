"""The list page of tickets."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.record_page import ListDescription, RecordListPage


def tickets_page(context: UiContext, parent: QWidget | None = None) -> RecordListPage:
    """Tickets, the newest first."""
    empty = tr("What customers ask for help with stands here.")
    description = ListDescription(sort="opened_on", descending=True, icon="ticket", empty=empty)
    return RecordListPage(context, "ticket", description, parent)
