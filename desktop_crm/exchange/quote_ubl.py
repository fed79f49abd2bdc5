"""A quote as UBL 2.1 Quotation, with the sums and tax categories of EN 16931: what another company's program reads.

Every sum in it holds by the standard's own rules (BR-CO-10 to 17): lines, less allowances by tax category, plus tax of each.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as ET

from desktop_crm.domain.money import EXACT, ZERO, minor_digits
from desktop_crm.domain.quotes.draft import Party, QuoteDraft, QuoteLine
from desktop_crm.domain.quotes.pricing import PricedLine, PricedQuote, TaxShare
from desktop_crm.domain.quotes.versions import VersionContent
from desktop_crm.domain.schema.options import TaxClass
from desktop_crm.foundation.errors import Refusal

MIME: Final = "application/xml"
_ROOT: Final = "urn:oasis:names:specification:ubl:schema:xsd:Quotation-2"
_CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_CATEGORY: Final = {TaxClass.STANDARD: "S", TaxClass.ZERO_RATED: "Z", TaxClass.EXEMPT: "E"}
_UNITS: Final = {
    "ea": "EA", "개": "EA", "대": "EA", "set": "SET", "세트": "SET", "식": "LS", "일": "DAY", "day": "DAY", "월": "MON",
    "개월": "MON", "년": "ANN", "year": "ANN", "시간": "HUR", "h": "HUR", "hour": "HUR", "kg": "KGM", "m": "MTR",
    "명": "IE", "box": "BX", "박스": "BX",
}  # fmt: skip
"""Units people write, as UN/ECE Recommendation 20 codes; what is none of them is a piece (C62)."""


def quotation(content: VersionContent) -> bytes:
    """The document. Raises Refusal `quote.ubl.included` for prices that hold their tax: the standard's lines are without it."""
    draft, amounts = content.draft, content.amounts
    if draft.tax_included:
        raise Refusal("quote.ubl.included")
    ET.register_namespace("", _ROOT)
    ET.register_namespace("cac", _CAC)
    ET.register_namespace("cbc", _CBC)
    root = ET.Element(f"{{{_ROOT}}}Quotation")
    _text(root, "UBLVersionID", "2.1")
    _text(root, "ID", f"{content.number}-v{content.version}")
    _text(root, "IssueDate", content.issued_on.isoformat())
    if draft.remarks.strip():
        _text(root, "Note", draft.remarks.strip())
    _text(root, "PricingCurrencyCode", draft.currency)
    if draft.valid_until is not None:
        _text(_part(root, "ValidityPeriod"), "EndDate", draft.valid_until.isoformat())
    _party(_part(root, "SellerSupplierParty"), draft.supplier)
    _party(_part(root, "BuyerCustomerParty"), draft.customer)
    if draft.payment_terms.strip():
        _text(_part(root, "TransactionConditions"), "Description", draft.payment_terms.strip())
    allowances = _allowances(draft, amounts)
    for tax, amount in allowances:
        _allowance(root, draft.currency, amount, "Discount", tax)
    _taxes(root, draft.currency, amounts)
    _totals(root, draft.currency, amounts, sum((amount for _, amount in allowances), ZERO))
    _lines(root, draft, amounts)
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _counted(draft: QuoteDraft, amounts: PricedQuote) -> list[tuple[QuoteLine, PricedLine]]:
    """The lines that are in the total."""
    found = []
    for section, priced in zip(draft.sections, amounts.sections, strict=True):
        ids = {line.id for line in section.lines}
        found += [
            (line, amount)
            for line, amount in zip(section.lines, priced.lines, strict=True)
            if amount.counted and not section.optional and not line.optional and line.parent_id not in ids
        ]
    return found


def _key(draft: QuoteDraft, line: QuoteLine) -> tuple[TaxClass, Decimal]:
    rate = draft.tax_rate if line.tax_rate is None else line.tax_rate
    return (line.tax_class, rate if line.tax_class is TaxClass.STANDARD else ZERO)


def _allowances(draft: QuoteDraft, amounts: PricedQuote) -> list[tuple[TaxShare, Decimal]]:
    """What sections and the whole are cheaper by, for each tax: what its lines come to less what it is reckoned on."""
    sums: dict[tuple[TaxClass, Decimal], Decimal] = defaultdict(lambda: ZERO)
    for line, amount in _counted(draft, amounts):
        key = _key(draft, line)
        sums[key] = EXACT.add(sums[key], amount.net)
    found = []
    for tax in amounts.taxes:
        key = (tax.tax_class, tax.rate if tax.tax_class is TaxClass.STANDARD else ZERO)
        off = EXACT.subtract(sums[key], tax.base)
        if off:
            found.append((tax, off))
    return found


def _taxes(root: ET.Element, currency: str, amounts: PricedQuote) -> None:
    total = _part(root, "TaxTotal")
    _amount(total, "TaxAmount", amounts.tax_amount, currency)
    for tax in amounts.taxes:
        part = _part(total, "TaxSubtotal")
        _amount(part, "TaxableAmount", tax.base, currency)
        _amount(part, "TaxAmount", tax.amount, currency)
        _category(part, "TaxCategory", tax.tax_class, tax.rate)


def _totals(root: ET.Element, currency: str, amounts: PricedQuote, allowances: Decimal) -> None:
    total = _part(root, "QuotedMonetaryTotal")
    _amount(total, "LineExtensionAmount", EXACT.add(amounts.net_amount, allowances), currency)
    _amount(total, "TaxExclusiveAmount", amounts.net_amount, currency)
    _amount(total, "TaxInclusiveAmount", amounts.grand_total, currency)
    if allowances:
        _amount(total, "AllowanceTotalAmount", allowances, currency)
    if amounts.prepaid:
        _amount(total, "PrepaidAmount", amounts.prepaid, currency)
    _amount(total, "PayableAmount", amounts.payable, currency)


def _lines(root: ET.Element, draft: QuoteDraft, amounts: PricedQuote) -> None:
    for number, (line, amount) in enumerate(_counted(draft, amounts), 1):
        part = _part(root, "QuotationLine")
        if line.remark.strip():
            _text(part, "Note", line.remark.strip())
        item = _part(part, "LineItem")
        _text(item, "ID", str(number))
        unit = _UNITS.get(line.unit.strip().lower(), "C62")
        quantity = _text(item, "Quantity", f"{line.quantity:f}")
        quantity.set("unitCode", unit)
        _amount(item, "LineExtensionAmount", amount.net, draft.currency)
        gross = EXACT.multiply(line.quantity, line.unit_price)
        off = EXACT.subtract(gross, amount.net)
        if off:
            _allowance(item, draft.currency, off, "Discount", None)
        price = _part(item, "Price")
        _amount(price, "PriceAmount", line.unit_price, draft.currency, exact=True)
        goods = _part(item, "Item")
        if line.spec.strip():
            _text(goods, "Description", line.spec.strip())
        _text(goods, "Name", line.name.strip() or "—")
        tax_class, rate = _key(draft, line)
        _category(goods, "ClassifiedTaxCategory", tax_class, rate)


def _party(parent: ET.Element, party: Party) -> None:
    part = _part(parent, "Party")
    _text(_part(part, "PartyName"), "Name", party.name or "—")
    if party.address.strip():
        _text(_part(_part(part, "PostalAddress"), "AddressLine"), "Line", party.address.strip())
    if party.registration_number.strip():
        legal = _part(part, "PartyLegalEntity")
        _text(legal, "RegistrationName", party.name)
        _text(legal, "CompanyID", party.registration_number.strip())
    if party.contact or party.phone or party.email:
        contact = _part(part, "Contact")
        for name, value in (("Name", party.contact), ("Telephone", party.phone), ("ElectronicMail", party.email)):
            if value:
                _text(contact, name, value)


def _allowance(parent: ET.Element, currency: str, amount: Decimal, reason: str, tax: TaxShare | None) -> None:
    """An allowance, or a charge where it is below nothing."""
    part = _part(parent, "AllowanceCharge")
    _text(part, "ChargeIndicator", "true" if amount < ZERO else "false")
    _text(part, "AllowanceChargeReason", reason)
    _amount(part, "Amount", amount.copy_abs() if tax is None else amount, currency, exact=tax is None)
    if tax is not None:
        _category(part, "TaxCategory", tax.tax_class, tax.rate)


def _category(parent: ET.Element, name: str, tax_class: TaxClass, rate: Decimal) -> None:
    part = _part(parent, name)
    standard = tax_class is TaxClass.STANDARD
    _text(part, "ID", "Z" if standard and not rate else _CATEGORY[tax_class])
    _text(part, "Percent", f"{(rate if standard else ZERO).normalize():f}")
    if tax_class is TaxClass.EXEMPT:
        _text(part, "TaxExemptionReason", "Exempt")
    _text(_part(part, "TaxScheme"), "ID", "VAT")


def _amount(parent: ET.Element, name: str, value: Decimal, currency: str, *, exact: bool = False) -> None:
    digits = minor_digits(currency)
    exponent = value.normalize().as_tuple().exponent
    shown = max(digits, -exponent) if exact and isinstance(exponent, int) else digits
    _text(parent, name, f"{value:.{shown}f}").set("currencyID", currency)


def _part(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{_CAC}}}{name}")


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    made = ET.SubElement(parent, f"{{{_CBC}}}{name}")
    made.text = text
    return made
