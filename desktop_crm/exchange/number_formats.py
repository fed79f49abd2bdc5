"""What a spreadsheet's number format makes of a number: a date, a share, money, a code with leading zeros. Pure.

The outcome is text that the rest of the import reads as it reads a CSV: `2026-11-23 09:30:00`, `15%`, `₩1200`, `06236`.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from desktop_crm.exchange.numbers import CURRENCY_SIGNS

_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - a spreadsheet's time has no zone
_NO_SUCH_DAY = 60
"""The 29 February 1900 that Lotus 1-2-3 invented; numbers below it count from one day later."""
_LAST_DAY = 2_958_466
_CODE = re.compile(r"0[0\- ()]*0")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|[_*].')
_BRACKET = re.compile(r"\[([^\]]*)\]")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_SIGNS = sorted((sign for sign in CURRENCY_SIGNS if sign not in {"원", "元", "円"}), key=len, reverse=True)
_CODES = re.compile(r"\b(KRW|USD|EUR|JPY|GBP|CNY|CHF|SGD|HKD|AUD|CAD|VND|INR|TWD|THB)\b")


class NumberKind(enum.StrEnum):
    """What the number is to be taken for."""

    PLAIN = "plain"
    DATE = "date"
    TIME = "time"
    MOMENT = "moment"
    ELAPSED = "elapsed"
    PERCENT = "percent"
    MONEY = "money"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberStyle:
    """A kind, with the currency's sign or the pattern of a code."""

    kind: NumberKind = NumberKind.PLAIN
    sign: str = ""


PLAIN = NumberStyle()
_DATE, _TIME, _MOMENT = (NumberStyle(kind=kind) for kind in (NumberKind.DATE, NumberKind.TIME, NumberKind.MOMENT))
_ELAPSED_STYLE, _PERCENT = NumberStyle(kind=NumberKind.ELAPSED), NumberStyle(kind=NumberKind.PERCENT)

BUILT_IN: dict[int, NumberStyle] = {
    9: _PERCENT,
    10: _PERCENT,
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 53), 54, 57, 58), _DATE),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 47), _TIME),
    **dict.fromkeys((34, 35, 53, 55, 56), _DATE),
    22: _MOMENT,
    46: _ELAPSED_STYLE,
}
"""Formats that files name by number alone; the numbers from 27 on are those of East Asian editions."""


def style_of(code: str) -> NumberStyle:
    """What a format code means; only its first section, for positive numbers, is heard."""
    if code.strip().casefold() in {"", "general", "standard", "@"}:
        return PLAIN
    section = _first_section(code)
    literals = "".join(match[1] or match[2] or "" for match in _QUOTED.finditer(section))
    bare = _QUOTED.sub("", section)
    elapsed = _ELAPSED.search(bare) is not None
    inside = "".join(part[1:].partition("-")[0] for part in _BRACKET.findall(bare) if part.startswith("$"))
    bare = _BRACKET.sub("", bare)
    if elapsed:
        return _ELAPSED_STYLE
    if "%" in bare:
        return _PERCENT
    letters = re.sub(r"am/pm|a/p|오전/오후", "h", bare, flags=re.IGNORECASE).casefold()
    if re.search(r"[ydhsm]", letters) and not re.search(r"[0#?](?:\.[0#]+)?e[+-]", letters):
        return _dated(letters)
    sign = _sign(inside + literals + bare)
    if sign:
        return NumberStyle(kind=NumberKind.MONEY, sign=sign)
    if _CODE.fullmatch(section.replace('"', "").replace("\\", "").strip()):
        return NumberStyle(kind=NumberKind.CODE, sign=section.replace('"', "").replace("\\", "").strip())
    return PLAIN


def _first_section(code: str) -> str:
    quoted = False
    for at, char in enumerate(code):
        if char == '"' and (at == 0 or code[at - 1] != "\\"):
            quoted = not quoted
        elif char == ";" and not quoted:
            return code[:at]
    return code


def _dated(letters: str) -> NumberStyle:
    clock = "h" in letters or "s" in letters
    if "y" in letters or "d" in letters or (not clock and "m" in letters):
        return _MOMENT if clock else _DATE
    return _TIME


def _sign(text: str) -> str:
    for sign in _SIGNS:
        if sign in text:
            return sign
    named = _CODES.search(text)
    if named is not None:
        return named[1]
    return "원" if "원" in text and not re.search(r"[조억만천백]원", text) else ""


def number_text(raw: str, style: NumberStyle, *, since_1904: bool = False) -> str:
    """A stored number as text. What is no number at all comes back as it stands."""
    kind = style.kind
    if kind is NumberKind.PLAIN and raw.isdecimal() and raw.isascii() and len(raw) <= 15:
        return raw
    try:
        value = Decimal(raw.strip())
    except InvalidOperation:
        return raw
    if not value.is_finite():
        return raw
    match kind:
        case NumberKind.DATE | NumberKind.TIME | NumberKind.MOMENT:
            return _moment_text(value, kind, since_1904=since_1904)
        case NumberKind.ELAPSED:
            return _elapsed_text(value)
        case NumberKind.PERCENT:
            return f"{plain(value * 100)}%"
        case NumberKind.MONEY:
            return money_text(plain(value), style.sign)
        case NumberKind.CODE:
            return _code_text(value, style.sign)
        case _:
            return plain(value)


def plain(value: Decimal) -> str:
    """Fifteen digits, as spreadsheets show them, without exponent: 0.1 + 0.2 is 0.3."""
    if not value:
        return "0"
    rounded = Decimal(f"{value:.15g}")
    if abs(rounded.adjusted()) > 40:
        return str(value)
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_text(digits: str, sign: str) -> str:
    """An amount with its currency: -₩1200, 1200원."""
    minus, figure = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    return f"{minus}{figure}{sign}" if sign == "원" else f"{minus}{sign}{figure}"


def _code_text(value: Decimal, pattern: str) -> str:
    if value < 0 or value != value.to_integral_value():
        return plain(value)
    digits = list(f"{int(value):0{pattern.count('0')}d}")
    out: list[str] = []
    for char in reversed(pattern):
        out.append(digits.pop() if char == "0" else char)
    return "".join(digits) + "".join(reversed(out))


def _moment_text(value: Decimal, kind: NumberKind, *, since_1904: bool) -> str:
    days = int(value // 1)
    seconds = round(float(value - days) * 86_400)
    if seconds == 86_400:
        days, seconds = days + 1, 0
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if kind is NumberKind.TIME and 0 <= value < 1:
        return clock
    if value < 0 or days > _LAST_DAY:
        return plain(value)
    day = _day_text(days, since_1904=since_1904)
    return day if kind is NumberKind.DATE and not seconds else f"{day} {clock}"


def _day_text(days: int, *, since_1904: bool) -> str:
    if since_1904:
        return (_EPOCH_1904 + timedelta(days=days)).date().isoformat()
    if days == _NO_SUCH_DAY:
        return "1900-02-29"
    return (_EPOCH_1900 + timedelta(days=days + (days < _NO_SUCH_DAY))).date().isoformat()


def _elapsed_text(value: Decimal) -> str:
    seconds = round(abs(value) * 86_400)
    sign = "-" if value < 0 else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
