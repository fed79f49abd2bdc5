"""From draft to issued: submitted, approved by somebody else, frozen as a version with its hash and its files; versions compared.

An approval is bound to the hash of what was submitted: after any later change, wherever it was made, it does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from desktop_crm.documents.proposal_document import ProposalDocument
from desktop_crm.domain.proposals import compare as comparing
from desktop_crm.domain.proposals import copy as copies
from desktop_crm.domain.proposals import proposal as proposals
from desktop_crm.domain.proposals.compare import Difference
from desktop_crm.domain.proposals.proposal import ProposalContent, ProposalVersion, Said
from desktop_crm.domain.quotes.paper import COMPANY, Paper, PaperKind
from desktop_crm.domain.schema.options import ProposalState
from desktop_crm.domain.schema.workflows import may_follow
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.persistence.stores import proposals as store
from desktop_crm.persistence.stores import records
from desktop_crm.services import blobs, working_papers
from desktop_crm.services.proposals import reading
from desktop_crm.services.proposals.reading import OpenProposal
from desktop_crm.services.workspace import Workspace

PDF: Final = "application/pdf"
LOCALES: Final = ("ko", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedProposal:
    """A version that is frozen and not issued yet, and what was seen when it was."""

    proposal_id: str
    version: ProposalVersion
    document: ProposalDocument
    seen: OpenProposal


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedVersion:
    """The version that was issued, and what changed with it."""

    proposal_id: str
    version: ProposalVersion
    changes: Changes


def submit(workspace: Workspace, proposal_id: str) -> Changes:
    """Ask for approval of what stands there now. Raises Refusal `proposal.missing`, `proposal.state`."""
    found = reading.open_proposal(workspace, proposal_id)
    _refuse_gaps(found)
    fields = {"submitted_by_id": workspace.author.user_id, "approved_hash": found.said.hash, "approved_by_id": None}
    return _go(workspace, found, ProposalState.SUBMITTED, fields)


def approve(workspace: Workspace, proposal_id: str) -> Changes:
    """Approve what was submitted. Raises Refusal `proposal.approval.own`, `proposal.changed`, `proposal.state`."""
    found = reading.open_proposal(workspace, proposal_id)
    if found.state is ProposalState.SUBMITTED and found.submitted_by_id == (workspace.author.user_id or ""):
        raise Refusal("proposal.approval.own")
    _refuse_changed(found)
    return _go(workspace, found, ProposalState.APPROVED, {"approved_by_id": workspace.author.user_id})


def send_back(workspace: Workspace, proposal_id: str) -> Changes:
    """Take it back into work, without its approval. Raises Refusal `proposal.state`."""
    found = reading.open_proposal(workspace, proposal_id)
    none = {"submitted_by_id": None, "approved_by_id": None, "approved_hash": None}
    return _go(workspace, found, ProposalState.DRAFT, none)


def answer(workspace: Workspace, proposal_id: str, *, accepted: bool) -> Changes:
    """What the customer said. Raises Refusal `proposal.state`."""
    found = reading.open_proposal(workspace, proposal_id)
    return _go(workspace, found, ProposalState.ACCEPTED if accepted else ProposalState.REJECTED, {})


def issue(workspace: Workspace, proposal_id: str) -> IssuedVersion:
    """Freeze the draft as its next version with its files. Raises as `prepare_issue` and `finish_issue` do."""
    from desktop_crm.documents import proposal_pdf

    prepared = prepare_issue(workspace, proposal_id)
    return finish_issue(workspace, prepared, proposal_pdf.files_of(prepared.document))


def prepare_issue(workspace: Workspace, proposal_id: str) -> PreparedProposal:
    """The draft frozen as its next version; writes nothing.

    Raises Refusal `proposal.missing` for what stands in the way, `proposal.state`, `proposal.changed`, `proposal.unchanged`.
    """
    found = reading.open_proposal(workspace, proposal_id)
    with workspace.read() as session:
        paper = working_papers.usual_form(session, PaperKind.PROPOSAL)
    if found.state is ProposalState.ISSUED and found.versions and _past(workspace, found) == (found.said, paper):
        raise Refusal("proposal.unchanged", number=found.number, version=found.versions[0].version)
    if found.state is not ProposalState.ISSUED:
        _refuse_state(found, ProposalState.ISSUED)
    _refuse_gaps(found)
    if found.state is ProposalState.APPROVED:
        _refuse_changed(found)
    frozen = proposals.freeze(
        found.said,
        number=found.number,
        version=found.draft_version,
        issued_at=workspace.clock.now(),
        issued_on=workspace.today(),
        issued_by=found.said.owner,
        paper=paper,
    )
    document = _issued_document(workspace, frozen)
    return PreparedProposal(proposal_id=proposal_id, version=frozen, document=document, seen=found)


def finish_issue(workspace: Workspace, prepared: PreparedProposal, pdfs: tuple[bytes, ...]) -> IssuedVersion:
    """Keep the files (one for each of `LOCALES`) and write the version, in one transaction. Raises Refusal `proposal.edited`."""
    content, seen = prepared.version.content, prepared.seen
    files = [blobs.put(workspace, pdf, PDF) for pdf in pdfs]
    with workspace.write("proposals.issue") as work:
        now = reading.stored(work.session, workspace, prepared.proposal_id)
        if (now.said, now.state, now.versions) != (seen.said, seen.state, seen.versions):
            raise Refusal("proposal.edited", number=content.number)
        row = {
            "proposal_id": prepared.proposal_id,
            "number": content.number,
            "version": content.version,
            "issued_at": content.issued_at,
            "issued_by_id": workspace.author.user_id,
            "snapshot": prepared.version.snapshot,
            "snapshot_hash": prepared.version.hash,
            "approved_hash": now.approved_hash if now.state is ProposalState.APPROVED else None,
        }
        work.insert("proposal_version", row | dict(zip(("pdf_ko", "pdf_en"), files, strict=True)))
        state = {"proposal_state": ProposalState.ISSUED.value, "draft_version": content.version + 1}
        work.update("proposal", prepared.proposal_id, state)
    return IssuedVersion(proposal_id=prepared.proposal_id, version=prepared.version, changes=work.changes)


def version(workspace: Workspace, proposal_id: str, wanted: int | str | None = None) -> ProposalVersion:
    """An issued version by its number, hash or id; the newest where none is named. Checked against its hash.

    Raises Refusal `proposal.version`; Trouble `quote.snapshot.altered`, `quote.snapshot.unreadable`.
    """
    with workspace.read() as session:
        past = store.versions(session, proposal_id)
        word = str(wanted or "").removeprefix("v")
        plain = sorted(past, key=lambda one: len(one.label)) if word else past
        named = [
            one
            for one in plain
            if word in {"", str(one.version), one.label.removeprefix("v"), one.id}
            or (len(word) > 7 and one.hash[: len(word)] == word)
        ]
        text = store.snapshot(session, named[0].id) if named else None
    if text is None:
        raise Refusal("proposal.version", version=word or "1")
    return proposals.from_snapshot(*text)


def said_of(workspace: Workspace, proposal_id: str, wanted: int | str | None = None) -> Said:
    """What a version says; "draft" is what stands there now. Raises as `version` does."""
    if str(wanted) == "draft":
        return reading.open_proposal(workspace, proposal_id).said
    return version(workspace, proposal_id, wanted).content.said


def compare(workspace: Workspace, proposal_id: str, old: int | str, new: int | str) -> tuple[Difference, ...]:
    """What changed from one version to another; "draft" is what stands there now. Raises as `version` does."""
    return comparing.compare(said_of(workspace, proposal_id, old), said_of(workspace, proposal_id, new))


def draft_document(workspace: Workspace, proposal_id: str) -> ProposalDocument:
    """What is printed of the draft, with a mark across each page. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        paper = working_papers.usual_form(session, PaperKind.PROPOSAL)
    return document_in(workspace, proposal_id, paper)


def document_in(workspace: Workspace, proposal_id: str, paper: Paper) -> ProposalDocument:
    """The same in a form that is being edited. Raises Refusal `record.missing`."""
    found = reading.open_proposal(workspace, proposal_id)
    drafted = proposals.ProposalContent(
        format=proposals.SNAPSHOT_FORMAT,
        number=found.number,
        version=found.draft_version,
        issued_at=workspace.clock.now(),
        issued_on=workspace.today(),
        issued_by=found.said.owner,
        said=found.said,
        paper=paper,
    )
    return replace(ProposalDocument.from_version(drafted, "", _files(workspace, drafted)), issued_at=None)


def file_of(workspace: Workspace, proposal_id: str, wanted: int | str | None, locale: str) -> bytes:
    """The PDF of a version as it was issued, from the store; made again from its snapshot where the file is not here yet.

    Of a proposal that was never issued, or for "draft", the marked draft. Raises as `version` does.
    """
    from desktop_crm.documents import proposal_pdf

    with workspace.read() as session:
        past = store.versions(session, proposal_id)
    if str(wanted) == "draft" or (wanted is None and not past):
        return proposal_pdf.render(draft_document(workspace, proposal_id), locale)
    found = version(workspace, proposal_id, wanted)
    kept = next(one for one in past if one.hash == found.hash)
    digest = kept.pdf_ko if locale == "ko" else kept.pdf_en
    try:
        return blobs.get(workspace, digest)
    except Trouble as trouble:
        if trouble.code != "file.missing":
            raise
    return proposal_pdf.render(_issued_document(workspace, found), locale)


def print_to(workspace: Workspace, proposal_id: str, target: Path, wanted: int | str | None, locale: str) -> int:
    """Write that PDF; returns its size. Raises as `file_of` does, and Trouble `export.file.unwritable`."""
    data = file_of(workspace, proposal_id, wanted, locale)
    write_whole(target, data)
    return len(data)


def _issued_document(workspace: Workspace, frozen: ProposalVersion) -> ProposalDocument:
    files = _files(workspace, frozen.content)
    if frozen.content.paper is None:
        return ProposalDocument.from_version(frozen.content, frozen.hash, files)
    return ProposalDocument.from_copy(copies.copy_of(frozen), files)


def _files(workspace: Workspace, content: ProposalContent) -> tuple[tuple[str, bytes], ...]:
    return tuple((digest, blobs.get(workspace, digest)) for digest in sorted(content.files) if digest != COMPANY)


def _go(workspace: Workspace, found: OpenProposal, to: ProposalState, fields: Mapping[str, str | None]) -> Changes:
    _refuse_state(found, to)
    with workspace.write(f"proposals.{to.value}") as work:
        now = records.get(work.session, "proposal", found.id).fields.get("proposal_state") or "draft"
        if now != found.state.value:
            raise Refusal("proposal.edited", number=found.number)
        work.update("proposal", found.id, {"proposal_state": to.value, **fields})
    return work.changes


def _refuse_state(found: OpenProposal, to: ProposalState) -> None:
    if found.state is to or not may_follow("proposal", "proposal_state", found.state.value, to.value):
        raise Refusal("proposal.state", number=found.number, state=found.state.value)


def _refuse_gaps(found: OpenProposal) -> None:
    gaps = [reading.missing_words(one) for one in found.missing if one.stops]
    if gaps or not found.blocks:
        raise Refusal("proposal.missing", number=found.number, list="; ".join(gaps) or "–")


def _refuse_changed(found: OpenProposal) -> None:
    if found.state in {ProposalState.SUBMITTED, ProposalState.APPROVED} and found.approved_hash != found.said.hash:
        raise Refusal("proposal.changed", number=found.number)


def _past(workspace: Workspace, found: OpenProposal) -> tuple[Said, Paper | None]:
    past = version(workspace, found.id, found.versions[0].id).content
    return past.said, past.paper
