"""The longest pause of the window in each view of an import: `python -m tests.benchmarks.import_turns [ROWS] [--stacks]`.

A timer of the event loop notes when it last came round; what lies between two rounds is a pause, in which nothing is painted and
no key is heard. `--stacks` prints where every thread stands when a pause grows beyond 60 ms. Rows are accounts with parents.
"""

from __future__ import annotations

import argparse
import csv
import faulthandler
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

GOAL_MS = 50.0
LOOK_S = 0.06
PATIENCE = 900.0


class Turn(NamedTuple):
    """Of a view: its longest pause, the longest computing of the process and of the window's own thread within one, all in ms."""

    view: str
    longest: float
    computing: float
    own: float
    late: int
    took: float


class Heart(QObject):
    """Beats with the event loop; `longest` and `beats` since `reset`."""

    def __init__(self, *, stacks: bool = False) -> None:
        super().__init__()
        self._stacks = stacks
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        self._timer.start(1)
        self.reset()

    def reset(self) -> None:
        self._last, self._worked, self._own = time.perf_counter(), time.process_time(), time.thread_time()
        self.longest, self.computing, self.own, self.beats, self.late = 0.0, 0.0, 0.0, 0, 0

    def _beat(self) -> None:
        now, worked, own = time.perf_counter(), time.process_time(), time.thread_time()
        pause = (now - self._last) * 1000
        computing = min(pause, (worked - self._worked) * 1000)
        self.longest = max(self.longest, pause)
        self.computing = max(self.computing, computing)
        self.own = max(self.own, (own - self._own) * 1000)
        self._own = own
        self.late += computing > GOAL_MS
        self.beats += 1
        self._last, self._worked = now, worked
        if self._stacks and pause > LOOK_S * 1000:
            print(f"that was {pause:.0f} ms, {computing:.0f} of them computing", file=sys.stderr, flush=True)
        if self._stacks:
            faulthandler.dump_traceback_later(LOOK_S)

    def stop(self) -> None:
        self._timer.stop()
        faulthandler.cancel_dump_traceback_later()


def accounts(path: Path, count: int) -> Path:
    """A file of companies, nine of ten below another one; one row of a thousand names nobody, one of 200 is refused."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "parent", "industry", "employees", "phone", "city", "note"])
        for n in range(count):
            parent = f"한빛전자 {n // 10:06d}" if n > 9 else ""
            if n % 1000 == 7:
                parent = f"모르는 회사 {n}"
            number = f"02-{n % 9000 + 1000}-{n % 7777 + 1000}"
            rows.writerow(
                [f"한빛전자 {n:06d}", parent, "제조", n % 900 + 1 if n % 200 else "many", number, "서울", f"메모 {n}"]
            )
    return path


def measured(rows: int, folder: Path, *, stacks: bool = False) -> Iterator[Turn]:
    from desktop_crm.foundation.settings import Settings
    from desktop_crm.security.secrets import MemoryStore
    from desktop_crm.services.workspace import init_workspace
    from desktop_crm.ui.exchange.flow import Step
    from desktop_crm.ui.exchange.page import ImportPage
    from desktop_crm.ui.runtime.context import connected
    from desktop_crm.ui.theme import Scheme, Theme

    app = QApplication.instance() or QApplication([])
    theme = Theme(app, Scheme.light)
    assert theme is not None
    workspace = init_workspace(folder / "w.crm", name="turns", currency="KRW", secrets=MemoryStore())
    context = connected(workspace, Settings(folder / "settings.json"))
    context.reporter.reported.connect(print)
    page = ImportPage(context)
    page.resize(1280, 800)
    page.show()
    _turn(page.isVisible)
    heart = Heart(stacks=stacks)
    _turn(lambda: heart.beats > 20)
    flow, file = page.flow, accounts(folder / "rows.csv", rows)

    @contextmanager
    def view(name: str, until: Callable[[], bool]) -> Iterator[None]:
        heart.reset()
        began = time.perf_counter()
        yield
        _turn(until)
        seen = heart.beats
        _turn(lambda: heart.beats > seen + 30)
        told.append(Turn(name, heart.longest, heart.computing, heart.own, heart.late, time.perf_counter() - began))

    told: list[Turn] = []
    for name, act, until in (
        ("look", lambda: page.begin((file,)), _at(flow, Step.COLUMNS)),
        ("read, match", flow.try_out, _at(flow, Step.TRIAL)),
        ("columns", lambda: _press(page.review.views, "columns"), _now),
        ("rows", lambda: _press(page.review.views, "rows"), _now),
        ("only new", lambda: _press(page.review.rows.choice, "new"), _now),
        ("only refused", lambda: _press(page.review.rows.choice, "refused"), _now),
        ("all, end", lambda: _end(page), _now),
        ("back", flow.back, _at(flow, Step.COLUMNS)),
        ("match again", flow.try_out, _at(flow, Step.TRIAL)),
        ("write", flow.run, _at(flow, Step.DONE)),
        ("take back", lambda: flow.undo(flow.result.report.import_id), _at(flow, Step.FILES)),
    ):
        with view(name, until):
            act()
        yield told[-1]
    heart.stop()
    page.close()
    context.lanes.stop()
    workspace.close()


def _now() -> bool:
    return True


def _at(flow: object, step: object) -> Callable[[], bool]:
    return lambda: flow.step is step and not flow.working  # type: ignore[attr-defined]


def _press(row: QWidget, key: str) -> None:
    row.findChild(QPushButton, key).click()


def _end(page: object) -> None:
    table = page.review.rows  # type: ignore[attr-defined]
    _press(table.choice, "all")
    table.table.scrollToBottom()


def _turn(until: Callable[[], bool]) -> None:
    """Let the event loop run until that holds, as the app's own loop runs."""
    loop, ends = QEventLoop(), time.monotonic() + PATIENCE
    looks = QTimer()

    def look() -> None:
        if until() or time.monotonic() > ends:
            loop.quit()

    looks.timeout.connect(look)
    looks.start(5)
    loop.exec()
    looks.stop()
    if time.monotonic() > ends:
        raise SystemExit("it takes too long")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=100_000)
    parser.add_argument("--stacks", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ["DESKTOP_CRM_HOME"] = name
        late = 0
        for turn in measured(options.rows, Path(name), stacks=options.stacks):
            print(
                f"{turn.view:14} longest {turn.longest:7.1f} ms, computing {turn.computing:7.1f} ms, on the window's thread {turn.own:7.1f} ms, "
                f"{turn.late:3} beyond {GOAL_MS:.0f} ms, in {turn.took:6.1f} s",
                flush=True,
            )
            late += turn.late
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
