"""One door for everyone who works on Desktop CRM. Needs Python 3.11 or newer and nothing else.

    python3 packaging/dev.py run            the app on the demo workspace (without a display: files and pictures of it)
    python3 packaging/dev.py test           everything that is checked, in at most 45 minutes on two cores
    python3 packaging/dev.py proof [NAME]   a longer proof; without a name, the list
    python3 packaging/dev.py bench [NAME]   benchmarks, each with its ratio to a floor from the same run
    python3 packaging/dev.py simulate ...   the sync simulation with as many seeds as you like
    python3 packaging/dev.py lock           compile packaging/locks from pyproject.toml again (needs uv)

The environment is made in `.venv` at the root and is stamped when complete, so that an interrupted set-up goes on where it
stopped. Nothing here imports anything outside the standard library.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)
PROOFS: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "merge": (
        "merge rules under 10,000 examples each",
        ["-m", "pytest", "-q", "--hypothesis-profile=proof", "tests/sync", "-k", "merge"],
        {},
    ),
    "simulation": ("an hour of seeds through the real sync engine", ["-m", "tests.simulation", "--minutes", "60"], {}),
    "faults": (
        "the table of faults and moments, with 60 power cuts in each act (strace), on a small disk where one can be mounted",
        ["-m", "pytest", "-q", "tests/e2e/test_fault_table.py"],
        {"CUTS": "60"},
    ),
    "kills": (
        "300 kills over import, edit, issue, migration, backup, restore, another key and pull",
        ["-m", "tests.e2e.faults.kills", "300"],
        {},
    ),
    "server-kills": (
        "300 kills of the server while two laptops sync with it",
        ["-m", "tests.sync.breaking", "server", "300"],
        {},
    ),
    "postgres-kills": (
        "300 kills of a process of PostgreSQL under the server while two laptops sync",
        ["-m", "tests.sync.breaking", "postgres", "300"],
        {},
    ),
    "laptop-kills": (
        "300 kills of a laptop's process at any moment of its sync",
        ["-m", "tests.sync.breaking", "laptop", "300"],
        {},
    ),
    "cut-lines": (
        "300 lines cut within first syncs and files, both ways",
        ["-m", "tests.sync.breaking", "lines", "300"],
        {},
    ),
    "full-disks": (
        "100 disks that fill up during a sync, the server's and the laptop's (mounts small disks: as root)",
        ["-m", "tests.sync.breaking", "disks", "100"],
        {},
    ),
    "crowd": (
        "twenty client processes for twenty minutes at one server: at the end all hold the same",
        ["-m", "tests.sync.breaking", "crowd", "20"],
        {},
    ),
    "duplicates": (
        "how well duplicates are found: precision and recall on labelled records",
        ["-m", "tests.benchmarks.duplicates"],
        {},
    ),
    "outside": (
        "the app on a virtual screen, driven by keys and read as a screen reader reads it (xvfb, dbus, at-spi2-core)",
        ["-m", "pytest", "-q", "tests/outside"],
        {},
    ),
    "pauses": (
        "an import of 100,000 rows through all its views: the longest pause of the window in each, 50 ms at most",
        ["-m", "tests.benchmarks.import_turns"],
        {},
    ),
    "api": (
        "the server's every address by schemathesis, as every role, as strangers and as another company: no failure, nothing open",
        ["-m", "pytest", "-q", "--timeout=3600", "tests/sync/test_described.py", "tests/sync/test_every_door.py"],
        {"EXAMPLES": "300"},
    ),
    "clean-clone": ("both commands in a fresh clone with an empty home", ["packaging/clean_clone.py"], {}),
    "frozen": ("the one-folder app, built and started from an empty home", ["packaging/freeze.py"], {}),
}


def main() -> int:
    if sys.version_info < OLDEST:
        return _on_a_newer_python()
    from environment import Stop, say

    options = _options()
    began = time.monotonic()
    try:
        code = DO[options.command](options)
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr, flush=True)
        code = 1
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on where this one stopped.", file=sys.stderr, flush=True)
        code = 130
    if options.command != "test":
        say(f"{options.command}: {'done' if code == 0 else 'failed'} after {time.monotonic() - began:.0f} s")
    return code


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="the app on the demo workspace")
    run.add_argument("--headless", action="store_true", help="no window even where there is a display")
    run.add_argument("--output", type=Path, help="where the files of a run without a window go (.dev/run)")
    commands.add_parser("test", help="everything that is checked")
    for name, what in (("proof", "a longer proof"), ("bench", "benchmarks")):
        commands.add_parser(name, help=what).add_argument("name", nargs="?")
    simulate = commands.add_parser("simulate", help="the sync simulation")
    simulate.add_argument("rest", nargs=argparse.REMAINDER)
    commands.add_parser("lock", help="compile the locks again")
    return parser.parse_args()


def _run(options: argparse.Namespace) -> int:
    from environment import PYTHON, ROOT, environ, has_display, ready, say

    windowed = has_display() and not options.headless
    ready(tests=False, display=windowed)
    if windowed:
        say("opening the demo workspace")
        return subprocess.call([str(PYTHON), "-m", "desktop_crm", "demo"], cwd=ROOT, env=environ())
    from showcase import show

    return show(options.output)


def _test(_: argparse.Namespace) -> int:
    from environment import ready

    ready(tests=True, display=False)
    from checks import everything

    return 0 if everything() else 1


def _proof(options: argparse.Namespace) -> int:
    from environment import Stop

    if options.name not in PROOFS:
        rows = "\n".join(f"    {name:12} {what}" for name, (what, _, _) in PROOFS.items())
        raise Stop(f"proofs:\n{rows}")
    _, arguments, env = PROOFS[options.name]
    return _in_environment(arguments, env)


def _bench(options: argparse.Namespace) -> int:
    return _in_environment(["-m", "tests.benchmarks", *([options.name] if options.name else [])], {})


def _simulate(options: argparse.Namespace) -> int:
    return _in_environment(["-m", "tests.simulation", *options.rest], {})


def _in_environment(arguments: list[str], env: dict[str, str]) -> int:
    from environment import PYTHON, ROOT, environ, ready

    ready(tests=True, display=False)
    return subprocess.call([str(PYTHON), *arguments], cwd=ROOT, env=environ(**env))


def _lock(_: argparse.Namespace) -> int:
    from environment import LOCKS, PYTHON, ROOT, Stop, say

    uv = shutil.which("uv") or shutil.which("uv", path=str(PYTHON.parent))
    if not uv:
        raise Stop("Locks are compiled by uv. Install it first: python3 -m pip install uv")
    for name, extras in (("app", ["server"]), ("test", ["server", "test"]), ("freeze", ["server", "freeze"])):
        say(f"compiling {name}.txt")
        chosen = [part for extra in extras for part in ("--extra", extra)]
        quiet = ["--generate-hashes", "--no-header", "--no-annotate", "--universal", "--quiet"]
        command = [uv, "pip", "compile", *quiet, *chosen, "--python-version", "3.11", "pyproject.toml"]
        code = subprocess.call([*command, "-o", str(LOCKS / f"{name}.txt")], cwd=ROOT)
        if code != 0:
            return code
    return 0


def _on_a_newer_python() -> int:
    """Hand over to a newer interpreter when the machine has one beside its old `python3`."""
    for minor in range(19, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            return subprocess.call([newer, *sys.argv])
    print("Desktop CRM needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info[:2]), file=sys.stderr)
    return 1


DO = {"run": _run, "test": _test, "proof": _proof, "bench": _bench, "simulate": _simulate, "lock": _lock}

if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent)
    sys.exit(main())
