"""What a proposal says, as one frozen value: filled blocks, prices out of a quote version, and its issued versions with their hash.

Nothing is looked up here; prices are those of the version and are never worked out again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from desktop_crm.domain.quotes import canonical
from desktop_crm.domain.quotes.paper import Paper
from desktop_crm.domain.schema.options import BlockKind, ContentKind
from desktop_crm.foundation.errors import Refusal, Trouble

SNAPSHOT_FORMAT: Final = 1
COMPUTED: Final = frozenset({BlockKind.GOALS, BlockKind.PRICE, BlockKind.TEAM})
"""Blocks that are filled from records beside their text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal of the customer out of the account plan, by what it is measured and until when."""

    subject: str
    measure: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of our people who looks after the customer. `role`: an option of the account team's."""

    name: str
    role: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """A section of the quote with its sum; `heading` is empty for lines outside sections."""

    heading: str
    amount: Decimal
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What the chosen quote version says; `hash` is its own."""

    number: str
    version: int
    hash: str
    currency: str
    sections: tuple[PriceLine, ...]
    discount: Decimal
    net_amount: Decimal
    tax_amount: Decimal
    grand_total: Decimal
    valid_until: date | None
    payment_terms: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block as it is printed. `image`, `pages`: hashes of the library's files. `content_id`: where its text came from."""

    id: str
    kind: BlockKind
    title: str
    text: str = ""
    content_id: str = ""
    content_kind: ContentKind | None = None
    image: str = ""
    pages: str = ""
    goals: tuple[Goal, ...] = ()
    team: tuple[Member, ...] = ()
    price: Price | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Everything a customer reads; an approval is bound to its hash."""

    title: str
    language: str
    account: str
    contact: str
    company: str
    company_line: str
    owner: str
    logo: str
    blocks: tuple[Block, ...]

    @property
    def hash(self) -> str:
        """SHA-256 over the canonical text."""
        return canonical.digest(canonical.encode(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalContent:
    """What the snapshot of a version says."""

    format: int
    number: str
    version: int
    issued_at: datetime
    issued_on: date
    issued_by: str
    said: Said
    paper: Paper | None = field(default=None, metadata=canonical.LATER)
    """The form it was printed in."""

    @property
    def files(self) -> tuple[str, ...]:
        """The hashes of the pictures and the PDFs that stand in it."""
        logo = self.said.logo if self.paper is None else self.paper.logo
        named = [one for block in self.said.blocks for one in (block.image, block.pages)]
        return tuple(dict.fromkeys(one for one in (*named, logo) if one))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalVersion:
    """An issued version: its content, the canonical text of it, and the text's SHA-256."""

    content: ProposalContent
    snapshot: str
    hash: str


def freeze(
    said: Said,
    *,
    number: str,
    version: int,
    issued_at: datetime,
    issued_on: date,
    issued_by: str,
    paper: Paper | None = None,
) -> ProposalVersion:
    """The proposal as its version `version`. Raises Refusal `quote.version.number`."""
    if version < 1 or not number:
        raise Refusal("quote.version.number", number=number, version=version)
    content = ProposalContent(
        format=SNAPSHOT_FORMAT,
        number=number,
        version=version,
        issued_at=issued_at,
        issued_on=issued_on,
        issued_by=issued_by,
        said=said,
        paper=paper,
    )
    snapshot = canonical.encode(content)
    read = canonical.decode(ProposalContent, snapshot)
    return ProposalVersion(content=read, snapshot=snapshot, hash=canonical.digest(snapshot))


def from_snapshot(snapshot: str, expected_hash: str) -> ProposalVersion:
    """The version as it was issued. Raises Trouble `quote.snapshot.altered`, `quote.snapshot.unreadable`."""
    if canonical.digest(snapshot) != expected_hash:
        raise Trouble("quote.snapshot.altered", hash=expected_hash)
    try:
        content = canonical.decode(ProposalContent, snapshot)
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise Trouble("quote.snapshot.unreadable", hash=expected_hash) from error
    return ProposalVersion(content=content, snapshot=snapshot, hash=expected_hash)
