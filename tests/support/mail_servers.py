"""Real mail servers on loopback: pymap for IMAP as a process of its own, aiosmtpd for SMTP on a thread, gone with the block."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from imapclient import IMAPClient

from desktop_crm.domain.mail.account import MailAccount, MailServer, Security

USER, PASSWORD = "me@us.example", "only for this test"
_IMAP = "from pymap.main import main; main()"
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A running IMAP server with one user, as its owner sees it."""

    port: int

    @contextmanager
    def opened(self) -> Iterator[IMAPClient]:
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=_PATIENCE)
        client.login(USER, PASSWORD)
        try:
            yield client
        finally:
            client.logout()

    def put(self, folder: str, mails: Sequence[bytes], flags: Sequence[bytes] = ()) -> None:
        """Put mails into a folder, which is made when it is not there."""
        with self.opened() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for start in range(0, len(mails), 500):
                part = [{"msg": one, "flags": flags} if flags else one for one in mails[start : start + 500]]
                client.multiappend(folder, part)

    def flags(self, folder: str) -> list[tuple[bytes, ...]]:
        with self.opened() as client:
            client.select_folder(folder, readonly=True)
            numbers = client.search(["ALL"])
            return [got[b"FLAGS"] for got in client.fetch(numbers, ["FLAGS"]).values()] if numbers else []

    def make_anew(self, folder: str, mails: Sequence[bytes]) -> None:
        """The folder is another one of the same name, so its numbers mean nothing any more."""
        with self.opened() as client:
            client.delete_folder(folder)
        self.put(folder, mails)

    def server(self) -> MailServer:
        return MailServer(host="127.0.0.1", port=self.port, security=Security.PLAIN, user=USER)


@contextmanager
def imap_server() -> Iterator[Mailbox]:
    port = _free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", _IMAP, "--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"),
            *("--demo-user", USER, "--demo-password", PASSWORD),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + _PATIENCE
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert process.poll() is None
            assert time.monotonic() < deadline, "the IMAP server does not answer"
            time.sleep(0.02)
        yield Mailbox(port=port)
    finally:
        process.terminate()
        process.wait(_PATIENCE)


@dataclass(slots=True)
class Post:
    """What the SMTP server was given, and how it behaves: `refuse` whom, `say` instead of accepting, `hang_up` after the text."""

    port: int = 0
    got: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    refuse: frozenset[str] = frozenset()
    say: str = ""
    hang_up: bool = False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return "550 no such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.say:
            return self.say
        self.got.append((envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        if self.hang_up:
            server.transport.abort()
        return "250 OK"

    def server(self) -> MailServer:
        return MailServer(host="127.0.0.1", port=self.port, security=Security.PLAIN, user=USER)


def _signs_in(_server, _session, _envelope, _mechanism, data) -> AuthResult:
    right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=right)


@contextmanager
def smtp_server() -> Iterator[Post]:
    post = Post(port=_free_port())
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=post.port,
        authenticator=_signs_in,
        auth_require_tls=False,
        ready_timeout=_PATIENCE,
    )
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # it warns of its own coming versions
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


def account_at(mailbox: Mailbox | None, post: Post | None = None, **more: object) -> MailAccount:
    """The account of the one user, to be saved with PASSWORD."""
    nowhere = MailServer(host="127.0.0.1", port=9, security=Security.PLAIN, user=USER)
    values = {
        "id": "",
        "address": USER,
        "name": "김민수",
        "imap": mailbox.server() if mailbox else nowhere,
        "smtp": post.server() if post else None,
    }
    return MailAccount(**values | more)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
