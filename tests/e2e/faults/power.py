"""A power cut: what a disk holds that kept only what was flushed to it, at any moment of an act. Needs strace (Linux).

The act runs once under strace, which writes down everything it asks of the file system. `Disk` follows that up to a chosen call
and then loses power: a file keeps what an fsync of it saw, a name what an fsync of the file (its first name) or of its folder
saw; of what came later it keeps nothing, or, with dice, some writes and the first changes of names, as disks do. The index of
the write-ahead log (`-shm`) is left out: SQLite makes it anew. Names and keys outside the folder of the workspace stay.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.faults.moments import complaints
from tests.support.source_tree import ROOT
from tests.support.terminal import environment

CALLS = "openat,close,lseek,write,pwrite64,sendfile,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,link,linkat"
LOST = ("writev", "pwritev", "copy_file_range", "fallocate", "truncate", "dup", "dup2", "symlink")
"""Calls that would change a file behind the back of this reading; an act that makes one of them there fails the proof."""
PROGRAM = """
import os, sys
from datetime import timedelta
from pathlib import Path
from tests.e2e.faults.moments import ACTS
def say(text):
    os.write(1, f"said:{text}\\n".encode())
ACTS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]), timedelta(), say)
"""
_CALL = re.compile(r"^\d+\s+(\w+)\((.*)\)\s+=\s+(-?\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_FD = re.compile(r"^(?:AT_FDCWD|(\d+))(?:<[^>]*>)?")
Call = tuple[str, str, int]
"""Name, arguments, result."""


def can_be_tried() -> bool:
    return shutil.which("strace") is not None


def traced(moment: str, path: Path, home: Path) -> list[Call]:
    """What an act asks of the file system, in order."""
    notes = home / "trace"
    strace = ["strace", "-f", "-y", "-xx", "-s", "100000000", "-e", f"trace={CALLS},{','.join(LOST)}", "-o", str(notes)]
    act = [sys.executable, "-c", PROGRAM, moment, str(path), str(home)]
    done = subprocess.run([*strace, *act], cwd=ROOT, env=environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    try:
        with notes.open(encoding="ascii", errors="replace") as lines:
            return list(_calls(lines))
    finally:
        notes.unlink()


def _calls(lines: Iterator[str]) -> Iterator[Call]:
    """Calls that a thread had to wait for stand on two lines."""
    begun: dict[str, str] = {}
    for line in lines:
        thread = line.split(" ", 1)[0]
        if line.endswith("<unfinished ...>\n"):
            begun[thread] = line.removesuffix("<unfinished ...>\n").rstrip()
            continue
        if " resumed>" in line:
            line = begun.pop(thread, thread) + line.split(" resumed>", 1)[1]  # noqa: PLW2901
        found = _CALL.match(line)
        if found and not found[3].startswith("-"):
            yield found[1], found[2], int(found[3])


def _bytes(arguments: str, place: int = 0) -> bytes:
    return bytes.fromhex(_TEXT.findall(arguments)[place].replace("\\x", ""))


@dataclass(slots=True, eq=False)
class File:
    """`live`: what programs read; `kept`: what a flush saw; `since`: writes (place, bytes) and cuts (length, None) after it."""

    live: bytearray
    kept: bytes = b""
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def write(self, place: int, data: bytes) -> None:
        self.since.append((place, data))
        _apply(self.live, place, data)

    def cut(self, length: int) -> None:
        self.since.append((length, None))
        _apply(self.live, length, None)

    def flush(self) -> None:
        self.kept, self.since = bytes(self.live), []

    def after_the_cut(self, dice: random.Random | None) -> bytes:
        left = bytearray(self.kept)
        for place, data in self.since if dice else ():
            if dice is not None and dice.random() < 0.5:
                _apply(left, place, data)
        return bytes(left)


def _apply(content: bytearray, place: int, data: bytes | None) -> None:
    if data is None:
        del content[place:]
        return
    content.extend(bytes(max(0, place - len(content))))
    content[place : place + len(data)] = data


class Disk:
    """Follows calls within one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = {str(one): File(bytearray(one.read_bytes())) for one in folder.rglob("*") if one.is_file()}
        for one in self._files.values():
            one.flush()
        self._kept = dict(self._files)
        self._moves: list[tuple[str, str, File | None]] = []
        """Changes of names that no flush saw: old name, new name, the file."""
        self._open: dict[int, tuple[File | str, int]] = {}
        self.said: list[str] = []

    def follow(self, call: Call) -> None:
        name, arguments, result = call
        fd = _FD.match(arguments)
        if name == "openat":
            self._opened(arguments, result)
        elif name in {"rename", "renameat", "renameat2", "link", "linkat"}:
            self._renamed(_bytes(arguments).decode(), _bytes(arguments, 1).decode(), gone=name.startswith("rename"))
        elif name in {"unlink", "unlinkat"}:
            self._renamed(_bytes(arguments).decode(), "", gone=True)
        elif name in {"write", "pwrite64"} and arguments.startswith("1<") and b"said:" in (data := _bytes(arguments)):
            self.said += [line.removeprefix("said:") for line in data.decode().splitlines()]
        elif fd and fd[1] and int(fd[1]) in self._open:
            self._changed(name, arguments, result, int(fd[1]))

    def _opened(self, arguments: str, fd: int) -> None:
        path = _bytes(arguments).decode()
        self._open.pop(fd, None)
        if not path.startswith(str(self._folder)) or path.endswith("-shm"):
            return
        if "O_DIRECTORY" in arguments or (path not in self._files and "O_CREAT" not in arguments):
            self._open[fd] = path, 0
            return
        if path not in self._files:
            self._files[path] = made = File(bytearray())
            self._moves.append(("", path, made))
        elif "O_TRUNC" in arguments:
            self._files[path].cut(0)
        self._open[fd] = self._files[path], len(self._files[path].live) if "O_APPEND" in arguments else 0

    def _changed(self, name: str, arguments: str, result: int, fd: int) -> None:
        held, place = self._open[fd]
        if name == "close":
            del self._open[fd]
        elif name in {"fsync", "fdatasync"}:
            self._flushed(held)
        elif isinstance(held, str):
            return
        elif name == "write":
            held.write(place, _bytes(arguments)[:result])
            self._open[fd] = held, place + result
        elif name == "pwrite64":
            held.write(int(arguments.rsplit(",", 1)[1]), _bytes(arguments)[:result])
        elif name == "lseek":
            self._open[fd] = held, result
        elif name == "ftruncate":
            held.cut(int(arguments.rsplit(",", 1)[1]))
        elif name == "sendfile":
            self._copied(held, place, arguments, result, fd)
        else:
            raise AssertionError(f"{name} on a file of the workspace is not followed")

    def _copied(self, held: File, place: int, arguments: str, count: int, fd: int) -> None:
        source = Path(bytes.fromhex(re.findall(r"<([^>]*)>", arguments)[1].replace("\\x", "")).decode())
        first = re.search(r"\[(\d+)\]", arguments)
        assert first, arguments
        known = self._files.get(str(source))
        content = bytes(known.live) if known else source.read_bytes()
        held.write(place, content[int(first[1]) : int(first[1]) + count])
        self._open[fd] = held, place + count

    def _renamed(self, old: str, new: str, *, gone: bool) -> None:
        if not (old + new).startswith(str(self._folder)) or old.endswith("-shm"):
            return
        moved = self._files.pop(old, None) if gone else self._files.get(old)
        if new and moved:
            self._files[new] = moved
        self._moves.append((old if gone else "", new, moved))

    def _flushed(self, held: File | str) -> None:
        if isinstance(held, File):
            held.flush()
        kept, self._moves = self._moves, []
        for move in kept:
            old, new, moved = move
            folders = {str(Path(name).parent) for name in (old, new) if name}
            if held in folders or (held is moved and not old):
                self._keep(self._kept, move)
            else:
                self._moves.append(move)

    @staticmethod
    def _keep(names: dict[str, File], move: tuple[str, str, File | None]) -> None:
        old, new, moved = move
        names.pop(old, None)
        if new and moved is not None:
            names[new] = moved

    def lose_power(self, goal: Path, dice: random.Random | None = None) -> None:
        """Put what the disk holds into a folder. Without dice everything unflushed is lost."""
        names = dict(self._kept)
        for move in self._moves[: dice.randint(0, len(self._moves)) if dice else 0]:
            self._keep(names, move)
        shutil.rmtree(goal, ignore_errors=True)
        for name, held in names.items():
            target = goal / Path(name).relative_to(self._folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(held.after_the_cut(dice))
        goal.mkdir(exist_ok=True)


def cuts(moment: str, path: Path, home: Path, most: int, dice: random.Random) -> int:
    """Lose power at so many moments of one act; raises AssertionError with what is wrong. Returns how often it was tried."""
    disk = Disk(path.parent)
    before = shutil.copytree(path.parent, path.parent.with_name("before"))
    calls = traced(moment, path, home)
    after = path.parent.with_name("after")
    path.parent.rename(after)
    path.parent.mkdir()
    chosen = set(_moments(calls, most, dice))
    tried = 0
    for place, call in enumerate(calls):
        disk.follow(call)
        if place in chosen:
            for luck in (None, dice):
                disk.lose_power(path.parent, luck)
                wrong = complaints(path, home, disk.said)
                assert wrong == [], (moment, place, call[0], "everything unflushed lost" if not luck else "some", wrong)
                tried += 1
    shutil.rmtree(before)
    return tried


def _moments(calls: Sequence[Call], most: int, dice: random.Random) -> list[int]:
    """Just before and after what matters (flushes, names), then any call."""
    matter = [at for at, (name, _, _) in enumerate(calls) if "sync" in name or "name" in name or "link" in name]
    wanted = sorted({near for at in matter for near in (at - 1, at) if near >= 0})
    last = len(calls) - 1
    some = dice.sample(wanted, min(most, len(wanted)))
    return sorted({*some, last})
