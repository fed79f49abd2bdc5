"""Approval rules as frozen values, and the words their conditions are written in. Says nothing about a quote; `needs` does.

Conditions are one line of text, the same on screen, at the terminal, in the file and on the wire:

    discount > 10 and category = Sensors, "Flow meters" or amount >= 100000000 KRW

1. `and` binds more than `or`: the line is a list of groups, and a rule applies when all conditions of one group hold.
2. Numbers are compared with > >= < <=, words with = and !=; several words are separated by commas and one of them is enough.
3. `product` (code or id) and `category` choose lines; discounts, margin, amount and term of their group look at those alone.
4. An amount has a currency; without one it is the workspace's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from desktop_crm.domain.money import CURRENCIES
from desktop_crm.domain.quotes.canonical import decimal_text
from desktop_crm.domain.schema.approval_options import ApprovalMeasure, ApprovalNeed, ApproverKind
from desktop_crm.domain.schema.options import AccountTier, UserRole
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId, UserId

_M = ApprovalMeasure
NUMBERS: Final = (_M.DISCOUNT, _M.LINE_DISCOUNT, _M.MARGIN, _M.AMOUNT, _M.TERM, _M.PAYMENT)
PERCENTS: Final = (_M.DISCOUNT, _M.LINE_DISCOUNT, _M.MARGIN)
COMPARISONS: Final = (">", ">=", "<", "<=")
EQUALITIES: Final = ("=", "!=")
_PIECE: Final = re.compile(r'"([^"]*)"|(>=|<=|!=|[<>=,])|([^\s,<>=!"]+)')
_PLAIN: Final = re.compile(r'[^\s,<>=!"]+')
_MOST: Final = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison. `number` for measures of `NUMBERS` (`currency` with an amount), `words` for the others."""

    measure: ApprovalMeasure
    comparison: str
    number: Decimal | None = None
    currency: str = ""
    words: tuple[str, ...] = ()


Conditions = tuple[tuple[Condition, ...], ...]
"""Groups; a rule applies when all conditions of one group hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who may say yes at a stage. After `escalate_days` (None never) `escalate_to` may as well, without one the manager of
    whoever holds the seat.
    """

    id: RowId
    kind: ApproverKind
    user_id: UserId | None = None
    role: UserRole | None = None
    escalate_days: int | None = None
    escalate_to: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Seats that are asked at the same time; stages are asked one after another."""

    place: int
    need: ApprovalNeed
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRule:
    """When somebody has to be asked, and whom. `rank`: how high a rule stands; the highest that applies names the level.

    `own_allowed`: whoever holds a seat may approve what he asked for himself.
    """

    id: RowId
    name: str
    conditions: Conditions
    stages: tuple[Stage, ...]
    rank: int = 0
    own_allowed: bool = False


def read(text: str) -> Conditions:
    """The conditions of a line. Raises Refusal `approval.condition` with the piece that cannot be read."""
    if len(text) > _MOST:
        raise Refusal("approval.condition", piece=text[:40])
    groups: list[list[Condition]] = [[]]
    for connector, pieces in _split(text):
        if connector == "or":
            groups.append([])
        groups[-1].append(_condition(pieces))
    return tuple(tuple(group) for group in groups)


def told(conditions: Conditions) -> str:
    """The line that reads as these conditions."""
    return " or ".join(" and ".join(told_one(one) for one in group) for group in conditions)


def told_one(condition: Condition) -> str:
    """One condition as it is written."""
    start = f"{condition.measure} {condition.comparison} "
    if condition.number is None:
        return start + ", ".join(_quoted(word) for word in condition.words)
    return start + decimal_text(condition.number) + (f" {condition.currency}" if condition.currency else "")


def _quoted(word: str) -> str:
    plain = _PLAIN.fullmatch(word) and word.lower() not in {"and", "or"}
    return word if plain else f'"{word}"'


def _split(text: str) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Conditions as (connector, pieces); a piece says whether it was quoted."""
    found: list[tuple[str, list[tuple[str, bool]]]] = [("", [])]
    place = 0
    while place < len(text):
        match = _PIECE.match(text, place)
        if match is None:
            if not text[place].isspace():
                raise Refusal("approval.condition", piece=text[place : place + 40])
            place += 1
            continue
        place = match.end()
        quoted, sign, word = match.groups()
        if quoted is None and word is not None and word.lower() in {"and", "or"}:
            found.append((word.lower(), []))
        else:
            found[-1][1].append((quoted if quoted is not None else sign or word, quoted is not None))
    return found


def _condition(pieces: Sequence[tuple[str, bool]]) -> Condition:
    said = " ".join(piece for piece, _ in pieces)[:80]
    if len(pieces) < 3:
        raise Refusal("approval.condition", piece=said)
    try:
        measure = ApprovalMeasure(pieces[0][0].lower())
    except ValueError:
        raise Refusal("approval.condition", piece=said) from None
    comparison, rest = pieces[1][0], [piece for piece, _ in pieces[2:]]
    if measure in NUMBERS:
        if comparison not in COMPARISONS:
            raise Refusal("approval.condition", piece=said)
        return _number(measure, comparison, rest, said)
    words = tuple(word.strip() for word in rest[::2])
    between = [(",", False)] * (len(rest) // 2)
    if comparison not in EQUALITIES or not all(words) or len(rest) % 2 == 0 or list(pieces[3::2]) != between:
        raise Refusal("approval.condition", piece=said)
    return Condition(measure=measure, comparison=comparison, words=_known(measure, words, said))


def _known(measure: ApprovalMeasure, words: tuple[str, ...], said: str) -> tuple[str, ...]:
    if measure is _M.CURRENCY:
        words = tuple(word.upper() for word in words)
        known = all(word in CURRENCIES for word in words)
    elif measure is _M.TIER:
        words = tuple(word.lower() for word in words)
        known = all(word in set(AccountTier) for word in words)
    else:
        known = True
    if not known:
        raise Refusal("approval.condition", piece=said)
    return words


def _number(measure: ApprovalMeasure, comparison: str, rest: list[str], said: str) -> Condition:
    """`10`, `10%`, `100000000 KRW`, `100,000,000 KRW`."""
    currency = rest.pop().upper() if measure is _M.AMOUNT and rest[-1].upper() in CURRENCIES else ""
    text = "".join(rest).replace(",", "").removesuffix("%")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Refusal("approval.condition", piece=said) from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 18:
        raise Refusal("approval.condition", piece=said)
    return Condition(measure=measure, comparison=comparison, number=number, currency=currency)
