"""What a look at the file of a quotation or a proposal found: whether it is as it was made, what was altered, and whether it is the issued version.

Values only; the looking is `documents.verify`'s, the workspace's part `services.quotes`'.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from desktop_crm.domain.quotes.paper import PaperKind


class Altered(StrEnum):
    """The part of a file that is not as it was made."""

    COPY = "copy"
    PICTURE = "picture"
    PAGE_COUNT = "page_count"
    PAGE_TEXT = "page_text"
    PAGE_LOOK = "page_look"
    DESCRIPTION = "description"
    APPENDED = "appended"
    STRUCTURE = "structure"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """`page` counts from 1, 0 where it is no page. `was`: what the quote inside says; `now`: what stands in the file."""

    part: Altered
    page: int = 0
    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signature over the file. `whole`: what it covers was not changed since. `issuer` certified whoever signed, `own` where they
    did so themselves. `trusted`: the chain leads to a root that was given as trusted.
    """

    by: str
    at: str
    whole: bool
    trusted: bool
    issuer: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """A file of ours, looked at by itself. `copy`: the canonical text inside; `copy_hash`: its SHA-256, worked out anew.

    `grand_total`: None for a proposal without prices.
    """

    number: str
    version: int
    version_hash: str
    customer: str
    issued_on: date
    grand_total: Decimal | None
    currency: str
    locale: str
    copy: str
    copy_hash: str
    kind: PaperKind = PaperKind.QUOTATION
    alterations: tuple[Alteration, ...] = ()
    signatures: tuple[Signed, ...] = ()

    @property
    def intact(self) -> bool:
        return not self.alterations


class Standing(StrEnum):
    """What a workspace knows of a file's version."""

    NEWEST = "newest"
    SUPERSEDED = "superseded"
    DIFFERENT = "different"
    UNKNOWN = "unknown"
