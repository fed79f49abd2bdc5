"""What may become of an issued version in a person's hands: sent, seen, accepted, rejected, expired. Pure.

One table. Asking for approval, approving and issuing are acts of their own (`services.quotes.approving`, `issuing`) that read
it too; what needs no approval goes from draft to issued. A change of a version that is out begins a draft; what the merge of two laptops allows is
wider and stands in `schema.workflows`, because an acceptance must not be lost over a draft that somebody began meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine
from desktop_crm.domain.schema.options import Billing, QuoteStatus
from desktop_crm.foundation.errors import Refusal

_S = QuoteStatus
NEXT: Final[dict[QuoteStatus, tuple[QuoteStatus, ...]]] = {
    _S.DRAFT: (_S.SUBMITTED, _S.ISSUED),
    _S.SUBMITTED: (_S.APPROVED, _S.DRAFT),
    _S.APPROVED: (_S.ISSUED, _S.DRAFT),
    _S.ISSUED: (_S.SENT, _S.ACCEPTED, _S.REJECTED, _S.EXPIRED),
    _S.SENT: (_S.VIEWED, _S.ACCEPTED, _S.REJECTED, _S.EXPIRED),
    _S.VIEWED: (_S.ACCEPTED, _S.REJECTED, _S.EXPIRED),
    _S.REJECTED: (_S.ACCEPTED,),
    _S.EXPIRED: (_S.ACCEPTED, _S.REJECTED),
    _S.ACCEPTED: (),
}
"""From each state to those that may follow, in the order they are offered."""
IN_WORK: Final = frozenset({_S.DRAFT, _S.SUBMITTED, _S.APPROVED})
"""States of what was not issued yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How long what was bought runs: its first day and its last, None where nothing recurs."""

    starts_on: date | None = None
    ends_on: date | None = None


def refuse(number: str, before: QuoteStatus, after: QuoteStatus) -> None:
    """Raises Refusal `quote.answer.draft` for what was never issued, `record.state` for a state that may not follow."""
    if before in IN_WORK:
        raise Refusal("quote.answer.draft", number=number)
    if after not in NEXT[before]:
        raise Refusal("record.state", entity="quote", field="status", before=before.value, after=after.value)


def term_of(draft: QuoteDraft, accepted_on: date) -> Term:
    """The time all recurring lines span; a line without a first day starts when the offer is accepted."""
    spans = [_span(line, accepted_on) for line in draft.lines() if _recurs(line)]
    if not spans:
        return Term()
    ends = [end for _, end in spans if end is not None]
    return Term(starts_on=min(start for start, _ in spans), ends_on=_last(ends))


def _recurs(line: QuoteLine) -> bool:
    return line.billing is not Billing.ONCE and not line.optional


def _span(line: QuoteLine, accepted_on: date) -> tuple[date, date | None]:
    start = line.starts_on or accepted_on
    if line.ends_on is not None:
        return start, line.ends_on
    return start, _after(start, line.term_months) if line.term_months else None


def _after(start: date, months: int) -> date:
    """The last day of so many months from a first day: a year from 1 March ends on the last of February."""
    years, month = divmod(start.month - 1 + months, 12)
    first = date(start.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    same_day = min(start.day, (following - first).days)
    return date.fromordinal(first.replace(day=same_day).toordinal() - 1)


def _last(ends: Iterable[date]) -> date | None:
    return max(ends, default=None)
