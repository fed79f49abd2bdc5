"""What the pill and the status line say for every state of sync: the most urgent thing first, never colour alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop_crm import i18n
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.services.sync import RunSummary, SyncStatus
from desktop_crm.ui.runtime.sync_runner import SyncState
from desktop_crm.ui.shell.sync_watch import last_line, said
from desktop_crm.ui.theme import Mood

AT = datetime(2026, 11, 23, 0, 41, tzinfo=UTC)


def status(**news: object) -> SyncStatus:
    facts: dict[str, object] = {
        "url": "https://crm.example.com",
        "user": "kim",
        "pending": 0,
        "conflicts": 0,
        "refused": 0,
        "scopes": ("team",),
        "running": False,
        "last_run": None,
        "last_success": AT,
        "is_stuck": False,
    }
    return SyncStatus(**(facts | news))


AWAY = Trouble("sync.server.unreachable", address="crm.example.com")
SIGN_IN = Refusal("sync.sign_in_again")

CASES = [
    (SyncState(), "", Mood.neutral),
    (SyncState(status=status(url="")), "Only on this laptop", Mood.neutral),
    (SyncState(status=status()), "Synced", Mood.good),
    (SyncState(status=status(pending=3)), "3 changes wait", Mood.info),
    (SyncState(status=status(pending=1)), "1 change waits", Mood.info),
    (SyncState(status=status(), running=True), "Syncing…", Mood.info),
    (SyncState(status=status(), offline=True), "Offline", Mood.warn),
    (SyncState(status=status(pending=12), offline=True), "Offline · 12 changes wait", Mood.warn),
    (SyncState(status=status(pending=12), failure=AWAY), "Offline · 12 changes wait", Mood.warn),
    (SyncState(status=status(), failure=AWAY), "Offline", Mood.warn),
    (SyncState(status=status(conflicts=1)), "1 to decide", Mood.bad),
    (SyncState(status=status(conflicts=2, refused=1, pending=5)), "3 to decide", Mood.bad),
    (SyncState(status=status(conflicts=1), failure=AWAY), "1 to decide", Mood.bad),
    (SyncState(status=status(), failure=SIGN_IN), "Sync needs you", Mood.bad),
    (SyncState(status=status(pending=4, is_stuck=True)), "Sync is stuck", Mood.bad),
    (SyncState(status=status(conflicts=1), offline=True), "Offline", Mood.warn),
    (SyncState(status=status(pending=4), running=True), "Syncing…", Mood.info),
]


@pytest.mark.parametrize(("state", "text", "mood"), CASES)
def test_the_pill_says_the_most_urgent_thing(state: SyncState, text: str, mood: Mood) -> None:
    words = said(state)
    assert (words.text, words.mood) == (text, mood)


@pytest.mark.parametrize(("state", "text", "mood"), CASES)
def test_the_pill_says_it_in_korean_too(state: SyncState, text: str, mood: Mood) -> None:
    i18n.use("ko")
    words = said(state)
    assert words.mood is mood
    assert bool(words.text) is bool(text)
    assert not any("a" <= sign <= "z" for sign in words.text)


@pytest.mark.parametrize(
    ("state", "parts"),
    [
        (SyncState(), ()),
        (SyncState(status=status(url="")), ("No server joined",)),
        (SyncState(status=status()), ("Last sync",)),
        (SyncState(status=status(last_success=None)), ("Not synced yet",)),
        (SyncState(status=status(), offline=True), ("Last sync", "working offline")),
        (SyncState(status=status(), failure=AWAY), ("Last sync", "server not reached")),
        (SyncState(status=status(last_success=None), failure=AWAY), ("Not synced yet", "server not reached")),
    ],
)
def test_the_status_line_says_when_and_whether_the_server_is_reached(state: SyncState, parts: tuple[str, ...]) -> None:
    line = last_line(state)
    assert all(part in line for part in parts)
    assert bool(line) is bool(parts)


def test_what_went_wrong_stands_in_the_tool_tip() -> None:
    assert said(SyncState(status=status(), failure=AWAY)).tip
    assert said(SyncState(status=status(), failure=SIGN_IN)).tip
    assert said(SyncState(status=status(url=""))).tip


def test_a_failed_last_run_does_not_hide_the_last_good_one() -> None:
    run = RunSummary(
        at=AT, pushed=0, pulled=0, conflicts=0, duration=timedelta(seconds=1), error="sync.server.unreachable"
    )
    line = last_line(SyncState(status=status(last_run=run), failure=AWAY))
    assert "Last sync" in line


def test_a_sync_of_today_is_told_by_the_clock_alone() -> None:
    state = SyncState(status=status())
    clock = AT.astimezone().strftime("%H:%M")
    assert last_line(state, AT) == f"Last sync {clock}"
    assert last_line(state, AT + timedelta(days=2)) != last_line(state, AT)
