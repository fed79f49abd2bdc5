"""How high somebody stands, read from a job title in Korean or English. Pure; a title that says nothing is staff."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from desktop_crm.domain.stakeholders.seniority import CHIEF_OFFICER


class Seniority(StrEnum):
    """Three levels are enough to see who is not being talked to."""

    EXECUTIVE = "executive"
    MANAGER = "manager"
    STAFF = "staff"


_EXECUTIVE = re.compile(
    r"회장|사장|대표|부회장|전무|상무|이사|임원|본부장|부문장|총괄|원장"
    r"|\b(?:C[A-Z]O|CEO|CFO|CTO|CIO|COO|president|chair\w*|founder|owner|partner|(?:[SE]?VP)|vice president|chief|director)\b"
    rf"|{CHIEF_OFFICER}",
    re.IGNORECASE,
)
_MANAGER = re.compile(
    r"부장|차장|팀장|실장|센터장|공장장|소장|지점장|지사장|파트장|과장|그룹장"
    r"|\b(?:manager|head|lead(?:er)?|supervisor|principal|superintendent)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def seniority(title: str | None) -> Seniority:
    """The level of a title: `상무`, `CTO` executive, `팀장`, `Head of IT` manager, anything else staff."""
    text = title or ""
    if _EXECUTIVE.search(text):
        return Seniority.EXECUTIVE
    return Seniority.MANAGER if _MANAGER.search(text) else Seniority.STAFF
