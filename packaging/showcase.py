"""What `dev.py run` does on a machine without a display: the same job without a window, leaving files to look at.

A demo workspace whose key is thrown away at the end, an import of a Korean CSV in CP949, a quote as PDF in both languages, and
pictures of the main pages. Standard library only; everything is done by the program's own doors.
"""

from __future__ import annotations

import csv
import json
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any

from environment import PYTHON, ROOT, SCRATCH, Stop, environ, say

CUSTOMERS = (
    ("회사명", "모회사", "업종", "직원수", "국가"),
    ("가온소재 주식회사", "", "소재", "420", "대한민국"),
    ("가온소재 울산공장", "가온소재 주식회사", "소재", "180", "대한민국"),
    ("다온로지스", "가온소재 주식회사", "물류", "75", "대한민국"),
)
LINES = (
    ("name", "spec", "unit", "quantity", "unit_price", "discount_percent", "section"),
    ("진공 펌프", "VP-200, 7.5 kW", "EA", "4", "12800000", "5", "설비"),
    ("제어반", "PLC 일체형", "식", "1", "34500000", "", "설비"),
    ("설치 및 시운전", "현장 5일", "식", "1", "9000000", "", "용역"),
    ("교육", "운전원 2회", "회", "2", "1200000", "10", "용역"),
)


def show(output: Path | None) -> int:
    folder = (output or SCRATCH / "run").absolute()
    shutil.rmtree(folder / "home", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    door = Door(folder)
    for old in folder.glob("demo.crm*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()

    say("no display: making the demo workspace (its key is thrown away at the end)")
    door.plain("demo", "--output", str(folder / "demo.crm"))

    say("importing a Korean customer list in CP949")
    customers = _written(folder / "customers-cp949.csv", CUSTOMERS, "cp949")
    done = door.asked("import", str(customers), "--kind", "accounts")
    for file in done["files"]:
        counts = ", ".join(f"{file[name]} {name}" for name in ("created", "updated", "unchanged", "refused"))
        print(f"    {file['encoding']}: {file['rows']} rows, {counts}")

    say("quoting for the first of them, issuing version 1")
    lines = _written(folder / "quote-lines.csv", LINES, "utf-8-sig")
    quote = door.asked("quote", "new", "--account", CUSTOMERS[1][0], "--lines", str(lines))
    door.asked("quote", "issue", quote["number"])
    for locale in ("ko", "en"):
        target = folder / f"{quote['number']}-{locale}.pdf"
        door.asked("quote", "pdf", quote["number"], "--locale", locale, "--output", str(target))

    say("taking pictures of the main pages")
    door.program("packaging/pictures.py", door.workspace, str(folder / "pictures"))
    _tell(folder)
    return 0


class Door:
    """The command line of the program, with a key that only this run knows."""

    def __init__(self, folder: Path) -> None:
        self.workspace = str(folder / "demo.crm")
        self._env = environ(
            DESKTOP_CRM_HOME=str(folder / "home"),
            DESKTOP_CRM_PASSPHRASE=secrets.token_hex(32),
            QT_QPA_PLATFORM="offscreen",
        )

    def asked(self, *arguments: str) -> Any:
        return json.loads(self.plain(*arguments, "--workspace", self.workspace, "--json"))

    def plain(self, *arguments: str) -> str:
        return self.program("-m", "desktop_crm", *arguments)

    def program(self, *arguments: str) -> str:
        command = [str(PYTHON), *arguments]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self._env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode != 0:
            raise Stop(
                f"`{' '.join(arguments)}` ended with {done.returncode}:\n{done.stderr[-2000:]}{done.stdout[-500:]}"
            )
        return done.stdout


def _written(path: Path, rows: tuple[tuple[str, ...], ...], encoding: str) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def _tell(folder: Path) -> None:
    kinds = ("*.crm", "*.csv", "*.pdf", "pictures/*.png")
    print("\nLook at:")
    for file in (f for kind in kinds for f in sorted(folder.glob(kind))):
        print(f"    {file}  ({file.stat().st_size / 1024:,.0f} KiB)")
