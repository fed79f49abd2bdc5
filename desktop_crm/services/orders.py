"""What was ordered: the lines of an order with their amounts, for whoever shows or adds them up. Reads only; lines are written as records."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from desktop_crm.domain.lists.filters import Filter
from desktop_crm.domain.lists.query import ListQuery
from desktop_crm.persistence.stores import records as store
from desktop_crm.services.workspace import Workspace

_HUNDRED = Decimal(100)
MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One product of an order. `amount`: quantity times price less the discount, unrounded; None where one of the two is not known."""

    id: str
    product: str
    quantity: Decimal | None
    unit_price: Decimal | None
    discount_percent: Decimal | None

    @property
    def amount(self) -> Decimal | None:
        if self.quantity is None or self.unit_price is None:
            return None
        return self.quantity * self.unit_price * (_HUNDRED - (self.discount_percent or 0)) / _HUNDRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """The lines of an order in their order, and the order's currency."""

    lines: tuple[OrderLine, ...]
    currency: str

    @property
    def amount(self) -> Decimal:
        """All lines whose amount is known."""
        return sum((one.amount for one in self.lines if one.amount is not None), Decimal(0))


def ordered(workspace: Workspace, order_id: str) -> Ordered:
    """What an order holds. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        currency = str(store.get(session, "order", order_id).fields.get("currency") or workspace.currency)
        wanted = ListQuery(filters=(Filter(field="order_id", value=order_id),), sort="order_key", limit=MOST)
        rows = store.page(session, "order_line", wanted)
        products = [str(row.fields["product_id"]) for row in rows if row.fields.get("product_id")]
        names = store.titles(session, "product", products)
    lines = tuple(
        OrderLine(
            id=str(row.id),
            product=names.get(str(row.fields.get("product_id")), ""),
            quantity=row.fields.get("quantity"),
            unit_price=row.fields.get("unit_price"),
            discount_percent=row.fields.get("discount_percent"),
        )
        for row in rows
    )
    return Ordered(lines=lines, currency=currency)
