"""Looking into the mailboxes: what is new in the chosen folders comes into the timeline, each mail once; nothing there changes.

First the heads are read. A mail that belongs to somebody known is fetched whole; of any other the laptop keeps who, when and about
what until somebody decides. Batch by batch the mails and how far we are are written together, so a run that is cut off goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from desktop_crm.domain.activities.mail_matching import Directory
from desktop_crm.domain.mail.account import MailAccount
from desktop_crm.exchange.mail_files import Mail, read_mail
from desktop_crm.foundation import errors
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.i18n import tr
from desktop_crm.persistence.facts import read_fact, write_fact
from desktop_crm.persistence.stores import mail as store
from desktop_crm.persistence.stores.mail import WaitingMail
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.mail import accounts, outbox, taking
from desktop_crm.services.mail.accounts import RECEIVE
from desktop_crm.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_crm.mailbox.imap import Head, Looking

BATCH: Final = 250
BYTES: Final = 16_000_000
"""So much is fetched at a time."""
Told = Callable[[int, int], None]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRun:
    """One look into one account. `waiting`: new ones that wait for a decision; `gone`: chosen, but no longer at the server."""

    account: MailAccount
    at: datetime
    looked_at: int = 0
    taken: int = 0
    known: int = 0
    files: int = 0
    waiting: int = 0
    gone: int = 0
    notes: tuple[tuple[str, str], ...] = ()
    error: CrmError | None = None
    changes: Changes = field(default_factory=Changes.none)

    def joined(self, taken: taking.MailsTaken, **more: int) -> MailRun:
        """The same run with what another batch brought."""
        return replace(
            self,
            looked_at=self.looked_at + more.get("looked_at", 0),
            taken=self.taken + taken.created,
            known=self.known + more.get("known", 0),
            files=self.files + taken.files,
            waiting=self.waiting + more.get("waiting", 0),
            gone=self.gone + more.get("gone", 0),
            notes=(*self.notes, *taken.notes),
            changes=self.changes.join(taken.changes),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MailState:
    """How an account stands: the last run, the last good one, the next, and what went wrong. `asks`: only the user can go on."""

    account: MailAccount
    last_run: datetime | None = None
    last_good: datetime | None = None
    next_run: datetime | None = None
    taken: int = 0
    waiting: int = 0
    error: CrmError | None = None

    @property
    def asks(self) -> bool:
        return isinstance(self.error, Refusal)


def states(workspace: Workspace) -> tuple[MailState, ...]:
    """How every account stands."""
    return tuple(_state(workspace, one) for one in accounts.accounts(workspace))


def due(workspace: Workspace) -> tuple[MailAccount, ...]:
    """The accounts whose next run has come. One that was refused waits for the user: a server may lock who tries too often."""
    now = workspace.clock.now()
    every = states(workspace)
    return tuple(one.account for one in every if not one.asks and (one.next_run is None or one.next_run <= now))


def sync(workspace: Workspace, of: MailAccount, told: Told | None = None) -> MailRun:
    """Look into one account. What goes wrong is in the run and in the account's state, with all that came before it kept."""
    run = MailRun(account=of, at=workspace.clock.now())
    work = _Run(workspace, of, told or _silent)
    try:
        work.go()
        run = replace(work.done, at=run.at)
    except CrmError as error:
        run = replace(work.done, at=run.at, error=error)
    _note(workspace, run)
    return run


def sync_all(workspace: Workspace, only: Sequence[MailAccount] | None = None) -> tuple[MailRun, ...]:
    """Look into several accounts, one after the other: all, when none is named."""
    return tuple(sync(workspace, one) for one in (accounts.accounts(workspace) if only is None else only))


class _Run:
    """One run, on one thread; `done` holds what came so far."""

    def __init__(self, workspace: Workspace, of: MailAccount, told: Told) -> None:
        self._workspace = workspace
        self._of = of
        self._told = told
        self.done = MailRun(account=of, at=workspace.clock.now())
        self._known = taking.known_here(workspace)
        ours = {one.address.lower() for one in accounts.accounts(workspace)}
        self._known = replace(self._known, ours=self._known.ours | ours)
        with workspace.read() as session:
            connection = session.connection()
            self._cursors: dict[str, list[int]] = json.loads(read_fact(connection, f"mail.cursors:{of.id}") or "{}")
            self._never = frozenset(json.loads(read_fact(connection, "mail.never") or "[]"))

    def go(self) -> None:
        from desktop_crm.mailbox.imap import looking

        secret = accounts.password(self._workspace, self._of, RECEIVE)
        match_again(self._workspace, self._of, self._known)
        with looking(self._of.imap, secret) as box:
            for folder in self._of.folders:
                self._look_into(box, folder)
            self._bring_wanted(box)

    def _look_into(self, box: Looking, folder: str) -> None:
        mark = box.look_at(folder)
        validity, first = self._cursors.get(folder, [mark.validity, 1])
        numbers = box.numbers(first if validity == mark.validity else 1, self._of.since)
        for place, part in enumerate(_parts(numbers, BATCH)):
            self._told(place * BATCH, len(numbers))
            self._batch(box, folder, mark.validity, box.heads(part), part[-1] + 1)
        if not numbers and mark.next_uid and [mark.validity, mark.next_uid] != self._cursors.get(folder):
            self._cursors[folder] = [mark.validity, mark.next_uid]
            with self._workspace.database.writing() as connection:
                self._write_cursors(connection)

    def _batch(self, box: Looking, folder: str, validity: int, heads: Sequence[Head], following: int) -> None:
        """One batch as one act: mails, heads that wait, and how far we are."""
        by_mail: dict[tuple[str, str], Head] = {}
        mails: list[Mail] = []
        wanted: list[Head] = []
        for head in heads:
            mail = read_mail(head.head)
            if mail.key.startswith("sha256:"):  # without a Message-ID a mail is named by its whole content
                wanted.append(head)
            else:
                mails.append(mail)
                by_mail.setdefault((mail.key, mail.sender), head)
        outbox.seen(self._workspace, [one.key for one in mails])
        fresh, known = taking.sort_out(self._workspace, mails, self._known)
        wanted += [by_mail[_named(one.mail)] for one in fresh if one.found.place.account_id]
        unknown = [one.mail for one in fresh if not one.found.place.account_id]
        whole = [(uid, read_mail(raw)) for uid, raw in _fetched(box, wanted)]
        kept, again = taking.sort_out(self._workspace, [mail for _, mail in whole], self._known)
        uids = {_named(mail): uid for uid, mail in whole}
        unknown += [one.mail for one in kept if not one.found.place.account_id]
        kept = tuple(one for one in kept if one.found.place.account_id)
        sizes = {head.uid: head.size for head in heads}
        waits: list[WaitingMail] = []
        for mail in unknown:
            uid = uids.get(_named(mail)) or by_mail[_named(mail)].uid
            if not self._is_never(mail.sender):
                waits.append(_waiting(mail, self._of.id, folder, validity, uid, sizes.get(uid, 0)))
        self._cursors[folder] = [validity, following]

        def also(work: UnitOfWork) -> None:
            store.put_waiting(work.connection, waits)
            store.forget(work.connection, [one.mail.key for one in kept])
            self._write_cursors(work.connection)

        taken = taking.keep(self._workspace, kept, self._known, "mail.sync", also)
        self.done = self.done.joined(taken, looked_at=len(heads), known=known + again, waiting=len(waits))

    def _bring_wanted(self, box: Looking) -> None:
        """Fetch what somebody chose, or what belongs to somebody who is known by now."""
        with self._workspace.read() as session:
            wanted = store.waiting(session.connection(), store.WANTED, self._of.id)
        by_folder: dict[str, list[WaitingMail]] = {}
        for one in wanted:
            by_folder.setdefault(one.folder, []).append(one)
        for folder, ones in by_folder.items():
            validity = box.look_at(folder).validity
            for part in _parts(ones, BATCH):
                self._bring(box, part, validity)

    def _bring(self, box: Looking, part: Sequence[WaitingMail], validity: int) -> None:
        uids = {_place_of(box, one, validity): one for one in part}
        raw = box.whole([uid for uid in uids if uid])
        mails = {uid: replace(read_mail(data), key=uids[uid].key) for uid, data in raw.items()}
        chosen = {one.key: one.place for one in part if one.place is not None}
        fresh, _ = taking.sort_out(self._workspace, mails.values(), self._known, chosen)
        lost = [one for uid, one in uids.items() if uid not in raw]

        def also(work: UnitOfWork) -> None:
            store.forget(work.connection, [one.key for one in part])

        taken = taking.keep(self._workspace, fresh, self._known, "mail.chosen", also)
        notes = tuple((one.subject, tr("no longer at the server")) for one in lost)
        self.done = self.done.joined(replace(taken, notes=(*taken.notes, *notes)), gone=len(lost))

    def _is_never(self, sender: str) -> bool:
        return sender in self._never or sender.rpartition("@")[2] in self._never

    def _write_cursors(self, connection: Any) -> None:
        write_fact(connection, f"mail.cursors:{self._of.id}", json.dumps(self._cursors, ensure_ascii=False))


def match_again(workspace: Workspace, of: MailAccount, known: Directory) -> None:
    """What waits and belongs to somebody known by now is fetched with this run."""
    with workspace.read() as session:
        open_ones = store.waiting(session.connection(), store.OPEN, of.id)
    if not open_ones:
        return
    fresh, _ = taking.sort_out(workspace, map(_as_mail, open_ones), known)
    found = [one.mail.key for one in fresh if one.found.place.account_id]
    if found:
        with workspace.database.writing() as connection:
            store.decide(connection, found, store.WANTED, None)


def _as_mail(one: WaitingMail) -> Mail:
    return Mail(
        key=one.key,
        thread=one.thread,
        subject=one.subject,
        sender=one.sender,
        sender_name=one.sender_name,
        recipients=one.recipients,
        at=one.at,
        text="",
    )


def _waiting(mail: Mail, account: str, folder: str, validity: int, uid: int, size: int) -> WaitingMail:
    return WaitingMail(
        key=mail.key,
        account=account,
        folder=folder,
        validity=validity,
        uid=uid,
        at=mail.at,
        sender=mail.sender,
        sender_name=mail.sender_name,
        recipients=mail.recipients,
        subject=mail.subject,
        thread=mail.thread,
        size=size,
    )


def _place_of(box: Looking, one: WaitingMail, validity: int) -> int:
    """The mail's number in the opened folder; 0 when it cannot be found there any more."""
    if validity == one.validity:
        return one.uid
    found = box.numbers_of(one.key.partition(" ")[0]) if one.key.startswith("<") else ()
    return found[0] if found else 0


def _named(mail: Mail) -> tuple[str, str]:
    return mail.key.partition(" ")[0], mail.sender


def _fetched(box: Looking, heads: Iterable[Head]) -> Iterator[tuple[int, bytes]]:
    part: list[Head] = []
    for head in heads:
        part.append(head)
        if sum(one.size for one in part) >= BYTES:
            yield from box.whole([one.uid for one in part]).items()
            part = []
    yield from box.whole([one.uid for one in part]).items()


def _parts(every: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(every), size):
        yield every[start : start + size]


def _silent(_done: int, _all: int) -> None:
    return


def _note(workspace: Workspace, run: MailRun) -> None:
    before = _facts(workspace, run.account)
    error = run.error
    held: dict[str, Any] = {
        "last_run": run.at.isoformat(),
        "last_good": before.get("last_good") if error is not None else run.at.isoformat(),
        "taken": run.taken,
        "error": None
        if error is None
        else {"kind": type(error).__name__, "code": error.code, "params": {k: str(v) for k, v in error.params.items()}},
    }
    with workspace.database.writing() as connection:
        write_fact(connection, f"mail.state:{run.account.id}", json.dumps(held, ensure_ascii=False))


def _facts(workspace: Workspace, of: MailAccount) -> dict[str, Any]:
    with workspace.read() as session:
        held: dict[str, Any] = json.loads(read_fact(session.connection(), f"mail.state:{of.id}") or "{}")
    return held


def _state(workspace: Workspace, of: MailAccount) -> MailState:
    held = _facts(workspace, of)
    with workspace.read() as session:
        waiting = store.waiting_count(session.connection(), of.id)
    last = datetime.fromisoformat(held["last_run"]) if held.get("last_run") else None
    good = datetime.fromisoformat(held["last_good"]) if held.get("last_good") else None
    error = _error(held.get("error"))
    following = None if last is None or isinstance(error, Refusal) else last + timedelta(minutes=of.minutes)
    return MailState(
        account=of,
        last_run=last,
        last_good=good,
        next_run=following,
        taken=int(held.get("taken", 0)),
        waiting=waiting,
        error=error,
    )


def _error(held: dict[str, Any] | None) -> CrmError | None:
    if not held:
        return None
    kind: type[CrmError] = getattr(errors, held["kind"], CrmError)
    return kind(held["code"], **held["params"])
