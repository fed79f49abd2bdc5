"""What a note suggests to change: tasks, appointments, a close date, an amount, what a person decides and how they stand to us.

Found by rules alone; each suggestion carries the words it comes from and is accepted, changed or dropped by a person. A sentence is
the reach of every rule: whom a promise concerns is whoever is named in the same sentence. Pure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from desktop_crm.domain.activities.spoken_amounts import find_amounts
from desktop_crm.domain.activities.spoken_dates import SpokenDate, find_dates
from desktop_crm.domain.schema.options import BuyingRole, Support


class Suggested(StrEnum):
    """What a suggestion would do."""

    TASK = "task"
    MEETING = "meeting"
    CLOSE_DATE = "close_date"
    AMOUNT = "amount"
    PRODUCT = "product"
    BUYING_ROLE = "buying_role"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """Somebody who may be named: `node_id` is their card on the map, `present` whether they take part."""

    name: str
    node_id: str | None = None
    contact_id: str | None = None
    buying_role: BuyingRole | None = None
    support: Support | None = None
    present: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProduct:
    """A product of the catalogue."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDeal:
    """The opportunity that the visit is about."""

    id: str
    name: str
    amount: Decimal | None = None
    currency: str = ""
    close_date: date | None = None
    product_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One thing to accept, change or drop. `key` is the same for the same suggestion from the same words.

    `row_id` is what would change, None for something new; `before` and `value` are what stands and what is suggested.
    `start` and `end` are the words in the note.
    """

    key: str
    what: Suggested
    title: str
    words: str
    start: int
    end: int
    value: str | date | Decimal
    before: str | date | Decimal | None = None
    row_id: str | None = None
    currency: str = ""
    person: KnownPerson | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known where the note was written."""

    today: date
    people: tuple[KnownPerson, ...] = ()
    products: tuple[KnownProduct, ...] = ()
    deal: KnownDeal | None = None
    currency: str = ""


_PROMISE = re.compile(
    r"보내|약속|제출|전달|회신|답변|공유|준비|확인|검토해|송부|드리기|발송|요청|해\s?주기로|제공"
    r"|\b(?:send|deliver|promis\w*|provide|share|prepare|reply|answer|confirm|submit|follow up|get back)\b",
    re.IGNORECASE,
)
_MEETING = re.compile(
    r"(?:[가-힣A-Za-z]+\s)?[가-힣A-Za-z]*(?:회의|미팅|방문|시연|데모|발표|워크숍|세미나|면담|통화|간담회|실사)"
    r"|\b(?:[A-Za-z]+\s)?(?:meeting|visit|demo|workshop|call|presentation|review)\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"계약|발주|체결|구매\s?결정|서명|주문|확정\s?예정|\b(?:sign|close|contract|order|purchase)\w*\b", re.IGNORECASE
)
_ROLES: tuple[tuple[re.Pattern[str], BuyingRole], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), role)
    for pattern, role in (
        (
            r"(?:최종\s*)?예산\s*(?:을\s*)?(?:승인|결정|집행)|예산권|\b(?:economic buyer|holds? the budget|approves? the budget)\b",
            BuyingRole.ECONOMIC_BUYER,
        ),
        (
            r"최종\s*(?:결정|의사\s?결정)|의사\s?결정권?자|\bfinal (?:decision|say)\b|\bdecision[- ]maker\b",
            BuyingRole.DECISION_MAKER,
        ),
        (r"(?:최종\s*)?(?:승인|결재)|\b(?:approver|approves|signs off)\b", BuyingRole.APPROVER),
        (
            r"기술\s*(?:검토|평가|검증)|보안\s*검토를?\s*(?:담당|맡)|\b(?:technical evaluat\w+|evaluates the technology)\b",
            BuyingRole.TECHNICAL_EVALUATOR,
        ),
        (r"실사용|현업\s*사용자|\bend user\b", BuyingRole.USER_BUYER),
        (r"챔피언|내부에서\s*밀어|앞장서|\b(?:our champion|champions us)\b", BuyingRole.CHAMPION),
    )
)
_SUPPORTS: tuple[tuple[re.Pattern[str], Support], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), support)
    for pattern, support in (
        (r"강하게\s*반대|완강|\b(?:strongly against|blocks)\b", Support.ENEMY),
        (
            r"반대|부정적|회의적|우려|먼저\s*요구|경쟁사를?\s*(?:선호|지지)|\b(?:against|sceptical|skeptical|negative|prefers the competitor)\b",
            Support.NON_SUPPORTER,
        ),
        (r"적극\s*(?:지지|추천|찬성)|\b(?:strongly supports|fully behind)\b", Support.MENTOR),
        (
            r"지지|찬성|긍정적|호의적|좋게\s*(?:평가|봄|보)|추천|\b(?:supports|in favou?r|positive|likes)\b",
            Support.SUPPORTER,
        ),
    )
)
_NOT = re.compile(r"않|아니|없|못|\b(?:not|no longer|never)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:[^.!?\n]|\.(?=\S))+[.!?]?")
_CLAUSE = re.compile(r"\s*(?:,\s|;|\s[—–-]\s|(?<=[고며])\s|\band\b)\s*")
_TAIL = re.compile(r"기로\s*(?:약속|함|했|한|하였|합의).*$|(?:해|하)?\s?달라고?\s*(?:함|요청).*$")
_EDGES = " ,.;:—–-\t"


def suggestions(note: str, around: Surroundings) -> tuple[Suggestion, ...]:
    """Everything the rules find, in the order of the note; what stands already is not suggested."""
    found: dict[str, Suggestion] = {}
    for match in _SENTENCE.finditer(note):
        for one in _of_sentence(note, match.start(), match.end(), around):
            if one.value != one.before:
                found.setdefault(one.key, one)
    return tuple(sorted(found.values(), key=lambda one: (one.start, one.what)))


def _of_sentence(note: str, start: int, end: int, around: Surroundings) -> Iterator[Suggestion]:
    sentence = note[start:end]
    people = [(place + start, person) for place, person in _named(sentence, around.people)]
    yield from _of_dates(note, start, end, around, people)
    yield from _of_deal(sentence, start, around)
    for place, (at, person) in enumerate(people):
        until = people[place + 1][0] if place + 1 < len(people) else end
        yield from _of_person(note, at, until, person)


def _of_dates(
    note: str, start: int, end: int, around: Surroundings, people: list[tuple[int, KnownPerson]]
) -> Iterator[Suggestion]:
    for day in find_dates(note[start:end], around.today):
        if day.day < around.today:
            continue
        left, right = _clause(note, start, end, day)
        clause = note[left:right]
        beside = note[left : start + day.start] + " " + note[start + day.end : right]
        who = people[-1][1] if people else None
        meeting = _MEETING.search(note[start + day.end : right])
        if _PROMISE.search(beside) and (day.until or meeting is None):
            title = _TAIL.sub("기", _plain(beside)) or _plain(clause)
            yield _made(Suggested.TASK, title, note, left, right, day.day, person=who)
        elif _CLOSING.search(beside) and around.deal is not None and meeting is None:
            deal = around.deal
            yield _made(
                Suggested.CLOSE_DATE, deal.name, note, left, right, day.day, before=deal.close_date, row_id=deal.id
            )
        elif meeting is not None or _MEETING.search(beside):
            title = _plain((meeting or _MEETING.search(beside) or [""])[0])
            yield _made(Suggested.MEETING, title, note, start + day.start, right, day.day, person=who)


def _of_deal(sentence: str, start: int, around: Surroundings) -> Iterator[Suggestion]:
    deal = around.deal
    if deal is None:
        return
    for amount in find_amounts(sentence):
        said = amount.currency or deal.currency or around.currency
        left, right = start + amount.start, start + amount.end
        yield _made(
            Suggested.AMOUNT,
            deal.name,
            sentence,
            amount.start,
            amount.end,
            amount.amount,
            before=deal.amount if said == (deal.currency or said) else None,
            row_id=deal.id,
            currency=said,
            place=(left, right),
        )
    if deal.product_id is None:
        folded = sentence.casefold()
        for product in sorted(around.products, key=lambda one: -len(one.name)):
            at = folded.find(product.name.casefold()) if len(product.name) > 1 else -1
            if at >= 0:
                where = (start + at, start + at + len(product.name))
                yield _made(
                    Suggested.PRODUCT,
                    product.name,
                    sentence,
                    at,
                    at + len(product.name),
                    product.id,
                    row_id=deal.id,
                    place=where,
                )
                return


def _of_person(note: str, start: int, end: int, person: KnownPerson) -> Iterator[Suggestion]:
    if person.node_id is None:
        return
    words = note[start:end]
    for what, table, before in (
        (Suggested.BUYING_ROLE, _ROLES, person.buying_role),
        (Suggested.SUPPORT, _SUPPORTS, person.support),
    ):
        for pattern, value in table:
            match = pattern.search(words)
            if match is None:
                continue
            if not _NOT.search(words[match.end() : match.end() + 12]):
                stop = start + match.end()
                yield _made(
                    what,
                    person.name,
                    note,
                    start,
                    stop,
                    str(value),
                    before=before,
                    row_id=person.node_id,
                    person=person,
                )
            break


def _named(sentence: str, people: tuple[KnownPerson, ...]) -> list[tuple[int, KnownPerson]]:
    """Who is named, by place. Of two people of one name the one who takes part; where that does not decide, nobody."""
    found: dict[int, KnownPerson] = {}
    for name in sorted({one.name for one in people if len(one.name) > 1}, key=len, reverse=True):
        same = [one for one in people if one.name == name]
        same = [one for one in same if one.present] or same
        for match in re.finditer(re.escape(name), sentence, re.IGNORECASE):
            covered = any(at <= match.start() < at + len(one.name) for at, one in found.items())
            if len(same) == 1 and not covered:
                found[match.start()] = same[0]
    return sorted(found.items())


def _clause(note: str, start: int, end: int, day: SpokenDate) -> tuple[int, int]:
    """The part of the sentence around a date."""
    left, right = start, end
    for cut in _CLAUSE.finditer(note, start, end):
        if cut.end() <= start + day.start:
            left = cut.end()
        elif cut.start() >= start + day.end:
            right = cut.start()
            break
    return left, right


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(_EDGES)


def _made(
    what: Suggested,
    title: str,
    note: str,
    start: int,
    end: int,
    value: str | date | Decimal,
    *,
    before: str | date | Decimal | None = None,
    row_id: str | None = None,
    currency: str = "",
    person: KnownPerson | None = None,
    place: tuple[int, int] | None = None,
) -> Suggestion:
    words = _plain(note[start:end])
    who = person.node_id or person.contact_id if person else ""
    signs = "\n".join((what, row_id or "", who or "", str(value), words))
    at, until = place or (start, end)
    return Suggestion(
        key=hashlib.sha256(signs.encode()).hexdigest()[:16],
        what=what,
        title=title,
        words=words,
        start=at,
        end=until,
        value=value,
        before=before,
        row_id=row_id,
        currency=currency,
        person=person,
    )
