"""What a proposal shows on paper, as one frozen value: an issued version, or a draft (marked as one on every page)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from desktop_crm.domain.proposals.proposal import Said


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

    @property
    def is_draft(self) -> bool:
        """Whether it was not issued."""
        return not self.hash

    def file(self, digest: str) -> bytes:
        """A file by its hash; empty where there is none."""
        return next((content for name, content in self.files if name == digest), b"")
