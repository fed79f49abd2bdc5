"""Opening every branch of a tree of many accounts in the app's own tree: how long it takes, and how long the window waits meanwhile.

`python -m tests.benchmarks.unfolding [accounts] [top]`: with `top` everything stands below that many accounts at the top.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop_crm.foundation.ids import new_row_id
from desktop_crm.foundation.settings import Settings
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services.workspace import Workspace, init_workspace
from desktop_crm.ui.accounts.page import AccountsPage
from desktop_crm.ui.runtime.context import connected
from desktop_crm.ui.theme import Scheme, Theme
from tests.benchmarks.seeds import names
from tests.benchmarks.standing_files import fill_tree, kept_workspace

ACCOUNTS = 100_000
FRAME = 0.016


def heap(path: Path, accounts: int, top: int) -> Workspace:
    """A tree whose branches all stand below a few accounts: the hardest to open."""
    workspace = init_workspace(path, name="Benchmark", currency="KRW", secrets=MemoryStore())
    dice = random.Random(7)
    ids = [new_row_id() for _ in range(accounts)]
    above = [
        None if n < top else ids[dice.randrange(max(top, n // 12 + 1) if n > top * 2 else top)] for n in range(accounts)
    ]
    with workspace.write("benchmark.fill") as work:
        work.bulk(
            "account",
            inserts=[
                {"id": ids[n], "name": name, "parent_id": up}
                for n, (name, up) in enumerate(zip(names(accounts), above, strict=True))
            ],
        )
    return workspace


def measure(accounts: int = ACCOUNTS, top: int | None = None) -> list[float]:
    """Open everything; the times that the window waited, in seconds, the longest last."""
    app = QApplication.instance() or QApplication([])
    Theme(app, Scheme.light)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.crm"
        workspace = (
            kept_workspace(Path(folder), "tree", accounts, fill_tree) if top is None else heap(path, accounts, top)
        )
        context = connected(workspace, Settings(Path(folder) / "settings.json"))
        page = AccountsPage(context)
        page.resize(1440, 900)
        page.show()
        while page.model.rowCount() == 0:
            app.processEvents()
        waits = _opened(app, page)
        page.close()
        page.deleteLater()
        context.lanes.stop()
        workspace.close()
    return waits


def _opened(app: QApplication, page: AccountsPage) -> list[float]:
    waits: list[float] = []
    own: list[float] = []
    told: list[tuple[int, bool]] = []
    last, computed = time.perf_counter(), time.thread_time()

    def beat() -> None:
        nonlocal last, computed
        now, by_now = time.perf_counter(), time.thread_time()
        waits.append(now - last)
        own.append(by_now - computed)
        last, computed = now, by_now

    pulse = QTimer()
    pulse.setInterval(0)
    pulse.timeout.connect(beat)
    unfolding = page.hierarchy.desk.unfolding
    unfolding.told.connect(lambda count, more: told.append((count, more)))
    begins, spent = time.perf_counter(), time.process_time()
    last, computed = begins, time.thread_time()
    pulse.start()
    unfolding.start()
    while not told or told[-1][1]:
        app.processEvents()
    pulse.stop()
    seconds, busy = time.perf_counter() - begins, time.process_time() - spent
    waits.sort()
    own.sort()
    late = sum(wait > FRAME for wait in waits)
    print(
        f"{told[-1][0]} rows opened in {seconds:.1f} s ({busy:.1f} s of this process): longest pause {waits[-1] * 1000:.0f} ms, "
        f"p99 {waits[int(len(waits) * 0.99)] * 1000:.1f} ms, {late} of {len(waits)} turns over {FRAME * 1000:.0f} ms"
    )
    print(
        "computed by the window's thread in one turn at most:",
        ", ".join(f"{one * 1000:.0f} ms" for one in own[:-6:-1]),
    )
    return waits


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:]]
    measure(*numbers)
