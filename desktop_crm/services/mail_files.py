"""Mails from EML and MBOX files into the timeline: matched with a reason, in exchanges, with their files. Nothing comes in twice."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_crm.domain.activities.mail_matching import match
from desktop_crm.domain.schema.options import ActivityKind
from desktop_crm.exchange.mail_files import Mail, read_mail, split_mbox
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.ids import new_id
from desktop_crm.i18n import tr
from desktop_crm.persistence.stores import directory as store
from desktop_crm.services import blobs
from desktop_crm.services.account_work.files import LARGEST
from desktop_crm.services.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class MailsTaken:
    """What became of a file: new mails, known ones, how many found their account, and files that were kept or not.

    A file is kept with an account; those of a mail without one stay in the mail file. `notes`: subject and what was mended.
    """

    created: int = 0
    known: int = 0
    matched: int = 0
    files: int = 0
    files_left: int = 0
    notes: tuple[tuple[str, str], ...] = ()
    changes: Changes = field(default_factory=Changes.none)


def import_mail(workspace: Workspace, data: bytes) -> MailsTaken:
    """Take in an EML or MBOX file as one act."""
    mails = {one.key: one for one in map(read_mail, split_mbox(data))}
    whole = sum(1 for _ in split_mbox(data))
    with workspace.read() as session:
        here = store.known_mails(session, mails)
        known = store.directory(session)
        places = store.exchanges(session, {one.thread for one in mails.values()})
    activities, attachments = [], []
    matched = left = 0
    fresh = sorted((one for one in mails.values() if one.key not in here), key=_when)
    for mail in fresh:
        found = match(mail.sender, mail.recipients, mail.subject, places.get(mail.thread), known)
        place = found.place
        if place.account_id:
            places.setdefault(mail.thread, place)
            matched += 1
        row_id = new_id()
        activities.append(
            {
                "id": row_id,
                "kind": ActivityKind.MAIL.value,
                "subject": mail.subject or tr("(no subject)"),
                "body": mail.text or None,
                "occurred_at": mail.at or workspace.clock.now(),
                "account_id": place.account_id,
                "contact_id": place.contact_id,
                "opportunity_id": place.deal_id,
                "owner_id": workspace.author.user_id,
                "participants": mail.recipients or None,
                "sender": f"{mail.sender_name} <{mail.sender}>" if mail.sender_name else mail.sender or None,
                "external_id": mail.key,
                "thread_id": mail.thread,
                "match_reason": found.reason or None,
            }
        )
        for one in mail.files:
            if place.account_id is None or len(one.content) > LARGEST:
                left += 1
                continue
            attachments.append(
                {
                    "id": new_id(),
                    "name": one.name,
                    "account_id": place.account_id,
                    "opportunity_id": place.deal_id,
                    "activity_id": row_id,
                    "owner_id": workspace.author.user_id,
                    "added_at": workspace.clock.now(),
                    "size": len(one.content),
                    "mime": one.mime,
                    "content": blobs.put(workspace, one.content, one.mime),
                }
            )
    with workspace.write("mail.import") as work:
        work.bulk("activity", inserts=activities)
        work.bulk("attachment", inserts=attachments)
    return MailsTaken(
        created=len(fresh),
        known=whole - len(fresh),
        matched=matched,
        files=len(attachments),
        files_left=left,
        notes=tuple((one.subject, note) for one in fresh for note in one.notes),
        changes=work.changes,
    )


def _when(mail: Mail) -> tuple[bool, float, str]:
    return mail.at is None, mail.at.timestamp() if mail.at else 0.0, mail.key
