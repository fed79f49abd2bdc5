"""What a quotation shows, as one frozen value: an issued version, or a draft as it stands (marked as one on every page)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from desktop_crm.domain.money import EXACT, HUNDRED
from desktop_crm.domain.quotes import canonical, customer_copy
from desktop_crm.domain.quotes.customer_copy import CustomerCopy
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine
from desktop_crm.domain.quotes.order import DECLARED
from desktop_crm.domain.quotes.paper import Paper
from desktop_crm.domain.quotes.pricing import PricedLine, PricedQuote, TaxShare, price
from desktop_crm.domain.quotes.rules import by_hand
from desktop_crm.domain.quotes.versions import QuoteVersion
from desktop_crm.domain.schema.options import Billing, BundlePrice, TaxClass
from desktop_crm.i18n import formats, ntr, ptr, tr
from desktop_crm.i18n.labels import option_label

_FINE: Final = Decimal("0.000001")


class Picture(NamedTuple):
    """A logo or a seal: the SHA-256 of its file, and the file (PNG or JPEG)."""

    digest: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteDocument:
    """`hash` is empty for a draft, which is printed with a mark across the page.

    `copy`: the customer's copy in canonical text, which the file carries; versions of earlier programs have none, and are
    printed as those programs printed them.
    """

    number: str
    version: int
    issued_on: date
    issued_by: str
    hash: str
    draft: QuoteDraft
    amounts: PricedQuote
    paper: Paper | None = None
    issued_at: datetime | None = None
    copy: str = ""
    pictures: tuple[Picture, ...] = ()

    @property
    def is_draft(self) -> bool:
        return not self.hash

    @staticmethod
    def from_version(version: QuoteVersion, pictures: tuple[Picture, ...] = ()) -> QuoteDocument:
        """The version with the amounts it was issued with. `pictures`: those its paper names."""
        content = version.content
        if content.paper is not None:
            return QuoteDocument.from_copy(customer_copy.copy_of(version), pictures)
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
    def from_copy(copy: CustomerCopy, pictures: tuple[Picture, ...] = ()) -> QuoteDocument:
        """What a customer was given; all that is printed stands in it."""
        content = copy.content
        return QuoteDocument(
            number=content.number,
            version=content.version,
            issued_on=content.issued_on,
            issued_by=content.issued_by,
            hash=copy.version_hash,
            draft=content.draft,
            amounts=content.amounts,
            paper=content.paper,
            issued_at=content.issued_at,
            copy=canonical.encode(copy),
            pictures=pictures,
        )

    @staticmethod
    def from_draft(
        draft: QuoteDraft,
        *,
        number: str,
        version: int,
        today: date,
        author: str = "",
        paper: Paper | None = None,
        pictures: tuple[Picture, ...] = (),
        amounts: PricedQuote | None = None,
    ) -> QuoteDocument:
        """The draft priced as it stands (`amounts`, where the caller has done so); `number` may be empty as long as it has none."""
        return QuoteDocument(
            number=number,
            version=version,
            issued_on=today,
            issued_by=author,
            hash="",
            draft=draft,
            amounts=amounts or price(draft),
            paper=paper,
            pictures=pictures,
        )


def line_discount(line: QuoteLine) -> str:
    """The discount of a line as it is shown: nothing, a percent, an amount, that tiers set the price, or that it is free."""
    if line.discount_percent == HUNDRED:
        return ptr("line discount", "Free")
    parts = [formats.percent(line.discount_percent)] if line.discount_percent else []
    parts += [formats.quantity(-line.discount_amount)] if line.discount_amount else []
    if not parts and line.price_basis is not None and not by_hand(line):
        source = line.price_basis.winner(DECLARED)
        return tr("Tier price") if source is not None and source.tiers else ""
    return " ".join(parts)


def unit_price(line: QuoteLine, amounts: PricedLine) -> Decimal:
    """The price of one: of a bundle that costs what its parts cost, their sum for one."""
    if line.bundle_price is BundlePrice.SUM and line.quantity and not line.unit_price:
        return EXACT.divide(amounts.gross, line.quantity).quantize(_FINE).normalize(EXACT)
    return line.unit_price


def due_words(line: QuoteLine) -> str:
    """How often a line is due and for how long; empty for what is due once."""
    if line.billing is Billing.ONCE:
        return ""
    parts = [tr("billed monthly") if line.billing is Billing.MONTHLY else tr("billed yearly")]
    if line.term_months:
        parts.append(ntr("{n} month", "{n} months", line.term_months))
    if line.starts_on is not None:
        end = "" if line.ends_on is None or line.term_months else formats.date(line.ends_on)
        parts.append(f"{formats.date(line.starts_on)} – {end}".rstrip())
    return " · ".join(parts)


def tax_label(tax: TaxShare, *, included: bool) -> str:
    """What a tax is called above its amount."""
    if tax.tax_class is not TaxClass.STANDARD:
        return option_label("tax_class", tax.tax_class.value)
    percent = formats.percent(tax.rate)
    return tr("VAT {percent} (included)", percent=percent) if included else tr("VAT {percent}", percent=percent)
