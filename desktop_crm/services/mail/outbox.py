"""Mails that go out: written offline, queued, handed over when there is a line, each once.

A mail's Message-ID is fixed when it is queued. Before the server is given the text the mail stands as `handing`, after its answer as
`sent`. Whoever finds one as `handing` later cannot know: it is shown as unclear, and only the user sends it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid
from typing import TYPE_CHECKING, Any, Final

from desktop_crm.domain.mail.account import MailAccount
from desktop_crm.domain.mail.outgoing import WRITABLE, Letter, LetterFile, OutState, is_address, next_try
from desktop_crm.foundation import errors
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.foundation.ids import new_id
from desktop_crm.persistence.stores import mail as store
from desktop_crm.persistence.stores.mail import OutgoingRow
from desktop_crm.services import blobs
from desktop_crm.services.mail import accounts, sent
from desktop_crm.services.mail.accounts import SEND
from desktop_crm.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_crm.mailbox.smtp import Reaching

__all__ = ["Letter", "LetterFile", "OutState"]

_POLICY: Final = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A mail that goes out, and how it stands. `next_at`: when it is tried again; none where the user has to act."""

    id: str
    account: str
    state: OutState
    letter: Letter
    made_at: datetime
    changed_at: datetime
    message_id: str = ""
    tries: int = 0
    next_at: datetime | None = None
    error: CrmError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRun:
    """What became of the mails that were due."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    unclear: int = 0
    changes: Changes = field(default_factory=Changes.none)


def outgoing(workspace: Workspace) -> tuple[Outgoing, ...]:
    """All of them, what changed last first."""
    with workspace.read() as session:
        return tuple(map(_outgoing, store.outgoing(session.connection())))


def one(workspace: Workspace, row_id: str) -> Outgoing:
    """One of them. Raises Refusal `mail.outgoing.unknown`."""
    with workspace.read() as session:
        found = store.outgoing(session.connection(), row_id)
    if not found:
        raise Refusal("mail.outgoing.unknown")
    return _outgoing(found[0])


def draft(workspace: Workspace, account: str, letter: Letter) -> Outgoing:
    """A new draft. Raises Refusal `mail.account.unknown`, `mail.account.none`."""
    now = workspace.clock.now()
    made = Outgoing(
        id=new_id(),
        account=accounts.account(workspace, account).id,
        state=OutState.DRAFT,
        letter=letter,
        made_at=now,
        changed_at=now,
    )
    return _write(workspace, made)


def rewrite(workspace: Workspace, row_id: str, letter: Letter, account: str = "") -> Outgoing:
    """Change what is written; a mail that waited is a draft again. Raises Refusal `mail.outgoing.fixed`."""
    held = _writable(workspace, row_id)
    chosen = accounts.account(workspace, account).id if account else held.account
    fresh = replace(held, state=OutState.DRAFT, letter=letter, account=chosen, error=None, next_at=None, tries=0)
    return _write(workspace, replace(fresh, changed_at=workspace.clock.now()))


def queue(workspace: Workspace, row_id: str) -> Outgoing:
    """It is to go out: now if there is a line, else later. Raises Refusal `mail.no_recipient`, `mail.address`, `mail.no_smtp`."""
    held = _writable(workspace, row_id)
    if not held.letter.everybody:
        raise Refusal("mail.no_recipient")
    for address in held.letter.everybody:
        if not is_address(address):
            raise Refusal("mail.address", address=address)
    of = accounts.account(workspace, held.account)
    if of.smtp is None:
        raise Refusal("mail.no_smtp", address=of.address)
    now = workspace.clock.now()
    name = make_msgid(domain=of.address.rpartition("@")[2] or "localhost")
    return _write(
        workspace,
        replace(
            held, state=OutState.WAITING, message_id=name, changed_at=now, next_at=now, error=None, tries=0, made_at=now
        ),
    )


def drop(workspace: Workspace, row_id: str) -> None:
    """Throw it away; what was sent stays in the timeline. Raises Refusal `mail.outgoing.fixed` while nobody knows."""
    held = one(workspace, row_id)
    if held.state not in WRITABLE and held.state is not OutState.SENT:
        raise Refusal("mail.outgoing.fixed")
    with workspace.database.writing() as connection:
        store.drop_outgoing(connection, row_id)


def settle(workspace: Workspace, row_id: str, *, arrived: bool) -> Changes:
    """What the user found out about an unclear one: it arrived, or it is to be sent again. Raises Refusal `mail.outgoing.fixed`."""
    held = one(workspace, row_id)
    if held.state is not OutState.UNCLEAR:
        raise Refusal("mail.outgoing.fixed")
    if arrived:
        return _is_sent(workspace, held)
    now = workspace.clock.now()
    _write(workspace, replace(held, state=OutState.WAITING, changed_at=now, next_at=now, error=None, tries=0))
    return Changes.none()


def recover(workspace: Workspace) -> int:
    """Those that a former run left half handed over are unclear; to be called when nothing is being sent. Returns how many."""
    left = [one for one in outgoing(workspace) if one.state is OutState.HANDING]
    for held in left:
        unclear = errors.Trouble("mail.unclear", host="", reason="")
        _write(workspace, replace(held, state=OutState.UNCLEAR, changed_at=workspace.clock.now(), error=unclear))
    return len(left)


def seen(workspace: Workspace, keys: Iterable[str]) -> None:
    """These mails lie in the mailbox: of those that were unclear it is known now that they were sent."""
    unclear = {one.message_id: one for one in outgoing(workspace) if one.state is OutState.UNCLEAR}
    for key in unclear.keys() & set(keys):
        _is_sent(workspace, unclear[key])


def due(workspace: Workspace) -> bool:
    """Whether a mail waits whose time has come."""
    now = workspace.clock.now()
    return any(one.state is OutState.WAITING and one.next_at and one.next_at <= now for one in outgoing(workspace))


def send_due(workspace: Workspace, *, asked: bool = False) -> SendRun:
    """Hand over what is due; `asked`: everything that waits. Errors stay with their mails."""
    recover(workspace)
    now = workspace.clock.now()
    waits = [one for one in reversed(outgoing(workspace)) if one.state is OutState.WAITING]
    ripe = [one for one in waits if asked or (one.next_at is not None and one.next_at <= now)]
    run = SendRun()
    for account in dict.fromkeys(one.account for one in ripe):
        part = [one for one in ripe if one.account == account]
        run = replace(run, changes=run.changes.join(_send_all(workspace, account, part)))
    after = [one(workspace, held.id).state for held in ripe]
    return replace(
        run,
        sent=after.count(OutState.SENT),
        waiting=after.count(OutState.WAITING),
        failed=after.count(OutState.FAILED),
        unclear=after.count(OutState.UNCLEAR),
    )


def _send_all(workspace: Workspace, account: str, part: Sequence[Outgoing]) -> Changes:
    from desktop_crm.mailbox.smtp import reaching

    changes = Changes.none()
    left = list(part)
    try:
        of = accounts.account(workspace, account)
        if of.smtp is None:
            raise Refusal("mail.no_smtp", address=of.address)
        with reaching(of.smtp, accounts.password(workspace, of, SEND)) as line:
            while left:
                changes = changes.join(_send(workspace, of, line, left[0]))
                left.pop(0)
    except CrmError as error:
        for held in left:
            if one(workspace, held.id).state is OutState.WAITING:
                _put_off(workspace, held, error)
    return changes


def _send(workspace: Workspace, of: MailAccount, line: Reaching, held: Outgoing) -> Changes:
    """Hand one over. Raises Trouble when the line is gone."""
    raw = _composed(workspace, of, held)
    try:
        line.announce(of.address, held.letter.everybody)
        handing = _write(workspace, replace(held, state=OutState.HANDING, changed_at=workspace.clock.now()))
        line.hand_over(raw)
    except Refusal as error:
        now = workspace.clock.now()
        _write(workspace, replace(held, state=OutState.FAILED, changed_at=now, tries=held.tries + 1, error=error))
        return Changes.none()
    except errors.Trouble as error:
        if error.code == "mail.unclear":
            _write(workspace, replace(handing, state=OutState.UNCLEAR, changed_at=workspace.clock.now(), error=error))
            raise
        _put_off(workspace, held, error)
        if error.code != "mail.not_now":
            raise
        return Changes.none()
    return _is_sent(workspace, handing)


def _put_off(workspace: Workspace, held: Outgoing, error: CrmError) -> None:
    """Try again later; what only the user can mend waits for him."""
    now = workspace.clock.now()
    tries = held.tries + 1
    following = None if isinstance(error, Refusal) else next_try(tries, now)
    waits = replace(held, state=OutState.WAITING, changed_at=now, tries=tries, next_at=following, error=error)
    _write(workspace, waits)


def _is_sent(workspace: Workspace, held: Outgoing) -> Changes:
    """The server has it: written down with its entry in the timeline, or neither."""
    done = replace(held, state=OutState.SENT, changed_at=workspace.clock.now(), next_at=None, error=None)
    return sent.note(
        workspace,
        accounts.account(workspace, held.account),
        held.letter,
        held.message_id,
        lambda work: store.put_outgoing(work.connection, _row(done)),
    )


def _composed(workspace: Workspace, of: MailAccount, held: Outgoing) -> bytes:
    letter = held.letter
    message = EmailMessage(policy=_POLICY)
    message["From"] = formataddr((of.name, of.address))
    for name, everybody in (("To", letter.to), ("Cc", letter.cc)):
        if everybody:
            message[name] = ", ".join(everybody)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(held.made_at.astimezone())
    message["Message-ID"] = held.message_id
    if letter.answers:
        message["In-Reply-To"] = letter.answers
        message["References"] = " ".join(dict.fromkeys(one for one in (letter.thread, letter.answers) if one))
    message.set_content(letter.body.rstrip() + "\n")
    for file in letter.files:
        main, _, sub = (file.mime or "application/octet-stream").partition("/")
        if main in {"message", "multipart"} or not sub:
            main, sub = "application", "octet-stream"
        message.add_attachment(blobs.get(workspace, file.content), maintype=main, subtype=sub, filename=file.name)
    return message.as_bytes()


def _writable(workspace: Workspace, row_id: str) -> Outgoing:
    held = one(workspace, row_id)
    if held.state not in WRITABLE:
        raise Refusal("mail.outgoing.fixed")
    return held


def _write(workspace: Workspace, held: Outgoing) -> Outgoing:
    with workspace.database.writing() as connection:
        store.put_outgoing(connection, _row(held))
    return held


def _row(held: Outgoing) -> OutgoingRow:
    error = held.error
    told: dict[str, Any] | None = None
    if error is not None:
        params = {name: str(value) for name, value in error.params.items()}
        told = {"kind": type(error).__name__, "code": error.code, "params": params}
    return OutgoingRow(
        id=held.id,
        account=held.account,
        state=held.state.value,
        made_at=held.made_at,
        changed_at=held.changed_at,
        message_id=held.message_id or None,
        tries=held.tries,
        next_at=held.next_at,
        error=told,
        content=asdict(held.letter),
    )


def _outgoing(row: OutgoingRow) -> Outgoing:
    held = dict(row.content)
    files = tuple(LetterFile(**file) for file in held.pop("files", ()))
    people = {name: tuple(held.get(name, ())) for name in ("to", "cc", "bcc")}
    letter = Letter(**held | people | {"files": files})
    error = None
    if row.error:
        kind: type[CrmError] = getattr(errors, row.error["kind"], CrmError)
        error = kind(row.error["code"], **row.error["params"])
    return Outgoing(
        id=row.id,
        account=row.account,
        state=OutState(row.state),
        letter=letter,
        made_at=row.made_at,
        changed_at=row.changed_at,
        message_id=row.message_id or "",
        tries=row.tries,
        next_at=row.next_at,
        error=error,
    )
