"""An MBOX taken in: each mail read, matched by its addresses, threaded, written with its history and put into the search index.

The same mails in every run: two in three from people of the workspace, each third one an answer.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import mail_files
from desktop_crm.services.workspace import Workspace, init_workspace
from tests.benchmarks.measure import Job, stopwatch
from tests.benchmarks.seeds import names

MAILS, PEOPLE = 10_000, 1_000
PER_SECOND = 300
"""As many mails as a second takes in at the least."""
_BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)
_WORDS = "견적 납기 도면 검토 회신 부탁드립니다 schedule drawing delivery pump valve 설비 라인 증설 예산 시연 일정 계약".split()


def address(person: int) -> str:
    """The address of a person of the workspace."""
    return f"person{person}@customer{person // 4}.example"


def mailbox(count: int, people: int, seed: int = 7) -> bytes:
    """The file, always the same for a seed."""
    chance = random.Random(seed)
    return b"".join(_mail(chance, n, people) for n in range(count))


def _mail(chance: random.Random, n: int, people: int) -> bytes:
    mail = EmailMessage(policy=SMTP.clone(linesep="\n"))
    person = chance.randrange(people)
    mail["Message-ID"] = f"<{n}@mails.example>"
    mail["From"] = address(person) if n % 3 else f"stranger{n}@elsewhere{n % 97}.example"
    mail["To"] = "me@us.example"
    mail["Date"] = _BEGAN + timedelta(minutes=20 * n)
    mail["Subject"] = " ".join(chance.choices(_WORDS, k=4))
    if n % 3 == 2:
        mail["In-Reply-To"] = mail["References"] = f"<{n - 1}@mails.example>"
    mail.set_content("\n".join(" ".join(chance.choices(_WORDS, k=12)) for _ in range(8)))
    return b"From x Mon Jan  5 09:00:00 2026\n" + mail.as_bytes() + b"\n\n"


def filled(path: Path, people: int) -> Workspace:
    """A workspace with the people, four to an account."""
    workspace = init_workspace(path, name="bench", currency="KRW", secrets=MemoryStore())
    with workspace.write("benchmark.people") as work:
        accounts = [work.insert("account", {"name": name}) for name in names(-(-people // 4))]
        rows = [{"name": f"사람 {n}", "account_id": accounts[n // 4], "email": address(n)} for n in range(people)]
        work.bulk("contact", inserts=rows)
    return workspace


@contextmanager
def taken_in(folder: Path, floors_alone: bool, *, mails: int = MAILS, people: int = PEOPLE) -> Iterator[Job]:
    box = b"" if floors_alone else mailbox(mails, people)

    def ours(n: int) -> float:
        workspace = filled(folder / f"{n}.crm", people)
        try:
            with stopwatch() as seconds:
                taken = mail_files.import_mail(workspace, box)
            assert (taken.created, taken.known) == (mails, 0)
            assert taken.matched >= mails // 2
        finally:
            workspace.close()
        return seconds()

    yield Job(ours=None if floors_alone else ours, floor=lambda _: mails / PER_SECOND, rounds=3, warm_up=0)
