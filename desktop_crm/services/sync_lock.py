"""A laptop that has not met its server for as many days as an administrator allows is locked until it does.

Nothing is deleted; what was typed waits. A clock that is turned back does not help: no moment lies before the newest stamp.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.hlc import Stamp, stamp_time
from desktop_crm.persistence import outbox
from desktop_crm.services.workspace import Workspace


def days_over(workspace: Workspace) -> int:
    """Days without contact, once they are more than allowed; 0 while the laptop may be used."""
    with workspace.read() as session:
        saved = outbox.state(session.connection())
    allowed, met = int(saved.get("lock_days", "0")), saved.get("contact_at", "")
    if not (allowed and met and saved.get("url")):
        return 0
    now = workspace.clock.now()
    if saved.get("hlc_last"):
        now = max(now, stamp_time(Stamp(saved["hlc_last"])))
    away = now - datetime.fromisoformat(met)
    return away.days if away > timedelta(days=allowed) else 0


def check(workspace: Workspace) -> None:
    """Raises Refusal `sync.locked` when the laptop has to meet its server first."""
    days = days_over(workspace)
    if days:
        raise Refusal("sync.locked", days=days)
