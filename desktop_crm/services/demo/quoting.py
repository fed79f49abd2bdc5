"""Quotes of the demo: lines by section, one to four versions, each frozen as the program itself would have issued it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from desktop_crm.domain.quotes.draft import Party, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.order_keys import keys_between
from desktop_crm.domain.quotes.pricing import price
from desktop_crm.domain.quotes.versions import freeze
from desktop_crm.domain.schema.options import QuoteStatus, RoundingPolicy
from desktop_crm.foundation.ids import RowId
from desktop_crm.services.demo import words
from desktop_crm.services.demo.catalogue import Catalogue
from desktop_crm.services.demo.companies import KNOWN
from desktop_crm.services.demo.deals import LOST, QUOTED, WON, Deal
from desktop_crm.services.demo.dice import Dice, Row

SUPPLIER = {
    "name": "(주)온누리오토메이션",
    "business_registration_number": "000-00-00000",
    "representative": "강온유",
    "address_line": "서울 한강대로 1",
    "phone": "02-010-0000",
    "email": "sales@onnuri.example",
}
"""Our own company, as the row of `supplier`."""
_SECTIONS = {"제어기": "설비 제어 패키지", "센서": "센서·계측", "소프트웨어": "소프트웨어", "자재": "자재"}
_LAST_SECTION = "서비스·유지보수"
_LATER = timedelta(minutes=20)
_LONG = 40  # lines of the one long quote


@dataclass(frozen=True, slots=True)
class Quotes:
    """Rows of quotes, their sections, lines and issued versions."""

    quotes: list[Row] = field(default_factory=list)
    sections: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    versions: list[Row] = field(default_factory=list)


def quotes(dice: Dice, deals: list[Deal], catalogue: Catalogue, users: list[Row], most: int) -> Quotes:
    """At most so many quotes, for opportunities that came far enough; numbered by day."""
    made = Quotes()
    names = {row["id"]: row["name"] for row in users}
    chosen = _quoted(dice, [deal for deal in deals if deal.furthest >= QUOTED], most)
    far = sorted((_quoted_on(deal), deal.row["id"], deal) for deal in chosen)
    longest = _for_the_long_one([deal for _, _, deal in far])
    counts: dict[int, int] = {}
    for day, _, deal in far:
        counts[day.year] = counts.get(day.year, 0) + 1
        number = f"Q-{day.year}-{counts[day.year]:04}"
        lines = _LONG if deal is longest else dice.number(3, 12)
        _quote(dice, made, deal, catalogue, number, day, lines, names[deal.row["owner_id"]])
    return made


def supplier(dice: Dice) -> Row:
    """The row of our own company."""
    return {"id": dice.id(), **SUPPLIER}


def _supplier(writer: str) -> Party:
    return Party(
        name=SUPPLIER["name"],
        registration_number=SUPPLIER["business_registration_number"],
        representative=SUPPLIER["representative"],
        address=SUPPLIER["address_line"],
        phone=SUPPLIER["phone"],
        email=SUPPLIER["email"],
        contact=writer,
    )


def _quoted(dice: Dice, deals: list[Deal], most: int) -> list[Deal]:
    """The opportunities that get a quote: the running ones, and closed ones from all of the two years."""
    running = [deal for deal in deals if deal.place < WON][-most:]
    closed = [deal for deal in deals if deal.place >= WON]
    return running + dice.random.sample(closed, min(most - len(running), len(closed)))


def _quoted_on(deal: Deal) -> date:
    return next(day for day, stage in deal.way if stage >= QUOTED)


def _for_the_long_one(deals: list[Deal]) -> Deal | None:
    """The opportunity whose quote has forty lines: the latest open one of a family that the manual speaks of, else any."""
    running = [deal for deal in deals if deal.place < WON and deal.row["currency"] == "KRW"]
    known = [deal for deal in running if deal.account["name"].startswith(KNOWN[1][0])]
    found = known or running or deals
    return found[-1] if found else None


def _quote(
    dice: Dice, made: Quotes, deal: Deal, catalogue: Catalogue, number: str, day: date, lines: int, author: str
) -> None:
    draft = _draft(dice, deal, catalogue, day, lines, author)
    rounds = dice.weighted((1, 2, 3, 4), (45, 30, 17, 8))
    closed_on = deal.way[-1][0] if deal.place in {WON, LOST} else dice.today
    issued = 0
    for version in range(1, rounds + 1):
        when = min(day + timedelta(days=6 * (version - 1)), closed_on)
        if version > 1:
            draft = _revised(dice, draft)
        if version == rounds and deal.place not in {WON, LOST} and dice.chance(0.3):
            break  # still being worked on
        draft = replace(draft, valid_until=when + timedelta(days=30))
        at = dice.moment_on(when)
        if issued:
            at = max(at, made.versions[-1]["issued_at"] + _LATER)  # two versions of one day come in their order
        made.versions.append(_version(dice, draft, deal, number, version, when, at, author))
        issued = version
    total = price(draft)
    deal.row["amount"] = total.net_amount
    made.quotes.append(_row(draft, deal, catalogue, number, _status(dice, deal, draft, issued, rounds), rounds, issued))
    _rows_of_draft(made, draft)


def _status(dice: Dice, deal: Deal, draft: QuoteDraft, issued: int, rounds: int) -> QuoteStatus:
    if deal.place == WON:
        return QuoteStatus.ACCEPTED
    if deal.place == LOST:
        return dice.pick((QuoteStatus.REJECTED, QuoteStatus.EXPIRED))
    if issued < rounds:
        return QuoteStatus.DRAFT
    if draft.valid_until and draft.valid_until < dice.today:
        return QuoteStatus.EXPIRED
    return dice.pick((QuoteStatus.ISSUED, QuoteStatus.SENT, QuoteStatus.SENT))


def _draft(dice: Dice, deal: Deal, catalogue: Catalogue, day: date, count: int, author: str) -> QuoteDraft:
    book = catalogue.standard[deal.row["currency"]]
    chosen = dice.random.sample(catalogue.products, min(count, len(catalogue.products)))
    by_section: dict[str, list[QuoteLine]] = {}
    for product in sorted(chosen, key=lambda row: row["code"]):
        title = _SECTIONS.get(product["category"], _LAST_SECTION)
        by_section.setdefault(title, []).append(_line(dice, product, catalogue.prices[book["id"], product["id"]]))
    ordered = [name for name in (*_SECTIONS.values(), _LAST_SECTION) if name in by_section]
    account = deal.account
    person = next((one for one in deal.people if one["id"] == deal.row["contact_id"]), None)
    customer = Party(
        name=account["name"],
        registration_number=account["business_registration_number"] or "",
        address=" ".join(part for part in (account["address_city"], account["address_line"]) if part),
        phone=account["phone"] or "",
        email=person["email"] if person else "",
        department=person["department"] if person else "",
        contact=person["name"] if person else "",
        contact_title=person["title"] if person else "",
    )
    return QuoteDraft(
        id=RowId(dice.id()),
        supplier=_supplier(author),
        customer=customer,
        currency=deal.row["currency"],
        sections=tuple(QuoteSection(id=RowId(dice.id()), name=name, lines=tuple(by_section[name])) for name in ordered),
        name=deal.row["name"],
        account_id=RowId(account["id"]),
        contact_id=RowId(deal.row["contact_id"]) if deal.row["contact_id"] else None,
        opportunity_id=RowId(deal.row["id"]),
        rounding_policy=RoundingPolicy.DOWN if deal.row["currency"] == "KRW" else RoundingPolicy.HALF_UP,
        discount_percent=Decimal(dice.pick((0, 0, 0, 2, 3, 5))),
        tax_rate=Decimal(10) if deal.row["currency"] == "KRW" else Decimal(0),
        valid_until=day + timedelta(days=30),
        payment_terms=dice.pick(words.PAYMENT_TERMS),
        remarks=dice.pick(words.REMARKS),
    )


def _line(dice: Dice, product: Row, unit_price: Decimal) -> QuoteLine:
    dear = product["list_price"] >= 4_000_000
    return QuoteLine(
        id=RowId(dice.id()),
        name=product["name"],
        name_en=product["name_en"],
        quantity=Decimal(dice.number(1, 3) if dear else dice.number(1, 24)),
        unit_price=unit_price,
        product_id=RowId(product["id"]),
        spec=product["spec"],
        unit=product["unit"],
        discount_percent=Decimal(dice.pick((0, 0, 0, 0, 3, 5, 7))),
    )


def _revised(dice: Dice, draft: QuoteDraft) -> QuoteDraft:
    """The next version: another quantity, a line less, or a higher discount on the whole."""
    act = dice.pick(("quantity", "discount", "drop"))
    if act == "discount":
        return replace(draft, discount_percent=draft.discount_percent + dice.pick((1, 2, 3)))
    section = draft.sections[-1]
    if act == "drop" and len(section.lines) > 1 and len(tuple(draft.lines())) < _LONG:
        changed = replace(section, lines=section.lines[:-1])
    else:
        first = section.lines[0]
        changed = replace(section, lines=(replace(first, quantity=first.quantity + 1), *section.lines[1:]))
    return replace(draft, sections=(*draft.sections[:-1], changed))


def _version(
    dice: Dice, draft: QuoteDraft, deal: Deal, number: str, version: int, when: date, at: datetime, author: str
) -> Row:
    frozen = freeze(draft, number=number, version=version, issued_at=at, issued_on=when, issued_by=author)
    return {
        "id": dice.id(),
        "quote_id": draft.id,
        "number": number,
        "version": version,
        "issued_at": at,
        "issued_by_id": deal.row["owner_id"],
        "grand_total": frozen.content.amounts.grand_total,
        "currency": draft.currency,
        "snapshot": frozen.snapshot,
        "snapshot_hash": frozen.hash,
    }


def _row(
    draft: QuoteDraft, deal: Deal, catalogue: Catalogue, number: str, status: QuoteStatus, rounds: int, issued: int
) -> Row:
    return {
        "id": draft.id,
        "number": number,
        "name": draft.name,
        "account_id": draft.account_id,
        "contact_id": deal.row["contact_id"],
        "opportunity_id": draft.opportunity_id,
        "price_book_id": catalogue.standard[draft.currency]["id"],
        "owner_id": deal.row["owner_id"],
        "status": status.value,
        "currency": draft.currency,
        "rounding_policy": draft.rounding_policy.value,
        "discount_percent": draft.discount_percent,
        "tax_rate": draft.tax_rate,
        "valid_until": draft.valid_until,
        "payment_terms": draft.payment_terms,
        "remarks": draft.remarks,
        "grand_total": price(draft).grand_total,
        "draft_version": rounds if issued < rounds else issued + 1,
    }


def _rows_of_draft(made: Quotes, draft: QuoteDraft) -> None:
    for section, key in zip(draft.sections, keys_between(None, None, len(draft.sections)), strict=True):
        made.sections.append({"id": section.id, "quote_id": draft.id, "name": section.name, "order_key": key})
        keys = keys_between(None, None, len(section.lines))
        made.lines.extend(
            {
                "id": line.id,
                "quote_id": draft.id,
                "section_id": section.id,
                "order_key": line_key,
                "product_id": line.product_id,
                "name": line.name,
                "name_en": line.name_en or None,
                "spec": line.spec,
                "unit": line.unit,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "discount_percent": line.discount_percent,
                "tax_rate": line.tax_rate,
                "remark": line.remark or None,
            }
            for line, line_key in zip(section.lines, keys, strict=True)
        )
