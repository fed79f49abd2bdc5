"""A lock on an open file, freed by the operating system when its holder dies. Who holds it says what that means."""

from __future__ import annotations

import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def take(file: IO[str]) -> None:
        """Hold the file until it is closed. Raises OSError when another process holds it."""
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def take(file: IO[str]) -> None:
        """Hold the file until it is closed. Raises OSError when another process holds it."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
