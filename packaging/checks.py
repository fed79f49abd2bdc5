"""Everything `dev.py test` checks, in order: what is quick and most often wrong comes first, and nothing stops the rest.

Standard library only; each check is a program of the environment. Counts tests from JUnit files, and fails on a skipped
test unless its reason says that data is absent.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from environment import LOCKS, PYTHON, ROOT, SCRATCH, create_venv, environ, install, say

BUDGET = 45 * 60.0
DATA_ABSENT = "data absent"
RESULTS = SCRATCH / "test"


@dataclass
class Tally:
    """What was counted: checks that are not pytest count as one each."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    complaints: list[str] = field(default_factory=list)
    ends: float = field(default_factory=lambda: time.monotonic() + BUDGET)

    def step(self, name: str, ok: bool) -> None:
        self.passed += ok
        self.failed += not ok
        if not ok:
            self.complaints.append(name)


def everything() -> bool:
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    tally = Tally()
    python = str(PYTHON)
    _step(tally, "lint", [python, "-m", "ruff", "check", "."])
    _step(tally, "format", [python, "-m", "ruff", "format", "--check", "."])
    _step(tally, "catalogue", [python, "packaging/catalogue.py", "--check"])
    _step(tally, "types", [python, "-m", "mypy", "--strict", "desktop_crm"])
    _pytest(tally, "walls", ["tests/architecture"])
    set_apart = ("architecture", "ui", "e2e", "simulation", "outside")
    _pytest(tally, "unit", ["tests", *(f"--ignore=tests/{room}" for room in set_apart)], workers=2)
    _pytest(tally, "GUI", ["tests/ui"], workers=2)
    _pytest(tally, "end to end", ["tests/e2e"], workers=2)
    _pytest(tally, "simulation", ["tests/simulation"], workers=2)
    say("wheel: build, and a start from it")
    tally.step("wheel", _wheel(tally))
    _report(tally)
    return not tally.failed and not tally.complaints


def _step(tally: Tally, name: str, command: list[str]) -> None:
    say(name)
    tally.step(name, _run(command, tally) == 0)


def _run(command: list[str], tally: Tally, env: dict[str, str] | None = None, cwd: Path = ROOT) -> int:
    """Exit code; the whole process group ends with the time that is left."""
    process = subprocess.Popen(
        command, cwd=cwd, env=env or environ(), stdin=subprocess.DEVNULL, start_new_session=os.name != "nt"
    )
    try:
        return process.wait(timeout=max(1.0, tally.ends - time.monotonic()))
    except subprocess.TimeoutExpired:
        say("the 45 minutes are used up")
        return 1
    finally:
        if process.poll() is None:
            if os.name == "nt":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _pytest(tally: Tally, name: str, arguments: list[str], workers: int = 0) -> None:
    if not (ROOT / arguments[0]).is_dir():
        return
    say(name)
    report = RESULTS / f"{name.replace(' ', '-')}.xml"
    # A worker that dies ends the step: its place taken by another, the run could wait for ever.
    spread = ["-n", str(workers), "--dist", "loadfile", "--max-worker-restart=0"] if workers else []
    command = [str(PYTHON), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *spread, *arguments]
    code = _run(command, tally)
    counted = _count(tally, report)
    if code != 0 and not counted:
        tally.step(f"{name}: pytest ended with {code}", ok=False)


def _count(tally: Tally, report: Path) -> bool:
    """Add a JUnit file's cases; true when one of them failed."""
    if not report.is_file():
        return False
    failed = False
    for case in ET.parse(report).iter("testcase"):  # noqa: S314  written by our own pytest
        name = f"{case.get('classname')}::{case.get('name')}"
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            tally.step(name, ok=False)
            failed = True
        elif skip is not None and skip.get("type") != "pytest.xfail":
            tally.skipped += 1
            if not (skip.get("message") or "").startswith(DATA_ABSENT):
                tally.complaints.append(f"skipped: {name}: {skip.get('message')}")
        else:
            tally.passed += 1
    return failed


# --- the wheel


def _wheel(tally: Tally) -> bool:
    """Build it, put it with the locked libraries into an environment of its own, and start it from an empty home."""
    with tempfile.TemporaryDirectory(prefix="desktop-crm-wheel-") as scratch:
        folder = Path(scratch)
        build = [str(PYTHON), "-m", "build", "--wheel", "--no-isolation", "--outdir", scratch]
        if _run(build, tally) != 0:
            return False
        wheel = next(folder.glob("*.whl"))
        fresh = folder / "venv"
        create_venv(fresh)
        python = fresh / PYTHON.relative_to(PYTHON.parents[1])
        install(python, LOCKS / "app.txt", quiet=True)
        if _run(_put(python, wheel), tally) != 0:
            return False
        return all(
            _run([str(fresh / PYTHON.parent.name / c[0]), *c[1:]], tally, *_empty_home(folder)) == 0 for c in STARTS
        )


STARTS = (
    ("desktop-crm", "--version"),
    ("desktop-crm-server", "--help"),
    ("desktop-crm", "demo", "--accounts", "40", "--output", "demo.crm"),
    ("desktop-crm", "accounts", "tree", "--workspace", "demo.crm"),
)


def _put(python: Path, wheel: Path) -> list[str]:
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", str(python), "--no-deps", str(wheel)]
    return [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]


def _empty_home(folder: Path) -> tuple[dict[str, str], Path]:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    env = {k: v for k, v in environ().items() if not k.startswith(("PYTHONPATH", "XDG_", "DESKTOP_CRM_"))}
    return {**env, "HOME": str(home), "USERPROFILE": str(home), "DESKTOP_CRM_PASSPHRASE": "only for this start"}, home


def _report(tally: Tally) -> None:
    print()
    for complaint in tally.complaints:
        print(f"  ✗ {complaint}")
    print(f"\n{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped", flush=True)
