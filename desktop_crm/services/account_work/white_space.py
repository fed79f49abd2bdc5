"""The white space of an account: the grid, one cell with the records it knows, and what is started from a cell."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from desktop_crm.domain.accounts.white_space import Cell, Offered, Trace, Unit, WhiteSpace, white_space
from desktop_crm.domain.money import ZERO
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema.options import ProductUsage
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import quotes as quote_store
from desktop_crm.persistence.stores import records as record_store
from desktop_crm.persistence.stores import white_space as store
from desktop_crm.persistence.stores.white_space import Linked
from desktop_crm.services.records import check
from desktop_crm.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_crm.services import quotes

__all__ = ["Cell", "CellPage", "Linked", "Offered", "Trace", "Unit", "WhiteSpace"]

UNITS = 60
LINKED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPage:
    """One cell with what it knows: deals, quotes, contracts in force and people, each a record that opens."""

    unit: Unit
    product: Offered
    usage: ProductUsage
    usage_written: bool
    """Whether somebody wrote the use, or the records tell it."""
    competitor_id: str
    competitor: str
    note: str
    linked: tuple[Linked, ...]


def grid(workspace: Workspace, account_id: str, limit: int | None = None) -> WhiteSpace:
    """Units that can buy × products that something is known about; at most `limit` products."""
    with workspace.read() as session:
        return grid_in(session, account_id, limit)


def grid_in(session: Session, account_id: str, limit: int | None = None) -> WhiteSpace:
    """The same, within a read that is going on."""
    units = store.units(session, account_id, UNITS)
    traces, written = store.traces(session, units), store.written(session, units)
    products = store.offered(session, sorted({product for _, product in (*traces, *written)}))
    return white_space(units, products, traces, written, limit)


def cell(workspace: Workspace, account_id: str, unit_id: str, product_id: str) -> CellPage:
    """One cell of an account's grid. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        product = record_store.get(session, "product", product_id)
        name = str(record_store.get(session, "account", unit_id).fields.get("name") or "")
        unit = Unit(id=unit_id, name=name, alone=unit_id == account_id)
        offered = Offered(id=product_id, name=str(product.fields.get("name") or ""))
        own_id = store.cell_id(session, unit_id, product_id)
        own = record_store.get(session, "white_space_cell", own_id).fields if own_id else {}
        traces, written = store.traces(session, [unit]), store.written(session, [unit])
        ((found,),) = white_space([unit], [offered], traces, written).cells
        return CellPage(
            unit=unit,
            product=offered,
            usage=found.usage,
            usage_written=bool(own.get("usage")),
            competitor_id=str(own.get("competitor_id") or ""),
            competitor=found.competitor,
            note=found.note,
            linked=store.linked(session, unit, product_id, workspace.today(), LINKED),
        )


def write(
    workspace: Workspace, unit_id: str, product_id: str, *, competitor: str | None = None, **fields: Any
) -> Changes:
    """Write into a cell: `usage`, `competitor_id`, `note`. A cell that says nothing any more is taken away again.

    `competitor` names one that may not be known yet; it is made then, and takes a cell whose use nobody wrote.
    """
    with workspace.write("white_space.write") as work:
        if competitor:
            known = store.competitor_called(work.session, competitor)
            fields["competitor_id"] = known or work.insert("competitor", {"name": competitor})
        own = store.cell_id(work.session, unit_id, product_id)
        before = record_store.get(work.session, "white_space_cell", own).fields if own else {}
        if competitor and "usage" not in fields and not before.get("usage"):
            fields["usage"] = ProductUsage.COMPETITOR.value
        check(work, "white_space_cell", own, {"account_id": unit_id, "product_id": product_id, **fields})
        if own is None:
            work.insert("white_space_cell", {"account_id": unit_id, "product_id": product_id, **fields})
        else:
            after = {**before, **fields}
            if any(after.get(name) for name in ("usage", "competitor_id", "note")):
                work.update("white_space_cell", own, fields)
            else:
                work.delete("white_space_cell", own)
    return work.changes


def start_quote(workspace: Workspace, unit_id: str, product_id: str) -> quotes.Created:
    """A new quote for a unit with one line of the product at today's price. Raises Refusal `record.missing`."""
    from desktop_crm.services import quotes  # the account page looks at the grid far more often

    today, currency = workspace.today(), workspace.currency
    with workspace.read() as session:
        product = quote_store.product_chosen(session, product_id, today)
    if product is None:
        raise Refusal("record.missing", entity="product", id=product_id)
    line = QuoteLine(
        id=new_row_id(),
        name=product.name,
        name_en=product.name_en,
        spec=product.spec,
        unit=product.unit,
        product_id=product.id,
        quantity=Decimal(1),
        unit_price=product.price_in(currency) or ZERO,
        tax_rate=product.tax_rate,
    )
    section = QuoteSection(id=quotes.LOOSE, lines=(line,))
    return quotes.create(workspace, account_id=unit_id, name=product.name, sections=(section,))
