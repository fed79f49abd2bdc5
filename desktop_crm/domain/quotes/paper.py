"""The form in which a quote is printed: page, colours, columns, texts, clauses, signature. Plain data, frozen into issued versions.

Knows no files: pictures are named by their SHA-256. What each field does on the page is `documents`' matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from desktop_crm.domain.quotes import canonical

PAPER_FORMAT: Final = 1
ACCENTS: Final = ("#1F6F78", "#3B5BA9", "#2A7548", "#8A5A12", "#B4374A", "#1B2330")
"""Colours that go well on paper; any other may be typed."""
SHIPPED: Final = ("quotation", "detailed", "wide", "summary")
"""The forms of quotations that come with the program, by the key a quote names them by."""
COMPANY: Final = "company"
"""Stands in a form for the company's own logo or seal."""


class PaperKind(StrEnum):
    """What is printed in a form. Others than quotations take its page, colour, logo and texts; proposals its cover too."""

    QUOTATION = "quotation"
    REDLINE = "redline"
    HANDOVER = "handover"
    PLAN = "plan"
    PROPOSAL = "proposal"
    MAP = "map"


class PageSize(StrEnum):
    """The sheets that are printed on."""

    A4 = "a4"
    LETTER = "letter"


class Typeface(StrEnum):
    """The type that comes with the program; each has a plain and a bold face."""

    PRETENDARD = "pretendard"
    NOTO_SANS = "noto_sans"


class ColumnKind(StrEnum):
    """What a column of the line table shows."""

    NUMBER = "number"
    ITEM = "item"
    SPEC = "spec"
    UNIT = "unit"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    DISCOUNT = "discount"
    TAX = "tax"
    AMOUNT = "amount"
    REMARK = "remark"


class SectionSums(StrEnum):
    """Where the sum of a section stands."""

    HEADING = "heading"
    BELOW = "below"
    NONE = "none"


class ShownPrices(StrEnum):
    """Which prices a reader sees: of each line, of sections alone, or only the total."""

    LINES = "lines"
    SECTIONS = "sections"
    TOTAL = "total"


class Signing(StrEnum):
    """Who signs at the end."""

    SUPPLIER = "supplier"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnForm:
    """One column. `width` in millimetres, 0 for as wide as what stands in it; a label of its own where the usual one will not do."""

    kind: ColumnKind
    width: Decimal = Decimal(0)
    ko: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWords:
    """The texts of one language. Empty ones are the product's own. `{number}`, `{customer}` … stand for the quote's facts."""

    title: str = ""
    cover: str = ""
    header: str = ""
    footer: str = ""
    closing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A paragraph of terms that stands on every quote of this form, in both languages."""

    title_ko: str = ""
    body_ko: str = ""
    title_en: str = ""
    body_en: str = ""


USUAL_COLUMNS: Final = tuple(
    ColumnForm(kind=kind)
    for kind in (
        ColumnKind.NUMBER,
        ColumnKind.ITEM,
        ColumnKind.UNIT,
        ColumnKind.QUANTITY,
        ColumnKind.UNIT_PRICE,
        ColumnKind.DISCOUNT,
        ColumnKind.AMOUNT,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A form. Lengths are millimetres, colours `#RRGGBB`; `logo` and `seal` are hashes of pictures, empty for none.

    `carry`: each page ends with the sum so far and the next begins with it. `split`: a row that does not fit is cut at the
    page's end instead of moving as a whole. `heading`: the type of all that is printed bold; `body`: of the rest.
    """

    format: int = PAPER_FORMAT
    name: str = ""
    size: PageSize = PageSize.A4
    landscape: bool = False
    margin: Decimal = Decimal("14.8")
    accent: str = "#1F6F78"
    logo: str = ""
    logo_width: Decimal = Decimal(38)
    seal: str = ""
    cover: bool = False
    columns: tuple[ColumnForm, ...] = USUAL_COLUMNS
    sums: SectionSums = SectionSums.HEADING
    prices: ShownPrices = ShownPrices.LINES
    carry: bool = False
    split: bool = False
    in_words: bool = True
    signing: Signing = Signing.SUPPLIER
    ko: PaperWords = field(default_factory=PaperWords)
    en: PaperWords = field(default_factory=PaperWords)
    clauses: tuple[Clause, ...] = ()
    body: Typeface = field(default=Typeface.PRETENDARD, metadata=canonical.LATER)
    heading: Typeface = field(default=Typeface.PRETENDARD, metadata=canonical.LATER)

    def pictures(self) -> tuple[str, ...]:
        """The hashes of the pictures it shows."""
        return tuple(dict.fromkeys(one for one in (self.logo, self.seal) if one not in {"", COMPANY}))


def kept(paper: Paper) -> str:
    """The form as a field holds it."""
    return canonical.encode(paper)
