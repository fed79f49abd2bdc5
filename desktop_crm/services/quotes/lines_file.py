"""Quote lines from a file: columns `product` or `name`, `spec`, `unit`, `quantity`, `unit_price`, `discount_percent`, `section`.

A product is found by its code or name and gives what the file leaves out, its price from the price book of the currency; a name
that is no product makes a free line. How a text file writes numbers is learnt from all of them, as for rows that are pasted; the cells
of a workbook are numbers already.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

from desktop_crm.domain.money import HUNDRED, ZERO
from desktop_crm.domain.quotes.draft import LOOSE, QuoteLine, QuoteSection
from desktop_crm.domain.schema.options import Billing, LifeCycle, TaxClass
from desktop_crm.exchange.numbers import NumberFormat, NumberReader, learn_numbers
from desktop_crm.exchange.table_format import SheetFormat
from desktop_crm.exchange.tables import open_table
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.persistence.stores import quotes as store
from desktop_crm.persistence.stores.price_books import BookChoice, ended_book
from desktop_crm.persistence.stores.quotes import ProductChoice
from desktop_crm.services.workspace import Workspace

COLUMNS: Final = (
    "product",
    "name",
    "name_en",
    "spec",
    "unit",
    "quantity",
    "unit_price",
    "discount_percent",
    "tax_rate",
    "section",
    "remark",
)
NUMBERS: Final = ("quantity", "unit_price", "discount_percent", "tax_rate")
_PLAIN: Final = NumberReader(form=NumberFormat())


def lines_from_file(
    workspace: Workspace, path: Path, currency: str, account_id: str | None = None
) -> tuple[QuoteSection, ...]:
    """Sections in the order in which the file first names them.

    Raises Refusal `quote.lines.columns`, `quote.lines.none`, `quote.lines.discount`, `quote.lines.tax`,
    `quote.lines.withdrawn`, `quote.lines.book_ended`, `quote.lines.row`, `quote.lines.value`, `quote.lines.no_price`, and what
    reading a table refuses.
    """
    table = open_table(path)
    names = [name.strip().lower() for name in table.columns]
    if "product" not in names and "name" not in names:
        raise Refusal("quote.lines.columns", columns=", ".join(table.columns))
    rows: list[tuple[int, dict[str, str]]] = []
    for record in table.records():
        if record.issue:
            raise Refusal("quote.lines.row", row=record.number)
        rows.append((record.number, dict(zip(names, (cell.strip() for cell in record.cells), strict=False))))
    if not rows:
        raise Refusal("quote.lines.none")
    words = sorted({cells[name] for _, cells in rows for name in ("product", "name") if cells.get(name)})
    numbers = (
        _PLAIN
        if isinstance(table.format, SheetFormat)
        else learn_numbers(cells[name] for _, cells in rows for name in NUMBERS if cells.get(name))
    )
    with workspace.read() as session:
        products = store.products_named(session, words, workspace.today(), account_id=account_id)
        unpriced = next((one for _, cells in rows if (one := _unpriced(cells, products, currency)) is not None), None)
        ended = ended_book(session, unpriced.id, currency, workspace.today(), account_id) if unpriced else None
    sections: dict[str, list[QuoteLine]] = {}
    for number, cells in rows:
        sections.setdefault(cells.get("section", ""), []).append(
            _line(number, cells, products, currency, numbers, ended)
        )
    return tuple(
        QuoteSection(id=new_row_id() if name else LOOSE, name=name, lines=tuple(lines))
        for name, lines in sorted(sections.items(), key=lambda item: bool(item[0]))
    )


def _line(
    row: int,
    cells: Mapping[str, str],
    products: Mapping[str, ProductChoice],
    currency: str,
    numbers: NumberReader,
    ended: BookChoice | None,
) -> QuoteLine:
    word = cells.get("product") or cells.get("name") or ""
    if not word:
        raise Refusal("quote.lines.value", row=row, column="name", value="")
    product = products.get(word.lower())
    if product is not None and product.life_cycle is LifeCycle.WITHDRAWN:
        column = "product" if cells.get("product") else "name"
        raise Refusal("quote.lines.withdrawn", row=row, column=column, value=word[:80])
    price = _number(row, cells, "unit_price", numbers)
    if price is None and product is not None:
        price = product.price_in(currency)
    if price is None and product is not None and ended is not None:
        until = str(ended.valid_until)
        gap = {"row": row, "column": "unit_price", "name": word, "currency": currency}
        raise Refusal("quote.lines.book_ended", **gap, book=ended.name, until=until)
    if price is None:
        raise Refusal("quote.lines.no_price", row=row, name=word, currency=currency)
    quantity = _number(row, cells, "quantity", numbers)
    discount = _number(row, cells, "discount_percent", numbers) or ZERO
    if not ZERO <= discount <= HUNDRED:
        value = cells["discount_percent"][:80]
        raise Refusal("quote.lines.discount", row=row, column="discount_percent", value=value)
    tax_rate = _number(row, cells, "tax_rate", numbers)
    if tax_rate is not None and not ZERO <= tax_rate <= HUNDRED:
        raise Refusal("quote.lines.tax", row=row, column="tax_rate", value=cells["tax_rate"][:80])
    return QuoteLine(
        id=new_row_id(),
        product_id=product.id if product else None,
        name=cells.get("name") or (product.name if product else word),
        name_en=cells.get("name_en") or (product.name_en if product and not _is_renamed(cells, product) else ""),
        spec=cells.get("spec") or (product.spec if product else ""),
        unit=cells.get("unit") or (product.unit if product else ""),
        quantity=Decimal(1) if quantity is None else quantity,
        unit_price=price,
        discount_percent=discount,
        tax_rate=tax_rate if tax_rate is not None else (product.tax_rate if product else None),
        tax_class=product.tax_class if product else TaxClass.STANDARD,
        billing=product.billing if product else Billing.ONCE,
        cost=product.cost if product and product.currency in {"", currency} else None,
        price_basis=product.basis(currency) if product else None,
        remark=cells.get("remark", ""),
    )


def _unpriced(cells: Mapping[str, str], products: Mapping[str, ProductChoice], currency: str) -> ProductChoice | None:
    """The product of a row that nothing prices: such a row refuses the file, so one is enough."""
    product = products.get((cells.get("product") or cells.get("name") or "").lower())
    if product is None or cells.get("unit_price") or product.price_in(currency) is not None:
        return None
    return product


def _is_renamed(cells: Mapping[str, str], product: ProductChoice) -> bool:
    """Whether the file calls the product something else."""
    return bool(cells.get("product") and cells.get("name")) and cells["name"] != product.name


def _number(row: int, cells: Mapping[str, str], column: str, numbers: NumberReader) -> Decimal | None:
    text = cells.get(column, "")
    if not text:
        return None
    value = numbers.read(text)
    if value is None:
        raise Refusal("quote.lines.value", row=row, column=column, value=text[:80])
    return value
