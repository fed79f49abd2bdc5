"""What someone types to search everything, read: words and filters such as `owner:me stage:협상 amount:>1억 after:지난달`.

Pure. Keys may be English or Korean; a value with a blank stands in quotes. What is no filter is a word, so nothing is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from desktop_crm.domain.activities.spoken_amounts import find_amounts
from desktop_crm.domain.activities.spoken_dates import find_dates
from desktop_crm.domain.lists.periods import Period, Span

ME = "@me"
KEYS = {
    "owner": ("owner", "담당", "담당자"),
    "stage": ("stage", "단계"),
    "amount": ("amount", "금액"),
    "after": ("after", "since", "이후", "부터"),
    "before": ("before", "until", "이전", "까지"),
    "account": ("account", "at", "계정"),
    "kind": ("kind", "type", "in", "종류"),
}
_KEY_OF = {word: key for key, words in KEYS.items() for word in words}
_TOKEN = re.compile(r'(?:(?P<key>[^\s:"]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S+))')
_SIGNED = re.compile(r"(?P<sign>>=|<=|>|<|=)?(?P<rest>.+)", re.DOTALL)
_SPANS = {
    "오늘": Span.TODAY, "today": Span.TODAY, "어제": Span.YESTERDAY, "yesterday": Span.YESTERDAY,
    "이번주": Span.THIS_WEEK, "thisweek": Span.THIS_WEEK, "지난주": Span.LAST_WEEK, "lastweek": Span.LAST_WEEK,
    "다음주": Span.NEXT_WEEK, "nextweek": Span.NEXT_WEEK, "이번달": Span.THIS_MONTH, "thismonth": Span.THIS_MONTH,
    "지난달": Span.LAST_MONTH, "lastmonth": Span.LAST_MONTH, "다음달": Span.NEXT_MONTH, "nextmonth": Span.NEXT_MONTH,
    "이번분기": Span.THIS_QUARTER, "지난분기": Span.LAST_QUARTER, "올해": Span.THIS_YEAR, "thisyear": Span.THIS_YEAR,
    "작년": Span.LAST_YEAR, "지난해": Span.LAST_YEAR, "lastyear": Span.LAST_YEAR, "내년": Span.NEXT_YEAR,
}  # fmt: skip
_PARTICLES = (
    "에서는", "에게서", "으로는", "에서", "에게", "으로", "까지", "부터", "처럼", "보다", "이나", "라고", "하고",
    "은", "는", "이", "가", "을", "를", "에", "의", "로", "와", "과", "도", "만",
)  # fmt: skip
_LEAST_STEM = 2
_HANGUL = re.compile("^[가-힣]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Words, and what they are narrowed by. `least` and `most` are amounts, `over`: without the least itself, `under` so too."""

    words: tuple[str, ...] = ()
    owner: str = ""
    stage: str = ""
    account: str = ""
    kind: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    over: bool = False
    under: bool = False
    after: date | None = None
    before: date | None = None

    @property
    def narrowed(self) -> bool:
        """Whether anything beside words was asked."""
        texts = self.owner or self.stage or self.account or self.kind
        return bool(texts) or any(one is not None for one in (self.least, self.most, self.after, self.before))

    @property
    def empty(self) -> bool:
        return not self.words and not self.narrowed


def read(text: str, today: date) -> Asked:
    """Read what was typed. `before` and `after` hold the days themselves: after last month begins with its first day."""
    words: list[str] = []
    found: dict[str, object] = {}
    for match in _TOKEN.finditer(text):
        value = (match["quoted"] if match["quoted"] is not None else match["plain"]).strip()
        key = _KEY_OF.get((match["key"] or "").lower())
        taken = _filter(key, value, today) if key and value else {}
        if taken:
            found |= taken
        elif value:
            words.append(f"{match['key']}:{value}" if match["key"] else value)
    return Asked(words=tuple(words), **found)  # type: ignore[arg-type]


def _filter(key: str, value: str, today: date) -> dict[str, object]:
    """The fields that a filter stands for; nothing for a value that is none."""
    match key:
        case "amount":
            return _amount(value)
        case "after" | "before":
            day = _day(value, today, first=key == "after")
            return {key: day} if day else {}
        case "owner":
            return {key: ME if value.lower() in {"me", "나", "내"} else value}
        case _:
            return {key: value}


def _amount(value: str) -> dict[str, object]:
    low, between, high = value.partition("..")
    if between:
        least, most = _money(low), _money(high)
        return {name: one for name, one in (("least", least), ("most", most)) if one is not None}
    signed = _SIGNED.fullmatch(value)
    amount = _money(signed["rest"]) if signed else None
    if signed is None or amount is None:
        return {}
    match signed["sign"]:
        case ">":
            return {"least": amount, "over": True}
        case ">=":
            return {"least": amount}
        case "<":
            return {"most": amount, "under": True}
        case "<=":
            return {"most": amount}
        case _:
            return {"least": amount, "most": amount}


def _money(value: str) -> Decimal | None:
    """`1억`, `3,500만`, `120k`, `5000000`."""
    plain = value.strip().replace(",", "")
    try:
        return Decimal(plain)
    except InvalidOperation:
        pass
    for reading in (value, f"${value}"):
        found = find_amounts(reading)
        if found:
            return found[0].amount
    return None


def _day(value: str, today: date, *, first: bool) -> date | None:
    span = _SPANS.get(value.replace(" ", "").replace("-", "").lower())
    if span is not None:
        begin, end = Period(span=span).bounds(today)
        return begin if first else end
    try:
        return date.fromisoformat(value)
    except ValueError:
        pass
    year_month = re.fullmatch(r"(\d{4})-(\d{1,2})", value)
    if year_month and 1 <= int(year_month[2]) <= 12:
        begin = date(int(year_month[1]), int(year_month[2]), 1)
        return begin if first else (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    found = find_dates(value, today)
    return found[0].day if found else None


def stem(word: str) -> str:
    """A Korean word without its particle, where enough of it is left: `예산은` is `예산`; `도로` stays what it is."""
    if not _HANGUL.match(word):
        return word
    for particle in _PARTICLES:
        if word.endswith(particle) and len(word) - len(particle) >= _LEAST_STEM:
            return word[: -len(particle)]
    return word
