"""Looking into a mailbox by IMAP: folders are opened by EXAMINE and mails are fetched by PEEK, so nothing there ever changes.

Lives on one thread, within one `looking` block. Raises as `doors.told` does.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from desktop_crm.domain.mail.account import MailServer, Security
from desktop_crm.foundation.errors import Refusal
from desktop_crm.mailbox.doors import PATIENCE, told

_HEAD, _WHOLE, _SIZE = b"BODY[HEADER]", b"BODY[]", b"RFC822.SIZE"


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderMark:
    """How far a folder goes. When `validity` is another, the numbers of its mails mean nothing any more."""

    validity: int
    next_uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a mail as it came, and how large the whole is."""

    uid: int
    head: bytes
    size: int


class Looking:
    """A signed-in connection that only looks."""

    def __init__(self, client: IMAPClient) -> None:
        self._client = client

    def folders(self) -> tuple[str, ...]:
        """The names of all folders that hold mails, the inbox first."""
        found = [str(name) for flags, _, name in self._client.list_folders() if b"\\Noselect" not in flags]
        return tuple(sorted(found, key=lambda name: (name.upper() != "INBOX", name.casefold())))

    def look_at(self, folder: str) -> FolderMark:
        """Open a folder for reading. Raises Refusal `mail.folder`."""
        try:
            answer = self._client.select_folder(folder, readonly=True)
        except IMAPClientError as error:
            raise Refusal("mail.folder", folder=folder) from error
        return FolderMark(validity=int(answer[b"UIDVALIDITY"]), next_uid=int(answer.get(b"UIDNEXT", 0)))

    def numbers(self, first: int, since: date | None) -> tuple[int, ...]:
        """The mails of the opened folder from a number on, of a day on, in their order."""
        asked: list[str | date] = ["UID", f"{first}:*"]
        if since is not None:
            asked += ["SINCE", since]
        return tuple(sorted(uid for uid in self._client.search(asked) if uid >= first))  # `n:*` always names the last

    def numbers_of(self, message_id: str) -> tuple[int, ...]:
        """The mails of the opened folder that carry this Message-ID."""
        return tuple(sorted(self._client.search(["HEADER", "Message-ID", message_id])))

    def heads(self, uids: Sequence[int]) -> tuple[Head, ...]:
        """The heads of those that are still there."""
        got = self._client.fetch(list(uids), ["BODY.PEEK[HEADER]", "RFC822.SIZE"]) if uids else {}
        return tuple(
            Head(uid=uid, head=parts[_HEAD] or b"", size=int(parts.get(_SIZE, 0)))
            for uid, parts in sorted(got.items())
            if _HEAD in parts
        )

    def whole(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The mails as they came, of those that are still there."""
        got = self._client.fetch(list(uids), ["BODY.PEEK[]"]) if uids else {}
        return {uid: parts[_WHOLE] or b"" for uid, parts in sorted(got.items()) if _WHOLE in parts}


@contextmanager
def looking(server: MailServer, password: str) -> Iterator[Looking]:
    """Sign in, look, and leave."""
    with told(server):
        secret = ssl.create_default_context()
        direct = server.security is Security.TLS
        client = IMAPClient(
            server.host, server.port, ssl=direct, ssl_context=secret if direct else None, timeout=PATIENCE
        )
        try:
            if server.security is Security.STARTTLS:
                client.starttls(secret)
            client.login(server.user, password)
            yield Looking(client)
        finally:
            with suppress(IMAPClientError, OSError):
                client.logout()
