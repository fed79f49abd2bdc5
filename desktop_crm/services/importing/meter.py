"""How far a worker process is, and whether it shall stop, in a small file that both sides see. It holds two numbers and no data.

The side that waits makes it, looks at it now and then, and removes it; the worker tells and asks.
"""

from __future__ import annotations

import os
import struct
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_FIGURES = struct.Struct("<qq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """Sent to the worker by its path."""

    path: Path

    @staticmethod
    def fresh() -> Meter:
        """A meter at nothing."""
        handle, name = tempfile.mkstemp(prefix="desktop-crm-", suffix=".meter")
        os.close(handle)
        return Meter(path=Path(name))

    def tell(self, done: int, whole: int) -> None:
        """Called by the worker. Once the meter is gone it means: stop."""
        with suppress(OSError), self.path.open("r+b") as file:
            file.write(_FIGURES.pack(done, whole))

    def figures(self) -> tuple[int, int]:
        """How much is done, and of how much; nothing while nothing was told."""
        try:
            return _FIGURES.unpack(self.path.read_bytes())
        except (OSError, struct.error):
            return 0, 0

    def stopped(self) -> bool:
        """Whether the worker shall stop: the side that waits has removed the meter."""
        return not self.path.exists()

    def remove(self) -> None:
        """Stop the worker, or tidy up behind it."""
        self.path.unlink(missing_ok=True)
