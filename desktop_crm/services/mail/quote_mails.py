"""Mails with an issued quotation or proposal: their words and their file, as a draft of our own outbox, or handed over to it.

Nothing here sends: a draft waits for whoever wrote it, the outbox for a line. What went out is noted by `sent`.
"""

from __future__ import annotations

from typing import Final

from desktop_crm.domain.mail.outgoing import Letter, LetterFile
from desktop_crm.i18n import speaking, tr
from desktop_crm.persistence.stores import quotes as quote_store
from desktop_crm.services import blobs, proposals, records
from desktop_crm.services.mail import outbox
from desktop_crm.services.mail.outbox import Outgoing
from desktop_crm.services.quotes import giving
from desktop_crm.services.workspace import Workspace

_PDF: Final = "application/pdf"


def quote_letter(workspace: Workspace, quote_id: str, locale: str) -> Letter:
    """A mail to the quote's contact with the newest issued file. Raises Refusal `quote.version.unknown`."""
    words = giving.mail_words(workspace, quote_id, locale)
    draft = words.draft
    return Letter(
        to=(words.to,) if words.to else (),
        subject=words.subject,
        body=words.body,
        files=(_file(workspace, words.name, words.pdf),),
        account_id=draft.account_id,
        contact_id=draft.contact_id,
        deal_id=draft.opportunity_id,
        quote_id=quote_id,
    )


def proposal_letter(workspace: Workspace, proposal_id: str, locale: str) -> Letter:
    """A mail to the proposal's contact with the newest issued file. Raises Refusal `proposal.version`."""
    content = proposals.version(workspace, proposal_id).content
    said = content.said
    fields = records.get(workspace, "proposal", proposal_id).fields
    contact_id = fields.get("contact_id")
    person = records.get(workspace, "contact", contact_id).fields if contact_id else {}
    with workspace.read() as session:
        company = quote_store.supplier(session, workspace.author.user_id)
    with speaking(locale):
        numbers = {"number": content.number, "version": content.version}
        subject = tr("Proposal {number} v{version}: {title}", title=said.title, **numbers)
        lines = [
            tr("Dear {name},", name=person.get("name") or said.account),
            "",
            tr("Please find attached our proposal {number}.", number=content.number),
            "",
            said.owner or said.company,
            said.company,
            company.phone,
        ]
    pdf = proposals.file_of(workspace, proposal_id, content.version, locale)
    name = giving.pdf_name(content.number, content.version, locale)
    return Letter(
        to=(str(person["email"]),) if person.get("email") else (),
        subject=subject.rstrip(" :"),
        body="\n".join(lines).rstrip() + "\n",
        files=(_file(workspace, name, pdf),),
        account_id=fields.get("account_id"),
        contact_id=contact_id,
        deal_id=fields.get("opportunity_id"),
    )


def begin(workspace: Workspace, entity: str, row_id: str, locale: str) -> Outgoing:
    """The mail of a `quote` or a `proposal` as a draft of the first mail account. Raises as the letters and `outbox.draft` do."""
    letter = (proposal_letter if entity == "proposal" else quote_letter)(workspace, row_id, locale)
    return outbox.draft(workspace, "", letter)


def to_outbox(
    workspace: Workspace, quote_id: str, locale: str, mail_account: str = "", entity: str = "quote"
) -> Outgoing:
    """A mail to the contact that goes out as soon as there is a line; it stands in the timeline once it is sent.

    Raises Refusal `quote.version.unknown`, `proposal.version`, `mail.account.none`, `mail.account.unknown`,
    `mail.no_recipient`, `mail.no_smtp`.
    """
    letter = (proposal_letter if entity == "proposal" else quote_letter)(workspace, quote_id, locale)
    return outbox.queue(workspace, outbox.draft(workspace, mail_account, letter).id)


def _file(workspace: Workspace, name: str, pdf: bytes) -> LetterFile:
    return LetterFile(name=name, mime=_PDF, content=blobs.put(workspace, pdf, _PDF), size=len(pdf))
