"""The disk that loses power: what was flushed stays, what was not may go, names come and go with their folders."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.e2e.faults.power import Disk, _calls


def shown(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


class Machine:
    """Speaks to a disk as strace tells it, about the files of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.disk, self._next = folder, Disk(folder), 5

    def open(self, name: str, flags: str = "O_RDWR|O_CREAT") -> int:
        self._next += 1
        path = self.folder / name if name else self.folder
        self.disk.follow(("openat", f'AT_FDCWD<{shown("/")}>, "{shown(str(path))}", {flags}, 0666', self._next))
        return self._next

    def write(self, fd: int, text: str, place: int) -> None:
        self.disk.follow(("pwrite64", f'{fd}<x>, "{shown(text)}", {len(text)}, {place}', len(text)))

    def do(self, name: str, fd: int, more: str = "") -> None:
        self.disk.follow((name, f"{fd}<x>{more}", 0))

    def rename(self, old: str, new: str) -> None:
        names = ", ".join(f'"{shown(str(self.folder / name))}"' for name in (old, new))
        self.disk.follow(("rename", names, 0))

    def left(self, dice: random.Random | None = None) -> dict[str, str]:
        goal = self.folder.with_name("after")
        self.disk.lose_power(goal, dice)
        return {str(one.relative_to(goal)): one.read_text() for one in goal.rglob("*") if one.is_file()}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "old").write_text("abcdef")
    return Machine(folder)


def test_only_what_was_flushed_is_there(machine: Machine) -> None:
    fd = machine.open("old")
    machine.write(fd, "XY", 0)
    assert machine.left() == {"old": "abcdef"}
    machine.do("fdatasync", fd)
    machine.write(fd, "Z", 8)
    assert machine.left() == {"old": "XYcdef"}
    assert {machine.left(random.Random(seed))["old"] for seed in range(20)} == {"XYcdef", "XYcdef\0\0Z"}
    machine.do("ftruncate", fd, ", 2")
    machine.do("fsync", fd)
    assert machine.left() == {"old": "XY"}


def test_a_new_file_is_there_once_it_was_flushed_and_its_next_name_with_its_folder(machine: Machine) -> None:
    fd = machine.open("new")
    machine.write(fd, "1", 0)
    assert machine.left() == {"old": "abcdef"}
    machine.do("fsync", fd)
    machine.rename("new", "old")
    assert machine.left() == {"old": "abcdef", "new": "1"}
    folder = machine.open("", "O_RDONLY|O_DIRECTORY")
    machine.do("fsync", folder)
    assert machine.left() == {"old": "1"}


def test_lines_cut_in_two_are_read_as_one_and_failures_are_left_out() -> None:
    lines = [
        '7 openat(AT_FDCWD<\\x2f>, "\\x61", O_RDONLY) = 3<\\x61>\n',
        "8 fsync(3<\\x61> <unfinished ...>\n",
        "7 close(4<\\x61>) = 0\n",
        "8 <... fsync resumed>) = 0\n",
        '7 unlink("\\x62") = -1 ENOENT (No such file or directory)\n',
        "7 +++ exited with 0 +++\n",
    ]
    assert [(name, result) for name, _, result in _calls(iter(lines))] == [("openat", 3), ("close", 0), ("fsync", 0)]


def test_a_call_that_cannot_be_followed_is_no_proof(machine: Machine) -> None:
    fd = machine.open("old")
    with pytest.raises(AssertionError, match="not followed"):
        machine.do("fallocate", fd)
