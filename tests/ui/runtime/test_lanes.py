"""Lanes, hub, undo and reporter: results come back on the GUI thread, in order, and stale ones are dropped."""

from __future__ import annotations

import gc
import os
import sys
import threading

import pytest
from PySide6.QtCore import QObject, QThread

from desktop_crm.foundation.changes import Change, ChangeKind, Changes
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence.change_log import Author
from desktop_crm.services import records
from desktop_crm.ui.runtime.change_hub import ChangeHub
from desktop_crm.ui.runtime.lanes import Lanes
from desktop_crm.ui.runtime.reporter import ErrorReporter, ReportKind
from desktop_crm.ui.runtime.routes import Place, Routes


@pytest.fixture
def lanes(qapp):
    made = Lanes()
    yield made
    made.stop()


def changed(*ids: str, remote: bool = False) -> Changes:
    items = tuple(Change(entity="account", row_id=i, kind=ChangeKind.UPDATED) for i in ids)
    return Changes(tx_id=None if remote else "t", items=items, remote=remote)


def test_lanes_end_also_while_a_worker_hands_over_a_large_result(qtbot, lanes) -> None:
    lanes.work(bytes, 400_000_000)
    stages = sys._current_frames
    qtbot.waitUntil(lambda: any(frame.f_code.co_name == "_recv" for frame in stages().values()))
    lanes.stop()
    assert not [one for one in threading.enumerate() if type(one).__name__ == "_ExecutorManagerThread"]


def test_a_worker_process_that_dies_fails_its_job_and_the_next_gets_another(qtbot, lanes) -> None:
    failed, done = [], []
    lanes.work(os._exit, 3, failed=failed.append)
    qtbot.waitUntil(lambda: bool(failed))
    lanes.work(os.getpid, done=done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert done[0] != os.getpid()


def test_a_read_runs_elsewhere_and_its_result_comes_back_here(qtbot, lanes) -> None:
    seen = []
    lanes.read(threading.get_ident, lambda ident: seen.append((ident, QThread.currentThread())))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] != threading.get_ident()
    assert seen[0][1] is QThread.currentThread()


def test_writes_run_one_after_another_in_order(qtbot, lanes) -> None:
    order, done = [], []
    for number in range(20):
        lanes.write(lambda number=number: order.append(number), done.append)
    qtbot.waitUntil(lambda: len(done) == 20)
    assert order == list(range(20))


def test_a_newer_read_makes_older_results_stale(qtbot, lanes) -> None:
    gate, seen, slot = threading.Event(), [], lanes.slot()
    slot.read(lambda: gate.wait(5) and "old", seen.append)
    slot.read(lambda: "new", seen.append)
    qtbot.waitUntil(lambda: seen == ["new"])
    gate.set()
    qtbot.wait(100)
    assert seen == ["new"]


def test_changes_are_announced_also_when_they_are_carried(qtbot, lanes) -> None:
    class Made:
        changes = changed("a")

    heard = []
    lanes.wrote.connect(lambda changes, initiator: heard.append((changes, initiator)))
    lanes.write(lambda: changed("b"), initiator="me")
    lanes.write(Made)
    lanes.write(Changes.none)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert [who for _, who in heard] == ["me", None]


def test_a_failure_nobody_handles_is_told(qtbot, lanes) -> None:
    def fail() -> None:
        raise Trouble("disk.full", file="x")

    handled = []
    with qtbot.waitSignal(lanes.troubled) as told:
        lanes.read(fail)
    assert told.args[0].code == "disk.full"
    lanes.read(fail, None, handled.append)
    qtbot.waitUntil(lambda: len(handled) == 1)


def test_a_result_for_a_widget_that_is_gone_is_dropped(qtbot, lanes) -> None:
    import shiboken6

    class Listener(QObject):
        def hear(self, _result: object) -> None:
            raise AssertionError("nobody is here")

    listener, gate = Listener(), threading.Event()
    lanes.read(lambda: gate.wait(5), listener.hear)
    shiboken6.delete(listener)
    gate.set()
    qtbot.wait(100)


def test_stop_finishes_writes_that_were_handed_in(qtbot, qapp) -> None:
    lanes, gate, done = Lanes(), threading.Event(), []
    lanes.write(lambda: gate.wait(5))
    lanes.write(lambda: done.append(1))
    gate.set()
    lanes.stop()
    assert done == [1]
    lanes.read(lambda: done.append(2))
    assert done == [1]


def test_cpu_work_runs_in_another_process(qtbot, lanes) -> None:
    seen = []
    lanes.work(os.getpid, done=seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0] != os.getpid()


def test_cycles_are_collected_on_the_gui_thread_only(qtbot, qapp) -> None:
    assert gc.isenabled()
    lanes = Lanes()
    assert not gc.isenabled()
    lanes._sweeper.sweep()
    lanes.stop()
    assert gc.isenabled()


def test_local_changes_are_told_at_once_and_remote_ones_joined(qtbot, qapp) -> None:
    hub, heard = ChangeHub(), []
    hub.changed.connect(lambda changes, _who: heard.append(changes))
    hub.announce(changed("a"))
    assert len(heard) == 1
    for number in range(50):
        hub.announce(changed(str(number), remote=True))
    assert len(heard) == 1
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert len(heard[1].rows("account")) == 50


def test_routes_know_the_page_of_an_entity_and_the_way_back(qapp) -> None:
    routes, places = Routes(), []
    routes.arrived.connect(places.append)
    routes.register("account", "accounts")
    routes.go("quotes")
    routes.open("account", "1")
    routes.open("unknown", "1")
    routes.back()
    routes.forward()
    assert places == [
        Place(page="quotes"),
        Place(page="accounts", row_id="1"),
        Place(page="quotes"),
        Place(page="accounts", row_id="1"),
    ]


def settle(qtbot, context) -> None:
    """Wait until the write lane has done what was handed in before: an undo waits for its turn there, and then writes."""
    done = []
    for turns in (1, 2):
        context.lanes.write(Changes.none, done.append)
        qtbot.waitUntil(lambda turns=turns: len(done) == turns)


def test_a_quick_undo_takes_back_what_is_still_being_written(qtbot, context, workspace) -> None:
    context.undo.run("First", lambda: records.create(workspace, "task", {"subject": "First"}))
    settle(qtbot, context)
    context.undo.run("Second", lambda: records.create(workspace, "task", {"subject": "Second"}))
    context.undo.undo()
    settle(qtbot, context)
    assert [one.fields["subject"] for one in records.list_rows(workspace, "task").records] == ["First"]


def test_undo_and_redo_revert_on_the_write_lane(qtbot, context, workspace) -> None:
    seen = []
    context.undo.run("New task", lambda: records.create(workspace, "task", {"subject": "Call"}), seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    for _ in range(3):
        context.undo.undo()
        context.undo.redo()
    context.undo.undo()
    settle(qtbot, context)
    assert records.count(workspace, "task") == 0
    context.undo.redo()
    settle(qtbot, context)
    assert records.get(workspace, "task", seen[0].id).fields["subject"] == "Call"


def test_an_act_that_cannot_be_reverted_is_told_and_passed_over(qtbot, context, workspace) -> None:
    context.reporter.setProperty("expected", 1)
    made = []
    context.undo.run("First", lambda: records.create(workspace, "task", {"subject": "First"}), made.append)
    qtbot.waitUntil(lambda: bool(made))
    context.undo.run("Edit", lambda: records.set_fields(workspace, "task", made[0].id, {"subject": "Second"}))
    settle(qtbot, context)
    somebody, me = workspace.author, Author(user_id="0" * 32, device_id=workspace.author.device_id)
    workspace.author = me
    records.set_fields(workspace, "task", made[0].id, {"subject": "by another"})
    workspace.author = somebody
    with qtbot.waitSignal(context.reporter.reported) as told:
        context.undo.undo()
    assert "changed later" in told.args[0].happened
    settle(qtbot, context)
    assert context.undo.count() == 1


def test_reports_say_what_happened_and_hold_no_values(qtbot, qapp) -> None:
    reporter, reports = ErrorReporter(), []
    reporter.reported.connect(reports.append)
    reporter.report(Refusal("value.unreadable", field="employees", value="secret customer"))
    assert reports[0].kind is ReportKind.refusal
    assert reports[0].title
    assert "secret customer" not in reports[0].details


@pytest.mark.expect_log("bug")
def test_a_bug_is_reported_with_places_and_no_data(qtbot, qapp) -> None:
    reporter, reports = ErrorReporter(), []
    reporter.reported.connect(reports.append)
    try:
        int("한빛전자 010-1234-5678")
    except ValueError as error:
        reporter.report(error)
    assert reports[0].kind is ReportKind.bug
    assert "test_lanes.py" in reports[0].details
    assert "한빛전자" not in reports[0].details


def test_the_log_says_why_a_disk_refused(qtbot, qapp, caplog) -> None:
    error = Trouble("disk.failed", file="a", reason="b")
    error.__cause__ = OSError(30, "Read-only file system")
    with caplog.at_level("INFO"):
        ErrorReporter().report(error)
    assert "EROFS" in caplog.text
