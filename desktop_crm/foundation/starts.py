"""Whether the app came through its last starts, and what a native crash left behind.

A start is noted when it begins and struck out when the app has stood for a while or was ended in order. Holds no customer data.
"""

from __future__ import annotations

import faulthandler
import json
import re
from pathlib import Path
from typing import IO, Final

from desktop_crm.foundation.paths import user_config

ENOUGH: Final = 2
"""After so many failed starts in a row the app offers a safe one."""


class Starts:
    """One for a process. Files that cannot be read or written count as absent: they must never keep the app from starting."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or user_config()
        self._note = self._folder / "starting.json"
        self._trace = self._folder / "fault.txt"
        self._watching: IO[str] | None = None

    def begin(self) -> int:
        """Note a start; gives back how many before it failed in a row."""
        failed = self._failed()
        self._write(failed + 1)
        self._keep_trace()
        return failed

    def watch(self) -> None:
        """From now on a native crash leaves the places in our code behind, for the next start to report."""
        try:
            self._watching = self._trace.open("w", encoding="utf-8")
        except OSError:
            return
        faulthandler.enable(self._watching, all_threads=True)

    def came_through(self) -> None:
        """The app stands, or was ended in order."""
        self._write(0)

    def end(self) -> None:
        """Stop watching for native crashes."""
        if self._watching is not None:
            faulthandler.disable()
            self._watching.close()
            self._watching = None

    def _failed(self) -> int:
        try:
            told = json.loads(self._note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0
        count = told.get("begun") if isinstance(told, dict) else 0
        return count if isinstance(count, int) and 0 <= count < 1000 else 0

    def _write(self, begun: int) -> None:
        try:
            self._note.write_text(json.dumps({"begun": begun}), encoding="utf-8")
        except OSError:
            return

    def _keep_trace(self) -> None:
        """Faulthandler writes files, lines and functions, no values."""
        try:
            left = self._trace.read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return
        if left:
            from desktop_crm.foundation import reports  # nothing of a good start needs it

            reports.keep_text("app.crashed", re.sub(r'File "([^"]*)"', _without_folders, left))
            self._trace.unlink(missing_ok=True)


def _without_folders(found: re.Match[str]) -> str:
    from desktop_crm.foundation import reports  # nothing of a good start needs it

    return f'File "{reports.short_name(found[1])}"'
