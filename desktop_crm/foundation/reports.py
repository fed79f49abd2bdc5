"""Crash reports: what went wrong in our code, in files beside the settings, to be read, copied and handed over.

They hold versions, codes and places in the code, never values: a name or an amount cannot get in.
"""

from __future__ import annotations

import errno
import platform
import re
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from desktop_crm import __version__
from desktop_crm.foundation.clock import Clock, SystemClock
from desktop_crm.foundation.errors import CrmError, Refusal, Trouble
from desktop_crm.foundation.paths import user_config
from desktop_crm.foundation.settings import Settings

LOG_NAME: Final = "desktop-crm.log"
KEPT: Final = 30
_NAME: Final = re.compile(r"(\d{8}T\d{6}\d{6}Z)-([a-z0-9_.]+)\.txt")
_MOMENT: Final = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """One report. `name` is the file's; `code` says what kind of fault it was."""

    name: str
    at: datetime
    code: str
    size: int


def folder() -> Path:
    """Where reports lie; made when absent."""
    path = user_config() / "reports"
    path.mkdir(parents=True, exist_ok=True)
    return path


def log_folder() -> Path:
    """Where the log lies."""
    return user_config() / "logs"


def details_of(error: BaseException) -> str:
    """Versions, the error's code or kind and the places in the code it went through: no values."""
    lines = [_machine(), code_of(error), *(f"  {place}" for place in places(error))]
    return "\n".join(lines)


def code_of(error: BaseException) -> str:
    """The code of an error of ours, the kind of any other; both where one caused the other."""
    told = [one.code if isinstance(one, CrmError) else type(one).__name__ for one in _chain(error, causes_alone=True)]
    return " (".join(reversed(told)) + ")" * (len(told) - 1)


def places(error: BaseException) -> list[str]:
    """The places in the code that an error went through, innermost last; those of its cause before. No values."""
    found: list[str] = []
    for one in _chain(error):
        for frame in traceback.extract_tb(one.__traceback__):
            found.append(f"{short_name(frame.filename)}:{frame.lineno} {frame.name}")
    return found


def short_name(file: str) -> str:
    """A file of the program without the folders of one person's machine."""
    whole = file.replace("\\", "/")
    ours = whole.rpartition("/desktop_crm/")[2].rpartition("site-packages/")[2]
    return ours if ours != whole else whole.rpartition("/")[2]


def reason_of(error: BaseException) -> str:
    """Why it went wrong in one technical word: the system's name for it (ENOSPC), SQLite's, else the kind of the first cause."""
    first = _chain(error)[0]
    for one in _chain(error):
        if isinstance(one, OSError) and (known := errno.errorcode.get(one.errno or 0)):
            return known
        name = getattr(one, "sqlite_errorname", None) or getattr(getattr(one, "orig", None), "sqlite_errorname", None)
        if isinstance(name, str):
            return name
    return "" if first is error else type(first).__name__


def _chain(error: BaseException, *, causes_alone: bool = False) -> list[BaseException]:
    """An error with what led to it, that first; each once: an error raised again may be its own cause's cause."""
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and all(one is not other for other in found):
        found.append(one)
        one = one.__cause__ or (None if causes_alone or one.__suppress_context__ else one.__context__)
    return found[::-1]


def keep(error: BaseException, clock: Clock | None = None) -> ReportFile | None:
    """Write a report; the oldest beyond thirty go. None when it cannot be written: a report must not cause another fault."""
    code = error.code if isinstance(error, CrmError) else type(error).__name__.lower()
    return keep_text(code, details_of(error), clock)


def keep_text(code: str, text: str, clock: Clock | None = None) -> ReportFile | None:
    """Write a report that somebody else has put into words; None also where the settings say that none are kept."""
    at = (clock or SystemClock()).now()
    name = f"{at.strftime(_MOMENT)}-{re.sub(r'[^a-z0-9_.]', '_', code.lower())[:60]}.txt"
    try:
        if Settings().get("privacy.reports") is False:
            return None
        path = folder() / name
        path.write_text(f"{at.isoformat()}\n{text}\n", encoding="utf-8")
        for old in listed()[KEPT:]:
            (folder() / old.name).unlink(missing_ok=True)
        return _described(path)
    except OSError:
        return None


def listed() -> tuple[ReportFile, ...]:
    """All reports, newest first."""
    try:
        found = [_described(path) for path in folder().iterdir()]
    except OSError:
        return ()
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.name, reverse=True))


def read(name: str) -> str:
    """What a report says. Raises Refusal `report.unknown`."""
    if name not in {one.name for one in listed()}:
        raise Refusal("report.unknown", name=name)
    return (folder() / name).read_text(encoding="utf-8", errors="replace")


def bundle(target: Path) -> int:
    """Put the log and all reports into one ZIP file to hand over; how many files. Raises Trouble `report.unwritable`."""
    import zipfile

    logs = sorted(log_folder().glob(f"{LOG_NAME}*")) if log_folder().is_dir() else []
    files = [(path, f"logs/{path.name}") for path in logs]
    files += [(folder() / one.name, f"reports/{one.name}") for one in listed()]
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("about.txt", f"{_machine()}\n")
            for path, name in files:
                archive.write(path, name)
    except OSError as error:
        raise Trouble("report.unwritable", file=str(target), reason=error.strerror or str(error)) from error
    return len(files)


def _described(path: Path) -> ReportFile | None:
    found = _NAME.fullmatch(path.name)
    if found is None:
        return None
    at = datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC)
    return ReportFile(name=path.name, at=at, code=found[2], size=path.stat().st_size)


def _machine() -> str:
    return f"Desktop CRM {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
