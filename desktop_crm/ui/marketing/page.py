"""The list page of leads."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.record_page import ListDescription, RecordListPage


def leads_page(context: UiContext, parent: QWidget | None = None) -> RecordListPage:
    """Leads by name."""
    empty = tr("People who showed interest stand here until sales takes them over.")
    return RecordListPage(context, "lead", ListDescription(icon="lead", empty=empty), parent)
