"""How far a sync that takes long has come, and what it has brought so far: kept while it runs, asked by whoever shows it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from desktop_crm.foundation.changes import Changes
from desktop_crm.services.workspace import Workspace
from desktop_crm.sync.client.stage import Stage

__all__ = ["Progress", "Stage", "forget", "progress", "take_arrived", "teller"]

_SURE_AFTER: Final = 1.0
_TELLS_ALL: Final = 0.5
"""Of a first sync the file's way here counts as half, laying its rows down as the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`share`: 0 to 1, or None when nobody knows how much there is; `rows`: records that are here; `left`: seconds, once it is known."""

    stage: Stage
    share: float | None
    rows: int
    left: float | None


class _Way:
    """One run's way so far."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._stage: Stage | None = None
        self._began = now()
        self._from = 0
        self._figures = (0, 0)
        self.arrived = Changes.none()

    def tell(self, stage: Stage, done: int, total: int, changes: Changes) -> None:
        if stage is not self._stage:
            self._stage, self._began, self._from = stage, self._now(), self._figures[0] if total == 0 else 0
        self._figures = (done, total)
        self.arrived = self.arrived.join(changes)

    def said(self) -> Progress | None:
        if self._stage is None:
            return None
        done, total = self._figures
        spent = self._now() - self._began
        share = done / total if total else None
        left = spent * (1 - share) / share if share and spent >= _SURE_AFTER else None
        if self._stage is Stage.FETCHING:
            return Progress(stage=self._stage, share=(share or 0) * _TELLS_ALL, rows=0, left=None)
        whole = None if share is None else _TELLS_ALL + share * (1 - _TELLS_ALL)
        return Progress(stage=self._stage, share=whole, rows=done, left=left)


_WAYS: WeakKeyDictionary[Workspace, _Way] = WeakKeyDictionary()
_LOCK = threading.Lock()


def teller(
    workspace: Workspace, now: Callable[[], float] = time.monotonic
) -> Callable[[Stage, int, int, Changes], None]:
    """What a run that begins now is to tell its way to."""
    way = _Way(now)
    with _LOCK:
        _WAYS[workspace] = way

    def tell(stage: Stage, done: int, total: int, changes: Changes) -> None:
        with _LOCK:
            way.tell(stage, done, total, changes)

    return tell


def forget(workspace: Workspace) -> None:
    """The run is over."""
    with _LOCK:
        _WAYS.pop(workspace, None)


def progress(workspace: Workspace) -> Progress | None:
    """How far the run is; None when none runs, or when it is a short one."""
    with _LOCK:
        way = _WAYS.get(workspace)
        return way.said() if way is not None else None


def take_arrived(workspace: Workspace) -> Changes:
    """What the run has brought since this was last asked, so that it can be shown before the run is over."""
    with _LOCK:
        way = _WAYS.get(workspace)
        if way is None:
            return Changes.none()
        arrived, way.arrived = way.arrived, Changes.none()
        return arrived
