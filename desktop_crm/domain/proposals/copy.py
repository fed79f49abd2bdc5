"""What a customer may read of an issued proposal: all that is printed, without our own ids. It lies in the PDF for machines.

The printed pages are made from it alone, so a page can be made again from its own file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from desktop_crm.domain.proposals.proposal import ProposalContent, ProposalVersion
from desktop_crm.domain.quotes.copies import COPY_FORMAT, read_copy


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalCopy:
    """`version_hash`: the hash of the issued version it is taken from, as printed on the cover."""

    format: int
    version_hash: str
    content: ProposalContent


def copy_of(version: ProposalVersion) -> ProposalCopy:
    """The customer's copy of an issued version."""
    said = version.content.said
    blocks = tuple(replace(one, id=str(place), content_id="") for place, one in enumerate(said.blocks, 1))
    content = replace(version.content, said=replace(said, blocks=blocks))
    return ProposalCopy(format=COPY_FORMAT, version_hash=version.hash, content=content)


def read(text: str) -> ProposalCopy:
    """The copy out of its text. Raises Refusal `quote.file.foreign` for what is none."""
    return read_copy(ProposalCopy, text)
