"""A document from outside (lines, allowances, charges, taxes, what was paid) priced by the same rules as our quotes.

Plain values in the shape of the EN 16931 examples in; the same shape with every figure computed out, and how each came about.
What the document printed and our arithmetic does not give is told as a difference. Knows no file and no workspace.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from desktop_crm.domain.money import EXACT, ZERO, added, known_currency
from desktop_crm.domain.quotes.taxing import Item, Rounding, Tax, Taxed, part, tax_items
from desktop_crm.domain.schema.options import RoundingLevel, RoundingPolicy
from desktop_crm.foundation.errors import Refusal

ONE: Final = Decimal(1)
_LARGEST: Final = Decimal(10) ** 27
_DEEPEST: Final = 30
_TRUE: Final = {True: True, False: False, "true": True, "false": False, "1": True, "0": False}
_LINE: Final = re.compile(r"lines\[(\d+)\]")
_GIVEN: Final = ("prepaid", "rounding")
_COMPUTED: Final = frozenset({"checks", "vat_breakdown", "vat_total"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of an explanation. `line`: of which line; None for the document. `amount`: what stands after the step."""

    rule: str
    amount: Decimal
    line: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a document is rounded, and whether its prices hold the tax.

    `keep_printed`: a line's printed amount stands where our arithmetic gives another one (the difference is told).
    """

    policy: RoundingPolicy = RoundingPolicy.HALF_UP
    level: RoundingLevel = RoundingLevel.TAX
    tax_included: bool = False
    keep_printed: bool = False


def price_invoice(invoice: object, terms: Terms) -> dict[str, Any]:
    """The document computed. Raises Refusal `invoice.field` (with field and value), `invoice.missing`, `invoice.line.missing`
    and `currency.unknown`.
    """
    document = _mapping(invoice, "invoice")
    rounding = Rounding.of(known_currency(str(document.get("currency") or "")), policy=terms.policy, level=terms.level)
    steps: list[Step] = []
    lines = _list(document, "lines")
    computed = [_line_net(line, f"lines[{place}]", rounding, steps) for place, line in enumerate(lines)]
    nets = _printed(lines, computed, steps) if terms.keep_printed else computed
    items = [
        Item(amount=net, taxes=_taxes(_mapping(line, ""), f"lines[{place}]", terms))
        for place, (line, net) in enumerate(zip(lines, nets, strict=True))
    ]
    line_total = added(nets)
    allowances, charges = ZERO, ZERO
    for place, raw in enumerate(_list(document, "document_allowances_charges")):
        where = f"document_allowances_charges[{place}]"
        one = _mapping(raw, where)
        amount = _adjustment(one, where, line_total, rounding)
        taxes = _taxes(one, where, terms)
        is_charge = _is_charge(one, where)
        items.append(Item(amount=amount if is_charge else -amount, taxes=taxes))
        charges, allowances = (charges + amount, allowances) if is_charge else (charges, allowances + amount)
        steps.append(_step("charge" if is_charge else "allowance", amount, source=str(one.get("reason") or "")))
    taxed = tax_items(items, rounding)
    totals = _totals(document, (line_total, allowances, charges), taxed, rounding, steps)
    result = {name: value for name, value in document.items() if name not in _COMPUTED}
    result["lines"] = [
        {**line, "line_net": _text(rounding.whole(net), rounding)} for line, net in zip(lines, nets, strict=True)
    ]
    result["vat_breakdown"] = [
        {
            "category": one.tax.category,
            "rate": None if one.tax.rate is None else _plain(one.tax.rate),
            "taxable": _text(one.base, rounding),
            "tax": _text(one.amount, rounding),
        }
        for one in taxed.sums
    ]
    result["vat_total"] = _text(taxed.tax, rounding)
    result["totals"] = totals
    result["trace"] = [_told(one, rounding, str(document.get("issue_date") or "")) for one in steps]
    result["differences"] = _differences(document, result, [_text(rounding.whole(net), rounding) for net in computed])
    return result


def _line_net(raw: object, where: str, rounding: Rounding, steps: list[Step]) -> Decimal:
    line = _mapping(raw, where)
    name = str(line.get("id") or where)
    quantity = _number(line, "quantity", where)
    price = _number(line, "net_price", where)
    base = _number(line, "price_base_quantity", where, ONE)
    if not base:
        raise Refusal("invoice.field", field=f"{where}.price_base_quantity", value="0")
    amount = EXACT.divide(EXACT.multiply(quantity, price), base)
    per = "" if base == ONE else f" / {_plain(base)}"
    steps.append(_step("price", amount, name, f"{_plain(quantity)} x {_plain(price)}{per}"))
    gross = amount
    for place, one in enumerate(_list(line, "allowances_charges", where)):
        at = f"{where}.allowances_charges[{place}]"
        entry = _mapping(one, at)
        off = _adjustment(entry, at, gross, rounding)
        is_charge = _is_charge(entry, at)
        amount = EXACT.add(amount, off) if is_charge else EXACT.subtract(amount, off)
        rule = "line_charge" if is_charge else "line_allowance"
        steps.append(_step(rule, amount, name, str(entry.get("reason") or "")))
    net = rounding.line(amount)
    if net != amount:
        steps.append(_step("rounding", net, name, rounding.policy.value))
    return net


def _printed(lines: Sequence[Any], computed: Sequence[Decimal], steps: list[Step]) -> list[Decimal]:
    """The amounts of lines as the document printed them, where it did."""
    found = []
    for place, (line, net) in enumerate(zip(lines, computed, strict=True)):
        printed = _decimal(line.get("line_net"))
        if printed is not None and printed != net:
            steps.append(_step("printed", printed, str(line.get("id") or f"lines[{place}]")))
        found.append(net if printed is None else printed)
    return found


def _totals(
    document: Mapping[str, Any],
    sums: tuple[Decimal, Decimal, Decimal],
    taxed: Taxed,
    rounding: Rounding,
    steps: list[Step],
) -> dict[str, Any]:
    """What was given is told as it was given: null stays null, and what was left out is left out."""
    given = _mapping(document.get("totals") or {}, "totals")
    prepaid = _number(given, "prepaid", "totals", ZERO)
    extra = _number(given, "rounding", "totals", ZERO)
    payable = EXACT.add(EXACT.subtract(EXACT.subtract(taxed.gross, taxed.retained), prepaid), extra)
    steps.append(_step("sum_of_lines", sums[0]))
    steps.append(_step("net", taxed.net))
    for one in taxed.sums:
        rate = "" if one.tax.rate is None else f" {_plain(one.tax.rate)} %"
        steps.append(_step("tax", one.amount, source=f"{one.tax.category}{rate} x {_plain(one.base)}"))
    steps.append(_step("gross", taxed.gross))
    if prepaid:
        steps.append(_step("prepaid", prepaid))
    if extra:
        steps.append(_step("payable_rounding", extra))
    steps.append(_step("payable", payable))
    figures = {
        "line_total": sums[0],
        "tax_exclusive": taxed.net,
        "tax_inclusive": taxed.gross,
        "allowance_total": sums[1],
        "charge_total": sums[2],
        "prepaid": prepaid,
        "rounding": extra,
        "payable": payable,
    }
    told = {name: _text(rounding.whole(value), rounding) for name, value in figures.items()}
    left_out = {name for name in _GIVEN if name not in given}
    as_given: dict[str, Any] = {name: None for name in _GIVEN if name in given and _missing(given[name])}
    return {name: value for name, value in (told | as_given).items() if name not in left_out}


def _adjustment(entry: Mapping[str, Any], where: str, base: Decimal, rounding: Rounding) -> Decimal:
    """The amount of an allowance or charge: as it is given, or percent of its own base or of what it stands on."""
    if not _missing(entry.get("amount")):
        return rounding.line(_number(entry, "amount", where))
    percent = _number(entry, "percent", where)
    return rounding.line(part(_number(entry, "base", where, base), percent))


def _is_charge(entry: Mapping[str, Any], where: str) -> bool:
    value = entry.get("charge", False)
    key = value.strip().lower() if isinstance(value, str) else value
    if not isinstance(key, str | bool | int) or key not in _TRUE:
        raise Refusal("invoice.field", field=f"{where}.charge", value=str(value)[:40])
    return _TRUE[key]


def _taxes(entry: Mapping[str, Any], where: str, terms: Terms) -> tuple[Tax, ...]:
    category = entry.get("vat_category")
    given = entry.get("vat_rate")
    if _missing(category) and _missing(given):
        return ()
    rate = None if _missing(given) else _number(entry, "vat_rate", where)
    if rate is not None and rate < ZERO:
        raise Refusal("invoice.field", field=f"{where}.vat_rate", value=str(given)[:40])
    return (Tax(category=str(category or "S"), rate=rate, included=terms.tax_included),)


def _differences(document: Mapping[str, Any], result: Mapping[str, Any], nets: Sequence[str]) -> list[dict[str, str]]:
    """Figures that the document printed otherwise."""
    found: list[dict[str, str]] = []

    def compare(field: str, printed: object, computed: str) -> None:
        value = _decimal(printed)
        if value is not None and value != Decimal(computed):
            found.append({"field": field, "printed": str(printed), "computed": computed})

    for place, net in enumerate(nets):
        compare(f"lines[{place}].line_net", document["lines"][place].get("line_net"), net)
    compare("vat_total", document.get("vat_total"), result["vat_total"])
    totals = document.get("totals")
    for name, printed in (totals if isinstance(totals, Mapping) else {}).items():
        if name in result["totals"]:
            compare(f"totals.{name}", printed, result["totals"][name])
    return found


def _step(rule: str, amount: Decimal, line: str | None = None, source: str = "") -> Step:
    return Step(rule=rule, amount=amount, line=line, source=source)


def _told(step: Step, rounding: Rounding, date: str) -> dict[str, Any]:
    amount = step.amount
    fine = amount.quantize(rounding.unit.scaleb(-6), context=EXACT)
    return {
        "line": step.line,
        "rule": step.rule,
        "source": step.source,
        "date": date or None,
        "amount": _plain(amount if fine == amount else fine),
    }


def _text(amount: Decimal, rounding: Rounding) -> str:
    return format(amount.quantize(rounding.unit, context=EXACT), "f")


def _plain(amount: Decimal) -> str:
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Refusal("invoice.field", field=where, value=str(value)[:40])
    return value


def _list(value: Mapping[str, Any], name: str, where: str = "") -> list[Any]:
    found = value.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise Refusal("invoice.field", field=f"{where}.{name}".lstrip("."), value=str(found)[:40])
    return found


def _number(value: Mapping[str, Any], name: str, where: str, default: Decimal | None = None) -> Decimal:
    given = value.get(name)
    if _missing(given) and default is not None:
        return default
    if _missing(given):
        line = _LINE.fullmatch(where)
        if line is None:
            raise Refusal("invoice.missing", field=f"{where}.{name}")
        raise Refusal("invoice.line.missing", field=f"{where}.{name}", line=int(line[1]) + 1, name=name)
    number = _decimal(given)
    if number is None:
        raise Refusal("invoice.field", field=f"{where}.{name}", value=str(given)[:40])
    return number


def _decimal(given: object) -> Decimal | None:
    """A finite number of a size that a document can mean; None for anything else."""
    if isinstance(given, bool) or not isinstance(given, str | int | Decimal):
        return None
    try:
        number = Decimal(given.strip() if isinstance(given, str) else given)
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(number) >= _LARGEST or exponent < -_DEEPEST:
        return None
    return number


def _missing(given: object) -> bool:
    return given is None or given == ""
