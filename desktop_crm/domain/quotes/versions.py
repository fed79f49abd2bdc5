"""Issued versions: everything of a quote at the moment it was issued, in one immutable snapshot with its hash.

A snapshot holds the amounts too: a version shows the figures it was issued with, whatever later versions of the program compute.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from desktop_crm.domain.quotes import canonical
from desktop_crm.domain.quotes.canonical import LATER
from desktop_crm.domain.quotes.draft import QuoteDraft
from desktop_crm.domain.quotes.paper import Paper
from desktop_crm.domain.quotes.pricing import PricedQuote, price
from desktop_crm.foundation.errors import Refusal, Trouble

SNAPSHOT_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionContent:
    """What the snapshot says. `issued_on` is the day as printed, where it was issued; `issued_by` the name as printed.

    `format` tells later programs how to read it. `paper`: the form it is printed in; versions of earlier programs have none.
    """

    format: int
    number: str
    version: int
    issued_at: datetime
    issued_on: date
    issued_by: str
    draft: QuoteDraft
    amounts: PricedQuote
    paper: Paper | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteVersion:
    """An issued version: its content, the canonical text of it, and the text's SHA-256."""

    content: VersionContent
    snapshot: str
    hash: str


def freeze(
    draft: QuoteDraft,
    *,
    number: str,
    version: int,
    issued_at: datetime,
    issued_on: date,
    issued_by: str,
    paper: Paper | None = None,
) -> QuoteVersion:
    """The draft, priced, as version `version` of quote `number`. `issued_at` is aware, `issued_on` its local day.

    Versions count from 1.
    """
    if version < 1 or not number:
        raise Refusal("quote.version.number", number=number, version=version)
    content = VersionContent(
        format=SNAPSHOT_FORMAT,
        number=number,
        version=version,
        issued_at=issued_at,
        issued_on=issued_on,
        issued_by=issued_by,
        draft=draft,
        amounts=price(draft),
        paper=paper,
    )
    snapshot = canonical.encode(content)
    return QuoteVersion(
        content=canonical.decode(VersionContent, snapshot), snapshot=snapshot, hash=canonical.digest(snapshot)
    )


def from_snapshot(snapshot: str, expected_hash: str) -> QuoteVersion:
    """The version as it was issued. A text that does not give the hash it was issued with is not shown as that version."""
    if canonical.digest(snapshot) != expected_hash:
        raise Trouble("quote.snapshot.altered", hash=expected_hash)
    try:
        content = canonical.decode(VersionContent, snapshot)
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise Trouble("quote.snapshot.unreadable", hash=expected_hash) from error
    return QuoteVersion(content=content, snapshot=snapshot, hash=expected_hash)
