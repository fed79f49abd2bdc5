"""One IMAP server for all tests of this folder, each with mail folders of its own; one SMTP server a test."""

from __future__ import annotations

import pytest

from desktop_crm.services import records
from tests.support.mail_servers import imap_server, smtp_server


@pytest.fixture(scope="module")
def mailbox():
    with imap_server() as running:
        yield running


@pytest.fixture
def post():
    with smtp_server() as running:
        yield running


def mail(number, sender="Oh@Hanbit.example", subject="도면 요청", *, lines=(), body="본문입니다", to="me@us.example"):
    """One mail as a server has it."""
    head = [
        f"Message-ID: <{number}@x>",
        f"From: 오재석 <{sender}>",
        f"To: {to}",
        f"Subject: {subject}",
        f"Date: Mon, 23 Nov 2026 14:{int(number) % 60:02}:00 +0900",
        "Content-Type: text/plain; charset=utf-8",
        *lines,
    ]
    return ("\r\n".join(head) + f"\r\n\r\n{body} {number}\r\n").encode()


@pytest.fixture
def hanbit(workspace):
    """A company that is known, with one person and one deal."""
    return company(workspace)


def company(workspace):
    account = records.create(workspace, "account", {"name": "한빛전자", "website": "https://www.hanbit.example"}).id
    person = {"name": "오재석", "account_id": account, "email": "Oh@hanbit.example"}
    records.create(workspace, "contact", person)
    return account
