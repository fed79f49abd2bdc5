"""Watches sync for the pill and the status line. It decides words and colour, never when or what is sent."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.shell.status_line import StatusLine
from desktop_crm.ui.shell.top_bar import TopBar
from desktop_crm.ui.theme import Mood


class SyncWatch(QObject):
    """One per open workspace."""

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._top: TopBar | None = None
        self._status: StatusLine | None = None

    def show_on(self, top: TopBar, status: StatusLine) -> None:
        self._top, self._status = top, status

    def begin(self) -> None:
        if self._top is not None and self._status is not None:
            self._top.show_sync(
                tr("Only on this laptop"), Mood.neutral, tr("No server is joined. Everything is saved here.")
            )
            self._status.show_sync(tr("No server joined"))
