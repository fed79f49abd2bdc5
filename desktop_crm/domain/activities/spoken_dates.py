"""Dates as people say and jot them down: "다음 주 수요일", "11/25", "by Friday", "in two weeks". Pure; the day of the note is handed in.

Weeks begin with Monday. A day without a year is the nearest one: two months back at most, else ahead. What is vague ("next week")
is no date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

BACK = 60
"""Days: a day of the month that lies further back is meant of the year to come."""
AHEAD = 300
"""Days: one that lies further ahead is meant of the year that went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenDate:
    """A date and where it stands in the text, with its "까지" or "by". `until`: whether it was said to be a limit."""

    start: int
    end: int
    day: date
    until: bool = False


Reading = Callable[[re.Match[str], date], date | None]

_KO_DAYS = "월화수목금토일"
_EN_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EN_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_KO_NEAR = {"그저께": -2, "그제": -2, "어제": -1, "오늘": 0, "금일": 0, "내일": 1, "명일": 1, "모레": 2, "글피": 3}
_EN_NEAR = {"the day after tomorrow": 2, "day after tomorrow": 2, "tomorrow": 1, "today": 0, "yesterday": -1}
_KO_WEEKS = {"지난": -1, "저번": -1, "이번": 0, "금": 0, "다음": 1, "담": 1, "차": 1, "내": 1, "다다음": 2}
_KO_NUMBERS = {"한": 1, "하나": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6}
_EN_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_WEEKDAY = rf"(?P<day>[{_KO_DAYS}])(?:요일|욜)"
_EN_WEEKDAY = (
    r"(?P<day>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
_EN_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_COUNT = r"(?P<n>\d{1,3}|[한두세네]|다섯|여섯)\s*"
_MARKS = rf"(?:\s*\(\s*[{_KO_DAYS}]\s*(?:요일)?\s*\))?"


def find_dates(text: str, today: date) -> tuple[SpokenDate, ...]:
    """All dates of a text, in its order; where two readings overlap, the longer one stands."""
    found: list[SpokenDate] = []
    for pattern, reading in _READINGS:
        for match in pattern.finditer(text):
            day = _safely(reading, match, today)
            if day is None:
                continue
            limit = _LIMIT_AFTER.match(text, match.end())
            before = _LIMIT_BEFORE.search(text[: match.start()])
            start = before.start() if before else match.start()
            end = limit.end() if limit else match.end()
            found.append(SpokenDate(start=start, end=end, day=day, until=bool(limit or before)))
    kept: list[SpokenDate] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))


def _safely(reading: Reading, match: re.Match[str], today: date) -> date | None:
    try:
        return reading(match, today)
    except (ValueError, OverflowError):
        return None  # 31 February is no date


def _nearest(month: int, day: int, today: date) -> date:
    here = date(today.year, month, day)
    distance = (here - today).days
    if distance < -BACK:
        return here.replace(year=today.year + 1)
    return here.replace(year=today.year - 1) if distance > AHEAD else here


def _full(match: re.Match[str], _today: date) -> date:
    year = int(match["year"])
    return date(year + 2000 if year < 100 else year, int(match["month"]), int(match["dom"]))


def _short(match: re.Match[str], today: date) -> date:
    return _nearest(int(match["month"]), int(match["dom"]), today)


def _day_of_month(match: re.Match[str], today: date) -> date:
    """The day "25일" is of this month, or of the next when it is over."""
    here = today.replace(day=int(match["dom"]))
    return here if here >= today else _month(today, 1).replace(day=int(match["dom"]))


def _near(match: re.Match[str], today: date) -> date:
    return today + timedelta(_KO_NEAR[match["word"]])


def _near_english(match: re.Match[str], today: date) -> date:
    return today + timedelta(_EN_NEAR[re.sub(r"\s+", " ", match["word"].lower())])


def _week(match: re.Match[str], today: date) -> date:
    monday = today - timedelta(today.weekday())
    return monday + timedelta(7 * _KO_WEEKS[match["week"]] + _KO_DAYS.index(match["day"]))


def _weekday(match: re.Match[str], today: date) -> date:
    """A weekday alone: the next one, today included."""
    return today + timedelta((_KO_DAYS.index(match["day"]) - today.weekday()) % 7)


def _english_weekday(match: re.Match[str], today: date) -> date:
    """Said as "Friday" or "this Friday": the next one; "next Friday": that of the next week."""
    wanted = next(place for place, name in enumerate(_EN_DAYS) if name.startswith(match["day"].lower()[:3]))
    monday = today - timedelta(today.weekday())
    which = (match["which"] or "").lower()
    if which in {"next", "last"}:
        return monday + timedelta((7 if which == "next" else -7) + wanted)
    return today + timedelta((wanted - today.weekday()) % 7)


def _english_month(match: re.Match[str], today: date) -> date:
    month, day = _EN_MONTHS.index(match["month"].lower()) + 1, int(match["dom"])
    return date(int(match["year"]), month, day) if match["year"] else _nearest(month, day, today)


def _later(match: re.Match[str], today: date) -> date:
    count = _KO_NUMBERS.get(match["n"]) or int(match["n"])
    return _moved(today, count, {"일": "day", "주": "week", "주일": "week"}.get(match["unit"], "month"))


def _later_english(match: re.Match[str], today: date) -> date:
    word = match["n"].lower()
    return _moved(today, _EN_NUMBERS.get(word) or int(word), match["unit"].lower())


def _fixed_later(match: re.Match[str], today: date) -> date:
    return today + timedelta({"일주일": 7, "보름": 15, "열흘": 10, "이틀": 2, "사흘": 3, "나흘": 4}[match["word"]])


def _moved(today: date, count: int, unit: str) -> date:
    if unit != "month":
        return today + timedelta(count * (7 if unit == "week" else 1))
    first = _month(today, count)
    return first.replace(day=min(today.day, monthrange(first.year, first.month)[1]))


def _month(today: date, step: int) -> date:
    """The first day of the month so many steps away."""
    place = today.year * 12 + today.month - 1 + step
    return date(place // 12, place % 12 + 1, 1)


def _month_day(match: re.Match[str], today: date) -> date:
    return _month(today, _KO_WEEKS[match["which"]]).replace(day=int(match["dom"]))


def _month_end(match: re.Match[str], today: date) -> date:
    """Said as "이달 말", "다음 달 말" or "11월 말"."""
    if match["month"]:
        first = _nearest(int(match["month"]), 1, today)
    else:
        first = _month(today, {"이": 0, "이번": 0, "다음": 1, "내": 1, "월": 0}[match["which"] or "월"])
    return first.replace(day=monthrange(first.year, first.month)[1])


def _english_month_end(match: re.Match[str], today: date) -> date:
    first = _month(today, 1 if match["which"].lower() == "next" else 0)
    return first.replace(day=monthrange(first.year, first.month)[1])


def _year_end(_match: re.Match[str], today: date) -> date:
    return date(today.year, 12, 31)


_LIMIT_AFTER = re.compile(r"\s?(?:까지(?:는|로)?|전까지|이내(?:로|에)?|내로)")
_LIMIT_BEFORE = re.compile(r"\b(?:by|until|before|no later than)\s+(?:the\s+)?$", re.IGNORECASE)
_READINGS: tuple[tuple[re.Pattern[str], Reading], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reading)
    for pattern, reading in (
        (
            r"(?<![\d.])(?P<year>20\d\d)\s?[-./]\s?(?P<month>\d{1,2})\s?[-./]\s?(?P<dom>\d{1,2})(?![\d])\.?" + _MARKS,
            _full,
        ),
        (r"(?P<year>20\d\d|\d\d)년\s*(?P<month>\d{1,2})월\s*(?P<dom>\d{1,2})일" + _MARKS, _full),
        (r"(?<!\d)(?P<month>\d{1,2})월\s*(?P<dom>\d{1,2})일" + _MARKS, _short),
        (r"(?<![\d/.,-])(?P<month>1[0-2]|0?[1-9])/(?P<dom>3[01]|[12]\d|0?[1-9])(?![\d/%])" + _MARKS, _short),
        (rf"(?<![\d.,-])(?P<month>1[0-2]|0?[1-9])[.-](?P<dom>3[01]|[12]\d|0?[1-9])\s*\([{_KO_DAYS}]\)", _short),
        (r"(?<![\d.,-])(?P<month>1[0-2]|0[1-9])-(?P<dom>3[01]|[12]\d|0[1-9])(?=까지|\s?\()" + _MARKS, _short),
        (r"(?P<which>이번|다음|내)\s?달\s*(?P<dom>\d{1,2})일" + _MARKS, _month_day),
        (
            r"(?<![\d월달년]\s)(?<![\d월달년])(?P<dom>3[01]|[12]\d|[1-9])일(?=까지|에|\s?\(|\s?오전|\s?오후)" + _MARKS,
            _day_of_month,
        ),
        (rf"(?<![가-힣])(?P<word>{'|'.join(_KO_NEAR)})(?![가-힣]*날)", _near),
        (rf"(?P<week>다다음|다음|이번|지난|저번|담|금|차|내)\s?주\s*{_WEEKDAY}", _week),
        (rf"(?<![가-힣]){_WEEKDAY}", _weekday),
        (_COUNT + r"(?P<unit>주일|주|일|개월|달)\s?(?:후|뒤|이내|안에|내로|내에)", _later),
        (r"(?P<word>일주일|보름|열흘|이틀|사흘|나흘)\s?(?:후|뒤|이내|안에|내로|내에)", _fixed_later),
        (
            r"(?:(?P<month>\d{1,2})월\s?|(?P<which>이번|이|다음|내)\s?달\s?|(?P<bare>월))말(?![가-힣]*[쯤]?고)",
            _month_end,
        ),
        (r"(?<![가-힣])(?:연말|올해\s?말)", _year_end),
        (r"\b(?P<word>(?:the )?day after tomorrow|tomorrow|today|yesterday)\b", _near_english),
        (rf"\b(?:(?P<which>next|this|last|coming)\s+)?{_EN_WEEKDAY}\b", _english_weekday),
        (rf"\b{_EN_MONTH}\s+(?P<dom>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>20\d\d))?", _english_month),
        (rf"\b(?P<dom>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_EN_MONTH}\b(?:,?\s+(?P<year>20\d\d))?", _english_month),
        (
            r"\b(?:with)?in\s+(?P<n>\d{1,3}|a|one|two|three|four|five|six|ten)\s+(?P<unit>day|week|month)s?\b",
            _later_english,
        ),
        (r"\bend of (?P<which>the|this|next) month\b", _english_month_end),
    )
)
