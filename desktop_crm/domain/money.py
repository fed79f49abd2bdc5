"""Money: exact decimal amounts in a currency, how they are rounded, and how a sum is shared out without losing a unit.

Every amount the product shows (screen, list, PDF, export) comes from here. Never float, never formatting (that is `i18n`).
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from desktop_crm.domain.schema.options import RoundingPolicy
from desktop_crm.foundation.errors import Refusal

EXACT: Final = decimal.Context(prec=120, rounding=decimal.ROUND_HALF_EVEN)
"""Wide enough that no product of two amounts a person can type is ever rounded by the arithmetic itself."""

ZERO: Final = Decimal(0)
HUNDRED: Final = Decimal(100)

# ISO 4217 minor units; every code not named here has two.
_MINOR_DIGITS: Final = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_CODE: Final = re.compile(r"[A-Z]{3}")
CURRENCIES: Final = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP "
    "CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR "
    "ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT "
    "MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD "
    "SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UYW UZS "
    "VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG".split()
)
"""The currencies of ISO 4217 that one can be paid in; what came from elsewhere may hold others and is still shown."""


_DECIMAL_MODE: Final = {
    RoundingPolicy.HALF_UP: decimal.ROUND_HALF_UP,  # half away from zero
    RoundingPolicy.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    RoundingPolicy.UP: decimal.ROUND_UP,  # away from zero
    RoundingPolicy.DOWN: decimal.ROUND_DOWN,  # towards zero: the Korean 절사
}


@cache
def minor_digits(currency: str) -> int:
    """Digits after the point by ISO 4217 (KRW 0, USD 2, KWD 3). A text that is no currency code is refused."""
    if not _CODE.fullmatch(currency):
        raise Refusal("money.currency.unknown", currency=currency)
    return _MINOR_DIGITS.get(currency, 2)


def known_currency(text: str, field: str = "currency") -> str:
    """The code that was meant, in capitals. Raises Refusal `currency.unknown`, naming the field."""
    code = text.strip().upper()
    if code not in CURRENCIES:
        raise Refusal("currency.unknown", currency=text[:20], field=field)
    return code


@cache
def smallest_unit(currency: str) -> Decimal:
    """One won, one cent: `Decimal("1")`, `Decimal("0.01")`."""
    return Decimal(1).scaleb(-minor_digits(currency))


def rounded(amount: Decimal, currency: str, policy: RoundingPolicy = RoundingPolicy.HALF_UP) -> Decimal:
    """The amount in whole smallest units; never a negative zero."""
    return EXACT.add(amount.quantize(smallest_unit(currency), _DECIMAL_MODE[policy], EXACT), ZERO)


def rounded_to_unit(amount: Decimal, unit: Decimal, policy: RoundingPolicy = RoundingPolicy.HALF_UP) -> Decimal:
    """The nearest multiple of `unit` by the policy: cash units, whole thousands of won."""
    if unit.as_tuple().digits == (1,):
        return EXACT.add(amount.quantize(unit, _DECIMAL_MODE[policy], EXACT), ZERO)
    steps = EXACT.divide(amount, unit).quantize(Decimal(1), _DECIMAL_MODE[policy], EXACT)
    return EXACT.add(EXACT.multiply(steps, unit), ZERO)


def added(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum; zero for none."""
    with decimal.localcontext(EXACT):
        return sum(amounts, ZERO)


def allocate(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Shares in proportion to the weights whose sum is exactly the amount.

    Each share is rounded down to the smallest unit; the units left over go to the largest remainders, the earlier share
    first among equals. Weights are not negative and not all zero; the amount is in whole smallest units.
    """
    if not weights or any(weight < 0 for weight in weights) or not any(weights):
        raise Refusal("money.allocate.weights")
    digits = minor_digits(currency)
    units = int(amount.scaleb(digits, EXACT))
    if Decimal(units).scaleb(-digits, EXACT) != amount:
        raise Refusal("money.allocate.fraction", amount=amount, currency=currency)
    scale = max(-int(weight.as_tuple().exponent) for weight in weights)
    whole = [int(weight.scaleb(max(scale, 0), EXACT)) for weight in weights]
    total = sum(whole)
    shares = [divmod(units * weight, total) for weight in whole]
    left = units - sum(quotient for quotient, _ in shares)
    lucky = set(sorted(range(len(shares)), key=lambda index: -shares[index][1])[:left])
    return [Decimal(share + (index in lucky)).scaleb(-digits, EXACT) for index, (share, _) in enumerate(shares)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in one currency. Adding two currencies is refused, never guessed."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        minor_digits(self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(amount=EXACT.add(self.amount, self._same(other)), currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(amount=EXACT.subtract(self.amount, self._same(other)), currency=self.currency)

    def __neg__(self) -> Money:
        return Money(amount=EXACT.subtract(ZERO, self.amount), currency=self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def times(self, factor: Decimal, policy: RoundingPolicy = RoundingPolicy.HALF_UP) -> Money:
        """Multiplied and rounded to the smallest unit."""
        return Money(amount=rounded(EXACT.multiply(self.amount, factor), self.currency, policy), currency=self.currency)

    def rounded(self, policy: RoundingPolicy = RoundingPolicy.HALF_UP) -> Money:
        """In whole smallest units."""
        return Money(amount=rounded(self.amount, self.currency, policy), currency=self.currency)

    def allocated(self, weights: Sequence[Decimal]) -> list[Money]:
        """Shared out in proportion, without losing a unit."""
        return [Money(amount=share, currency=self.currency) for share in allocate(self.amount, weights, self.currency)]

    @staticmethod
    def zero(currency: str) -> Money:
        """Nothing, in this currency."""
        return Money(amount=ZERO, currency=currency)

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise Refusal("money.currency.mixed", left=self.currency, right=other.currency)
        return other.amount


def sums_by_currency(items: Iterable[Money]) -> tuple[Money, ...]:
    """One sum a currency, by code; currencies are never added together."""
    sums: dict[str, Decimal] = {}
    for item in items:
        sums[item.currency] = EXACT.add(sums.get(item.currency, ZERO), item.amount)
    return tuple(Money(amount=amount, currency=currency) for currency, amount in sorted(sums.items()))
