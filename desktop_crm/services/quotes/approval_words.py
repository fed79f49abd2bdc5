"""Why a rule applies and who is asked, in words of the current language. Reads nothing."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from desktop_crm.domain.quotes.approvals.needs import Finding, Need
from desktop_crm.domain.quotes.approvals.rules import PERCENTS
from desktop_crm.domain.quotes.approvals.standing import ApprovalState, People
from desktop_crm.domain.schema.approval_options import ApprovalMeasure
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import option_label

_M = ApprovalMeasure
_SIGNS: Final = {">=": "≥", "<=": "≤", "!=": "≠"}
_HUNDREDTH = Decimal("0.01")


def why(need: Need, currency: str) -> str:
    """What was found: "discount 14 % > 10 %, category Sensors"."""
    return ", ".join(_finding(one, currency) for one in need.findings)


def names_of(people: People, users: Iterable[str]) -> str:
    """Names with commas; whoever is not known here has none."""
    known = {str(key): person.name for key, person in people.persons.items()}
    return ", ".join(dict.fromkeys(known[one] for one in users if known.get(one)))


def measure_word(measure: ApprovalMeasure) -> str:
    """What a measure is called within a sentence."""
    words = {
        _M.DISCOUNT: tr("discount"),
        _M.LINE_DISCOUNT: tr("line discount"),
        _M.MARGIN: tr("margin"),
        _M.AMOUNT: tr("net amount"),
        _M.PRODUCT: tr("product"),
        _M.CATEGORY: tr("category"),
        _M.TERM: tr("term"),
        _M.PAYMENT: tr("time to pay"),
        _M.CURRENCY: tr("currency"),
        _M.TIER: tr("account tier"),
    }
    return words[measure]


def state_word(state: ApprovalState) -> str:
    """What the state of an approval is called."""
    words = {
        ApprovalState.NOT_NEEDED: tr("No approval needed"),
        ApprovalState.NEEDED: tr("Approval needed"),
        ApprovalState.SUBMITTED: tr("Waiting for approval"),
        ApprovalState.APPROVED: tr("Approved"),
        ApprovalState.REJECTED: tr("Rejected"),
        ApprovalState.VOID: tr("Approval no longer holds"),
    }
    return words[state]


def measure_name(measure: ApprovalMeasure) -> str:
    """What a measure is called in a list to choose from."""
    words = {
        _M.DISCOUNT: tr("Discount (%)"),
        _M.LINE_DISCOUNT: tr("Largest line discount (%)"),
        _M.MARGIN: tr("Margin (%)"),
        _M.AMOUNT: tr("Net amount"),
        _M.PRODUCT: tr("Product code"),
        _M.CATEGORY: tr("Category"),
        _M.TERM: tr("Term (months)"),
        _M.PAYMENT: tr("Time to pay (days)"),
        _M.CURRENCY: tr("Currency"),
        _M.TIER: tr("Tier of the account"),
    }
    return words[measure]


def _finding(finding: Finding, currency: str) -> str:
    condition = finding.condition
    word = measure_word(condition.measure)
    if condition.number is None:
        tiers = condition.measure is _M.TIER
        found = ", ".join(option_label("tier", one) if tiers else one for one in finding.words if one)
        wanted = ", ".join(option_label("tier", one) if tiers else one for one in condition.words)
        return (
            f"{word} {found}" if found else f"{word} {_SIGNS.get(condition.comparison, condition.comparison)} {wanted}"
        )
    limit = _number(condition.measure, condition.number, condition.currency or currency)
    sign = _SIGNS.get(condition.comparison, condition.comparison)
    if finding.number is None:
        return f"{word} ? {sign} {limit}"
    return f"{word} {_number(condition.measure, finding.number, currency)} {sign} {limit}"


def _number(measure: ApprovalMeasure, number: Decimal, currency: str) -> str:
    if measure in PERCENTS:
        return formats.percent(number.quantize(_HUNDREDTH))
    if measure is _M.AMOUNT:
        return formats.money(number, currency)
    if measure is _M.TERM:
        return tr("{count} months", count=formats.number(number))
    return tr("{count} days", count=formats.number(number))
