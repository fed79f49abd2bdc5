"""A mail that goes out: what it holds, the states it passes through, when it is tried again, how answers begin. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

_PAUSES: Final = (1, 5, 15, 60)
"""Minutes until the next try; the last one from then on."""


class OutState(StrEnum):
    """Where a mail stands. `handing`: the server is being given it; whoever finds it so later knows nothing for sure."""

    DRAFT = "draft"
    WAITING = "waiting"
    HANDING = "handing"
    SENT = "sent"
    UNCLEAR = "unclear"
    FAILED = "failed"


WRITABLE: Final = frozenset({OutState.DRAFT, OutState.WAITING, OutState.FAILED})
"""In which a mail may still be changed, or thrown away as if it had never been."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFile:
    """A file that goes with a mail; its bytes lie with the workspace's files by their hash."""

    name: str
    mime: str
    content: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is written. `answers` is the Message-ID it answers, `thread` the one its exchange began with."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = ""
    body: str = ""
    answers: str = ""
    thread: str = ""
    account_id: str | None = None
    contact_id: str | None = None
    deal_id: str | None = None
    quote_id: str | None = None
    files: tuple[LetterFile, ...] = ()

    @property
    def everybody(self) -> tuple[str, ...]:
        """Who gets it, each once; those of `bcc` stand in no line of the mail and nowhere in the team's data."""
        return tuple(dict.fromkeys((*self.to, *self.cc, *self.bcc)))


def next_try(tries: int, now: datetime) -> datetime:
    """When a mail that could not be handed over is tried again; `tries` is how often it was tried, from 1."""
    return now + timedelta(minutes=_PAUSES[min(tries, len(_PAUSES)) - 1])


def answer_subject(subject: str, mark: str = "Re") -> str:
    """`Re: subject`, once."""
    plain = subject.strip()
    return plain if plain.lower().startswith(f"{mark.lower()}:") else f"{mark}: {plain}"


def quoted(text: str) -> str:
    """The text of a mail as an answer quotes it."""
    return "\n".join(f"> {line}" if line and not line.startswith(">") else f">{line}" for line in text.split("\n"))


def addresses(typed: str) -> tuple[str, ...]:
    """Addresses that were typed with commas, semicolons or line ends between, each once; `Name <a@b>` gives `a@b`."""
    found: list[str] = []
    for part in typed.replace(";", ",").replace("\n", ",").split(","):
        words = part.strip()
        if words.endswith(">") and "<" in words:
            words = words[words.rindex("<") + 1 : -1].strip()
        if words:
            found.append(words)
    return tuple(dict.fromkeys(found))


def is_address(text: str) -> bool:
    """Whether a mail can be sent there."""
    name, sign, domain = text.rpartition("@")
    return bool(sign and name and "." in domain.strip(".") and text.isascii() and not set(text) & set(' \t\r\n<>,;"'))
