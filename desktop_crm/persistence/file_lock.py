"""One writing process at a time: a lock file beside the workspace, freed by the operating system when its holder dies."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import IO

from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.foundation.file_lock import take

_TAKEN = frozenset({errno.EAGAIN, errno.EACCES, errno.EDEADLK})


class FileLock:
    """Held from construction until `release`. Raises Refusal `workspace.in_use`, Trouble `disk.failed`, `disk.no_locks`.

    `patience`: for how many seconds to wait for a holder who is about to end.
    """

    def __init__(self, workspace: Path, patience: float = 0.0) -> None:
        self.path = workspace.with_name(workspace.name + ".lock")
        try:
            self._file: IO[str] = self.path.open("a+", encoding="utf-8")
        except OSError as error:
            raise Trouble("disk.failed", file=str(self.path), reason=str(error)) from error
        try:
            _take(self._file, patience)
        except OSError as error:
            self._file.close()
            if error.errno not in _TAKEN:  # a network folder without locks: two programs could not be kept apart
                raise Trouble("disk.no_locks", file=str(workspace), reason=str(error)) from error
            raise Refusal("workspace.in_use", file=str(workspace)) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let others in. The file stays: removing it would let two holders in."""
        self._file.close()


def _take(file: IO[str], patience: float) -> None:
    if not patience:
        take(file)
        return
    from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed

    held = retry_if_exception(lambda error: isinstance(error, OSError) and error.errno in _TAKEN)
    Retrying(retry=held, stop=stop_after_delay(patience), wait=wait_fixed(0.05), reraise=True)(take, file)
