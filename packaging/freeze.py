"""`dev.py proof frozen`: build the one-folder app in an environment of its own, and start it from an empty home.

The result lies in `.dev/frozen/dist/desktop-crm`; installers are made of that folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

from environment import LOCKS, PYTHON, ROOT, SCRATCH, create_venv, environ, install, say

FOLDER = SCRATCH / "frozen"


def main() -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    venv, home = FOLDER / "venv", FOLDER / "home"
    home.mkdir()
    say("making an environment with PyInstaller")
    create_venv(venv)
    python = venv / PYTHON.relative_to(PYTHON.parents[1])
    install(python, LOCKS / "freeze.txt", quiet=True)
    say("freezing")
    places = ["--distpath", str(FOLDER / "dist"), "--workpath", str(FOLDER / "build")]
    command = [str(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *places]
    code = subprocess.call([*command, "packaging/desktop-crm.spec"], cwd=ROOT, env=environ())
    if code != 0:
        return code
    program = FOLDER / "dist" / "desktop-crm" / ("desktop-crm.exe" if os.name == "nt" else "desktop-crm")
    env = {k: v for k, v in environ().items() if k != "PYTHONPATH" and not k.startswith(("XDG_", "DESKTOP_CRM_"))}
    env |= {"HOME": str(home), "USERPROFILE": str(home), "DESKTOP_CRM_PASSPHRASE": "only for this start"}
    lines = home / "lines.csv"
    lines.write_text("name,quantity,unit_price\n진공 펌프,4,12800000\n", encoding="utf-8")
    file = ("--workspace", "demo.crm")
    for arguments in (
        ("--version",),
        ("demo", "--accounts", "40", "--output", "demo.crm"),
        ("accounts", "tree", *file, "--json"),
        ("export", "quotes", "--format", "json", "--output", "quotes.json", *file),
    ):
        began = time.monotonic()
        done = subprocess.run(
            [str(program), *arguments], cwd=home, env=env, capture_output=True, text=True, check=False
        )
        say(
            f"{' '.join(arguments)}: {'ok' if done.returncode == 0 else done.returncode} in {time.monotonic() - began:.1f} s"
        )
        if done.returncode != 0:
            print(done.stderr[-3000:])
            return 1
    size = sum(f.stat().st_size for f in program.parent.rglob("*") if f.is_file()) / 1_000_000
    say(f"{size:,.0f} MB in {program.parent}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
