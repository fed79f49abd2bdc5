"""The environment a checkout runs in: `.venv` from the hash-locked requirements, and the system libraries Qt loads.

Standard library only. Knows nothing of what is run in it afterwards.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
SCRATCH = ROOT / ".dev"
LOCKS = ROOT / "packaging" / "locks"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

# What Qt loads, by the Debian package that has it (packaging/system-packages.txt tells the same to people).
OFFSCREEN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
ON_SCREEN = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
TOOLS_OF_TESTS = {
    "pdftotext": "poppler-utils",
    "qpdf": "qpdf",
    "dbus-run-session": "dbus",
    "gnome-keyring-daemon": "gnome-keyring",
}


# Without compiled files every start of a program would compile its libraries again.
_NOT_OURS = {"PYTHONHOME", "VIRTUAL_ENV", "PYTHONSTARTUP", "PYTHONDONTWRITEBYTECODE"}


class Stop(Exception):
    """Something a person has to do first; the text says what."""


def say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


def has_display() -> bool:
    if os.environ.get("QT_QPA_PLATFORM") in {"offscreen", "minimal"}:
        return False
    return not sys.platform.startswith("linux") or any(os.environ.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY"))


def environ(**more: str) -> dict[str, str]:
    """The environment of the project's programs: from the source tree, in UTF-8, without a user's own packages."""
    kept = {k: v for k, v in os.environ.items() if k not in _NOT_OURS}
    ours = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1", "PYTHONUNBUFFERED": "1"}
    ours["PYTHONFAULTHANDLER"] = "1"  # a crash below Python says where it was
    platform = {} if has_display() else {"QT_QPA_PLATFORM": "offscreen"}
    return {**kept, **ours, **platform, **more}


def ready(*, tests: bool, display: bool) -> None:
    """Make or complete everything; quick when nothing is to be done."""
    _virtual_environment(tests=tests)
    _system_libraries(display=display)
    if tests:
        _tools_of_tests()
    _qt_starts(display=display)


# --- the virtual environment


def _virtual_environment(*, tests: bool) -> None:
    wanted = LOCKS / ("test.txt" if tests else "app.txt")
    if any(_stamp(lock).is_file() and _stamp(lock).read_text() == _mark(lock) for lock in {wanted, LOCKS / "test.txt"}):
        return
    if not _answers(PYTHON):
        say("making .venv")
        create_venv(VENV)
    say(f"installing {wanted.name} into .venv (locked by hash; the first time takes a few minutes)")
    install(PYTHON, wanted)
    _stamp(wanted).write_text(_mark(wanted))


def _stamp(lock: Path) -> Path:
    return VENV / f".complete-{lock.stem}"


def _mark(lock: Path) -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]} {hashlib.sha256(lock.read_bytes()).hexdigest()}\n"


def _answers(python: Path) -> bool:
    if not python.exists():
        return False
    ask = f"import pip, sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    ask = ask if not shutil.which("uv") else ask.replace("pip, ", "")
    return subprocess.run([str(python), "-c", ask], capture_output=True, check=False).returncode == 0


def create_venv(folder: Path) -> None:
    uv = shutil.which("uv")
    if uv:
        _must(
            [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)], "making the environment failed"
        )
        return
    if importlib.util.find_spec("ensurepip") is None:
        system_packages(["python3-venv"], "Python on this machine cannot make environments yet.")
    _must([sys.executable, "-m", "venv", "--clear", str(folder)], "making the environment failed")


def install(python: Path, lock: Path, *, quiet: bool = False) -> None:
    uv = shutil.which("uv")
    command = (
        [uv, "pip", "install", "--compile-bytecode", "--python", str(python)]
        if uv
        else [str(python), "-m", "pip", "install", "--no-input"]
    )
    if not uv:
        command += ["--disable-pip-version-check", "--progress-bar", "off", "--retries", "10"]
    command += ["--quiet"] if quiet else []
    _must(
        [*command, "--require-hashes", "--only-binary", ":all:", "-r", str(lock)],
        "Installing failed. What was fetched is kept; run the same command again.",
    )


def _must(command: list[str], complaint: str) -> None:
    if subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode != 0:
        raise Stop(complaint)


# --- the system


def _system_libraries(*, display: bool) -> None:
    if not sys.platform.startswith("linux"):
        return
    needed = {**OFFSCREEN, **(ON_SCREEN if display else {})}
    missing = [package for library, package in needed.items() if not _loads(library)]
    if missing:
        system_packages(missing, "Qt needs system libraries that are not here.")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _tools_of_tests() -> None:
    """Programs the tests look at results with. Without them their tests are skipped, and the run says so and fails."""
    if not sys.platform.startswith("linux"):
        return
    missing = [package for tool, package in TOOLS_OF_TESTS.items() if not shutil.which(tool)]
    if not shutil.which("initdb") and not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        missing.append("postgresql")
    if missing:
        try:
            system_packages(missing, "Some tests need programs that are not here.")
        except Stop as stop:
            say(f"going on without them; their tests will be reported as skipped\n{stop}")


def system_packages(packages: list[str], why: str) -> None:
    """Install Debian packages when this user may, else stop with the exact command."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    by_hand = f"{why}\nRun this, then the same command again:\n\n    sudo {' '.join(command)}\n"
    if not shutil.which("apt-get"):
        raise Stop(f"{why}\nInstall what your system calls: {', '.join(packages)}")
    if os.geteuid() == 0:
        prefix: list[str] = []
    elif (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        prefix = ["sudo", "-n"]
    else:
        raise Stop(by_hand)
    say(f"installing system packages: {' '.join(packages)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update", "-q"], command):
        quiet = subprocess.run(
            [*prefix, *step], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if quiet.returncode != 0 and step is command:
            raise Stop(f"{quiet.stderr[-1500:]}\n{by_hand}")


def _qt_starts(*, display: bool) -> None:
    """The proof that counts: an application object in the environment itself."""
    program = "from PySide6.QtWidgets import QApplication; QApplication([]); print('up')"
    env = environ() if display else environ(QT_QPA_PLATFORM="offscreen")
    done = subprocess.run([str(PYTHON), "-c", program], env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0 or "up" not in done.stdout:
        raise Stop(f"Qt does not start on this machine:\n{done.stderr[-2000:]}")
