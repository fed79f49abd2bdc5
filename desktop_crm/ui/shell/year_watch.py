"""Looks now and then whether another fiscal year has begun while the app stays open, so that "won this year" turns with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from desktop_crm.ui.runtime.context import UiContext

AGAIN_MS: Final = 60_000


class YearWatch(QObject):
    """One per open workspace. Sums that turned are announced as any change is."""

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._day = context.workspace.today()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(AGAIN_MS)

    def stop(self) -> None:
        """The workspace is being closed."""
        self._timer.stop()
        self.deleteLater()

    @Slot()
    def look(self) -> None:
        """On another day, ask for the sums of the year that it lies in."""
        today = self._context.workspace.today()
        if today != self._day:
            self._day = today
            self._context.lanes.write(self._context.workspace.turn_year)
