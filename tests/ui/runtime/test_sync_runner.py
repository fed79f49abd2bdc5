"""The runner of sync in the background, over a server that is a stand-in for the network's moods: it answers, refuses, is away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QObject, Signal

from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import CrmError, Refusal, Trouble
from desktop_crm.services import records, sync
from desktop_crm.services.sync import SyncReport
from desktop_crm.sync.client.schedule import EVERY
from desktop_crm.ui.runtime import sync_runner
from desktop_crm.ui.runtime.network import Network
from desktop_crm.ui.runtime.sync_runner import METERED, OFFLINE, SyncRunner


class Server:
    """What the network does to a run: the cases that no real server can be made to play in order."""

    def __init__(self) -> None:
        self.runs = 0
        self.with_files: list[bool] = []
        self.error: BaseException | None = None

    def sync_now(self, _workspace: object, *, let_leave: bool = False, files: bool = True) -> SyncReport:
        self.runs += 1
        self.with_files.append(files)
        if self.error is not None:
            raise self.error
        return SyncReport(pushed=1, pulled=0, conflicts=0, refused=0, cursor=1, was_reset=False, changes=Changes.none())


@pytest.fixture
def server(monkeypatch, workspace) -> Server:
    made = Server()
    real = sync.status
    monkeypatch.setattr(sync, "sync_now", made.sync_now)
    monkeypatch.setattr(sync, "status", lambda w: replace(real(w), url="https://crm.example.com", user="kim"))
    return made


@pytest.fixture
def runner(qtbot, context, server) -> SyncRunner:
    return context.sync


def errors(runner: SyncRunner) -> list[BaseException]:
    heard: list[BaseException] = []
    runner.failed.connect(heard.append)
    return heard


def until_idle(qtbot, runner: SyncRunner, server: Server, runs: int) -> None:
    qtbot.waitUntil(lambda: server.runs >= runs and not runner.state.running and runner.state.status is not None)


def test_it_does_nothing_before_the_first_page_is_there(qtbot, runner, server, context, workspace) -> None:
    context.hub.announce(records.create(workspace, "task", {"subject": "Call"}).changes)
    qtbot.wait(50)
    assert (server.runs, runner.state.status) == (0, None)


def test_it_syncs_once_when_it_begins(qtbot, runner, server) -> None:
    runner.begin()
    until_idle(qtbot, runner, server, 1)
    assert server.runs == 1
    assert runner.state.failure is None


def test_beginning_again_only_looks_again(qtbot, runner, server) -> None:
    runner.begin()
    until_idle(qtbot, runner, server, 1)
    runner.begin()
    qtbot.wait(50)
    assert server.runs == 1


def test_an_edit_is_sent_soon_after(qtbot, runner, server, context, workspace) -> None:
    runner.begin()
    until_idle(qtbot, runner, server, 1)
    context.hub.announce(records.create(workspace, "task", {"subject": "Call"}).changes)
    until_idle(qtbot, runner, server, 2)


def test_what_came_from_the_server_is_not_sent_back(qtbot, runner, server, context, workspace) -> None:
    runner.begin()
    until_idle(qtbot, runner, server, 1)
    changes = records.create(workspace, "task", {"subject": "Call"}).changes
    context.hub.announce(Changes(items=changes.items, remote=True))
    context.hub.flush()
    assert not runner._soon.isActive()


def test_working_offline_rests_and_is_remembered(qtbot, runner, server, settings) -> None:
    runner.set_offline(True)
    runner.begin()
    qtbot.waitUntil(lambda: runner.state.status is not None)
    runner._on_tick()
    qtbot.wait(50)
    assert (server.runs, settings.get(OFFLINE), runner.state.offline) == (0, True, True)
    runner.set_offline(False)
    until_idle(qtbot, runner, server, 1)
    assert settings.get(OFFLINE) is False


def test_a_connection_that_costs_is_spared_and_remembered(qtbot, runner, server, settings) -> None:
    settings.put(METERED, True)
    runner.set_metered(True)
    runner.begin()
    until_idle(qtbot, runner, server, 1)
    assert server.with_files == [False]
    assert runner._schedule.due - runner._workspace.clock.now() > EVERY
    runner.sync_now()
    until_idle(qtbot, runner, server, 2)
    assert server.with_files[-1]
    runner.set_metered(False)
    until_idle(qtbot, runner, server, 3)
    assert not settings.get(METERED)


def test_a_server_that_is_away_is_no_alarm_and_is_tried_later(qtbot, runner, server, workspace) -> None:
    heard = errors(runner)
    server.error = Trouble("sync.server.unreachable", address="x")
    runner.begin()
    qtbot.waitUntil(lambda: runner.state.failure is not None)
    assert heard == []
    runner._on_tick()
    qtbot.wait(50)
    assert server.runs == 1
    assert runner._schedule.due > workspace.clock.now()


def test_a_wish_tells_what_went_wrong(qtbot, context, runner, server) -> None:
    context.reporter.setProperty("expected", 1)
    runner.begin()
    until_idle(qtbot, runner, server, 1)
    heard = errors(runner)
    server.error = Trouble("sync.server.unreachable", address="x")
    runner.sync_now()
    qtbot.waitUntil(lambda: len(heard) == 1)


def test_a_bug_is_told_even_when_nobody_asked(qtbot, context, runner, server, monkeypatch) -> None:
    monkeypatch.setattr(context.reporter, "report", lambda _error: None)
    heard = errors(runner)
    server.error = RuntimeError("ours")
    runner.begin()
    qtbot.waitUntil(lambda: len(heard) == 1)
    assert runner.state.failure is None


test_a_bug_is_told_even_when_nobody_asked = pytest.mark.expect_log("bug")(test_a_bug_is_told_even_when_nobody_asked)


@pytest.mark.parametrize("code", ["sync.sign_in_again", "sync.upgrade_required", "sync.many_leaving"])
def test_a_refusal_stays_until_it_is_solved(qtbot, runner, server, code: str) -> None:
    server.error = Refusal(code)
    runner.begin()
    qtbot.waitUntil(lambda: isinstance(runner.state.failure, CrmError))
    assert runner.state.failure.code == code
    server.error = None
    runner.sync_now()
    qtbot.waitUntil(lambda: runner.state.failure is None and not runner.state.running)


def test_one_run_at_a_time(qtbot, runner, server) -> None:
    runner.begin()
    until_idle(qtbot, runner, server, 1)
    runner.sync_now()
    runner.sync_now()
    runner.sync_now()
    until_idle(qtbot, runner, server, 2)
    assert server.runs == 2


def test_a_long_silence_asks_again(qtbot, new_workspace, theme, settings, server, monkeypatch) -> None:
    from desktop_crm.ui.runtime.context import connected

    clock = FixedClock(new_workspace("start").clock.now())
    workspace = new_workspace("quiet", clock=clock)
    context = connected(workspace, settings)
    runner = context.sync
    runner.begin()
    until_idle(qtbot, runner, server, 1)
    runner._on_tick()
    assert server.runs == 1
    clock.at += timedelta(minutes=3)
    runner._on_tick()
    until_idle(qtbot, runner, server, 2)
    context.lanes.stop()


def test_nothing_is_asked_after_the_lanes_have_stopped(qtbot, context, runner, server) -> None:
    runner.begin()
    until_idle(qtbot, runner, server, 1)
    context.lanes.stop()
    runner.refresh()
    runner.sync_now()
    assert server.runs == 1


def test_a_failed_joining_is_told_to_who_asked(qtbot, context, runner, monkeypatch) -> None:
    def refuse(*_: object) -> Callable[[], None]:
        raise Refusal("sync.sign_in")

    monkeypatch.setattr(sync_runner, "_join", refuse)
    heard: list[BaseException] = []
    runner.join("https://x", "kim", "wrong", heard.append)
    assert runner.state.running
    qtbot.waitUntil(lambda: len(heard) == 1)
    assert not runner.state.running


def test_a_line_that_worked_and_was_lost_calls_for_an_early_run(qtbot, runner, server, workspace) -> None:
    runner.begin()
    until_idle(qtbot, runner, server, 1)
    usual = runner._schedule.due
    runner.watch.ended.emit(False)
    assert runner._schedule.due == usual
    runner.watch.ended.emit(True)
    assert runner._schedule.due <= workspace.clock.now() + sync_runner.LINE_LOST


def test_news_call_for_one_run_and_old_news_for_none(qtbot, runner, server) -> None:
    runner.begin()
    until_idle(qtbot, runner, server, 1)
    runner.watch.heard.emit(1)  # the commit that the run brought
    qtbot.wait(50)
    assert server.runs == 1
    runner.watch.heard.emit(9)
    until_idle(qtbot, runner, server, 2)
    # It brought commit 1 only, so it is asked for once more.
    qtbot.waitUntil(lambda: server.runs >= 3, timeout=10_000)
    until_idle(qtbot, runner, server, 3)
    runner.watch.heard.emit(9)
    qtbot.wait(50)
    assert server.runs == 3


class System(QObject):
    """What the system would say of the network."""

    changed = Signal()
    metered = captive = False


def test_what_the_system_says_of_the_connection_holds_until_the_user_chooses(qtbot, runner, server, settings) -> None:
    runner.begin()
    until_idle(qtbot, runner, server, 1)
    system = runner._network = System(runner)
    system.changed.connect(runner._on_network)
    system.metered = True
    system.changed.emit()
    assert runner.state.metered
    runner.set_metered(False)
    system.changed.emit()
    assert (runner.state.metered, settings.get(METERED)) == (False, False)
    runner.set_metered(True)  # what the system says: followed again
    assert settings.get(METERED) is None
    system.metered = False
    system.changed.emit()
    assert not runner.state.metered


def test_a_network_that_lets_us_through_is_used_at_once(qtbot, runner, server) -> None:
    server.error = Trouble("sync.server.captive", url="https://crm.example.com")
    system = System(runner)
    runner.begin()
    qtbot.waitUntil(lambda: runner.state.failure is not None and not runner.state.running)
    runner._network, system.captive = system, True
    system.changed.connect(runner._on_network)
    system.changed.emit()
    assert runner.state.captive
    server.error, system.captive, runs = None, False, server.runs
    system.changed.emit()
    until_idle(qtbot, runner, server, runs + 1)
    assert runner.state.failure is None


def test_the_system_is_asked_of_the_network_only_where_there_is_a_server(
    qtbot, context, monkeypatch, workspace
) -> None:
    made: list[QObject] = []
    monkeypatch.setattr(
        "desktop_crm.ui.runtime.network.Network", lambda parent: made.append(System(parent)) or made[-1]
    )
    runner, here = context.sync, sync.status(workspace)
    runner.begin()
    qtbot.waitUntil(lambda: runner.state.status is not None)
    assert not made
    runner._on_status(None, replace(here, url="https://crm.example.com"))  # a server was joined
    runner._on_status(None, replace(here, url="https://crm.example.com"))
    assert len(made) == 1
    made[0].metered = True
    made[0].changed.emit()
    assert runner.state.metered


def test_the_system_is_really_asked(qapp) -> None:
    asked = Network()
    assert {asked.metered, asked.captive} <= {True, False}
