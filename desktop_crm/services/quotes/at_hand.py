"""The quote that was saved last, as it lies in the file, so that the next save of it need not read its lines again.

It holds only while nothing at all was written since: by this program, a sync, an undo. Another program cannot write: the file is
locked. Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.persistence.engine import Database
from desktop_crm.persistence.stores.quotes import Stored
from desktop_crm.services.workspace import Workspace

_NAME = "quotes.saved_last"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    database: Database
    turn: int
    around: tuple[str, str]
    stored: Stored


def keep(workspace: Workspace, turn: int, stored: Stored) -> None:
    """Remember what the writing transaction of that turn left behind."""
    workspace.at_hand[_NAME] = _Held(database=workspace.database, turn=turn, around=_around(workspace), stored=stored)


def take(workspace: Workspace, quote_id: str) -> Stored | None:
    """What lies in the file, asked within the next writing transaction; None where that has to be read."""
    held = workspace.at_hand.pop(_NAME, None)
    if not isinstance(held, _Held) or held.stored.draft.id != quote_id:
        return None
    same = held.database is workspace.database and held.around == _around(workspace)
    return held.stored if same and held.turn + 1 == workspace.database.turn else None


def _around(workspace: Workspace) -> tuple[str, str]:
    return (workspace.name, workspace.currency)
