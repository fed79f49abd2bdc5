"""Making and editing drafts. A save writes only what the editor changed since it last looked, so that edits by others stay."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from desktop_crm.domain.money import known_currency
from desktop_crm.domain.quotes import basis, order
from desktop_crm.domain.quotes.approvals.content import content_hash
from desktop_crm.domain.quotes.draft import LOOSE, QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.order_keys import DIGITS
from desktop_crm.domain.quotes.pricing import PricedQuote, price
from desktop_crm.domain.quotes.reordering import keys_for_edit
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.codec import is_held
from desktop_crm.domain.schema.limits import refuse_beyond
from desktop_crm.domain.schema.options import Billing, QuoteStatus, RoundingLevel, RoundingPolicy, TaxClass
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId, new_row_id
from desktop_crm.persistence.numbers import next_number
from desktop_crm.persistence.stores import quotes as store
from desktop_crm.persistence.stores.quote_lines import ramp_text
from desktop_crm.persistence.stores.quotes import Stored
from desktop_crm.persistence.tables import ROWS
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services import rates
from desktop_crm.services.quotes import at_hand, issuing, reading
from desktop_crm.services.record_rules import refuse_broken
from desktop_crm.services.records import check
from desktop_crm.services.workspace import Workspace

TAX_RATE: Final = Decimal(10)
VALID_FOR: Final = timedelta(days=30)
_HEADER: Final = (
    "name",
    "account_id",
    "contact_id",
    "opportunity_id",
    "currency",
    "rounding_policy",
    "discount_percent",
    "discount_amount",
    "tax_rate",
    "valid_until",
    "payment_terms",
    "remarks",
    "price_book_id",
    "rounding_level",
    "tax_included",
    "prepaid",
    "exchange_rate",
    "exchange_on",
    "pricing_order",
    "template",
)
_SECTION: Final = (
    "name",
    "parent_id",
    "discount_percent",
    "discount_amount",
    "optional",
    "hide_prices",
    "hide_lines",
)
_LINE: Final = (
    "product_id",
    "name",
    "name_en",
    "spec",
    "unit",
    "quantity",
    "unit_price",
    "discount_percent",
    "tax_rate",
    "remark",
    "discount_amount",
    "tax_class",
    "cost",
    "optional",
    "parent_id",
    "indent",
    "bundle_price",
    "percent_of",
    "percent_of_section",
    "billing",
    "term_months",
    "starts_on",
    "ends_on",
    "ramp",
    "price_basis",
)
_EMPTY: Final = frozenset({"", False, TaxClass.STANDARD, Billing.ONCE, RoundingLevel.TAX, ()})
_SPARSE: Final = frozenset({"percent_of", "indent", "prepaid"})
"""Numbers that are kept as nothing where they are zero."""

_OTHERS_FOLLOW: Final = frozenset({"account_id", "contact_id", "opportunity_id", "exchange_rate", "price_book_id"})
"""Fields with which something is read that does not stand in the draft."""

_Part = QuoteDraft | QuoteSection | QuoteLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """A new quote, and what changed with it."""

    id: RowId
    number: str
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierFields:
    """Our own company as quotes print it."""

    name: str
    business_registration_number: str = ""
    representative: str = ""
    address_line: str = ""
    phone: str = ""
    email: str = ""


def create(
    workspace: Workspace,
    *,
    account_id: str | None,
    currency: str | None = None,
    name: str = "",
    opportunity_id: str | None = None,
    contact_id: str | None = None,
    sections: Sequence[QuoteSection] = (),
    more: Mapping[str, Any] | None = None,
    begun: Callable[[UnitOfWork, QuoteDraft], QuoteDraft] | None = None,
) -> Created:
    """A new quote with its number. `more`: further fields of the row; `begun`: what makes the empty draft its first one.

    Raises Refusal `currency.unknown`, `reference.missing`.
    """
    code = known_currency(currency or workspace.currency)
    today = workspace.today()
    with workspace.write("quotes.create") as work:
        ours = store.pricing_terms(work.session)
        fields: dict[str, Any] = {
            "name": name or None,
            "account_id": account_id,
            "contact_id": contact_id,
            "opportunity_id": opportunity_id,
            "owner_id": workspace.author.user_id,
            "status": QuoteStatus.DRAFT.value,
            "currency": code,
            **_rate(workspace, code),
            "rounding_policy": ours.pop("rounding_policy", None) or RoundingPolicy.HALF_UP.value,
            **ours,
            "tax_rate": TAX_RATE,
            "valid_until": today + VALID_FOR,
            "grand_total": Decimal(0),
            "draft_version": 1,
            **(more or {}),
        }
        check(work, "quote", None, fields)
        number = next_number(work, "quote", today)
        quote_id = work.insert("quote", {"number": number, **fields})
        if sections or begun is not None:
            before = reading.stored(work.session, workspace, quote_id)
            first = dataclasses.replace(before.draft, sections=tuple(sections))
            if begun is not None:
                first = with_own_ids(before.draft, begun(work, first))
            write(workspace, work, before, before.draft, first)
    return Created(id=quote_id, number=number, changes=work.changes)


def save(workspace: Workspace, before: QuoteDraft, after: QuoteDraft, priced: PricedQuote | None = None) -> Changes:
    """Write what lies between two drafts of one quote. Others' edits of what was not changed here are left alone.

    `priced`: what `price(after)` gave, where the caller has it. After an issue this makes the draft of the next version. Raises
    Refusal `record.missing`, and as `record_rules` says: `quote.closed`, `quote.currency.final`, `currency.unknown`.
    """
    said: dict[str, Decimal] = {}
    try:
        with workspace.write("quotes.save") as work:
            said = store.said_totals(work.session)
            turn = workspace.database.turn
            now = at_hand.take(workspace, after.id) or reading.stored(work.session, workspace, after.id)
            _held = work.get(ROWS["quote"], after.id)  # a session lets go what nobody holds, and would read it again
            refuse_broken(work, "quote_line", None, {"quote_id": after.id})
            refuse_broken(work, "quote", after.id, _changed(before, after, _HEADER))
            written = write(workspace, work, now, before, after, priced)
            said |= {} if written.total is None else {after.id: written.total}
    finally:
        said.clear()
    if written.now is not None:
        at_hand.keep(workspace, turn, written.now)
    return work.changes


def restore_version(workspace: Workspace, quote_id: str, version: int | str) -> Changes:
    """Make the content of an issued version the draft again. Raises as `version` does, and Refusal `quote.closed`."""
    past = issuing.version(workspace, quote_id, version).content.draft
    now = reading.open_quote(workspace, quote_id).draft
    back = dataclasses.replace(past, supplier=now.supplier, customer=now.customer)
    return save(workspace, now, with_own_ids(now, back))


def supplier(workspace: Workspace) -> SupplierFields:
    """Our own company; at least the workspace's name."""
    with workspace.read() as session:
        found = store.supplier(session, None)
    return SupplierFields(
        name=found.name or workspace.name,
        business_registration_number=found.registration_number,
        representative=found.representative,
        address_line=found.address,
        phone=found.phone,
        email=found.email,
    )


def set_supplier(workspace: Workspace, fields: SupplierFields) -> Changes:
    """Set our own company; drafts show it at once, issued versions keep what they were issued with."""
    if not fields.name.strip():
        raise Refusal("value.required", entity="supplier", field="name")
    with workspace.write("quotes.set_supplier") as work:
        values = {name: value.strip() or None for name, value in dataclasses.asdict(fields).items()}
        row_id = store.supplier_id(work.session)
        if row_id is None:
            work.insert("supplier", values)
        else:
            work.update("supplier", row_id, values)
    return work.changes


def _rate(workspace: Workspace, currency: str) -> dict[str, Any]:
    """The stored rate of a foreign currency today; nothing where none is stored."""
    if currency == workspace.currency:
        return {}
    try:
        known = rates.rate(workspace, currency, workspace.currency)
    except Refusal:
        return {}
    return {"exchange_rate": known.rate, "exchange_on": known.on}


def pricing_order(workspace: Workspace) -> tuple[str, ...]:
    """The order in which new quotes apply the pricing rules."""
    with workspace.read() as session:
        return tuple(order.read(store.pricing_terms(session).get("pricing_order")))


def set_pricing_order(workspace: Workspace, wanted: Sequence[str]) -> Changes:
    """Change that order for new quotes; those that are there keep theirs. Raises Refusal `pricing.order`."""
    kept = order.kept(order.checked(wanted))
    with workspace.write("quotes.set_pricing_order") as work:
        row_id = store.supplier_id(work.session)
        if row_id is None:
            work.insert("supplier", {"name": workspace.name, "pricing_order": kept})
        else:
            work.update("supplier", row_id, {"pricing_order": kept})
    return work.changes


def new_suffix() -> str:
    """Random digits for order keys, not ending in zero."""
    return secrets.choice(DIGITS) + secrets.choice(DIGITS[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a quote comes to, None where nothing changed; and how it lies in the file now, None where that has to be read."""

    total: Decimal | None = None
    now: Stored | None = None


def write(
    workspace: Workspace,
    work: UnitOfWork,
    now: Stored,
    before: QuoteDraft,
    after: QuoteDraft,
    priced: PricedQuote | None = None,
) -> Written:
    """Bring the rows from `before` to `after`; `now` is what lies in the file, which others may have changed."""
    suffix = new_suffix()
    alone = now.draft == before  # nobody else wrote meanwhile: what will lie in the file is what was edited
    keys = _write_sections(work, now, before, after, suffix)
    keys |= _write_lines(work, now, before, after, suffix, alone=alone)
    header = _changed(before, after, _HEADER)
    if alone:
        content = after
    else:
        merged = reading.stored(work.session, workspace, after.id).draft
        content = dataclasses.replace(merged, **{field: getattr(after, field) for field in header})
    if content == now.draft:
        return Written(now=now if alone else None)
    total = (priced if priced is not None and content is after else price(content)).grand_total
    if not is_held(total):
        raise Refusal("value.out_of_range", entity="quote", field="grand_total", value=f"{total:.6E}")
    known = alone and _OTHERS_FOLLOW.isdisjoint(header)
    header["grand_total"] = total
    status = now.status
    if status is not QuoteStatus.DRAFT and not _keeps_approval(now, content):
        status = QuoteStatus.DRAFT
        header["status"] = status.value
    work.update("quote", after.id, header)
    lies = dataclasses.replace(now, draft=content, status=status, keys={**now.keys, **keys}) if known else None
    return Written(total=total if any(True for _ in content.lines()) else None, now=lies)


def _keeps_approval(now: Stored, content: QuoteDraft) -> bool:
    """Whether a quote that waits for approval or has it keeps it: nothing that matters was changed."""
    asked = now.status in {QuoteStatus.SUBMITTED, QuoteStatus.APPROVED}
    return asked and content_hash(content) == content_hash(now.draft)


def _write_sections(
    work: UnitOfWork, now: Stored, before: QuoteDraft, after: QuoteDraft, suffix: str
) -> dict[str, str]:
    """Returns the order keys it gave."""
    old = {section.id: section for section in before.sections}
    here = {section.id for section in now.draft.sections}
    wanted = [section for section in after.sections if section.id != LOOSE]
    order_changed = [s.id for s in wanted] != [s.id for s in before.sections if s.id != LOOSE]
    seen = [s.id for s in before.sections if s.id != LOOSE]
    keys = keys_for_edit(seen, [s.id for s in wanted], _keys_of(now, here), suffix) if order_changed else {}
    inserts, updates = [], []
    for section in wanted:
        fields: dict[str, Any] = {"order_key": keys[section.id]} if section.id in keys else {}
        known = old.get(section.id)
        fields |= _changed(known, section, _SECTION)
        if section.id in here:
            if fields:
                updates.append((section.id, fields))
        elif known is None or fields:  # else taken away by someone else, not touched here
            inserts.append({"id": section.id, "quote_id": after.id, **_changed(None, section, _SECTION), **fields})
    gone = [key for key in old if key != LOOSE and key in here and key not in {s.id for s in wanted}]
    _apply(work, "quote_section", inserts, updates, gone)
    return keys


def _write_lines(
    work: UnitOfWork, now: Stored, before: QuoteDraft, after: QuoteDraft, suffix: str, *, alone: bool
) -> dict[str, str]:
    """Returns the order keys it gave. Lines that are the very same value in the very same place are passed over."""
    olds = {section.id: section for section in before.sections}
    news = {section.id: section for section in after.sections}
    touched = [_told_apart(section, olds.get(section.id)) for section in after.sections]
    left = [_told_apart(section, news.get(section.id)) for section in before.sections]
    old = {line.id: (section.id, line) for section in left for line in section.lines}
    here: Collection[RowId] = old.keys() if alone else {line.id for line in now.draft.lines()}
    keys = _line_keys(now, left, touched, suffix)
    inserts, updates = [], []
    for section in touched:
        for line in section.lines:
            known = old.get(line.id)
            if known is not None and known[1] is line and known[0] == section.id and line.id not in keys:
                continue
            fields: dict[str, Any] = {"order_key": keys[line.id]} if line.id in keys else {}
            fields |= _changed(known[1] if known else None, line, _LINE)
            if known is None or known[0] != section.id:
                fields["section_id"] = section.id or None
            if line.id not in here and (known is None or fields):
                given = {} if known is None else _changed(None, line, _LINE)
                whole = given | {"section_id": section.id or None} | fields
                inserts.append({"id": line.id, "quote_id": after.id, **whole})
            elif line.id in here and fields:
                updates.append((line.id, fields))
    kept = {line.id for section in touched for line in section.lines}
    _apply(work, "quote_line", inserts, updates, [key for key in old if key in here and key not in kept])
    return keys


def _told_apart(section: QuoteSection, other: QuoteSection | None) -> QuoteSection:
    """The section with those lines alone that another state of it holds as other values; all where lines came, went or moved."""
    if other is section:
        return dataclasses.replace(section, lines=())
    if other is None or len(other.lines) != len(section.lines):
        return section
    changed = [(own, its) for own, its in zip(section.lines, other.lines, strict=True) if own is not its]
    if any(own.id != its.id for own, its in changed):
        return section
    return dataclasses.replace(section, lines=tuple([own for own, _ in changed]))


def _line_keys(
    now: Stored, before: Sequence[QuoteSection], after: Sequence[QuoteSection], suffix: str
) -> dict[str, str]:
    """New keys for lines whose place within their section changed."""
    was = {section.id: [line.id for line in section.lines] for section in before}
    found: dict[str, str] = {}
    for section in after:
        wanted = [line.id for line in section.lines]
        if wanted != was.get(section.id):
            own = next((one.lines for one in now.draft.sections if one.id == section.id), ())
            keys = _keys_of(now, {line.id for line in own})
            found |= keys_for_edit(was.get(section.id, []), wanted, keys, suffix)
    return found


def _keys_of(now: Stored, rows: set[RowId]) -> dict[str, str]:
    return {row: now.keys[row] for row in rows if row in now.keys}


def _apply(
    work: UnitOfWork,
    entity: str,
    inserts: list[dict[str, Any]],
    updates: list[tuple[RowId, dict[str, Any]]],
    deletes: list[RowId],
) -> None:
    """Write rows of one entity; a row that was deleted meanwhile and is edited here comes back."""
    for fields in (*inserts, *(fields for _, fields in updates)):
        refuse_beyond(REGISTRY[entity], fields)
    fresh = []
    known = store.deleted_rows(work.session, entity, [row["id"] for row in inserts])
    for row in inserts:
        if row["id"] in known:
            work.restore(entity, row["id"])
            updates.append((row["id"], {name: value for name, value in row.items() if name != "id"}))
        else:
            fresh.append(row)
    if fresh or updates or deletes:
        work.bulk(entity, inserts=fresh, updates=updates, deletes=deletes)


def _changed(before: _Part | None, after: _Part, names: Sequence[str]) -> dict[str, Any]:
    """Fields whose value differs, as the registry holds them."""
    return {
        name: _kept(name, getattr(after, name))
        for name in names
        if (before is None and _kept(name, getattr(after, name)) is not None)
        or (before is not None and getattr(before, name) != getattr(after, name))
    }


def _kept(name: str, value: Any) -> Any:
    if name == "price_basis":
        return basis.kept(value)
    if name == "ramp":
        return ramp_text(value)
    if name == "pricing_order":
        return order.kept(value) if value else None
    if isinstance(value, Decimal) or value is None:
        return None if name in _SPARSE and not value else value
    if value in _EMPTY:
        return None
    return value.value if isinstance(value, StrEnum) else value


def with_own_ids(now: QuoteDraft, back: QuoteDraft) -> QuoteDraft:
    """The sections and lines of a past version: those still there keep their ids, the others get new ones."""
    lines: Mapping[RowId, bool] = {line.id: True for line in now.lines()}
    heads = {section.id for section in now.sections}
    own: dict[RowId, RowId] = {
        section.id: section.id if section.id in heads or section.id == LOOSE else new_row_id()
        for section in back.sections
    }
    own |= {line.id: line.id if line.id in lines else new_row_id() for line in back.lines()}
    return dataclasses.replace(back, id=now.id, sections=tuple(_renamed(section, own) for section in back.sections))


def _renamed(section: QuoteSection, own: Mapping[RowId, RowId]) -> QuoteSection:
    """The section under other ids, what belongs together still together."""

    def above(parent: RowId | None) -> RowId | None:
        return own.get(parent) if parent else None

    lines = tuple(dataclasses.replace(line, id=own[line.id], parent_id=above(line.parent_id)) for line in section.lines)
    return dataclasses.replace(section, id=own[section.id], parent_id=above(section.parent_id), lines=lines)
