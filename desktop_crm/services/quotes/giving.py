"""Giving a quote out: as PDF, as a workbook that calculates, as UBL; as a mail draft with its file; all quotes at once.

What goes out by mail stands in the timeline. Customers' files hold what customers may read and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from desktop_crm.domain.quotes import customer_copy
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.versions import VersionContent, freeze
from desktop_crm.domain.schema.options import ActivityKind
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import formats, speaking, tr
from desktop_crm.services.quotes import issuing, papers, reading
from desktop_crm.services.quotes.reading import WantedVersion
from desktop_crm.services.workspace import Workspace


class Shape(StrEnum):
    """The files a quote is given out as."""

    PDF = "pdf"
    XLSX = "xlsx"
    UBL = "ubl"


SUFFIXES: Final[Mapping[Shape, str]] = {Shape.PDF: ".pdf", Shape.XLSX: ".xlsx", Shape.UBL: ".xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was written: which version, and where. `draft`: whether it was never issued."""

    path: Path
    version: int
    draft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """The draft of a mail that was written, the timeline's entry of it, and what changed with that."""

    path: Path
    activity_id: RowId
    changes: Changes


def write_as(
    workspace: Workspace, quote_id: str, wanted: WantedVersion, locale: str, shape: Shape, path: Path
) -> Given:
    """Write the quote in that shape. Raises Refusal `quote.version.unknown`, `quote.ubl.included`; Trouble `export.file.unwritable`."""
    if shape is Shape.PDF:
        printed = issuing.print_to(workspace, quote_id, wanted, locale, path)
        return Given(path=path, version=printed.version, draft=not printed.issued)
    content, draft = _content(workspace, quote_id, wanted)
    with speaking(locale):
        if shape is Shape.XLSX:
            from desktop_crm.exchange.quote_xlsx import workbook

            made = workbook(content)
        else:
            from desktop_crm.exchange.quote_ubl import quotation

            made = quotation(content)
    write_whole(path, made)
    return Given(path=path, version=content.version, draft=draft)


def write_all(workspace: Workspace, folder: Path, shape: Shape, locale: str) -> tuple[Given, ...]:
    """The newest issued version of every quote, each in a file named by number and version. Raises as `write_as` does."""
    found: list[Given] = []
    for quote in reading.list_quotes(workspace, limit=1_000_000):
        if quote.version:
            path = folder / f"{_file_name(quote.number)}-v{quote.version}{SUFFIXES[shape]}"
            found.append(write_as(workspace, quote.id, None, locale, shape, path))
    return tuple(found)


class MailWords(NamedTuple):
    """A mail with a quotation: to whom it goes, what it says, its file."""

    sender: str
    to: str
    subject: str
    body: str
    name: str
    pdf: bytes
    hash: str
    draft: QuoteDraft


def mail_draft(workspace: Workspace, quote_id: str, locale: str, path: Path) -> Mailed:
    """A mail to the quote's contact with the newest issued file, as a draft that the mail program opens; noted in the timeline.

    Raises Refusal `quote.version.unknown` for a quote that was never issued.
    """
    words = mail_words(workspace, quote_id, locale)
    draft = words.draft
    message = EmailMessage(policy=SMTP)
    message["Subject"] = words.subject
    message["X-Unsent"] = "1"  # mail programs open it for writing
    if words.sender:
        message["From"] = words.sender
    if words.to:
        message["To"] = words.to
    message.set_content(words.body)
    message.add_attachment(words.pdf, maintype="application", subtype="pdf", filename=words.name)
    write_whole(path, message.as_bytes())
    with workspace.write("quotes.mail") as work:
        activity = work.insert(
            "activity",
            {
                "kind": ActivityKind.MAIL.value,
                "subject": words.subject,
                "body": tr("Draft with {file}, document hash {hash}", file=words.name, hash=words.hash[:16]),
                "occurred_at": workspace.clock.now(),
                "account_id": draft.account_id,
                "contact_id": draft.contact_id,
                "opportunity_id": draft.opportunity_id,
                "quote_id": quote_id,
                "owner_id": workspace.author.user_id,
            },
        )
    return Mailed(path=path, activity_id=activity, changes=work.changes)


def mail_words(workspace: Workspace, quote_id: str, locale: str) -> MailWords:
    """The mail in that language, with the newest issued file. Raises Refusal `quote.version.unknown` for a quote never issued."""
    found = reading.version_summary(workspace, quote_id)
    content = issuing.version(workspace, quote_id, found.id).content
    draft = content.draft
    with speaking(locale):
        subject = tr(
            "Quotation {number} v{version}: {title}", number=content.number, version=content.version, title=draft.name
        )
        lines = [
            tr("Dear {name},", name=draft.customer.contact or draft.customer.name),
            "",
            tr("Please find attached our quotation {number}.", number=content.number),
            tr("Total: {amount}", amount=formats.money(content.amounts.grand_total, draft.currency)),
        ]
        if draft.valid_until is not None:
            lines.append(tr("Valid until {date}", date=formats.date_long(draft.valid_until)))
        lines += ["", draft.supplier.contact or draft.supplier.name, draft.supplier.name, draft.supplier.phone]
    return MailWords(
        sender=draft.supplier.email,
        to=draft.customer.email,
        subject=subject.rstrip(" :"),
        body="\n".join(lines).rstrip() + "\n",
        name=pdf_name(content.number, content.version, locale),
        pdf=issuing.reprint(workspace, quote_id, found.id, locale),
        hash=found.hash,
        draft=draft,
    )


def _content(workspace: Workspace, quote_id: str, wanted: WantedVersion) -> tuple[VersionContent, bool]:
    """What a customer may read of the version, or of the draft where that is named."""
    found = reading.open_quote(workspace, quote_id)
    if not found.means_draft(wanted):
        return customer_copy.copy_of(issuing.version(workspace, quote_id, wanted)).content, False
    frozen = freeze(
        found.draft,
        number=found.number or "-",
        version=found.draft_version,
        issued_at=workspace.clock.now(),
        issued_on=workspace.today(),
        issued_by="",
        paper=papers.paper_of(workspace, found.draft.template),
    )
    return customer_copy.copy_of(frozen).content, True


def pdf_name(number: str, version: int, locale: str) -> str:
    """What the PDF of an issued version is called where it leaves the program."""
    return f"{_file_name(number)}-v{version}-{locale}.pdf"


def _file_name(number: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in number) or "quote"
