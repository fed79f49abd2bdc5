"""Structured logs without customer data: event names, codes, counts, durations and places in the code, and nothing else.

What may stand in a line is named here; everything else is left out before it is written, whoever logs it. The standard
library's logging carries the lines; nothing else is loaded for them (decision 12).
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from desktop_crm.foundation.reports import LOG_NAME, places

COUNTS: Final = frozenset(
    {"conflicts", "count", "left_out", "millis", "pulled", "pushed", "refused", "rows", "seq", "size", "tries"}
)
"""Keys whose values may be numbers or flags."""
WORDS: Final = {
    "code": re.compile(r"[a-z_]+(\.[a-z_]+)*"),
    "entity": re.compile(r"[a-z_]{1,40}"),
    "error": re.compile(r"[a-z_]+(\.[a-z_]+)*"),
    "event": re.compile(r"[a-z_]+(\.[a-z_]+)*"),
    "kind": re.compile(r"[A-Za-z_.]{1,80}"),
    "language": re.compile(r"ko|en"),
    "path": re.compile(r"/(health|ready|auth/v1/[a-z-]+|sync/v1/[a-z]+)(/[0-9a-f]{64})?"),
    "python": re.compile(r"[0-9.]{1,20}"),
    "reason": re.compile(r"[A-Za-z_][A-Za-z0-9_]{1,60}"),
    "system": re.compile(r"[A-Za-z0-9_]{1,20}"),
    "version": re.compile(r"[0-9A-Za-z.+]{1,40}"),
}
"""Keys whose values may be words, and the form such a word has. None of them is ever filled from a record."""
_PLACE: Final = re.compile(r"[\w./<>-]+:\d+ [\w<>.]+")


class _EventAlone(logging.Formatter):
    """The rendered event and no traceback: an exception's own words may name a customer."""

    def format(self, record: logging.LogRecord) -> str:
        return record.getMessage()


def set_up(folder: Path | None, level: int = logging.NOTSET) -> None:
    """Send JSON lines to `folder/desktop-crm.log` (1 MB, three kept), or to standard error when there is no folder.

    Without a level what was chosen before stays, and at first all events are written.
    """
    handler: logging.Handler = logging.StreamHandler()
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / LOG_NAME, maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    handler.setFormatter(_EventAlone())
    root = logging.getLogger("desktop_crm")
    for former in root.handlers:
        former.close()
    root.handlers[:] = [handler]
    root.setLevel(level or root.level or logging.INFO)
    root.propagate = False


class Log:
    """Says events under a name: one JSON line each, of what may be written.

    Silent about what is no warning until `set_up` says where lines go: nothing is printed among a command's output.
    """

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def info(self, event: str, /, **facts: object) -> None:
        """Something went as it should."""
        self._say(logging.INFO, event, facts)

    def warning(self, event: str, /, **facts: object) -> None:
        """The world failed us, and the program goes on."""
        self._say(logging.WARNING, event, facts)

    def error(self, event: str, /, **facts: object) -> None:
        """A fault of ours."""
        self._say(logging.ERROR, event, facts)

    def _say(self, level: int, event: str, facts: Mapping[str, object]) -> None:
        if not self._logger.isEnabledFor(level):
            return
        written = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        told = {**without_customer_data({**facts, "event": event})}
        told |= {"level": logging.getLevelName(level).lower(), "timestamp": written}
        self._logger.log(level, "%s", json.dumps(told))


def get(name: str) -> Log:
    """The log of that name."""
    return Log(name)


def without_customer_data(told: Mapping[str, object]) -> Mapping[str, object]:
    """What may be written of an event; `left_out` counts the rest. An exception leaves its kind and its places."""
    kept = {name: value for name, value in told.items() if _may_stand(name, value)}
    kept.setdefault("event", "unnamed")
    error = _exception(told.get("exc_info"))
    if error is not None:
        kept |= {"kind": type(error).__name__, "places": places(error)}
    left_out = len(told.keys() - kept.keys() - {"exc_info"})
    return kept | {"left_out": left_out} if left_out else kept


def _may_stand(name: str, value: object) -> bool:
    if name in COUNTS:
        return isinstance(value, bool | int | float) or value is None
    if name == "places":
        return isinstance(value, list) and all(isinstance(one, str) and _PLACE.fullmatch(one) for one in value)
    form = WORDS.get(name)
    return form is not None and isinstance(value, str) and form.fullmatch(value) is not None


def _exception(told: object) -> BaseException | None:
    if isinstance(told, BaseException):
        return told
    if isinstance(told, tuple):
        return told[1] if len(told) > 1 and isinstance(told[1], BaseException) else None
    return sys.exc_info()[1] if told else None
