"""Korean particles: 을/를, 이/가, 은/는, 과/와, 으로/로 chosen by the last sound of the word before them.

A text writes the pair after a placeholder, `{name}을(를) 옮겼습니다`; nothing inside a value is ever touched.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from desktop_crm.i18n.language import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a text may write → (after a closing consonant, after a vowel).
PAIRS: dict[str, tuple[str, str]] = {
    "을(를)": ("을", "를"),
    "를(을)": ("을", "를"),
    "이(가)": ("이", "가"),
    "가(이)": ("이", "가"),
    "은(는)": ("은", "는"),
    "는(은)": ("은", "는"),
    "과(와)": ("과", "와"),
    "와(과)": ("과", "와"),
    "(으)로": ("으로", "로"),
    "(이)나": ("이나", "나"),
    "(이)라": ("이라", "라"),
    "(이)며": ("이며", "며"),
}
_PAIR = re.compile(r"\{(\w+)[^{}]*\}([)\]}'\"’”」』》]*)(" + "|".join(map(re.escape, PAIRS)) + ")")

# Final consonant of a digit read in Korean (영 일 이 삼 사 오 육 칠 팔 구): 0 none, 8 is ㄹ as in the Hangul tables.
_RIEUL = 8
_DIGIT_FINALS = {"0": 21, "1": _RIEUL, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": _RIEUL, "8": _RIEUL, "9": 0}
# Latin letters as their names are said: 엘 ends in ㄹ, 엠 and 엔 in ㅁ and ㄴ; the other names end in a vowel.
_LETTER_FINALS = {"l": _RIEUL, "r": _RIEUL, "m": 16, "n": 4}
_HANGUL_FIRST, _HANGUL_LAST, _FINALS = 0xAC00, 0xD7A3, 28


def fill(text: str, values: Mapping[str, object], language: Language) -> str:
    """The text with its placeholders filled and, in Korean, its particles chosen."""
    if language is Language.KO and "(" in text:
        text = _PAIR.sub(lambda match: _chosen(match, values), text)
    return text.format_map(values)


def particle(word: str, pair: str) -> str:
    """The particle of a pair (a key of `PAIRS`) that follows this word."""
    closed, opened = PAIRS[pair]
    final = _final(word)
    if pair == "(으)로" and final == _RIEUL:
        return opened
    return closed if final else opened


def _chosen(match: re.Match[str], values: Mapping[str, object]) -> str:
    placeholder = match[0][: -len(match[3])]
    word = placeholder.format_map(values) if match[1] in values else ""
    return placeholder + particle(word, match[3])


@lru_cache(maxsize=4096)
def _final(word: str) -> int:
    """The final consonant of the last sound: 0 when it ends in a vowel or nothing is known."""
    for sign in reversed(word):
        if _HANGUL_FIRST <= ord(sign) <= _HANGUL_LAST:
            return (ord(sign) - _HANGUL_FIRST) % _FINALS
        if sign in _DIGIT_FINALS:
            return _DIGIT_FINALS[sign]
        if sign.isalpha():
            return _LETTER_FINALS.get(sign.lower(), 0)
    return 0
