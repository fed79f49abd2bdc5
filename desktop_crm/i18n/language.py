"""Which language is spoken now: one for the process, and one for a block that needs its own (a document, a command).

This module must stay cheap: it is imported before the first window is painted.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Language(StrEnum):
    """A language the product speaks from the first day."""

    KO = "ko"
    EN = "en"

    @classmethod
    def of(cls, tag: str) -> Language:
        """The language of a tag such as `ko`, `ko-KR` or `en_US.UTF-8`; English for one we do not speak."""
        return cls.KO if re.split(r"[-_.:@]", tag.lower(), maxsplit=1)[0] == "ko" else cls.EN


class _Spoken:
    """The language of the process, held in one place so that `use` needs no `global`."""

    language = Language.EN


_OVERRIDE: ContextVar[Language | None] = ContextVar("desktop_crm_language", default=None)


def use(language: str) -> None:
    """Speak this language from now on, everywhere in the process."""
    _Spoken.language = Language.of(language)


def current() -> Language:
    """The language spoken here and now."""
    return _OVERRIDE.get() or _Spoken.language


@contextmanager
def speaking(language: str) -> Iterator[Language]:
    """Speak another language within the block, on this thread or task only."""
    spoken = Language.of(language)
    token = _OVERRIDE.set(spoken)
    try:
        yield spoken
    finally:
        _OVERRIDE.reset(token)


def detect(environ: Mapping[str, str] | None = None) -> Language:
    """The language the system asks for: `LC_ALL`, `LC_MESSAGES`, `LANGUAGE`, `LANG`, then what Windows or macOS says.

    The C locale of scripts asks for English. Without any wish it is Korean, the language of the first market.
    """
    wishes = os.environ if environ is None else environ
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        value = wishes.get(name, "")
        if value:
            return Language.of(value)
    if environ is None:
        import locale  # needed only where the environment is silent

        system = locale.getlocale()[0] or ""
        if system not in {"", "C"}:
            return Language.KO if system.lower().startswith("ko") else Language.EN
    return Language.KO
