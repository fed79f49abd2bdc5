"""The business calendar that holds here: the fiscal year is the workspace's, the first day of the week this laptop's."""

from __future__ import annotations

import json

from desktop_crm.domain.calendar import Calendar
from desktop_crm.i18n import forms
from desktop_crm.persistence.stores import settings as store
from desktop_crm.services.workspace import Workspace

FISCAL = "fiscal.month"
"""The shared setting that says with which month the fiscal year begins."""


def calendar_of(workspace: Workspace) -> Calendar:
    """Ask this for any year, quarter or week that a figure, a filter or a forecast counts."""
    with workspace.read() as session:
        held = store.shared(session).get(FISCAL)
    try:
        month = int(json.loads(held)) if held else 1
    except (ValueError, TypeError):
        month = 1  # a form of a newer version
    return Calendar(year_begins=month if 1 <= month <= 12 else 1, week_begins=forms.current().week_begins)
