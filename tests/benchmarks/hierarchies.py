"""Hierarchies measured: a subtree of 300 accounts moved, with every sum right and committed; all sums made from nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

from desktop_crm.foundation.ids import new_row_id
from desktop_crm.persistence.stores.sums import rollups
from desktop_crm.services import accounts, hierarchies
from desktop_crm.services.workspace import Workspace
from tests.benchmarks.floors import edit, rows
from tests.benchmarks.large_workspace import large_workspace
from tests.benchmarks.measure import Act, Job, stopwatch
from tests.benchmarks.standing_files import fill_hierarchies, kept_workspace

SUBTREE = 300


@contextmanager
def moving(folder: Path, floors_alone: bool, *, count: int, beside: str | None) -> Iterator[Job]:
    engine = edit.engine(folder / "floor.sqlite", count)

    def bare(number: int) -> float:
        return edit.edit(engine, number, recorded=False)

    try:
        if floors_alone:
            yield Job(ours=None, floor=bare, rounds=60, warm_up=10)
            return
        workspace, _ = large_workspace(folder / "ours.crm", count)
        with workspace.closing():
            top, targets = _subtree(workspace, beside)
            yield Job(ours=_move(workspace, top, targets, beside), floor=bare, rounds=60, warm_up=10)
    finally:
        engine.dispose()


def _subtree(workspace: Workspace, beside: str | None) -> tuple[str, tuple[str, str]]:
    """A group of 300 accounts with an opportunity each, three deep, and two places for it, each four below a top."""
    with workspace.write("benchmark.fill") as work:
        targets = []
        for side in ("가", "나"):
            above = None
            for step in range(4):
                above = _put(work, f"{side} {step}", above, beside)
            targets.append(str(above))
        top = _put(work, "그룹", targets[0], beside)
        ids = [top]
        for number in range(1, SUBTREE):
            ids.append(_put(work, f"계열사 {number}", ids[(number - 1) // 10], beside))
        deals = [{"name": "증설", "account_id": one, "amount": Decimal(1000), "currency": "KRW"} for one in ids]
        work.bulk("opportunity", inserts=deals)
    return top, (targets[0], targets[1])


def _put(work: object, name: str, above: str | None, beside: str | None) -> str:
    made = new_row_id()
    fields = {"id": made, "name": name, "parent_id": above if beside is None else None}
    work.bulk("account", inserts=[fields])  # type: ignore[attr-defined]
    if beside is not None and above is not None:
        link = {"hierarchy": beside, "account_id": made, "parent_id": above}
        work.bulk("hierarchy_link", inserts=[link])  # type: ignore[attr-defined]
    return made


def _move(workspace: Workspace, top: str, targets: tuple[str, str], beside: str | None) -> Act:
    def one(number: int) -> float:
        old, new = targets[number % 2], targets[(number + 1) % 2]
        with stopwatch() as seconds:
            if beside is None:
                accounts.move(workspace, [top], new)
            else:
                hierarchies.move(workspace, beside, [(top, old)], new)
        return seconds()

    return one


@contextmanager
def rebuilding(folder: Path, floors_alone: bool, *, count: int) -> Iterator[Job]:
    with closing(rows.opened(folder / "floor.sqlite", count)) as bare:
        if floors_alone:
            yield Job(ours=None, floor=lambda _: rows.read(bare), rounds=7)
            return
        with kept_workspace(folder, "hierarchies", count, fill_hierarchies).closing() as workspace:

            def ours(_: int) -> float:
                with stopwatch() as seconds, workspace.database.writing() as connection:
                    rollups.rebuild(connection)
                return seconds()

            yield Job(ours=ours, floor=lambda _: rows.read(bare), rounds=7)
