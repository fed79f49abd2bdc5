"""Hangul in Latin letters, sound by sound and without endings' changes, and the words of company names that are translated. Pure.

It is for comparing alone: nobody is ever shown what comes out.
"""

from __future__ import annotations

from typing import Final

from desktop_crm.domain.text import is_syllable

_INITIALS: Final = "g kk n d tt r m b pp s ss  j jj ch k t p h".split(" ")
_MEDIALS: Final = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
_FINALS: Final = (
    " ",
    *"k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split(),
)
_FIRST, _PER_INITIAL, _PER_MEDIAL = 0xAC00, 588, 28
_WORDS: Final = {
    "일렉트로닉스": "electronics",
    "테크놀로지스": "technologies",
    "테크놀로지": "technology",
    "인터내셔널": "international",
    "엔지니어링": "engineering",
    "엔터테인먼트": "entertainment",
    "인더스트리": "industry",
    "솔루션즈": "solutions",
    "파트너스": "partners",
    "코리아": "korea",
    "솔루션": "solution",
    "시스템즈": "systems",
    "시스템": "system",
    "네트웍스": "networks",
    "네트워크": "network",
    "소프트": "soft",
    "글로벌": "global",
    "홀딩스": "",
    "그룹": "group",
    "테크": "tech",
    "케미칼": "chemical",
    "바이오": "bio",
    "푸드": "food",
    "모터스": "motors",
    "에너지": "energy",
    "반도체": "semiconductor",
    "중공업": "heavyindustries",
    "전자": "electronics",
    "화학": "chemical",
    "건설": "construction",
    "제약": "pharmaceutical",
    "은행": "bank",
    "산업": "industry",
    "물산": "trading",
    "해운": "shipping",
    "보험": "insurance",
    "증권": "securities",
    "통신": "telecom",
    "자동차": "motor",
    "철강": "steel",
    "식품": "food",
    "정밀": "precision",
    "기계": "machinery",
    "엘지": "lg",
    "에스케이": "sk",
    "케이티": "kt",
    "씨제이": "cj",
    "지에스": "gs",
    "엘에스": "ls",
    "디비": "db",
    "케이씨씨": "kcc",
    "에이치디": "hd",
}
_LONGEST: Final = max(map(len, _WORDS))


def romanised(text: str) -> str:
    """Hangul in Latin letters, known words of company names in their English form; other signs stay."""
    if text.isascii():
        return text
    found: list[str] = []
    place = 0
    while place < len(text):
        if not is_syllable(text[place]):
            found.append(text[place])
            place += 1
            continue
        length = next((n for n in range(_LONGEST, 1, -1) if text[place : place + n] in _WORDS), 0)
        if length:
            found.append(_WORDS[text[place : place + length]])
            place += length
        else:
            found.append(_sound(text[place]))
            place += 1
    return "".join(found)


def _sound(sign: str) -> str:
    code = ord(sign) - _FIRST
    return (
        _INITIALS[code // _PER_INITIAL]
        + _MEDIALS[code % _PER_INITIAL // _PER_MEDIAL]
        + _FINALS[code % _PER_MEDIAL].strip()
    )
