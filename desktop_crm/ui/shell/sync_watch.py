"""Puts the state of sync into words and colour for the pill and the status line. It decides nothing about sync itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.error_texts import explain
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.sync_runner import SyncState
from desktop_crm.ui.shell.navigation import Navigation
from desktop_crm.ui.shell.status_line import StatusLine
from desktop_crm.ui.shell.top_bar import TopBar
from desktop_crm.ui.theme import Mood

if TYPE_CHECKING:
    from desktop_crm.services.sync import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the pill says."""

    text: str
    mood: Mood
    tip: str = ""


def said(state: SyncState) -> Said:
    """The state in a few words: what needs the user first, then what waits, then that all is well."""
    status = state.status
    if status is None:
        return Said(text="", mood=Mood.neutral)
    if not status.joined:
        return Said(
            text=tr("Only on this laptop"),
            mood=Mood.neutral,
            tip=tr("No server is joined. Everything is saved here."),
        )
    waiting = ntr("{n} change waits", "{n} changes wait", status.pending) if status.pending else ""
    away = " · ".join(part for part in (tr("Offline"), waiting) if part)
    if state.offline:
        return Said(text=away, mood=Mood.warn, tip=tr("You work offline. Everything is saved here and sent later."))
    if state.running:
        return Said(text=_under_way(state.progress), mood=Mood.info)
    if isinstance(state.failure, Refusal):
        return Said(text=tr("Sync needs you"), mood=Mood.bad, tip=explain(state.failure).happened)
    needs = status.conflicts + status.refused
    if needs:
        return Said(text=ntr("{n} to decide", "{n} to decide", needs), mood=Mood.bad)
    if status.is_stuck:
        return Said(text=tr("Sync is stuck"), mood=Mood.bad, tip=waiting)
    if state.failure is not None:
        return Said(text=away, mood=Mood.warn, tip=explain(state.failure).happened)
    if waiting:
        return Said(text=waiting, mood=Mood.info)
    return Said(text=tr("Synced"), mood=Mood.good)


def _under_way(progress: Progress | None) -> str:
    if progress is None or progress.share is None:
        return tr("Syncing…")
    return tr("First sync {percent}", percent=formats.share(Decimal(str(progress.share)), 0))


def last_line(state: SyncState, now: datetime | None = None) -> str:
    """The right end of the status line; a time of today by the clock alone."""
    status = state.status
    if status is None:
        return ""
    if not status.joined:
        return tr("No server joined")
    at = status.last_success
    last = tr("Not synced yet")
    if at is not None:
        today = now is not None and at.astimezone().date() == now.astimezone().date()
        last = tr("Last sync {time}", time=formats.time(at) if today else formats.datetime(at))
    reach = tr("working offline") if state.offline else tr("server not reached") if state.failure is not None else ""
    return " · ".join(part for part in (last, reach) if part)


class SyncWatch(QObject):
    """One per open workspace; shows on whatever frame is there now."""

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._top: TopBar | None = None
        self._status: StatusLine | None = None
        self._navigation: Navigation | None = None
        context.sync.changed.connect(self._show)

    def show_on(self, top: TopBar, status: StatusLine, navigation: Navigation) -> None:
        self._top, self._status, self._navigation = top, status, navigation
        self._show(self._context.sync.state)

    def begin(self) -> None:
        self._context.sync.begin()
        self._context.mail.begin()

    @Slot(object)
    def _show(self, state: SyncState) -> None:
        if self._top is None or self._status is None or self._navigation is None:
            return
        words = said(state)
        self._top.show_sync(words.text, words.mood, words.tip)
        self._status.show_sync(last_line(state, self._context.workspace.clock.now()))
        if state.status is not None and state.status.joined:
            self._navigation.show_count("sync", state.status.conflicts + state.status.refused)
