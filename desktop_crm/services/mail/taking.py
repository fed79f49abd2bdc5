"""Mails into the timeline, whichever way they came: matched with a reason, in exchanges, with their files, each once.

A mail's id is made of its Message-ID, so that two laptops of a team that take in the same mail end with one.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from desktop_crm.domain.activities.mail_matching import Because, Directory, Matched, Place, match, owner
from desktop_crm.domain.schema.options import ActivityKind
from desktop_crm.exchange.mail_files import Mail
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import tr
from desktop_crm.persistence.stores import directory as store
from desktop_crm.persistence.stores.directory import Held
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services import blobs
from desktop_crm.services.account_work.files import LARGEST
from desktop_crm.services.workspace import Workspace

_MAILS: Final = uuid.UUID("5b0d1c5e-8f0a-4f5d-9d0e-6a2f3b7c9e11")
_FILES: Final = uuid.UUID("c1a7e0f2-3d64-4b58-8c79-0e9b5d2a4f36")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailsTaken:
    """What became of mails: new ones, known ones, how many found their account, and files that were kept or not.

    A file is kept with an account; those of a mail without one stay where the mail came from. `notes`: subject and what was mended.
    """

    created: int = 0
    known: int = 0
    matched: int = 0
    files: int = 0
    files_left: int = 0
    notes: tuple[tuple[str, str], ...] = ()
    changes: Changes = field(default_factory=Changes.none)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """A mail that is new here, with the place it was found or given."""

    mail: Mail
    found: Matched
    before: Held | None = None


def mail_id(key: str) -> str:
    """The id of the timeline's entry of a mail."""
    return str(uuid.uuid5(_MAILS, key))


def known_here(workspace: Workspace) -> Directory:
    """Everything mails are matched by."""
    with workspace.read() as session:
        return store.directory(session)


def sort_out(
    workspace: Workspace,
    mails: Iterable[Mail],
    known: Directory,
    chosen: Mapping[str, Place] | None = None,
    *,
    again: bool = False,
) -> tuple[tuple[Sorted, ...], int]:
    """Those that are new, oldest first, each with its place; and how many are known.

    `chosen`: places that somebody decided, by key. `again`: what was deleted here comes back, as it was asked for.
    """
    every = tuple(mails)
    with workspace.read() as session:
        here = store.held_mails(session, (one.key for one in every))
        single = {one.key: one for one in _apart(every, here)}
        here |= store.held_mails(session, [key for key in single if key not in here])
        places = store.exchanges(session, {one.thread for one in single.values()})
    fresh: list[Sorted] = []
    for mail in sorted(single.values(), key=_when):
        before = here.get(mail.key)
        if before is not None and not (again and before.deleted):
            continue
        given = (chosen or {}).get(mail.key)
        found = (
            Matched(place=given, reason=Because.CHOSEN.value)
            if given is not None
            else match(mail.sender, mail.recipients, mail.subject, places.get(mail.thread), known)
        )
        if found.place.account_id:
            places.setdefault(mail.thread, found.place)
        fresh.append(Sorted(mail=mail, found=found, before=before))
    return tuple(fresh), len(every) - len(fresh)


def keep(
    workspace: Workspace,
    fresh: Iterable[Sorted],
    known: Directory,
    cause: str,
    also: Callable[[UnitOfWork], None] | None = None,
) -> MailsTaken:
    """Write them down as one act. `also`: what has to be written with them or not at all."""
    every = tuple(fresh)
    rows = [_activity(workspace, one, known) for one in every]
    files: list[dict[str, Any]] = []
    left = 0
    for row, one in zip(rows, every, strict=True):
        made, stayed = _attachments(workspace, row, one.mail)
        files += made
        left += stayed
    back = {one.before.row_id for one in every if one.before is not None}
    with workspace.write(cause) as work:
        if back:
            _bring_back(work, back)
            rows = [row for row in rows if row["id"] not in back]
            files = [row for row in files if row["activity_id"] not in back]
        work.bulk("activity", inserts=rows)
        work.bulk("attachment", inserts=files)
        if also is not None:
            also(work)
    return MailsTaken(
        created=len(every),
        matched=sum(one.found.place.account_id is not None for one in every),
        files=len(files),
        files_left=left,
        notes=tuple((one.mail.subject, note) for one in every for note in one.mail.notes),
        changes=work.changes,
    )


def _apart(mails: Iterable[Mail], here: Mapping[str, Held]) -> Iterable[Mail]:
    """Two mails from different senders that carry one Message-ID are two: the second one's key names who sent it."""
    senders = {key: held.sender for key, held in here.items()}
    for mail in mails:
        first = senders.setdefault(mail.key, mail.sender)
        if first.rpartition("<")[2].rstrip(">") == mail.sender:
            yield mail
        else:
            key = f"{mail.key} {mail.sender}"
            yield replace(mail, key=key, thread=key if mail.thread == mail.key else mail.thread)


def _activity(workspace: Workspace, one: Sorted, known: Directory) -> dict[str, Any]:
    mail, place = one.mail, one.found.place
    return {
        "id": one.before.row_id if one.before is not None else mail_id(mail.key),
        "kind": ActivityKind.MAIL.value,
        "subject": mail.subject or tr("(no subject)"),
        "body": mail.text or None,
        "occurred_at": mail.at or workspace.clock.now(),
        "account_id": place.account_id,
        "contact_id": place.contact_id,
        "opportunity_id": place.deal_id,
        "quote_id": place.quote_id,
        "owner_id": owner(mail.sender, mail.recipients, known) or workspace.author.user_id,
        "participants": mail.recipients or None,
        "sender": f"{mail.sender_name} <{mail.sender}>" if mail.sender_name else mail.sender or None,
        "external_id": mail.key,
        "thread_id": mail.thread,
        "match_reason": one.found.reason or None,
        "reply_to": ", ".join(mail.reply_to) or None,
    }


def _attachments(workspace: Workspace, row: Mapping[str, Any], mail: Mail) -> tuple[list[dict[str, Any]], int]:
    made: list[dict[str, Any]] = []
    left = 0
    for place, one in enumerate(mail.files):
        if row["account_id"] is None or len(one.content) > LARGEST:
            left += 1
            continue
        digest = blobs.put(workspace, one.content, one.mime)
        made.append(
            {
                "id": str(uuid.uuid5(_FILES, f"{row['id']} {place} {digest}")),
                "name": one.name,
                "account_id": row["account_id"],
                "opportunity_id": row["opportunity_id"],
                "activity_id": row["id"],
                "owner_id": row["owner_id"],
                "added_at": row["occurred_at"],
                "size": len(one.content),
                "mime": one.mime,
                "content": digest,
            }
        )
    return made, left


def _bring_back(work: UnitOfWork, row_ids: Iterable[str]) -> None:
    """What was deleted here comes back with its files."""
    ids = tuple(row_ids)
    files = store.held_files(work.session, ids)
    for row_id in ids:
        work.restore("activity", row_id)
        for file_id in files.get(row_id, ()):
            work.restore("attachment", file_id)


def _when(mail: Mail) -> tuple[bool, float, str]:
    return mail.at is None, mail.at.timestamp() if mail.at else 0.0, mail.key
