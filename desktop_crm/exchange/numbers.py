"""Numbers as people write them: separators, signs, currencies, 만 and 억, percent. Exact decimals, never floats.

Which sign parts the decimals is decided over a whole column; a single cell may not tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

CURRENCY_SIGNS: dict[str, str] = {
    "₩": "KRW",
    "￦": "KRW",
    "원": "KRW",
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "￥": "JPY",
    "円": "JPY",
    "元": "CNY",
    "달러": "USD",
    "유로": "EUR",
    "엔": "JPY",
}
_CODES = frozenset(
    {"KRW", "USD", "EUR", "JPY", "GBP", "CNY", "CHF", "SGD", "HKD", "AUD", "CAD", "VND", "INR", "TWD", "THB"}
)
_SCALES = {"조": 10**12, "억": 10**8, "만": 10**4, "천": 10**3, "K": 10**3, "M": 10**6, "B": 10**9}
_SIGN_PATTERN = "|".join(sorted(map(re.escape, CURRENCY_SIGNS), key=len, reverse=True))
_CURRENCY = rf"(?:{_SIGN_PATTERN}|{'|'.join(sorted(_CODES))})"
_BODY = r"\d[\d.,'’\u00a0\u202f\u2009 ]*|[.,]\d+"
_SHAPE = re.compile(
    rf"(?P<open>\()?\s*(?P<minus>[-−–△▲+])?\s*(?P<before>{_CURRENCY})?\s*(?P<minus2>[-−–△▲+])?\s*"
    rf"(?P<body>{_BODY})\s*(?P<exponent>[eE][+-]?\d{{1,2}})?(?P<scaled>(?:\s*[조억만천]\s*(?:\d[\d.,]*)?)*)"
    rf"(?P<short>[KMB])?\s*(?P<percent>%|％|퍼센트)?\s*(?P<after>{_CURRENCY}(?:정)?)?\s*(?P<trail>-)?\s*(?P<close>\))?",
)
_STEP = re.compile(r"\s*([조억만천])\s*(\d[\d.,]*)?")
_SPACES = re.compile(r"[\u00a0\u202f\u2009 '’]")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFormat:
    """Which sign parts the decimals; `ambiguous` where the values would allow the other one as well."""

    decimal: str = "."
    ambiguous: bool = False
    currency: str | None = None
    percent: bool = False
    sample: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A number with what stood beside it. A percentage keeps its figure: `15%` is 15 with `percent`."""

    value: Decimal
    currency: str | None = None
    percent: bool = False


def _currency(text: str | None) -> str | None:
    if not text:
        return None
    word = text.removesuffix("정") if len(text) > 1 else text
    return CURRENCY_SIGNS.get(word, word)


def _plain(body: str, decimal: str) -> Decimal | None:
    """Digits with separators to a number; None where the separators contradict the format."""
    digits = _SPACES.sub("", body)
    group = "," if decimal == "." else "."
    whole, mark, rest = digits.partition(decimal)
    if mark and not rest.isdigit():
        return None
    if group in whole:
        first, *groups = whole.split(group)
        western = 1 <= len(first) <= 3 and first[0] != "0" and all(len(part) == 3 for part in groups)
        if not western and not _indian(first, groups):
            return None
        whole = first + "".join(groups)
    if whole and not whole.isdigit():
        return None
    try:
        return Decimal(f"{whole or '0'}.{rest}" if mark else whole)
    except InvalidOperation:
        return None


def _indian(first: str, groups: list[str]) -> bool:
    """Lakh grouping, 12,34,567."""
    return (
        1 <= len(first) <= 2
        and len(groups[-1]) == 3
        and all(len(part) == 2 for part in groups[:-1])
        and len(groups) > 1
    )


def parse_number(text: str, form: NumberFormat) -> Parsed | None:
    """What a cell says in this column's format, or None."""
    stripped = text.strip()
    if stripped.isdecimal() and stripped.isascii():
        return Parsed(value=Decimal(stripped))
    match = _SHAPE.fullmatch(stripped)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    value = _plain(match["body"].strip(), form.decimal)
    if value is None:
        return None
    if match["exponent"]:
        value = Decimal(f"{value}{match['exponent']}")
    if match["scaled"]:
        scaled = _scaled(value, match["scaled"], form.decimal)
        if scaled is None:
            return None
        value = scaled
    if match["short"]:
        value *= _SCALES[match["short"]]
    signs = [match[name] for name in ("minus", "minus2", "trail", "open") if match[name] and match[name] != "+"]
    if len(signs) > 1:
        return None
    before, after = _currency(match["before"]), _currency(match["after"])
    if before and after and before != after:
        return None
    return Parsed(value=-value if signs else value, currency=before or after, percent=bool(match["percent"]))


def _scaled(first: Decimal, steps: str, decimal: str) -> Decimal | None:
    """`4억 8,200만` and the like: descending powers, each with its own figure; `3천만` multiplies."""
    total, figure, last = Decimal(0), first, 10**16
    for scale, rest in _STEP.findall(steps):
        power = _SCALES[scale]
        if scale == "천":
            figure *= power
        else:
            if power >= last:
                return None
            total, figure, last = total + figure * power, Decimal(0), power
        if rest:
            more = _plain(rest, decimal)
            if more is None:
                return None
            figure += more
    return total + figure


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberReader:
    """Reads the numbers of one document as `learn_numbers` found them to be written."""

    form: NumberFormat

    def read(self, text: str) -> Decimal | None:
        """What a cell says; None where it is no number in this writing."""
        parsed = parse_number(text, self.form)
        return None if parsed is None else parsed.value


def learn_numbers(values: Iterable[str]) -> NumberReader:
    """How all these cells together write numbers, whichever column they stand in."""
    form, _ = detect_numbers(values)
    return NumberReader(form=form or NumberFormat())


def looks_like_number(text: str) -> bool:
    """Whether a cell is a number in any writing."""
    stripped = text.strip()
    if not stripped or not any(char.isdigit() for char in stripped):
        return False
    return any(parse_number(stripped, NumberFormat(decimal=mark)) is not None for mark in ".,")


def detect_numbers(values: Iterable[str]) -> tuple[NumberFormat | None, float]:
    """The decimal sign that fits most of the values, and which share it fits.

    `1,395` alone is taken for grouped thousands without a doubt; `1.395` alone is a decimal figure, and ambiguous.
    """
    texts = [value.strip() for value in values]
    if not texts:
        return None, 0.0
    point, comma = NumberFormat(decimal="."), NumberFormat(decimal=",")
    with_point = [parse_number(text, point) for text in texts]
    either_way = (text.isdecimal() for text in texts)  # bare figures say the same under both signs
    with_comma = [
        number if same else parse_number(text, comma)
        for text, number, same in zip(texts, with_point, either_way, strict=True)
    ]
    read = {".": with_point, ",": with_comma}
    fits = {mark: sum(item is not None for item in parsed) for mark, parsed in read.items()}
    best = "." if fits["."] >= fits[","] else ","
    if not fits[best]:
        return None, 0.0
    pairs = zip(texts, read["."], read[","], strict=True)
    differing = any(point != comma and "," not in text for text, point, comma in pairs if point and comma)
    good = [item for item in read[best] if item is not None]
    currencies = {item.currency for item in good if item.currency}
    form = NumberFormat(
        decimal=best,
        ambiguous=fits["."] == fits[","] and differing,
        currency=currencies.pop() if len(currencies) == 1 else None,
        percent=all(item.percent for item in good),
        sample=texts[0],
    )
    return form, fits[best] / len(texts)
