"""Rows out as CSV or JSON, exactly: what is written is what is read back.

A cell that begins with `=`, `+`, `-` or `@` is written as it is by default, because an export must come back unchanged; `guard`
puts an apostrophe in front for files that strangers will open in a spreadsheet. A file appears whole or not at all.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from desktop_crm.foundation.errors import Refusal, Trouble

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, encoding: str = "utf-8", guard: bool = False
) -> bytes:
    """A table as delimited text with CRLF line ends; refuses where the encoding lacks a letter."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_guarded(cell) for cell in row] if guard else row)
    try:
        return out.getvalue().encode(encoding)
    except UnicodeEncodeError as error:
        raise Refusal("export.encoding", encoding=encoding, character=error.object[error.start]) from None
    except LookupError:
        raise Refusal("export.encoding.unknown", encoding=encoding) from None


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def json_bytes(rows: Iterable[dict[str, Any]]) -> bytes:
    """A list of objects, one a line, in UTF-8."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n".encode() if lines else b"[]\n"


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
