"""The timeline's entry of a mail that was sent: under its Message-ID, so that the copy in the mailbox comes in as the same one."""

from __future__ import annotations

from collections.abc import Callable

from desktop_crm.domain.activities.mail_matching import Because, Matched, Place, match
from desktop_crm.domain.mail.account import MailAccount
from desktop_crm.domain.mail.outgoing import Letter
from desktop_crm.exchange.mail_files import Mail, MailFile
from desktop_crm.foundation.changes import Changes
from desktop_crm.persistence.stores import directory as store
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services import blobs
from desktop_crm.services.mail import taking
from desktop_crm.services.mail.taking import Sorted
from desktop_crm.services.workspace import Workspace


def note(
    workspace: Workspace,
    of: MailAccount,
    letter: Letter,
    message_id: str,
    also: Callable[[UnitOfWork], None],
) -> Changes:
    """Write it down together with `also`. A mail to nobody known stays out of the team's data, as one from nobody known does."""
    mail = Mail(
        key=message_id,
        thread=letter.thread or letter.answers or message_id,
        subject=letter.subject,
        sender=of.address.lower(),
        sender_name=of.name,
        recipients=tuple(dict.fromkeys(one.lower() for one in (*letter.to, *letter.cc))),
        at=workspace.clock.now(),
        text=letter.body.strip(),
        files=tuple(
            MailFile(name=one.name, mime=one.mime, content=blobs.get(workspace, one.content)) for one in letter.files
        ),
    )
    known = taking.known_here(workspace)
    with workspace.read() as session:
        here = store.held_mails(session, [message_id])
        earlier = store.exchanges(session, [mail.thread]).get(mail.thread)
    place = Place(
        account_id=letter.account_id,
        contact_id=letter.contact_id,
        deal_id=letter.deal_id,
        quote_id=letter.quote_id,
    )
    found = Matched(place=place, reason=Because.SENT.value)
    if not letter.account_id:
        everybody = tuple(dict.fromkeys((*mail.recipients, *(one.lower() for one in letter.bcc))))
        found = match(mail.sender, everybody, mail.subject, earlier, known)
    fresh = [Sorted(mail=mail, found=found)] if found.place.account_id and message_id not in here else []
    return taking.keep(workspace, fresh, known, "mail.sent", also).changes
