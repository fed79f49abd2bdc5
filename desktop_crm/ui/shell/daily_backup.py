"""Makes today's backup while the app is open, off the GUI thread, and says once when it cannot."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from desktop_crm.foundation.settings import Settings
    from desktop_crm.services.safety.backups import Backup
    from desktop_crm.services.workspace import Workspace
    from desktop_crm.ui.runtime.context import UiContext

FIRST_MS: Final = 45_000
AGAIN_MS: Final = 60 * 60_000


class DailyBackup(QObject):
    """One per open workspace."""

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._told = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.begin)
        self._timer.start(FIRST_MS)

    def stop(self) -> None:
        """The workspace is being closed."""
        self._timer.stop()
        self.deleteLater()

    @Slot()
    def begin(self) -> None:
        """Look whether one is due, and make it."""
        self._context.lanes.read(
            partial(make_daily, self._context.workspace, self._context.settings), self._on_made, self._on_failed
        )

    def _on_made(self, _made: Backup | None) -> None:
        self._told = False
        self._timer.start(AGAIN_MS)

    def _on_failed(self, error: BaseException) -> None:
        if not self._told:
            self._told = True
            self._context.reporter.report(error)
        self._timer.start(AGAIN_MS)


def make_daily(workspace: Workspace, chosen: Settings) -> Backup | None:
    """Runs on a read lane; its libraries are imported there. How many are kept and where is as the settings say."""
    from desktop_crm.services.safety import backups
    from desktop_crm.services.settings import laptop_value

    folder = laptop_value(chosen, "backup.folder")
    days, weeks = laptop_value(chosen, "backup.days"), laptop_value(chosen, "backup.weeks")
    return backups.make_daily(workspace, days=days, weeks=weeks, second=Path(folder) if folder else None)
