"""What a quotation shows, as one frozen value: an issued version, or a draft as it stands (marked as one on every page)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop_crm.domain.money import HUNDRED
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine
from desktop_crm.domain.quotes.pricing import PricedQuote, price
from desktop_crm.domain.quotes.versions import QuoteVersion
from desktop_crm.i18n import formats, ptr


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteDocument:
    """`hash` is empty for a draft, which is printed with a mark across the page."""

    number: str
    version: int
    issued_on: date
    issued_by: str
    hash: str
    draft: QuoteDraft
    amounts: PricedQuote

    @property
    def is_draft(self) -> bool:
        return not self.hash

    @staticmethod
    def from_version(version: QuoteVersion) -> QuoteDocument:
        """The version with the amounts it was issued with."""
        content = version.content
        return QuoteDocument(
            number=content.number,
            version=content.version,
            issued_on=content.issued_on,
            issued_by=content.issued_by,
            hash=version.hash,
            draft=content.draft,
            amounts=content.amounts,
        )

    @staticmethod
    def from_draft(draft: QuoteDraft, *, number: str, version: int, today: date, author: str = "") -> QuoteDocument:
        """The draft priced as it stands; `number` may be empty as long as it has none."""
        return QuoteDocument(
            number=number,
            version=version,
            issued_on=today,
            issued_by=author,
            hash="",
            draft=draft,
            amounts=price(draft),
        )


def line_discount(line: QuoteLine) -> str:
    """The discount of a line as it is shown: nothing, a percent, or that the line is free of charge."""
    if line.discount_percent == HUNDRED:
        return ptr("line discount", "Free")
    return formats.percent(line.discount_percent) if line.discount_percent else ""
