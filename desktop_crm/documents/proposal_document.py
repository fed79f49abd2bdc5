"""What a proposal shows on paper, as one frozen value: an issued version, or a draft (marked as one on every page)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from desktop_crm.domain.proposals.copy import ProposalCopy
from desktop_crm.domain.proposals.proposal import ProposalContent, Said
from desktop_crm.domain.quotes import canonical
from desktop_crm.domain.quotes.paper import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalDocument:
    """`hash` is empty for a draft. `files`: the pictures and PDFs that blocks name, by their SHA-256."""

    said: Said
    number: str
    version: int
    issued_on: date
    issued_at: datetime | None
    hash: str
    files: tuple[tuple[str, bytes], ...] = ()
    paper: Paper | None = None
    """The form it is printed in; None for versions of programs before there were forms of proposals."""

    copy: str = ""
    """The customer's copy in canonical text, which the file carries; versions without a form have none."""

    @staticmethod
    def from_version(
        content: ProposalContent, version_hash: str, files: tuple[tuple[str, bytes], ...]
    ) -> ProposalDocument:
        """A version of a program before there were forms, as that one printed it."""
        return ProposalDocument(
            said=content.said,
            number=content.number,
            version=content.version,
            issued_on=content.issued_on,
            issued_at=content.issued_at,
            hash=version_hash,
            files=files,
            paper=content.paper,
        )

    @staticmethod
    def from_copy(copy: ProposalCopy, files: tuple[tuple[str, bytes], ...]) -> ProposalDocument:
        """What a customer was given; all that is printed stands in it."""
        found = ProposalDocument.from_version(copy.content, copy.version_hash, files)
        return replace(found, copy=canonical.encode(copy))

    @property
    def is_draft(self) -> bool:
        """Whether it was not issued."""
        return not self.hash

    def file(self, digest: str) -> bytes:
        """A file by its hash; empty where there is none."""
        return next((content for name, content in self.files if name == digest), b"")
