"""What the open workspace shares with its team and every form needs at hand: the currencies that are offered.

Read anew on a lane whenever a shared setting changed, here or on another laptop.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_crm.foundation.changes import Changes

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace
    from desktop_crm.ui.runtime.lanes import Lanes

USUAL_CURRENCIES = ("KRW", "USD", "EUR", "JPY", "CNY", "GBP", "VND")


class _Offered:
    codes: tuple[str, ...] = USUAL_CURRENCIES


def currencies() -> tuple[str, ...]:
    """The currencies that forms and filters offer, in their order."""
    return _Offered.codes


def offer_currencies(codes: tuple[str, ...]) -> None:
    """From now on offer these."""
    _Offered.codes = codes or USUAL_CURRENCIES


class SharedSettings(QObject):
    """Listens to the hub for one open workspace."""

    def __init__(self, workspace: Workspace, lanes: Lanes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._lanes = workspace, lanes
        offer_currencies(workspace.currencies)

    @Slot(object, object)
    def on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches("workspace_setting"):
            self._lanes.read(partial(_refreshed, self._workspace), offer_currencies)


def _refreshed(workspace: Workspace) -> tuple[str, ...]:
    from desktop_crm.services import settings

    settings.refresh(workspace)
    return workspace.currencies
