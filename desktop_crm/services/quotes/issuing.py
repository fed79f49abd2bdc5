"""Issuing: a draft becomes an immutable version with its hash and its PDFs, all in one transaction. Reprinting from the store.

The files are made and kept before the transaction: a crash in between leaves the draft as it was, and files nobody names.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop_crm.documents.quote_document import Picture, QuoteDocument
from desktop_crm.domain.quotes import versions
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.paper import Paper
from desktop_crm.domain.quotes.versions import QuoteVersion
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.stores import quotes as store
from desktop_crm.persistence.stores.quotes import VersionSummary
from desktop_crm.persistence.tables.people import UserRow
from desktop_crm.services import blobs
from desktop_crm.services.quotes import enveloping, papers, picking, reading, signing
from desktop_crm.services.quotes.readiness_gate import refuse_obstacles
from desktop_crm.services.quotes.reading import WantedVersion
from desktop_crm.services.record_rules import refuse_broken
from desktop_crm.services.workspace import Workspace

PDF: Final = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """The version that was issued, and what changed with it."""

    quote_id: RowId
    version: QuoteVersion
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A version that is frozen and not yet issued, and what was seen when it was: its issue refuses if that changed."""

    quote_id: RowId
    version: QuoteVersion
    seen: QuoteDraft
    past: tuple[VersionSummary, ...]
    envelope_id: RowId | None = None
    pictures: tuple[Picture, ...] = ()

    @property
    def document(self) -> QuoteDocument:
        return QuoteDocument.from_version(self.version, self.pictures)


def issue(workspace: Workspace, quote_id: str, envelope_id: str | None = None) -> Issued:
    """Freeze the draft as its next version, with its PDFs. The screen takes the three steps one by one, on its lanes.

    Raises Refusal `quote.issue.*` for what stands in the way, `quote.issue.unchanged` when nothing changed since the last
    issue, `quote.issue.edited` when the draft was changed meanwhile, `approval.*` where an approval is missing, `envelope.*` for
    the envelope that was named.
    """
    prepared = prepare_issue(workspace, quote_id, envelope_id)
    from desktop_crm.documents import quote_pdf

    return finish_issue(workspace, prepared, quote_pdf.files_of(prepared.document))


def prepare_issue(workspace: Workspace, quote_id: str, envelope_id: str | None = None) -> Prepared:
    """The draft frozen as its next version; writes nothing. Raises as `issue` does."""
    with workspace.read() as session:
        now = reading.stored(session, workspace, quote_id)
        past = store.versions(session, quote_id)
        author = session.get(UserRow, workspace.author.user_id) if workspace.author.user_id else None
        name = (author.name or "") if author is not None else now.draft.supplier.contact
    refuse_obstacles(now.draft)
    with workspace.read() as session:
        picking.refuse_catalogue(session, workspace, now.draft)
        paper = papers.company_paper(session, now.draft.template)
    if past and _is_same(workspace, past[0].id, now.draft, paper):
        raise Refusal("quote.issue.unchanged", number=now.number, version=past[0].version)
    with workspace.read() as session:
        enveloping.gate(session, workspace, quote_id, now.draft, envelope_id)
    frozen = versions.freeze(
        now.draft,
        number=now.number,
        version=max(now.draft_version, past[0].version + 1 if past else 1),
        issued_at=workspace.clock.now(),
        issued_on=workspace.today(),
        issued_by=name,
        paper=paper,
    )
    named = RowId(envelope_id) if envelope_id else None
    pictures = papers.pictures_of(workspace, paper)
    return Prepared(
        quote_id=RowId(quote_id), version=frozen, seen=now.draft, past=past, envelope_id=named, pictures=pictures
    )


def finish_issue(workspace: Workspace, prepared: Prepared, pdfs: tuple[bytes, ...]) -> Issued:
    """Keep the files (one for each of `quote_pdf.LOCALES`) and write the version, in one transaction. Raises Refusal `quote.issue.edited`."""
    content = prepared.version.content
    files = [blobs.put(workspace, pdf, PDF) for pdf in signing.sign_issued(workspace, pdfs)]
    with workspace.write("quotes.issue") as work:
        again = reading.stored(work.session, workspace, prepared.quote_id)
        if again.draft != prepared.seen or store.versions(work.session, prepared.quote_id) != prepared.past:
            raise Refusal("quote.issue.edited", number=content.number)
        row = {
            "quote_id": prepared.quote_id,
            "number": content.number,
            "version": content.version,
            "issued_at": content.issued_at,
            "issued_by_id": workspace.author.user_id,
            "grand_total": content.amounts.grand_total,
            "currency": content.amounts.currency,
            "snapshot": prepared.version.snapshot,
            "snapshot_hash": prepared.version.hash,
        }
        passed = enveloping.gate(work.session, workspace, prepared.quote_id, again.draft, prepared.envelope_id)
        row |= {"approved_hash": passed.approved_hash, "envelope_id": passed.envelope_id}
        state = {
            "status": QuoteStatus.ISSUED.value,
            "draft_version": content.version + 1,
            "grand_total": content.amounts.grand_total,
        }
        refuse_broken(work, "quote", prepared.quote_id, state)
        work.insert("quote_version", row | dict(zip(("pdf_ko", "pdf_en"), files, strict=True)))
        work.update("quote", prepared.quote_id, state)
    return Issued(quote_id=prepared.quote_id, version=prepared.version, changes=work.changes)


def version(workspace: Workspace, quote_id: str, wanted: WantedVersion = None) -> QuoteVersion:
    """An issued version, checked against its hash.

    Raises Refusal `quote.version.unknown`, `quote.version.several`; Trouble `quote.snapshot.altered`, `quote.snapshot.unreadable`.
    """
    with workspace.read() as session:
        found = reading.summary_in(session, quote_id, wanted)
        text = store.snapshot(session, found.id)
    if text is None:
        raise Refusal("quote.version.unknown", version=found.version)
    return versions.from_snapshot(*text)


def reprint(workspace: Workspace, quote_id: str, wanted: WantedVersion, locale: str) -> bytes:
    """The PDF of an issued version as it was issued, from the store.

    A version that came from another laptop may have no file here yet: it is rendered from its snapshot and kept when the
    bytes are those that were issued. Raises as `version` does.
    """
    found = reading.version_summary(workspace, quote_id, wanted)
    digest = found.pdf_ko if locale == "ko" else found.pdf_en
    if digest:
        try:
            return blobs.get(workspace, digest)
        except Trouble as trouble:
            if trouble.code != "file.missing":
                raise
    from desktop_crm.documents import quote_pdf

    past = version(workspace, quote_id, found.id)
    document = QuoteDocument.from_version(past, papers.pictures_of(workspace, past.content.paper))
    content = quote_pdf.render(document, locale)
    blobs.put(workspace, content, PDF)
    return content


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What was written: which version, and whether it is an issued one."""

    version: int
    issued: bool
    hash: str | None = None


def print_to(workspace: Workspace, quote_id: str, wanted: WantedVersion, locale: str, path: Path) -> Printed:
    """Write a PDF: the issued version; a draft while nothing was issued, or when its number is asked for.

    Raises as `reprint` does; Trouble `export.file.unwritable`.
    """
    if reading.open_quote(workspace, quote_id).means_draft(wanted):
        return print_draft_to(workspace, quote_id, locale, path)
    found = reading.version_summary(workspace, quote_id, wanted)
    write_whole(path, reprint(workspace, quote_id, found.id, locale))
    return Printed(version=found.version, issued=True, hash=found.hash)


def print_draft_to(workspace: Workspace, quote_id: str, locale: str, path: Path) -> Printed:
    """Write the draft as it stands, marked as a draft. Raises Refusal `record.missing`, Trouble `export.file.unwritable`."""
    document = preview_document(workspace, quote_id)
    from desktop_crm.documents import quote_pdf

    write_whole(path, quote_pdf.render(document, locale))
    return Printed(version=document.version, issued=False)


def preview_document(workspace: Workspace, quote_id: str) -> QuoteDocument:
    """The draft as a document, marked as a draft."""
    found = reading.open_quote(workspace, quote_id)
    paper = papers.paper_of(workspace, found.draft.template)
    return QuoteDocument.from_draft(
        found.draft,
        number=found.number,
        version=found.draft_version,
        today=workspace.today(),
        paper=paper,
        pictures=papers.pictures_of(workspace, paper),
    )


def _is_same(workspace: Workspace, version_id: str, draft: QuoteDraft, paper: Paper) -> bool:
    """Whether the draft says what the version says."""
    with workspace.read() as session:
        text = store.snapshot(session, version_id)
    if text is None:
        return False
    past = versions.from_snapshot(*text).content
    again = versions.freeze(
        draft,
        number=past.number,
        version=past.version,
        issued_at=past.issued_at,
        issued_on=past.issued_on,
        issued_by=past.issued_by,
        paper=paper if past.paper is not None else None,
    )
    return again.content == past
