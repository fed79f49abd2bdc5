"""Guards around every test: what a test leaves behind or lets the program complain about fails it.

A test that brings a warning about on purpose says so: `@pytest.mark.expect_log("pattern")`.
"""

from __future__ import annotations

import gc
import logging
import re
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

OUR_LOGGERS = ("", "desktop_crm")
PATIENCE = 3.0
PASSING_THREADS = re.compile(r"asyncio_|AnyIO|execnet|pytest_timeout|Dummy|ThreadPoolExecutor-0_|hypothesis")


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.name}: {record.levelname}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_complaint_in_the_log(request: pytest.FixtureRequest) -> Iterator[None]:
    heard = _Complaints()
    loggers = [logging.getLogger(name) for name in OUR_LOGGERS]
    for logger in loggers:
        logger.addHandler(heard)
    yield
    for logger in loggers:
        logger.removeHandler(heard)
    expected = [re.compile(str(mark.args[0])) for mark in request.node.iter_markers("expect_log")]
    surprising = [m for m in dict.fromkeys(heard.messages) if not any(e.search(m) for e in expected)]
    if surprising:
        pytest.fail("unexpected in the log:\n" + "\n".join(surprising), pytrace=False)


@pytest.fixture(autouse=True)
def no_thread_is_left_running() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + PATIENCE
    while (left := _new_threads(before)) and time.monotonic() < deadline:
        left[0].join(0.05)
    if left:
        pytest.fail(f"threads left running: {[t.name for t in left]}", pytrace=False)


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t not in before and t.is_alive() and not PASSING_THREADS.search(t.name)]


_open_units: set[int] = set()


@pytest.fixture(autouse=True)
def no_unit_of_work_is_left_open() -> Iterator[None]:
    watch_units_of_work()
    before = set(_open_units)
    yield
    left = _open_units - before
    _open_units.intersection_update(before)
    if left:
        pytest.fail(f"{len(left)} units of work left open", pytrace=False)


def watch_units_of_work() -> None:
    """Count what is entered and not left, once the module is there."""
    module = sys.modules.get("desktop_crm.persistence.unit_of_work")
    if module is None or hasattr(module.UnitOfWork, "watched"):
        return
    unit = module.UnitOfWork
    enter, leave = unit.__enter__, unit.__exit__

    def entered(self: object) -> object:
        work = enter(self)
        _open_units.add(id(self))
        return work

    def left(self: object, *error: object) -> object:
        _open_units.discard(id(self))
        return leave(self, *error)

    unit.__enter__, unit.__exit__, unit.watched = entered, left, True


@pytest.fixture(autouse=True)
def no_window_or_timer_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    if "qtbot" not in request.fixturenames and "qapp" not in request.fixturenames:
        yield
        return
    known = {id(w) for w in QApplication.topLevelWidgets()} if QApplication.instance() else set()
    ticking = {id(t) for t in _running_timers()}
    yield
    left = [w for w in QApplication.topLevelWidgets() if id(w) not in known and w.isVisible()]
    names = [f"{type(w).__name__} {w.objectName()!r}" for w in left]
    for widget in left:
        widget.close()
        widget.deleteLater()
    timers = [t for t in _running_timers() if id(t) not in ticking]
    for timer in timers:
        timer.stop()
    if names:
        pytest.fail(f"windows left open: {names}", pytrace=False)
    if timers:
        pytest.fail(f"timers left running: {[t.objectName() or repr(t) for t in timers]}", pytrace=False)


def _running_timers() -> list[QTimer]:
    """Active timers that no living parent will stop."""
    timers = [o for o in gc.get_referrers(QTimer) if type(o) is QTimer and shiboken6.isValid(o)]
    return [t for t in timers if t.isActive() and t.parent() is None]
