"""Amounts, numbers, dates and times as people read them, in the current language and forms. Exact: a Decimal is never a float.

Called by item delegates thousands of times a second, so the few patterns of our two languages are written out here, and
tests compare them with Babel's. The clock is handed in.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Protocol, runtime_checkable

from desktop_crm.i18n import forms
from desktop_crm.i18n.catalogue import ntr, tr
from desktop_crm.i18n.forms import DateForm, NumberForm, TimeForm
from desktop_crm.i18n.language import Language, current

MINUS = "−"
NO_BREAK = "\u00a0"

SYMBOLS = {"KRW": "₩", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "CNY": "CN¥", "VND": "₫"}
# ISO 4217 minor units; every code not named here has two. The domain's table is compared with this one by a test.
_MINOR_DIGITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_KOREAN_UNITS = (("", 0), ("만", 4), ("억", 8), ("조", 12), ("경", 16))
_ENGLISH_UNITS = (("", 0), ("K", 3), ("M", 6), ("B", 9), ("T", 12))
_COUNTED_BY_TEN_THOUSANDS = {"KRW", "JPY", "VND"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = {Language.KO: "월화수목금토일", Language.EN: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_POINTS = {form: str.maketrans({",": group, ".": point}) for form, (group, point) in forms.SIGNS.items()}
_GROUPED = re.compile(r"[-−]?\d{1,3}(\.\d{3})+")
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)


@runtime_checkable
class Amount(Protocol):
    """What `domain.money.Money` looks like from here."""

    @property
    def amount(self) -> Decimal: ...
    @property
    def currency(self) -> str: ...


def minor_digits(currency: str) -> int:
    """How many decimals a currency is written with."""
    return _MINOR_DIGITS.get(currency, 2)


def number(value: Decimal | int, digits: int | None = None) -> str:
    """A number with thousands grouped: exact, or rounded half up to so many decimals."""
    exact = Decimal(value)
    if digits is not None:
        exact = _rounded(exact, digits)
    return _signed(exact, _pointed(f"{exact.copy_abs():,f}"))


def plain(text: str) -> str:
    """A number as somebody typed it in the forms of now, with a point before decimals and nothing between thousands.

    Where the comma is for decimals, a text without one may still have a point before them: only whole groups of three are thousands.
    """
    text = text.replace(forms.NARROW_SPACE, "").replace(NO_BREAK, "").replace(" ", "")
    if forms.SIGNS[forms.current().number][1] != ",":
        return text.replace(",", "")
    if "," in text or _GROUPED.fullmatch(text):
        text = text.replace(".", "")
    return text.replace(",", ".")


def quantity(value: Decimal | int, unit: str = "") -> str:
    """A quantity without trailing zeros, with its unit: `3개`, `1,200.5 kg`, `2 EA`."""
    exact = Decimal(value)
    text = _signed(exact, _pointed(_trimmed(f"{exact.copy_abs():,f}")))
    if not unit:
        return text
    return text + unit if "가" <= unit[0] <= "힣" else f"{text}{NO_BREAK}{unit}"


def percent(value: Decimal | int) -> str:
    """A percentage given in percent: 12.5 → `12.5%`."""
    exact = Decimal(value)
    return _signed(exact, _pointed(_trimmed(f"{exact.copy_abs():,f}"))) + "%"


def share(ratio: Decimal | int, digits: int = 1) -> str:
    """A ratio as a percentage: 0.125 → `12.5%`, rounded half up to so many decimals."""
    return percent(_rounded(Decimal(ratio) * 100, digits))


def money(value: Amount | Decimal | int, currency: str = "") -> str:
    """An exact amount: `₩163,964,229`, `−$1,200.50`. More decimals than the currency has are shown, never cut."""
    amount, code = _parts(value, currency)
    digits = minor_digits(code)
    text = _trimmed(f"{amount.copy_abs():,f}")
    whole, _, fraction = text.partition(".")
    if digits:
        text = f"{whole}.{fraction.ljust(digits, '0')}"
    return _signed(amount, _symbol(code) + _pointed(text))


def money_short(value: Amount | Decimal | int, currency: str = "") -> str:
    """A large amount in three figures: `₩4.82억`, `₩3,120만`, `$1.2M`; small ones exact. The exact one goes on hover."""
    amount, code = _parts(value, currency)
    korean = current() is Language.KO and code in _COUNTED_BY_TEN_THOUSANDS
    size = amount.copy_abs()
    text = _korean_short(size) if korean else _english_short(size)
    return money(amount, code) if text is None else _signed(amount, _symbol(code) + _pointed(text))


def date(value: dt.date) -> str:
    """A calendar date in the form of now: `2026-11-23`, `23 Nov 2026`, `2026. 11. 23.`; a datetime by the local clock."""
    day = _local(value)
    match _date_form():
        case DateForm.ISO:
            return f"{day.year:04}-{day.month:02}-{day.day:02}"
        case DateForm.DOTS:
            return f"{day.year}. {day.month}. {day.day}."
        case DateForm.KOREAN:
            return f"{day.year}년 {day.month}월 {day.day}일"
        case DateForm.DAY_FIRST:
            return f"{day.day:02}/{day.month:02}/{day.year:04}"
        case DateForm.MONTH_FIRST:
            return f"{day.month:02}/{day.day:02}/{day.year:04}"
        case _:
            return f"{day.day} {_MONTHS[day.month - 1]} {day.year:04}"


def date_typed(value: dt.date) -> str:
    """A date as it stands in a field that is typed into: the form of now where it is all digits, else ISO."""
    if _date_form() in {DateForm.LANGUAGE, DateForm.KOREAN}:
        return value.isoformat()
    return date(value)


def date_order() -> str:
    """In which order a date is typed: `ymd`, `dmy` or `mdy`."""
    return {DateForm.DAY_FIRST: "dmy", DateForm.MONTH_FIRST: "mdy"}.get(forms.current().date, "ymd")


def date_long(value: dt.date) -> str:
    """A date for a letter: `2026년 11월 23일`, `23 November 2026`."""
    day = _local(value)
    if current() is Language.KO:
        return f"{day.year}년 {day.month}월 {day.day}일"
    return f"{day.day} {_MONTH_NAMES[day.month - 1]} {day.year}"


def date_short(value: dt.date) -> str:
    """A date within the year: `11-23`, `23 Nov`, `11. 23.`."""
    day = _local(value)
    match _date_form():
        case DateForm.ISO:
            return f"{day.month:02}-{day.day:02}"
        case DateForm.DOTS:
            return f"{day.month}. {day.day}."
        case DateForm.KOREAN:
            return f"{day.month}월 {day.day}일"
        case DateForm.DAY_FIRST:
            return f"{day.day:02}/{day.month:02}"
        case DateForm.MONTH_FIRST:
            return f"{day.month:02}/{day.day:02}"
        case _:
            return f"{day.day} {_MONTHS[day.month - 1]}"


def month(value: dt.date) -> str:
    """A month: `2026년 11월`, `Nov 2026`."""
    day = _local(value)
    return f"{day.year}년 {day.month}월" if current() is Language.KO else f"{_MONTHS[day.month - 1]} {day.year}"


def weekday(value: dt.date) -> str:
    """The day of the week, short: `월`, `Mon`."""
    return _WEEKDAYS[current()][_local(value).weekday()]


def time(value: dt.datetime, *, seconds: bool = False) -> str:
    """A time of day by the local clock: `14:02`, or with twelve hours `오후 2:02`, `2:02 PM`."""
    return wall_time(value.astimezone(), seconds=seconds)


def wall_time(local: dt.datetime, *, seconds: bool = False) -> str:
    """A time of day as it stands, whatever zone it is in."""
    if forms.current().time is TimeForm.HOURS_24:
        return local.strftime("%H:%M:%S" if seconds else "%H:%M")
    text = f"{local.hour % 12 or 12}:{local.minute:02}" + (f":{local.second:02}" if seconds else "")
    late = local.hour >= 12
    if current() is Language.KO:
        return f"{'오후' if late else '오전'} {text}"
    return f"{text}{NO_BREAK}{'PM' if late else 'AM'}"


def datetime(value: dt.datetime) -> str:
    """Date and time by the local clock: `2026-11-23 14:02`, `23 Nov 2026, 14:02`."""
    joint = " " if current() is Language.KO else ", "
    return date(value) + joint + time(value)


def relative(value: dt.date, now: dt.date) -> str:
    """How far a moment or day is from now: `방금`, `5분 전`, `12일 전`, `내일`, `3개월 후`. Days by the local calendar."""
    if isinstance(value, dt.datetime) and isinstance(now, dt.datetime):
        seconds = (now - value).total_seconds()
        if abs(seconds) < 60:
            return tr("just now")
        if abs(seconds) < 3600:
            return _ago("minute", int(seconds / 60))
        if _local(value) == _local(now):
            return _ago("hour", int(seconds / 3600))
    return _days_apart((_local(now) - _local(value)).days)


def file_size(size: int) -> str:
    """A number of bytes: `512 B`, `3.2 MB` (1 KB is 1,024 bytes)."""
    if size < 1024:
        return f"{_pointed(f'{size:,}')}{NO_BREAK}B"
    amount = Decimal(size)
    for unit in ("KB", "MB", "GB", "TB"):
        amount /= 1024
        rounded = _rounded(amount, 1 if amount < 100 else 0)
        if rounded < 1024 or unit == "TB":
            return f"{_pointed(_trimmed(f'{rounded:,f}'))}{NO_BREAK}{unit}"
    raise AssertionError(size)


def _parts(value: Amount | Decimal | int, currency: str) -> tuple[Decimal, str]:
    if isinstance(value, Decimal | int):
        return Decimal(value), currency
    return value.amount, value.currency


@lru_cache(maxsize=64)
def _symbol(code: str) -> str:
    return SYMBOLS.get(code, f"{code}{NO_BREAK}" if code else "")


def _signed(value: Decimal, text: str) -> str:
    return MINUS + text if value < 0 else text


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), context=_WIDE)


def _pointed(text: str) -> str:
    """A text in the standard form (`1,234.5`) in the form of now."""
    form = forms.current().number
    return text if form is NumberForm.COMMA_POINT else text.translate(_POINTS[form])


def _date_form() -> DateForm:
    form = forms.current().date
    return DateForm.ISO if form is DateForm.LANGUAGE and current() is Language.KO else form


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _three_figures(size: Decimal, power: int) -> Decimal:
    """The amount in units of ten to that power, rounded to three figures or to the whole unit."""
    scaled = size.scaleb(-power, context=_WIDE)
    digits = 2 if scaled < Decimal("9.995") else 1 if scaled < Decimal("99.95") else 0
    return _rounded(scaled, digits)


def _korean_short(size: Decimal) -> str | None:
    if size < 1_000_000:
        return None
    for position in range(1, len(_KOREAN_UNITS)):
        name, power = _KOREAN_UNITS[position]
        rounded = _rounded(size.scaleb(-power, context=_WIDE), 0) if name == "만" else _three_figures(size, power)
        if rounded < 10_000 or position == len(_KOREAN_UNITS) - 1:
            return f"{rounded:,f}{name}"
    raise AssertionError(size)


def _english_short(size: Decimal) -> str | None:
    if size < 10_000:
        return None
    for position in range(1, len(_ENGLISH_UNITS)):
        name, power = _ENGLISH_UNITS[position]
        rounded = _three_figures(size, power)
        if rounded < 1000 or position == len(_ENGLISH_UNITS) - 1:
            return f"{_trimmed(f'{rounded:,f}')}{name}"
    raise AssertionError(size)


def _local(value: dt.date) -> dt.date:
    return value.astimezone().date() if isinstance(value, dt.datetime) else value


def _days_apart(days: int) -> str:
    if days == 0:
        return tr("today")
    if days == 1:
        return tr("yesterday")
    if days == -1:
        return tr("tomorrow")
    if abs(days) < 60:
        return _ago("day", days)
    if abs(days) < 730:
        return _ago("month", int(days / 30.4375))
    return _ago("year", int(days / 365.25))


_PAST: dict[str, Callable[[int], str]] = {
    "minute": lambda n: ntr("{n} minute ago", "{n} minutes ago", n),
    "hour": lambda n: ntr("{n} hour ago", "{n} hours ago", n),
    "day": lambda n: ntr("{n} day ago", "{n} days ago", n),
    "month": lambda n: ntr("{n} month ago", "{n} months ago", n),
    "year": lambda n: ntr("{n} year ago", "{n} years ago", n),
}
_FUTURE: dict[str, Callable[[int], str]] = {
    "minute": lambda n: ntr("in {n} minute", "in {n} minutes", n),
    "hour": lambda n: ntr("in {n} hour", "in {n} hours", n),
    "day": lambda n: ntr("in {n} day", "in {n} days", n),
    "month": lambda n: ntr("in {n} month", "in {n} months", n),
    "year": lambda n: ntr("in {n} year", "in {n} years", n),
}


def _ago(unit: str, count: int) -> str:
    """So many units ago, or from now when the count is negative."""
    return (_PAST if count >= 0 else _FUTURE)[unit](max(abs(count), 1))
