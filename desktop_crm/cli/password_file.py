"""A password from a file, for commands that sign in or set one."""

from __future__ import annotations

from pathlib import Path

from desktop_crm.foundation.errors import Refusal


def password_from(file: Path) -> str:
    """The first line of a file. Raises Refusal `sync.password_file`."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal("sync.password_file", file=str(file)) from error
    return lines[0] if lines else ""
