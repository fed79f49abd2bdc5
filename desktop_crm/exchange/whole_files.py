"""Files that are put in place whole, whatever is in them. Knows no format."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from desktop_crm.foundation.errors import Trouble


def write_whole(path: Path, data: bytes) -> None:
    """Put a file in place in one step: a reader sees the old one or the new one."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Trouble("export.file.unwritable", path=str(path), reason=error.strerror or str(error)) from error
