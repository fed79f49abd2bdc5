"""How high somebody stands, read from the words of a title, Korean or English. A guess for ordering people, no fact about them."""

from __future__ import annotations

import re
from enum import StrEnum


class Seniority(StrEnum):
    """Steps that hold in most companies."""

    CHIEF = "chief"
    DIRECTOR = "director"
    MANAGER = "manager"
    STAFF = "staff"
    UNKNOWN = "unknown"


_ENGLISH = (
    (Seniority.MANAGER, r"assistant vice president|avp"),
    (Seniority.DIRECTOR, r"vice president|vp|svp|evp|director|head|general manager|partner"),
    (
        Seniority.CHIEF,
        r"chief|ceo|cfo|cto|coo|cio|ciso|cmo|president|chair(?:man|woman|person)?|founder|owner",
    ),
    (Seniority.MANAGER, r"manager|lead|leader|supervisor|principal"),
    (
        Seniority.STAFF,
        r"engineer|specialist|analyst|assistant|associate|staff|officer|buyer|consultant|developer|senior|junior",
    ),
)
_KOREAN = (
    (Seniority.CHIEF, ("회장", "부회장", "대표이사", "대표", "사장", "총재", "은행장", "행장", "총장", "이사장")),
    (
        Seniority.DIRECTOR,
        ("전무", "상무", "이사", "본부장", "실장", "센터장", "공장장", "사업부장", "그룹장", "임원", "부행장"),
    ),
    (Seniority.MANAGER, ("부장", "팀장", "차장", "수석", "파트장", "지점장", "소장", "부서장", "과장")),
    (
        Seniority.STAFF,
        ("대리", "책임", "선임", "주임", "사원", "매니저", "연구원", "전임", "주무관", "비서", "기사", "담당"),
    ),
)
CHIEF_OFFICER = r"최고.*(?:책임자|경영자|담당자|관리자)"
"""A pattern of 최고재무책임자 and its like: the words inside them stand for lower steps."""
_CHIEF = re.compile(rf"managing director|{CHIEF_OFFICER}", re.IGNORECASE)
_WORDS = tuple((level, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for level, words in _ENGLISH)
_BY_LENGTH = sorted(
    ((word, level) for level, words in _KOREAN for word in words), key=lambda pair: (-len(pair[0]), pair[0])
)


def seniority(title: str) -> Seniority:
    """The step of a title; the longest Korean word in it counts ("부사장" is no "사장" of another firm, but as high)."""
    if not title.strip():
        return Seniority.UNKNOWN
    if _CHIEF.search(title):
        return Seniority.CHIEF
    for word, level in _BY_LENGTH:
        if word in title:
            return level
    for level, pattern in _WORDS:
        if pattern.search(title):
            return level
    return Seniority.UNKNOWN
