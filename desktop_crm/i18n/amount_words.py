"""An amount written out, as a quotation needs it: `일금 일억이천만원정`, `One hundred and twenty million won only`.

Korean is written without gaps and with every 일 (일천일백일십), the way bills are, so that no figure can be slipped in.
"""

from __future__ import annotations

from decimal import Context, Decimal
from typing import NamedTuple

from desktop_crm.foundation.errors import Bug
from desktop_crm.i18n.formats import minor_digits
from desktop_crm.i18n.language import Language, current

_DIGITS = ("", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
_PLACES = ("", "십", "백", "천")
_MYRIADS = ("", "만", "억", "조", "경", "해")

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_THOUSANDS = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion")
_LIMIT = 10**21
_WIDE = Context(prec=60)


class _Unit(NamedTuple):
    korean: str
    korean_minor: str
    english: str
    english_one: str
    english_minor: str
    english_minor_one: str


_UNITS = {
    "KRW": _Unit("원", "", "won", "won", "", ""),
    "USD": _Unit("달러", "센트", "US dollars", "US dollar", "cents", "cent"),
    "EUR": _Unit("유로", "센트", "euros", "euro", "cents", "cent"),
    "GBP": _Unit("파운드", "펜스", "pounds", "pound", "pence", "penny"),
    "JPY": _Unit("엔", "", "Japanese yen", "Japanese yen", "", ""),
    "CNY": _Unit("위안", "펀", "Chinese yuan", "Chinese yuan", "fen", "fen"),
}
_KOREAN_PREFIX = {"USD": "미화 "}


def in_words(amount: Decimal | int, currency: str) -> str:
    """The amount written out in the current language."""
    return korean(amount, currency) if current() is Language.KO else english(amount, currency)


def korean(amount: Decimal | int, currency: str = "KRW") -> str:
    """`일금 일억육천삼백구십육만사천이백이십구원정`; raises `amount_words.range` for fractions the currency does not have."""
    whole, minor = _split(amount, currency)
    sign = "마이너스 " if amount < 0 else ""
    unit = _UNITS.get(currency)
    if unit is None:
        tail = f" {minor}/{10 ** minor_digits(currency)}" if minor else ""
        return f"일금 {sign}{_korean_whole(whole)} {currency}{tail}정"
    tail = f" {_korean_whole(minor)}{unit.korean_minor}" if minor else ""
    return f"일금 {_KOREAN_PREFIX.get(currency, '')}{sign}{_korean_whole(whole)}{unit.korean}{tail}정"


def english(amount: Decimal | int, currency: str = "KRW") -> str:
    """`One thousand two hundred US dollars and fifty cents only`; raises as `korean` does."""
    whole, minor = _split(amount, currency)
    words = ("minus " if amount < 0 else "") + _english_whole(whole)
    unit = _UNITS.get(currency)
    if unit is None:
        tail = f" and {minor}/{10 ** minor_digits(currency)}" if minor else ""
        text = f"{words} {currency}{tail} only"
    else:
        text = f"{words} {unit.english_one if whole == 1 else unit.english}"
        if minor:
            text += f" and {_english_whole(minor)} {unit.english_minor_one if minor == 1 else unit.english_minor}"
        text += " only"
    return text[0].upper() + text[1:]


def _split(amount: Decimal | int, currency: str) -> tuple[int, int]:
    """Whole units and minor units, both without sign."""
    power: int = 10 ** minor_digits(currency)
    minor_total = Decimal(amount).copy_abs().scaleb(minor_digits(currency), context=_WIDE)
    if minor_total != int(minor_total) or minor_total >= _LIMIT * power:
        raise Bug("amount_words.range", amount=str(amount), currency=currency)
    return divmod(int(minor_total), power)


def _korean_whole(value: int) -> str:
    if value == 0:
        return "영"
    words = ""
    for myriad in _MYRIADS:
        value, group = divmod(value, 10_000)
        if group:
            words = _korean_group(group) + myriad + words
        if not value:
            break
    return words


def _korean_group(group: int) -> str:
    """A number below ten thousand."""
    words = ""
    for place in _PLACES:
        group, digit = divmod(group, 10)
        if digit:
            words = _DIGITS[digit] + place + words
    return words


def _english_whole(value: int) -> str:
    if value == 0:
        return _ONES[0]
    parts: list[str] = []
    for thousand in _THOUSANDS:
        value, group = divmod(value, 1000)
        if group:
            parts.insert(0, f"{_english_group(group)} {thousand}".strip())
        if not value:
            break
    return " ".join(parts)


def _english_group(group: int) -> str:
    """A number below one thousand."""
    hundreds, rest = divmod(group, 100)
    words = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        words.append(_TENS[tens] + (f"-{_ONES[ones]}" if ones else ""))
    elif rest:
        words.append(_ONES[rest])
    return " ".join(words)
