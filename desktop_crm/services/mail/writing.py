"""Letters as they begin: an answer, a mail passed on, one from a template with its fields filled, a quote with its PDF."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from desktop_crm.domain.mail.outgoing import Letter, LetterFile, addresses, answer_subject, quoted
from desktop_crm.domain.proposals.placeholders import filled, unfilled
from desktop_crm.domain.schema.options import ContentKind
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.i18n import current, formats, speaking, tr
from desktop_crm.persistence.stores import content as content_store
from desktop_crm.persistence.stores import directory
from desktop_crm.persistence.stores import quotes as quote_store
from desktop_crm.services import blobs, records
from desktop_crm.services.account_work.files import LARGEST
from desktop_crm.services.mail import accounts
from desktop_crm.services.workspace import Workspace

__all__ = ["Letter", "LetterFile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A mail template of the content library: its name is the subject."""

    id: str
    name: str
    body: str
    language: str


def answer(workspace: Workspace, activity_id: str, *, everyone: bool = False) -> Letter:
    """An answer to a mail of the timeline, to where its sender wants it; `everyone`: to all who got it too. Raises Refusal `record.missing`."""
    held = records.get(workspace, "activity", activity_id).fields
    ours = {one.address.lower() for one in accounts.accounts(workspace)}
    sender = _address(held.get("sender"))
    others = [one for one in held.get("participants") or () if one not in ours]
    wanted = addresses(str(held.get("reply_to") or "")) or ((sender,) if sender else ())
    to = wanted if sender not in ours and wanted else tuple(others)
    return Letter(
        to=to,
        cc=tuple(one for one in others if one not in to) if everyone else (),
        subject=answer_subject(str(held.get("subject") or "")),
        body=f"\n\n{_quote(held)}\n",
        answers=_message_id(held),
        thread=str(held.get("thread_id") or _message_id(held)),
        **_places(held),
    )


def forward(workspace: Workspace, activity_id: str) -> Letter:
    """A mail of the timeline passed on, with its files. Raises Refusal `record.missing`."""
    held = records.get(workspace, "activity", activity_id).fields
    head = tr("Forwarded mail of {sender}: {subject}", sender=held.get("sender") or "–", subject=held.get("subject"))
    return Letter(
        subject=answer_subject(str(held.get("subject") or ""), "Fwd"),
        body=f"\n\n{head}\n\n{held.get('body') or ''}\n",
        files=_files(workspace, activity_id),
        **_places(held),
    )


def to_contact(workspace: Workspace, contact_id: str) -> Letter:
    """A new letter to a person. Raises Refusal `record.missing`."""
    held = records.get(workspace, "contact", contact_id).fields
    address = str(held.get("email") or "")
    to = (address,) if address else ()
    return Letter(to=to, account_id=held.get("account_id"), contact_id=contact_id)


def attach(workspace: Workspace, path: Path) -> LetterFile:
    """Keep a file to go with a letter. Raises Trouble `file.unreadable`; Refusal `file.too_large`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Trouble("file.unreadable", file=str(path), reason=str(error)) from error
    if len(content) > LARGEST:
        raise Refusal("file.too_large", name=path.name, most=LARGEST // 1024 // 1024)
    mime = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return LetterFile(name=path.name, mime=mime, content=blobs.put(workspace, content, mime), size=len(content))


def templates(workspace: Workspace) -> tuple[Template, ...]:
    """The mail templates that are not expired, by name."""
    today = workspace.today()
    with workspace.read() as session:
        found = content_store.contents(session)
    wanted = [one for one in found if one.kind == ContentKind.MAIL and not one.expired(today)]
    return tuple(
        Template(id=one.id, name=one.name, body=one.body, language=one.language or "")
        for one in sorted(wanted, key=lambda one: one.name)
    )


def from_template(workspace: Workspace, letter: Letter, template_id: str) -> tuple[Letter, tuple[str, ...]]:
    """The letter with a template before what it holds, its fields filled; and the fields that have no value.

    An answer keeps its subject. Raises Refusal `record.missing`.
    """
    found = next((one for one in templates(workspace) if one.id == template_id), None)
    if found is None:
        raise Refusal("record.missing", entity="content_block", id=template_id)
    with speaking(found.language or current()):
        values = _values(workspace, letter)
    subject = letter.subject if letter.answers else filled(found.name, values)
    body = filled(found.body, values).rstrip()
    missing = unfilled(f"{'' if letter.answers else found.name} {found.body}", values)
    return replace(letter, subject=subject, body=f"{body}\n{letter.body}" if letter.body else body), missing


def _values(workspace: Workspace, letter: Letter) -> dict[str, str]:
    account, contact, deal, quote = (
        records.get(workspace, entity, row_id).fields if row_id else {}
        for entity, row_id in (
            ("account", letter.account_id),
            ("contact", letter.contact_id),
            ("opportunity", letter.deal_id),
            ("quote", letter.quote_id),
        )
    )
    with workspace.read() as session:
        company = quote_store.supplier(session, workspace.author.user_id)
    total, until = quote.get("grand_total"), quote.get("valid_until")
    values: Mapping[str, Any] = {
        "account.name": account.get("name"),
        "account.industry": account.get("industry"),
        "contact.name": contact.get("name"),
        "contact.title": contact.get("title"),
        "opportunity.name": deal.get("name"),
        "quote.number": quote.get("number"),
        "quote.total": formats.money(total, str(quote.get("currency"))) if total is not None else "",
        "quote.valid_until": formats.date_long(until) if until else "",
        "owner.name": company.contact,
        "company.name": company.name or workspace.name,
        "company.phone": company.phone,
        "company.email": company.email,
        "date": formats.date_long(workspace.today()),
    }
    return {name: str(value) for name, value in values.items() if value}


def _files(workspace: Workspace, activity_id: str) -> tuple[LetterFile, ...]:
    with workspace.read() as session:
        ids = directory.held_files(session, [activity_id]).get(activity_id, ())
    found = [records.get(workspace, "attachment", row_id).fields for row_id in ids]
    return tuple(
        LetterFile(
            name=str(one["name"]), mime=str(one.get("mime") or ""), content=str(one["content"]), size=int(one["size"])
        )
        for one in found
        if one.get("content")
    )


def _quote(held: Mapping[str, Any]) -> str:
    at = held.get("occurred_at")
    when = formats.datetime(at) if at is not None else "–"
    head = tr("{sender} wrote on {when}:", sender=held.get("sender") or "–", when=when)
    return f"{head}\n{quoted(str(held.get('body') or ''))}"


def _places(held: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "account_id": held.get("account_id"),
        "contact_id": held.get("contact_id"),
        "deal_id": held.get("opportunity_id"),
        "quote_id": held.get("quote_id"),
    }


def _message_id(held: Mapping[str, Any]) -> str:
    """Of a mail that had none there is nothing to answer to; its thread still holds them together here."""
    key = str(held.get("external_id") or "").partition(" ")[0]
    return key if key.startswith("<") else ""


def _address(sender: object) -> str:
    words = str(sender or "")
    return words[words.rindex("<") + 1 :].rstrip(">") if "<" in words else words
