"""Mails of this laptop's accounts: heads that wait for a decision, and what goes out. Tables that are not synced."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from desktop_crm.domain.activities.mail_matching import Place

OPEN, WANTED, DROPPED = "open", "wanted", "dropped"
_WAITING = "key, account, folder, validity, uid, at, sender, sender_name, recipients, subject, thread, size, place"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMail:
    """The head of a mail whose text is still at the server only. `place`: where somebody decided to put it."""

    key: str
    account: str
    folder: str
    validity: int
    uid: int
    at: datetime | None
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    thread: str
    size: int = 0
    place: Place | None = None


def put_waiting(connection: Connection, mails: Iterable[WaitingMail]) -> None:
    """Heads that nobody has decided on; one that is known keeps what was decided, and where it lies now is noted."""
    rows = [
        {
            "key": one.key,
            "account": one.account,
            "folder": one.folder,
            "validity": one.validity,
            "uid": one.uid,
            "at": _text(one.at),
            "sender": one.sender,
            "sender_name": one.sender_name,
            "recipients": json.dumps(one.recipients),
            "subject": one.subject,
            "thread": one.thread,
            "size": one.size,
        }
        for one in mails
    ]
    if rows:
        names = tuple(rows[0])
        connection.exec_driver_sql(
            f"INSERT INTO mail_waiting ({', '.join(names)}, state) VALUES ({', '.join(f':{one}' for one in names)}, 'open')"
            " ON CONFLICT (key) DO UPDATE SET account=excluded.account, folder=excluded.folder, validity=excluded.validity,"
            " uid=excluded.uid WHERE state<>'dropped'",
            rows,
        )


def waiting(
    connection: Connection, state: str, account: str | None = None, limit: int = 100_000
) -> tuple[WaitingMail, ...]:
    """Heads in a state, the newest first."""
    rows = connection.exec_driver_sql(
        f"SELECT {_WAITING} FROM mail_waiting WHERE state=:state AND (:account IS NULL OR account=:account)"
        " ORDER BY at DESC, key LIMIT :limit",
        {"state": state, "account": account, "limit": limit},
    )
    return tuple(_waiting(row) for row in rows)


def waiting_count(connection: Connection, account: str | None = None) -> int:
    """How many wait for a decision."""
    statement = "SELECT count(*) FROM mail_waiting WHERE state='open' AND (:account IS NULL OR account=:account)"
    return int(connection.exec_driver_sql(statement, {"account": account}).scalar() or 0)


def decide(connection: Connection, keys: Sequence[str], state: str, place: Place | None) -> None:
    """What becomes of heads. Of one that is dropped nothing stays but that it was."""
    held = None if place is None else json.dumps([place.account_id, place.contact_id, place.deal_id, place.quote_id])
    blank = ", sender='', sender_name='', recipients='[]', subject='', thread='', at=NULL" if state == DROPPED else ""
    connection.exec_driver_sql(
        f"UPDATE mail_waiting SET state=?, place=?{blank} WHERE key IN (SELECT value FROM json_each(?))",
        (state, held, json.dumps(list(keys))),
    )


def forget(connection: Connection, keys: Iterable[str]) -> None:
    """They are in the timeline now."""
    connection.exec_driver_sql(
        "DELETE FROM mail_waiting WHERE key IN (SELECT value FROM json_each(?))", (json.dumps(list(keys)),)
    )


def forget_account(connection: Connection, account: str) -> None:
    """The account was taken away; nothing of what waited stays."""
    connection.exec_driver_sql("DELETE FROM mail_waiting WHERE account=?", (account,))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingRow:
    """A mail that goes out, as it lies in its table."""

    id: str
    account: str
    state: str
    made_at: datetime
    changed_at: datetime
    message_id: str | None
    tries: int
    next_at: datetime | None
    error: dict[str, Any] | None
    content: dict[str, Any]


def put_outgoing(connection: Connection, row: OutgoingRow) -> None:
    """Write one, new or anew."""
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO mail_outgoing (id, account, state, made_at, changed_at, message_id, tries, next_at, error,"
        " content) VALUES (?,?,?,?,?,?,?,?,?,?)",
        (
            row.id,
            row.account,
            row.state,
            _text(row.made_at),
            _text(row.changed_at),
            row.message_id,
            row.tries,
            _text(row.next_at),
            json.dumps(row.error) if row.error else None,
            json.dumps(row.content, ensure_ascii=False),
        ),
    )


def outgoing(connection: Connection, row_id: str | None = None) -> tuple[OutgoingRow, ...]:
    """All that go or went out, what changed last first; or one."""
    rows = connection.exec_driver_sql(
        "SELECT id, account, state, made_at, changed_at, message_id, tries, next_at, error, content FROM mail_outgoing"
        " WHERE (:id IS NULL OR id=:id) ORDER BY changed_at DESC, id DESC",
        {"id": row_id},
    )
    return tuple(
        OutgoingRow(
            id=row[0],
            account=row[1],
            state=row[2],
            made_at=datetime.fromisoformat(row[3]),
            changed_at=datetime.fromisoformat(row[4]),
            message_id=row[5],
            tries=row[6],
            next_at=_moment(row[7]),
            error=json.loads(row[8]) if row[8] else None,
            content=json.loads(row[9]),
        )
        for row in rows
    )


def drop_outgoing(connection: Connection, row_id: str) -> None:
    """Throw one away."""
    connection.exec_driver_sql("DELETE FROM mail_outgoing WHERE id=?", (row_id,))


def _waiting(row: Any) -> WaitingMail:
    place = json.loads(row[12]) if row[12] else None
    return WaitingMail(
        key=row[0],
        account=row[1],
        folder=row[2],
        validity=row[3],
        uid=row[4],
        at=_moment(row[5]),
        sender=row[6],
        sender_name=row[7],
        recipients=tuple(json.loads(row[8])),
        subject=row[9],
        thread=row[10],
        size=row[11],
        place=Place(account_id=place[0], contact_id=place[1], deal_id=place[2], quote_id=place[3]) if place else None,
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadFile:
    """A file that came or went with a mail."""

    id: str
    name: str
    size: int
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMail:
    """One mail of an exchange, with the names of what it stands with."""

    id: str
    at: datetime
    subject: str
    sender: str
    recipients: tuple[str, ...]
    text: str
    reason: str
    account_id: str
    account: str
    contact: str
    deal: str
    files: tuple[ThreadFile, ...] = ()


_THREAD = (
    "SELECT v.id, v.occurred_at, v.subject, v.sender, v.participants, v.body, v.match_reason, v.account_id, a.name, c.name,"
    " o.name FROM activity v LEFT JOIN account a ON a.id=v.account_id LEFT JOIN contact c ON c.id=v.contact_id"
    " LEFT JOIN opportunity o ON o.id=v.opportunity_id WHERE v._deleted IS NULL AND v.kind='mail' AND (v.id=:id OR"
    " v.thread_id=(SELECT thread_id FROM activity WHERE id=:id)) ORDER BY v.occurred_at, v.id LIMIT 500"
)
_FILES = (
    "SELECT activity_id, id, name, size, content FROM attachment WHERE _deleted IS NULL AND activity_id IN"
    " (SELECT value FROM json_each(?)) ORDER BY added_at, id"
)


def thread_of(connection: Connection, activity_id: str) -> tuple[ThreadMail, ...]:
    """The mails of the exchange that a mail belongs to, the oldest first."""
    rows = connection.exec_driver_sql(_THREAD, {"id": activity_id}).fetchall()
    files: dict[str, tuple[ThreadFile, ...]] = {}
    for row in connection.exec_driver_sql(_FILES, (json.dumps([one[0] for one in rows]),)):
        one = ThreadFile(id=row[1], name=row[2] or "", size=row[3] or 0, content=row[4] or "")
        files[row[0]] = (*files.get(row[0], ()), one)
    return tuple(
        ThreadMail(
            id=row[0],
            at=datetime.fromisoformat(row[1]),
            subject=row[2] or "",
            sender=row[3] or "",
            recipients=tuple(json.loads(row[4] or "[]")),
            text=row[5] or "",
            reason=row[6] or "",
            account_id=row[7] or "",
            account=row[8] or "",
            contact=row[9] or "",
            deal=row[10] or "",
            files=files.get(row[0], ()),
        )
        for row in rows
    )
