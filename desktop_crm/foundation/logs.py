"""Structured logs without customer data: event names, codes, counts, durations and places in the code, and nothing else.

What may stand in a line is named here; everything else is left out before it is written, whoever logs it.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final

import structlog

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
    _configure()


def get(name: str) -> Any:
    """A logger that is filtered, and silent until `set_up` says where lines go: nothing is ever printed among a command's output."""
    if not structlog.is_configured():
        _configure()
    return structlog.get_logger(name)


def _configure() -> None:
    structlog.configure(
        processors=[
            without_customer_data,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def without_customer_data(_logger: object, _method: str, told: MutableMapping[str, Any]) -> Mapping[str, Any]:
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
