"""Amounts of money as people say and jot them down: "1억 2천", "3,500만 원", "$120k", "1.2 million dollars". Pure.

"1억 2천" is 120,000,000: after 억 a bare 천 or 백 counts ten-thousands. A number without a unit of money is no amount.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

MAN, EOK, JO = Decimal(10_000), Decimal(100_000_000), Decimal(1_000_000_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenAmount:
    """An amount and where it stands in the text. `currency` is empty when none was said."""

    start: int
    end: int
    amount: Decimal
    currency: str = ""


_WORDS = {"원": "KRW", "달러": "USD", "불": "USD", "유로": "EUR", "엔": "JPY", "위안": "CNY"}
_SIGNS = {"₩": "KRW", "￦": "KRW", "$": "USD", "€": "EUR", "¥": "JPY", "£": "GBP"}
_ENGLISH = {"won": "KRW", "dollar": "USD", "euro": "EUR", "yen": "JPY"}
_SCALES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000}
_SCALES |= {"b": 1_000_000_000, "bn": 1_000_000_000, "billion": 1_000_000_000}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CODES = "KRW|USD|EUR|JPY|CNY|GBP"
_PART = rf"(?:(?:{_NUMBER})\s?[조억만천백]+\s?)"
_KOREAN = re.compile(rf"(?<![\d.,])(?P<body>{_PART}+(?:(?:{_NUMBER})(?=\s?원))?)\s?(?P<word>원|달러|불|유로|엔|위안)?")
_PIECE = re.compile(rf"(?P<number>{_NUMBER})\s?(?P<units>[조억만천백]*)\s?")
_PLAIN = re.compile(rf"(?<![\d.,])(?P<number>{_NUMBER})\s?(?P<word>원|달러|유로|엔|위안)(?![가-힣]*인)")
_WESTERN = re.compile(
    rf"(?:(?P<sign>[₩￦$€¥£])|\b(?P<code>{_CODES})\s?)\s?(?P<number>{_NUMBER})\s?(?P<scale>k|thousand|mn?|million|bn?|billion)?(?![\w%])",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"(?<![\d.,])(?P<number>{_NUMBER})\s?(?P<scale>k|thousand|mn?|million|bn?|billion)?\s?"
    rf"(?:(?P<code>{_CODES})\b|(?P<word>won|dollar|euro|yen)s?\b)",
    re.IGNORECASE,
)


def find_amounts(text: str) -> tuple[SpokenAmount, ...]:
    """All amounts of a text, in its order; where two readings overlap, the longer one stands."""
    found = [*_korean(text), *_plain(text), *_western(text)]
    kept: list[SpokenAmount] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))


def _korean(text: str) -> list[SpokenAmount]:
    found = []
    for match in _KOREAN.finditer(text):
        body = match["body"]
        if not match["word"] and not re.search("[조억만]", body):
            continue  # "2천 개" counts things
        end = match.end() if match["word"] else match.start() + len(body.rstrip())
        if not match["word"] and re.match(r"\s?(?:명|개|대|시간|km|평|건|회|장|톤)", text[end:]):
            continue
        found.append(
            SpokenAmount(
                start=match.start(), end=end, amount=_worth(body), currency=_WORDS.get(match["word"] or "", "")
            )
        )
    return found


def _worth(body: str) -> Decimal:
    total, greatest = Decimal(0), Decimal(1)
    for piece in _PIECE.finditer(body):
        number, units = Decimal(piece["number"].replace(",", "")), piece["units"]
        for sign in units:
            number *= {"조": JO, "억": EOK, "만": MAN, "천": Decimal(1000), "백": Decimal(100)}[sign]
        if units and set(units) <= {"천", "백"} and greatest >= EOK:
            number *= MAN
        elif (
            units and set(units) <= {"천", "백"} and re.match(r"\s?(?:\d[\d,.]*\s?백)?\s?\d*\s?만", body[piece.end() :])
        ):
            number *= MAN  # "3천 5백만"
        for sign in units:
            greatest = max(greatest, {"조": JO, "억": EOK}.get(sign, Decimal(1)))
        total += number
    return total


def _plain(text: str) -> list[SpokenAmount]:
    return [
        SpokenAmount(
            start=match.start(),
            end=match.end(),
            amount=Decimal(match["number"].replace(",", "")),
            currency=_WORDS[match["word"]],
        )
        for match in _PLAIN.finditer(text)
    ]


def _western(text: str) -> list[SpokenAmount]:
    found = []
    for match in (*_WESTERN.finditer(text), *_AFTER.finditer(text)):
        groups = match.groupdict()
        scale = _SCALES.get((groups.get("scale") or "").lower(), 1)
        code = (groups.get("code") or "").upper() or _SIGNS.get(groups.get("sign") or "", "")
        code = code or _ENGLISH.get((groups.get("word") or "").lower(), "")
        amount = Decimal(groups["number"].replace(",", "")) * scale
        found.append(SpokenAmount(start=match.start(), end=match.end(), amount=amount, currency=code))
    return found
