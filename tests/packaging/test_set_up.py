"""`dev.py`'s set-up: quick when nothing is to be done, resumed when interrupted, exact about what a person has to run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.source_tree import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="data absent: Debian's tools are not on Windows")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModuleType]:
    """The module with a root of its own: a lock, no `.venv` yet."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    import environment as module

    locks = tmp_path / "locks"
    locks.mkdir()
    (locks / "app.txt").write_text("left==1 --hash=sha256:00\n")
    (locks / "test.txt").write_text("left==1 --hash=sha256:00\nright==2 --hash=sha256:00\n")
    for name, value in (("ROOT", tmp_path), ("VENV", tmp_path / ".venv"), ("LOCKS", locks)):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    yield module
    sys.modules.pop("environment", None)


@pytest.fixture
def acts(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the set-up does, without doing it."""
    done: list[str] = []
    monkeypatch.setattr(environment, "_answers", lambda python: python.exists())

    def create(folder: Path) -> None:
        done.append("create")
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").touch()

    monkeypatch.setattr(environment, "create_venv", create)
    monkeypatch.setattr(environment, "install", lambda _python, lock: done.append(lock.name))
    return done


def test_a_complete_environment_is_left_alone(environment: ModuleType, acts: list[str]) -> None:
    environment._virtual_environment(tests=False)
    assert acts == ["create", "app.txt"]
    environment._virtual_environment(tests=False)
    assert acts == ["create", "app.txt"]


def test_the_environment_of_the_tests_serves_the_app_too(environment: ModuleType, acts: list[str]) -> None:
    environment._virtual_environment(tests=True)
    environment._virtual_environment(tests=False)
    assert acts == ["create", "test.txt"]


def test_an_interrupted_set_up_goes_on_in_the_same_environment(
    environment: ModuleType, acts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_python: Path, lock: Path) -> None:
        acts.append(f"cut {lock.name}")
        raise environment.Stop("the line was cut")

    with monkeypatch.context() as broken:
        broken.setattr(environment, "install", cut)
        with pytest.raises(environment.Stop, match="the line was cut"):
            environment._virtual_environment(tests=False)
    environment._virtual_environment(tests=False)
    assert acts == ["create", "cut app.txt", "app.txt"]


def test_a_changed_lock_is_installed_again(environment: ModuleType, acts: list[str]) -> None:
    environment._virtual_environment(tests=False)
    (environment.LOCKS / "app.txt").write_text("left==2 --hash=sha256:00\n")
    environment._virtual_environment(tests=False)
    assert acts == ["create", "app.txt", "app.txt"]


def test_who_may_not_install_is_told_the_exact_command(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "apt-get").write_text("#!/bin/sh\nexit 1\n")
    (tools / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(environment.Stop) as stop:
        environment.system_packages(["libegl1", "libgl1"], "Qt needs system libraries that are not here.")
    assert "sudo apt-get install -y --no-install-recommends libegl1 libgl1" in str(stop.value)


def test_without_debian_the_packages_are_named(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(environment.Stop, match="libegl1, libgl1"):
        environment.system_packages(["libegl1", "libgl1"], "Qt needs system libraries.")


def test_a_python_that_cannot_make_environments_leads_to_the_package(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(environment.shutil, "which", lambda _tool: None)
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda _name: None)

    def refuse(packages: list[str], _why: str) -> None:
        asked.append(packages)
        raise environment.Stop("run this")

    monkeypatch.setattr(environment, "system_packages", refuse)
    with pytest.raises(environment.Stop):
        environment.create_venv(environment.VENV)
    assert asked == [["python3-venv"]]


def test_every_library_that_qt_loads_is_in_the_list_for_people(environment: ModuleType) -> None:
    told = (ROOT / "packaging" / "system-packages.txt").read_text(encoding="utf-8").split()
    needed = [*environment.OFFSCREEN.values(), *environment.ON_SCREEN.values(), *environment.TOOLS_OF_TESTS.values()]
    assert [p for p in needed if p not in told] == []


def test_the_programs_run_from_the_source_tree_in_utf8(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VIRTUAL_ENV", "somewhere")
    env = environment.environ(MORE="yes")
    assert env["PYTHONPATH"] == str(environment.ROOT)
    assert env["PYTHONUTF8"] == "1"
    assert env["MORE"] == "yes"
    assert "VIRTUAL_ENV" not in env
    if sys.platform.startswith("linux"):
        assert env["QT_QPA_PLATFORM"] == "offscreen"


def test_the_door_needs_nothing_but_the_standard_library() -> None:
    """`-S` leaves site-packages out, as on a fresh machine."""
    command = [sys.executable, "-E", "-S", str(ROOT / "packaging" / "dev.py"), "proof"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "clean-clone" in done.stderr
