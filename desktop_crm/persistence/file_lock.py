"""One writing process at a time: a lock file beside the workspace, freed by the operating system when its holder dies."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.foundation.file_lock import take


class FileLock:
    """Held from construction until `release`. Raises Refusal `workspace.in_use`, Trouble `disk.failed`."""

    def __init__(self, workspace: Path) -> None:
        self.path = workspace.with_name(workspace.name + ".lock")
        try:
            self._file: IO[str] = self.path.open("a+", encoding="utf-8")
        except OSError as error:
            raise Trouble("disk.failed", file=str(self.path), reason=str(error)) from error
        try:
            take(self._file)
        except OSError as error:
            self._file.close()
            raise Refusal("workspace.in_use", file=str(workspace)) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let others in. The file stays: removing it would let two holders in."""
        self._file.close()
