"""Handing a mail over by SMTP, in two steps, so that the caller can write down before and after the moment that counts.

Until `hand_over` is called the server has nothing; after it the server has the mail, said no, or nobody knows.
Lives on one thread, within one `reaching` block. Raises as `doors.told` does.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from desktop_crm.domain.mail.account import MailServer, Security
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.mailbox.doors import PATIENCE, told

_OK = 250
_NEVER = 500


class Reaching:
    """A signed-in connection."""

    def __init__(self, client: smtplib.SMTP, server: MailServer) -> None:
        self._client = client
        self._server = server

    def announce(self, sender: str, recipients: Sequence[str]) -> None:
        """From whom and to whom. Raises Refusal `mail.refused` for good, Trouble `mail.not_now` for a while."""
        self._client.ehlo_or_helo_if_needed()
        for code, answer, who in self._asked(sender, recipients):
            if code not in {_OK, 251}:
                with suppress(smtplib.SMTPException, OSError):
                    self._client.rset()
                self._said_no(code, answer, who)

    def hand_over(self, message: bytes) -> None:
        """The mail itself. Raises Refusal `mail.refused`, Trouble `mail.not_now` when the server said no; Trouble
        `mail.unclear` when the line broke, so that nobody knows.
        """
        try:
            code, answer = self._client.data(message)
        except smtplib.SMTPDataError as error:
            code, answer = error.smtp_code, _bytes(error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            raise Trouble("mail.unclear", host=self._server.host, reason=str(error)[:200]) from error
        if code != _OK:
            self._said_no(code, answer, "")

    def _asked(self, sender: str, recipients: Sequence[str]) -> Iterator[tuple[int, bytes, str]]:
        yield (*self._client.mail(sender), sender)
        for one in recipients:
            yield (*self._client.rcpt(one), one)

    def _said_no(self, code: int, answer: bytes, who: str) -> None:
        words = f"{code} {answer.decode('utf-8', 'replace')}".strip()[:200]
        kind = Refusal if code >= _NEVER else Trouble
        raise kind("mail.refused" if code >= _NEVER else "mail.not_now", host=self._server.host, who=who, reason=words)


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode("utf-8", "replace")


@contextmanager
def reaching(server: MailServer, password: str) -> Iterator[Reaching]:
    """Sign in, hand over, and leave."""
    with told(server):
        secret = ssl.create_default_context()
        if server.security is Security.TLS:
            client: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=secret)
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
        try:
            if server.security is Security.STARTTLS:
                client.starttls(context=secret)
            if server.user and password:
                client.login(server.user, password)
            yield Reaching(client, server)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                client.quit()
            client.close()
