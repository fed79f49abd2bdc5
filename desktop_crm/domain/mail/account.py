"""A person's mail account on this laptop: two servers, the folders that are read. Frozen values; passwords are never in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
PACES: Final = (5, 15, 30, 60)
"""Minutes between two looks that one may choose."""


class Security(StrEnum):
    """How a connection is kept secret."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where a server is and who signs in there."""

    host: str
    port: int
    security: Security
    user: str

    @property
    def open_to_all(self) -> bool:
        """Whether anybody on the way could read along."""
        return self.security is Security.PLAIN and self.host.lower() not in LOOPBACK


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAccount:
    """One account. `folders`: those that are read, by name; `since`: nothing older is asked for. `smtp` may be missing."""

    id: str
    address: str
    name: str = ""
    imap: MailServer
    smtp: MailServer | None = None
    folders: tuple[str, ...] = ("INBOX",)
    since: date | None = None
    minutes: int = 15
