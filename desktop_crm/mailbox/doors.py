"""What both doors to a mail server share: no open connection beyond this machine, and the world's errors told as ours."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from imapclient.exceptions import IMAPClientError, LoginError

from desktop_crm.domain.mail.account import MailServer
from desktop_crm.foundation.errors import Refusal, Trouble

PATIENCE: Final = 30.0
"""Seconds a server may keep us waiting."""


@contextmanager
def told(server: MailServer) -> Iterator[None]:
    """Raises Refusal `mail.open`, `mail.sign_in`; Trouble `mail.certificate`, `mail.unreachable`, `mail.answer`."""
    if server.open_to_all:
        raise Refusal("mail.open", host=server.host)
    try:
        yield
    except (LoginError, smtplib.SMTPAuthenticationError) as error:
        raise Refusal("mail.sign_in", host=server.host, user=server.user) from error
    except ssl.SSLCertVerificationError as error:
        raise Trouble("mail.certificate", host=server.host, reason=error.verify_message) from error
    except (IMAPClientError, smtplib.SMTPException) as error:
        raise Trouble("mail.answer", host=server.host, reason=str(error)[:200]) from error
    except OSError as error:
        raise Trouble("mail.unreachable", host=server.host, port=server.port, reason=str(error)) from error
