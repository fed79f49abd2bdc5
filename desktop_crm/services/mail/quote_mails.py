"""An issued quotation handed over to our own outbox, with the words and the file of its mail."""

from __future__ import annotations

from typing import Final

from desktop_crm.domain.mail.outgoing import Letter, LetterFile
from desktop_crm.services import blobs
from desktop_crm.services.mail import outbox
from desktop_crm.services.mail.outbox import Outgoing
from desktop_crm.services.quotes import giving
from desktop_crm.services.workspace import Workspace

_PDF: Final = "application/pdf"


def to_outbox(workspace: Workspace, quote_id: str, locale: str, mail_account: str = "") -> Outgoing:
    """A mail to the quote's contact that goes out as soon as there is a line; it stands in the timeline once it is sent.

    Raises Refusal `quote.version.unknown`, `mail.account.none`, `mail.account.unknown`, `mail.no_recipient`, `mail.no_smtp`.
    """
    words = giving.mail_words(workspace, quote_id, locale)
    draft = words.draft
    held = blobs.put(workspace, words.pdf, _PDF)
    letter = Letter(
        to=(words.to,) if words.to else (),
        subject=words.subject,
        body=words.body,
        files=(LetterFile(name=words.name, mime=_PDF, content=held, size=len(words.pdf)),),
        account_id=draft.account_id,
        contact_id=draft.contact_id,
        deal_id=draft.opportunity_id,
        quote_id=quote_id,
    )
    return outbox.queue(workspace, outbox.draft(workspace, mail_account, letter).id)
