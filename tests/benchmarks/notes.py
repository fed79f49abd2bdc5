"""The save of a visit's note as it grows while one types: ours, with history, outbox, sums and index, and one bare ORM edit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop_crm.services import activities, visits
from desktop_crm.services.workspace import init_workspace
from tests.benchmarks.floors import edit
from tests.benchmarks.measure import Job, stopwatch

ROWS = 10_000
NOTE = "예산은 10월에 확정, 다음 주 수요일까지 시연 일정을 보냅니다. "


@contextmanager
def saved(folder: Path, floors_alone: bool) -> Iterator[Job]:
    engine = edit.engine(folder / "floor.sqlite", ROWS)

    def floor(n: int) -> float:
        return edit.edit(engine, n, recorded=False)

    try:
        if floors_alone:
            yield Job(ours=None, floor=floor, rounds=40, warm_up=5)
            return
        workspace = init_workspace(folder / "ours.crm", name="notes", currency="KRW", passphrase="typed notes")
        try:
            visit = activities.log(workspace, "visit", "구미 공장").id

            def ours(n: int) -> float:
                text = f"{NOTE * 8}{n}"
                with stopwatch() as seconds:
                    visits.save_note(workspace, visit, text)
                return seconds()

            yield Job(ours=ours, floor=floor, rounds=40, warm_up=5)
        finally:
            workspace.close()
    finally:
        engine.dispose()
