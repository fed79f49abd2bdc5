"""Lanes: where work runs so that the GUI thread never waits.

Reads run on a small pool, writes one after another on a single thread, the network on another, CPU work in a worker
process. Whatever comes back is delivered on the GUI thread by a queued signal. A lane must not touch a widget.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop_crm.foundation.changes import Changes
from desktop_crm.ui.runtime.garbage import Sweeper

READERS = 2

Done = Callable[[Any], None]
Failed = Callable[[BaseException], None]


class Job:
    """One piece of work under way; `cancel` drops its result (and the work itself when it has not begun)."""

    __slots__ = ("_cancelled", "done", "failed", "future", "initiator")

    def __init__(self, done: Done | None, failed: Failed | None, initiator: object = None) -> None:
        self.done = done
        self.failed = failed
        self.initiator = initiator
        self.future: Future[Any] | None = None
        self._cancelled = threading.Event()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        self._cancelled.set()
        if self.future is not None:
            self.future.cancel()


class Lanes(QObject):
    """Hands work to the lanes; lives on the GUI thread.

    Signals (GUI thread): `wrote(changes, initiator)` after each job whose result is, or carries, changes;
    `troubled(error)` for a failure that nobody asked to handle; `stopped()` when all lanes have ended.
    """

    wrote = Signal(object, object)
    stopped = Signal()
    troubled = Signal(object)
    _returned = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._readers: Executor = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._writer: Executor = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._network: Executor = ThreadPoolExecutor(1, thread_name_prefix="network")
        self._workers: Executor | None = None
        self._open = True
        self._sweeper = Sweeper(self)
        self._returned.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def open(self) -> bool:
        return self._open

    def read(self, fn: Callable[[], Any], done: Done | None = None, failed: Failed | None = None) -> Job:
        """Run a reading function; several may run at once."""
        return self._submit(self._readers, fn, Job(done, failed))

    def write(
        self,
        fn: Callable[[], Any],
        done: Done | None = None,
        failed: Failed | None = None,
        initiator: object = None,
    ) -> Job:
        """Run a writing function, in order. Changes it returns (or carries as `.changes`) are announced by themselves."""
        return self._submit(self._writer, fn, Job(done, failed, initiator))

    def network(self, fn: Callable[[], Any], done: Done | None = None, failed: Failed | None = None) -> Job:
        """Run a function that waits for the network."""
        return self._submit(self._network, fn, Job(done, failed))

    def work(
        self, fn: Callable[..., Any], *values: object, done: Done | None = None, failed: Failed | None = None
    ) -> Job:
        """Run CPU work in the worker process: a module-level function, frozen values in and out."""
        from concurrent.futures.process import BrokenProcessPool

        job = Job(done, failed)
        try:
            return self._submit(self._worker_pool(), fn, job, *values)
        except BrokenProcessPool:  # its process died at an earlier job, which was told; this one gets a new process
            self._workers = None
            return self._submit(self._worker_pool(), fn, job, *values)

    def _worker_pool(self) -> Executor:
        if self._workers is None:
            import multiprocessing
            from concurrent.futures import ProcessPoolExecutor

            self._workers = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        return self._workers

    def slot(self) -> LatestRead:
        """A place for reads of which only the latest counts."""
        return LatestRead(self)

    def stop(self) -> None:
        """End all lanes: writes that were handed in are finished, other waiting work is dropped, no result comes back."""
        self._open = False
        self._writer.shutdown(wait=True)
        if self._workers is not None:
            _end_processes(self._workers)
        for lane in (self._readers, self._network, self._workers):
            if lane is not None:
                lane.shutdown(wait=True, cancel_futures=True)
        self._sweeper.stop()
        self.stopped.emit()

    def _submit(self, lane: Executor, fn: Callable[..., Any], job: Job, *values: object) -> Job:
        if self._open:
            job.future = lane.submit(fn, *values)
            job.future.add_done_callback(_Courier(self, job))
        return job

    def post(self, job: Job, future: Future[Any]) -> None:
        """Called on the lane's thread when a job ended; crosses to the GUI thread."""
        if not self._open or future.cancelled():
            return
        error = future.exception()
        with suppress(RuntimeError):  # the application is gone: nobody is left to tell
            self._returned.emit(job, None if error else future.result(), error)

    @Slot(object, object, object)
    def _deliver(self, job: Job, result: object, error: BaseException | None) -> None:
        if not self._open:
            return
        job.future = None  # it knows its job: a ring that would keep a large result until the next sweep
        changes = changes_of(result)
        if changes:
            self.wrote.emit(changes, job.initiator)
        if job.cancelled:
            return
        if error is None:
            if job.done is not None and alive(job.done):
                job.done(result)
        elif job.failed is None:
            self.troubled.emit(error)
        elif alive(job.failed):
            job.failed(error)


def _end_processes(pool: Executor) -> None:
    """Nobody waits for what a worker process still computes, and a hung one must not hold the window.

    One that ends while it hands a result over leaves half of it in the pipe. The pool's thread would wait for the rest as long
    as this process holds the pipe open for writing, which it never does itself.
    """
    for process in (getattr(pool, "_processes", None) or {}).values():
        process.terminate()
    writer = getattr(getattr(pool, "_result_queue", None), "_writer", None)
    if writer is not None:
        writer.close()


class LatestRead:
    """Reads of which only the latest counts: a newer one makes the results of older ones stale."""

    __slots__ = ("_job", "_lanes")

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._job: Job | None = None

    def read(self, fn: Callable[[], Any], done: Done | None = None, failed: Failed | None = None) -> Job:
        self.cancel()
        self._job = self._lanes.read(fn, done, failed)
        return self._job

    def cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()


class _Courier:
    """Carries a finished future back to the lanes."""

    __slots__ = ("_job", "_lanes")

    def __init__(self, lanes: Lanes, job: Job) -> None:
        self._lanes = lanes
        self._job = job

    def __call__(self, future: Future[Any]) -> None:
        self._lanes.post(self._job, future)


def changes_of(result: object) -> Changes:
    """The changes a result is or carries; none when it has none."""
    found = result if isinstance(result, Changes) else getattr(result, "changes", None)
    return found if isinstance(found, Changes) else Changes.none()


def alive(callback: Callable[..., Any]) -> bool:
    """Whether the object a callback belongs to still exists on the Qt side."""
    owner = getattr(getattr(callback, "func", callback), "__self__", None)
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)
