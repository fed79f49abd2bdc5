"""What a printed account plan says, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop_crm.documents.quote_document import Picture
from desktop_crm.domain.accounts.plans import Marked, Plan
from desktop_crm.domain.accounts.white_space import WhiteSpace
from desktop_crm.domain.quotes.paper import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDocument:
    """`marks`: what changed from `since` on; without `since` nothing is marked. `company`: whose plan it is."""

    plan: Plan
    progress: int | None
    white_space: WhiteSpace
    marks: tuple[Marked, ...]
    since: date | None
    today: date
    company: str
    paper: Paper | None = None
    pictures: tuple[Picture, ...] = ()
