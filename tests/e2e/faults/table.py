"""The table of faults and moments: each cell is one act of the real services under one fault, in a process of its own.

A cell ends as a short word ("done", or the code that was told) after it was seen that what was said to be saved is there, that the
workspace opens whole again, and that the act can be done when the fault is over.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop_crm.persistence.cipher import PAGE_BYTES
from desktop_crm.services.safety import backups, restoring
from tests.e2e.faults import power
from tests.e2e.faults.moments import ACTS, Keys, complaints, opened, scene_of
from tests.e2e.faults.zygote import Zygote

MOMENTS = tuple(name for name in ACTS if name != "sign in and pull")
CUTS = int(os.environ.get("CUTS") or 5)
"""Moments of an act at which power is lost, each once with all and once with some of what was not flushed."""
ROOM_LEFT = 120_000
"""Bytes that a full disk still has: enough to open a workspace, not to do much with it."""


class Cell:
    """One workspace, its keys in another folder, and the process that acts on it."""

    def __init__(self, zygote: Zygote, home: Path, work: Path, moment: str) -> None:
        self.zygote, self.home, self.work, self.moment = zygote, home, work, moment
        home.mkdir(parents=True, exist_ok=True)
        work.mkdir(parents=True, exist_ok=True)
        self.path = scene_of(moment, home, work)
        self.said: list[str] = []

    def act(self, moment: str = "", *, promised: bool = True, **more: object) -> str:
        """The act's code, empty when it went well; what it said is remembered."""
        outcome = self.zygote.act(moment or self.moment, self.path, self.home, **more)  # type: ignore[arg-type]
        assert not outcome.error.startswith(("bug", "vanished")), outcome
        if promised:
            # what a restore or a later act replaces is no promise any more: an older state was asked for
            kept = [] if self.moment == "restore" else self.said
            self.said = [*kept, *outcome.said]
        return outcome.error

    def assert_whole(self) -> None:
        wrong = complaints(self.path, self.home, self.said)
        assert wrong == [], wrong


def full_disk(cell: Cell) -> str:
    """A small disk of its own where that can be had, else a limit on the size of files."""
    with small_disk(cell) as ballast:
        if ballast is None and cell.moment == "pull":
            return "not tried: no disk"  # a limit on the size of files would strike the server as well
        more: dict[str, object] = {}
        if ballast is None:
            log = 4 * PAGE_BYTES
            more = {"limit": log if cell.moment != "import" else 20 * PAGE_BYTES}
        code = cell.act(**more)
        if ballast is not None:
            ballast.unlink()
        assert code in {"disk.full", "disk.failed", "workspace.copy_failed"}, code
        cell.assert_whole()
        assert not cell.act()
        cell.assert_whole()
    return code


def read_only(cell: Cell) -> str:
    with small_disk(cell, fill=False) as mounted:
        made = mounted is not None
        if made:
            subprocess.run(["mount", "-o", "remount,ro", str(cell.work)], check=True)
        else:
            cell.work.chmod(0o500)
        try:
            code = cell.act()
        finally:
            if made:
                subprocess.run(["mount", "-o", "remount,rw", str(cell.work)], check=True)
            else:
                cell.work.chmod(0o700)
        assert code == "disk.failed", code
        cell.assert_whole()
        assert not cell.act()
        cell.assert_whole()
    return code


def a_day_behind(cell: Cell) -> str:
    return _with_clock(cell, -1)


def two_days_ahead(cell: Cell) -> str:
    return _with_clock(cell, 2)


def _with_clock(cell: Cell, days: float) -> str:
    assert not cell.act(days=days)
    cell.assert_whole()
    for after in ("backup",) if cell.moment == "migration" else ("edit", "backup"):  # the clock is right again
        assert not cell.act(after)
        cell.assert_whole()
    return "done"


def two_processes(cell: Cell) -> str:
    with opened(cell.path, cell.home).closing():
        code = cell.act()
    assert code == "workspace.in_use", code
    assert not cell.act()
    cell.assert_whole()
    return code


def cut_short(cell: Cell) -> str:
    content = cell.path.read_bytes()
    cell.path.write_bytes(content[: len(content) * 6 // 10 // PAGE_BYTES * PAGE_BYTES - 700])
    return _damaged(cell, content)


def page_overwritten(cell: Cell) -> str:
    with opened(cell.path, cell.home).closing() as workspace, workspace.read() as session:
        page = (
            session.connection().exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name='change'").scalar_one()
        )
    content = cell.path.read_bytes()
    first = (page - 1) * PAGE_BYTES
    cell.path.write_bytes(content[:first] + os.urandom(PAGE_BYTES) + content[first + PAGE_BYTES :])
    return _damaged(cell, content)


def _damaged(cell: Cell, good: bytes) -> str:
    """Told, left as it is, and brought back from a backup; a restore needs nothing of the damaged file."""
    bad = cell.path.read_bytes()
    code = cell.act(promised=False)
    if cell.moment == "restore":
        assert code == ""
        cell.assert_whole()
        return "done"
    assert code == "workspace.damaged", code
    assert cell.path.read_bytes() == bad
    made = next((one for one in backups.backups_of(cell.path) if one.kind is backups.BackupKind.hand), None)
    if made is None:  # an old file has no backup yet; its owner's own copy is put back
        cell.path.write_bytes(good)
    else:
        restoring.restore(made.path, secrets=Keys(cell.home))
    again = cell.act()
    if cell.moment == "pull":  # what was restored is another device, which signs in as itself
        assert again == "sync.sign_in_again", again
        again = cell.act("sign in and pull")
    assert not again, again
    cell.assert_whole()
    return code


def folder_without_locks(cell: Cell) -> str:
    code = cell.act(fault="locks")
    assert code == "disk.no_locks", code
    assert not cell.act()
    cell.assert_whole()
    return code


def folder_without_links(cell: Cell) -> str:
    """As many network folders are: no second names for a file, no flush of a folder."""
    assert not cell.act(fault="links")
    cell.assert_whole()
    return "done"


def power_cut(cell: Cell) -> str:
    """Everything that was not flushed is lost, or some of it, at moments around flushes and changes of names."""
    if not power.can_be_tried():
        return "not tried: no strace"
    tried = power.cuts(cell.moment, cell.path, cell.home, CUTS, random.Random(str(cell.path)))
    return f"{tried} cuts, whole"


FAULTS: dict[str, Callable[[Cell], str]] = {
    "full disk": full_disk,
    "read-only folder": read_only,
    "power cut": power_cut,
    "clock -1 day": a_day_behind,
    "clock +2 days": two_days_ahead,
    "two processes": two_processes,
    "file cut short": cut_short,
    "page overwritten": page_overwritten,
    "network folder, no locks": folder_without_locks,
    "network folder, no links": folder_without_links,
}


@contextmanager
def small_disk(cell: Cell, *, fill: bool = True) -> Iterator[Path | None]:
    """The cell's folder on a disk of its own, nearly full; yields what fills it, or None where no disk can be mounted."""
    size = sum(file.stat().st_size for file in cell.work.rglob("*") if file.is_file()) + 24_000_000
    kept = cell.work.with_name("kept")
    shutil.copytree(cell.work, kept)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(cell.work)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        yield None
        return
    try:
        shutil.copytree(kept, cell.work, dirs_exist_ok=True)
        ballast = cell.work / "ballast"
        if fill:
            free = shutil.disk_usage(cell.work).free
            ballast.write_bytes(bytes(max(0, free - ROOM_LEFT)))
        yield ballast
    finally:
        subprocess.run(["umount", str(cell.work)], check=True)
