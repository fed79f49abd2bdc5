"""Papers that were drawn elsewhere (in the worker process) are put in place here, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from desktop_crm.exchange.whole_files import write_whole


def keep(target: Path, data: bytes) -> Path:
    """Write a finished file. Raises Trouble `export.file.unwritable`."""
    write_whole(target, data)
    return target
