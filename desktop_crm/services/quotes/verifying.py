"""Is a PDF the quotation or the proposal it says it is, and is it what this workspace issued? The file is looked at by itself; the workspace adds what it knows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from desktop_crm.domain.proposals import copy as proposal_copy
from desktop_crm.domain.proposals.proposal import from_snapshot
from desktop_crm.domain.quotes import canonical, customer_copy
from desktop_crm.domain.quotes.paper import PaperKind
from desktop_crm.domain.quotes.verdicts import FileReport, Standing
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.stores import proposals as store_of_proposals
from desktop_crm.persistence.stores import quotes as store
from desktop_crm.services.quotes import issuing, reading, trusting
from desktop_crm.services.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """`report`: None for a file of an earlier program, which is known by its stored bytes alone. `standing`: None without a workspace.

    `newest`: the newest issued version of that quote here, 0 when there is none.
    """

    report: FileReport | None
    standing: Standing | None = None
    quote_id: RowId | None = None
    """The quote or the proposal it is a version of, as `report.kind` says."""
    number: str = ""
    version: int = 0
    newest: int = 0

    @property
    def genuine(self) -> bool:
        """Whether nothing speaks against the file: unaltered, and not other than what was issued here."""
        return (self.report is None or self.report.intact) and self.standing is not Standing.DIFFERENT


def verify(path: Path, workspace: Workspace | None = None) -> Verified:
    """Look at a file. Raises Trouble `document.unreadable`, Refusal `quote.file.foreign`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Trouble("document.unreadable") from error
    return verify_bytes(content, workspace)


def verify_bytes(pdf: bytes, workspace: Workspace | None = None) -> Verified:
    """The same for bytes."""
    from desktop_crm.documents.verify import verify as look_at

    try:
        report = look_at(pdf, [one.der for one in trusting.roots(workspace)] if workspace is not None else ())
    except Refusal:
        earlier = _stored(pdf, workspace) if workspace is not None else None
        if earlier is None:
            raise
        return earlier
    if workspace is None:
        return Verified(report=report, number=report.number, version=report.version)
    return _known(report, workspace) if report.kind is PaperKind.QUOTATION else _known_proposal(report, workspace)


def _known(report: FileReport, workspace: Workspace) -> Verified:
    """What the workspace says about a report."""
    with workspace.read() as session:
        quote_ids = store.quote_ids_of(session, report.number)
        issued = {quote_id: store.versions(session, quote_id) for quote_id in quote_ids}
    newest = max((one.version for past in issued.values() for one in past), default=0)
    standing, found = (Standing.DIFFERENT if newest else Standing.UNKNOWN), None
    for quote_id, past in issued.items():
        for one in past:
            if one.hash == report.version_hash:
                found = RowId(quote_id)
                ours = canonical.encode(customer_copy.copy_of(issuing.version(workspace, quote_id, one.id)))
                if ours == report.copy:
                    standing = Standing.NEWEST if one == past[0] else Standing.SUPERSEDED
    return Verified(
        report=report,
        standing=standing,
        quote_id=found,
        number=report.number,
        version=report.version,
        newest=newest,
    )


def _known_proposal(report: FileReport, workspace: Workspace) -> Verified:
    """The same of a proposal."""
    newest, standing, found = 0, Standing.UNKNOWN, None
    with workspace.read() as session:
        for proposal_id in store_of_proposals.ids_of(session, report.number):
            past = store_of_proposals.versions(session, proposal_id)
            newest = max([newest, *(one.version for one in past)])
            for one in past:
                held = store_of_proposals.snapshot(session, one.id) if one.hash == report.version_hash else None
                if held is not None:
                    found = RowId(proposal_id)
                    if canonical.encode(proposal_copy.copy_of(from_snapshot(*held))) == report.copy:
                        standing = Standing.NEWEST if one == past[0] else Standing.SUPERSEDED
    if newest and standing is Standing.UNKNOWN:
        standing = Standing.DIFFERENT
    return Verified(
        report=report,
        standing=standing,
        quote_id=found,
        number=report.number,
        version=report.version,
        newest=newest,
    )


def _stored(pdf: bytes, workspace: Workspace) -> Verified | None:
    """A file without a copy inside, as earlier programs made them: known when its very bytes were issued here."""
    with workspace.read() as session:
        quote_id = store.quote_of_file(session, hashlib.sha256(pdf).hexdigest())
    if quote_id is None:
        return None
    past = reading.open_quote(workspace, quote_id).versions
    digest = hashlib.sha256(pdf).hexdigest()
    one = next(version for version in past if digest in {version.pdf_ko, version.pdf_en})
    return Verified(
        report=None,
        standing=Standing.NEWEST if one == past[0] else Standing.SUPERSEDED,
        quote_id=RowId(quote_id),
        number=one.number,
        version=one.version,
        newest=past[0].version,
    )
