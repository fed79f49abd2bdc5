"""The line table of a quotation: columns as wide as their figures, rows that wrap, section headings, the sums below.

Gives blocks for `flow`; decides nothing about amounts, which are printed as they are handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Protocol

from desktop_crm.documents.flow import Block
from desktop_crm.documents.fonts import Face
from desktop_crm.documents.quote_document import QuoteDocument, due_words, line_discount, tax_label, unit_price
from desktop_crm.documents.quote_form import CLASSIC, PADDING, Form
from desktop_crm.documents.sheet import WIDTH, Ink, Sheet, Style
from desktop_crm.domain.money import minor_digits
from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.quotes.pricing import PricedLine, PricedSection, home_total
from desktop_crm.domain.schema.options import TaxClass
from desktop_crm.i18n import Language, current, formats, tr

LEFT: Final = 42.0
RIGHT: Final = WIDTH - LEFT
GAP: Final = 11.0

HEAD: Final = Style(Face.BOLD, 8, 11, Ink.SECONDARY)
SECTION: Final = Style(Face.BOLD, 9, 12.5)
NAME: Final = Style(Face.REGULAR, 9, 12.5)
FIGURE: Final = Style(Face.REGULAR, 9, 12.5)
AMOUNT: Final = Style(Face.BOLD, 9, 12.5)
SPEC: Final = Style(Face.REGULAR, 7.8, 10.5, Ink.HINT)
NUMBER: Final = Style(Face.REGULAR, 8, 12.5, Ink.HINT)
SUM: Final = Style(Face.REGULAR, 9, 17)
SUM_LABEL: Final = Style(Face.REGULAR, 9, 17, Ink.SECONDARY)
SUM_OFF: Final = Style(Face.REGULAR, 9, 17, Ink.BAD)
TOTAL: Final = Style(Face.BOLD, 13, 24)
TOTAL_LABEL: Final = Style(Face.BOLD, 10.5, 24)

_LOWEST_ITEM_WIDTH: Final = 130.0
_SMALLER: Final = (8.2, 7.4, 6.6, 5.8)
_LINES_IN_ONE_ROW: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line as it is printed."""

    number: str
    name: str
    details: tuple[str, ...]
    unit: str
    quantity: str
    unit_price: str
    discount: str
    amount: str
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Right edges (left edges for texts) of the columns; `discount` is None where no line has one."""

    name: float
    room: float
    unit: float
    quantity: float
    unit_price: float
    discount: float | None
    amount: float
    figure: Style
    strong: Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A text in the free room beside the sums; `y` counts from the top of their block."""

    x: float
    y: float
    text: str
    style: Style


class SumEdge(Protocol):
    """Columns of any table that ends in amounts."""

    @property
    def amount(self) -> float:
        """The right edge of sums."""
        ...


_NOTHING: Final = Row(number="", name="", details=(), unit="", quantity="", unit_price="", discount="", amount="")


def plain_amount(value: Decimal, currency: str) -> str:
    """An amount without its sign of currency; a price finer than the currency is shown whole."""
    exponent = value.normalize().as_tuple().exponent
    finest = -exponent if isinstance(exponent, int) else 0
    return formats.number(value, max(minor_digits(currency), finest))


def rows_of(section: QuoteSection, priced: PricedSection, currency: str, first: int) -> list[Row]:
    """The section's lines as printed, numbered from `first`; nothing where it hides them, no figures where it hides prices."""
    if section.hide_lines:
        return []
    ids = {line.id for line in section.lines}
    rows: list[Row] = []
    number = first - 1
    for line, amounts in zip(section.lines, priced.lines, strict=True):
        inside = line.parent_id in ids
        number += not inside
        rows.append(_row(line, amounts, currency, number, inside=inside))
    if section.hide_prices:
        return [replace(row, unit_price="", discount="", amount="") for row in rows]
    if priced.discount:
        off = plain_amount(-priced.discount, currency)
        rows.append(replace(_NOTHING, name=tr("Section discount"), amount=off))
    return rows


def section_title(section: QuoteSection, number: int) -> str:
    """The heading as printed."""
    title = f"{number}. {section.name.strip()}"
    return tr("{title} (optional)", title=title) if section.optional else title


def _row(line: QuoteLine, amounts: PricedLine, currency: str, number: int, *, inside: bool) -> Row:
    """A line. The parts of a bundle stand under it, with their prices where they make it up, and without an amount."""
    name = (line.name_en if current() is Language.EN else "") or line.name
    if line.optional:
        name = tr("{title} (optional)", title=name)
    amount = plain_amount(amounts.net, currency)
    if inside:
        name, amount = f"└ {name}", ""
    elif line.optional:
        amount = f"({amount})"
    details = (line.spec, due_words(line), line.remark)
    return Row(
        number="" if inside else str(number),
        name="\u2003" * line.indent + name,
        details=tuple(text for text in details if text.strip()),
        unit=line.unit,
        quantity=formats.quantity(line.quantity),
        unit_price=plain_amount(unit_price(line, amounts), currency),
        discount=line_discount(line),
        amount=amount,
        key=line.id,
    )


def columns_for(rows: Sequence[Row]) -> Columns:
    """Each column of figures as wide as its widest; what is left is for the names.

    Figures so long that the names would have no room are set smaller.
    """
    found = _columns(rows, FIGURE.size)
    for size in _SMALLER:
        if found.room >= _LOWEST_ITEM_WIDTH:
            break
        found = _columns(rows, size)
    return found


def _columns(rows: Sequence[Row], size: float) -> Columns:
    figure, strong = replace(FIGURE, size=size), replace(AMOUNT, size=size)
    amount = _widest([row.amount for row in rows], strong, tr("Amount"))
    price = _widest([row.unit_price for row in rows], figure, tr("Unit price"))
    quantity = _widest([row.quantity for row in rows], figure, tr("Quantity"))
    unit = min(_widest([row.unit for row in rows], figure, tr("Unit")), 60.0)
    has_discount = any(row.discount for row in rows)
    discount = _widest([row.discount for row in rows], figure, tr("Discount")) if has_discount else 0.0
    right = RIGHT - 4
    name = LEFT + max(22.0, NUMBER.width(str(len(rows))) + GAP + 4)
    discount_edge = right - amount - GAP
    price_edge = discount_edge - (discount + GAP if has_discount else 0)
    quantity_edge = price_edge - price - GAP
    unit_edge = quantity_edge - quantity - GAP - unit
    return Columns(
        name=name,
        room=max(unit_edge - GAP - name, 30.0),
        unit=unit_edge,
        quantity=quantity_edge,
        unit_price=price_edge,
        discount=discount_edge if has_discount else None,
        amount=right,
        figure=figure,
        strong=strong,
    )


def _widest(texts: Sequence[str], style: Style, head: str) -> float:
    longest = sorted(set(texts), key=len, reverse=True)[:8]
    return max([HEAD.width(head), *(style.width(text) for text in longest)])


def header_block(columns: Columns) -> Block:
    """The row of column names, repeated on every page that continues the table."""
    names = (
        (columns.quantity, tr("Quantity")),
        (columns.unit_price, tr("Unit price")),
        (columns.discount, tr("Discount")),
        (columns.amount, tr("Amount")),
    )

    def draw(sheet: Sheet, y: float) -> None:
        sheet.rule(LEFT, y, RIGHT, Ink.TEXT, 0.9)
        sheet.text(columns.name, y + 14, tr("Item · Spec"), HEAD)
        sheet.text(columns.unit, y + 14, tr("Unit"), HEAD)
        for edge, name in names:
            if edge is not None:
                sheet.text_right(edge, y + 14, name, HEAD)
        sheet.rule(LEFT, y + 21, RIGHT, Ink.LINE_STRONG)

    return Block(height=21, draw=draw, keeps_next=True, in_table=True)


def section_block(key: str, title: str, amount: str, columns: Columns) -> Block:
    """A heading over its lines, with their sum; never the last on a page."""
    lines = SECTION.wrapped(title, columns.amount - LEFT - SECTION.width(amount) - 3 * GAP)
    height = len(lines) * SECTION.leading + 9

    def draw(sheet: Sheet, y: float) -> None:
        sheet.bookmark(key, title, y)
        sheet.box(LEFT, y + 0.25, RIGHT, y + height, Ink.SUNKEN)
        for index, text in enumerate(lines):
            sheet.text(LEFT + 6, y + 14 + index * SECTION.leading, text, SECTION)
        sheet.text_right(columns.amount, y + 14, amount, SECTION)

    return Block(height=height, draw=draw, keeps_next=True, in_table=True)


def row_blocks(row: Row, columns: Columns, *, keeps_next: bool) -> list[Block]:
    """One block a line; a line whose text would fill a page is cut into several, the figures standing in the first."""
    texts = [(text, NAME) for text in NAME.wrapped(row.name, columns.room)]
    texts += [(text, SPEC) for detail in row.details for text in SPEC.wrapped(detail, columns.room)]
    unit = (
        SPEC.wrapped(row.unit, columns.quantity - columns.unit - columns.figure.width(row.quantity)) if row.unit else ()
    )
    parts = [texts[start : start + _LINES_IN_ONE_ROW] for start in range(0, len(texts), _LINES_IN_ONE_ROW)]
    return [
        _row_block(
            part,
            row if index == 0 else None,
            columns,
            tall_unit=unit if index == 0 else (),
            keeps_next=keeps_next and index == len(parts) - 1,
        )
        for index, part in enumerate(parts)
    ]


def _row_block(
    texts: Sequence[tuple[str, Style]],
    row: Row | None,
    columns: Columns,
    *,
    tall_unit: Sequence[str],
    keeps_next: bool,
) -> Block:
    height = max(sum(style.leading for _, style in texts), NAME.leading, len(tall_unit) * SPEC.leading) + 2 * PADDING

    def draw(sheet: Sheet, y: float) -> None:
        first = y + PADDING - 3 + NAME.leading
        line = y + PADDING - 3
        for text, style in texts:
            line += style.leading
            sheet.text(columns.name, line, text, style)
        if row is not None:
            _draw_figures(sheet, first, row, columns, tall_unit)
        sheet.rule(LEFT, y + height, RIGHT)

    return Block(height=height, draw=draw, keeps_next=keeps_next, in_table=True)


def _draw_figures(sheet: Sheet, y: float, row: Row, columns: Columns, unit: Sequence[str]) -> None:
    sheet.text(LEFT + 6, y, row.number, NUMBER)
    if len(unit) == 1:
        sheet.text(columns.unit, y, row.unit, columns.figure)
    else:
        for index, text in enumerate(unit):
            sheet.text(columns.unit, y + index * SPEC.leading, text, SPEC)
    sheet.text_right(columns.quantity, y, row.quantity, columns.figure)
    sheet.text_right(columns.unit_price, y, row.unit_price, columns.figure)
    if columns.discount is not None and row.discount:
        sheet.text_right(columns.discount, y, row.discount, columns.figure)
    sheet.text_right(columns.amount, y, row.amount, columns.strong)


def sums_block(document: QuoteDocument, columns: SumEdge, beside: Sequence[Beside] = (), form: Form = CLASSIC) -> Block:
    """Subtotal, discount, net amount, tax by rate and the grand total, in one piece, with texts in the room to the left."""
    sums = _sums(document)
    total = formats.money(document.amounts.grand_total, document.draft.currency)
    after = _after(document)
    left = sums_left(document, columns, form)
    height = 6 + (len(sums) + len(after)) * SUM.leading + 4 + 30 + 10

    def draw(sheet: Sheet, y: float) -> None:
        sheet.bookmark("sums", tr("Total"), y)
        for text in beside:
            sheet.text(text.x, y + text.y, text.text, text.style)
        line = y + 6
        for label, amount, style in sums:
            line += SUM.leading
            sheet.text(left, line - 4, label, SUM_OFF if style is SUM_OFF else SUM_LABEL)
            sheet.text_right(columns.amount, line - 4, amount, style)
        line += 4
        sheet.rule(left, line, form.right, Ink.TEXT, 0.9)
        sheet.text(left, line + 20, tr("Grand total"), TOTAL_LABEL)
        sheet.text_right(columns.amount, line + 20.5, total, TOTAL)
        sheet.rule(left, line + 30, form.right, Ink.TEXT, 0.9)
        line += 30
        for label, amount, style in after:
            line += SUM.leading
            sheet.text(left, line - 4, label, SUM_LABEL)
            sheet.text_right(columns.amount, line - 4, amount, style)

    lowest = max((text.y for text in beside), default=0.0) + 8
    return Block(height=max(height, lowest), draw=draw, keeps_next=True)


def sums_left(document: QuoteDocument, columns: SumEdge, form: Form = CLASSIC) -> float:
    """Where the sums begin; what is left of it is free."""
    total = formats.money(document.amounts.grand_total, document.draft.currency)
    rows = (*_sums(document), *_after(document))
    labels = max(SUM_LABEL.width(label) + SUM.width(amount) + 24 for label, amount, _ in rows)
    return min(columns.amount - TOTAL.width(total) - 74, columns.amount - labels, form.right - 225)


def _sums(document: QuoteDocument) -> list[tuple[str, str, Style]]:
    amounts, currency = document.amounts, document.draft.currency
    sums: list[tuple[str, str, Style]] = []
    if amounts.discount_amount:
        sums.append((tr("Subtotal"), plain_amount(amounts.subtotal, currency), SUM))
        percent = formats.percent(document.draft.discount_percent)
        discount = tr("Discount") if document.draft.discount_amount else tr("Discount {percent}", percent=percent)
        sums.append((discount, plain_amount(-amounts.discount_amount, currency), SUM_OFF))
    sums.append((tr("Net amount"), plain_amount(amounts.net_amount, currency), SUM))
    for tax in amounts.taxes:
        label = tax_label(tax, included=document.draft.tax_included)
        if tax.tax_class is TaxClass.STANDARD and len(amounts.taxes) > 1:
            label = tr(
                "VAT {percent} on {base}", percent=formats.percent(tax.rate), base=plain_amount(tax.base, currency)
            )
        sums.append((label, plain_amount(tax.amount, currency), SUM))
    return sums


def _after(document: QuoteDocument) -> list[tuple[str, str, Style]]:
    """What stands below the grand total: what was paid already, and the amount in the workspace's currency."""
    amounts, draft = document.amounts, document.draft
    found: list[tuple[str, str, Style]] = []
    if amounts.prepaid:
        found.append((tr("Prepaid"), plain_amount(-amounts.prepaid, draft.currency), SUM))
        found.append((tr("Payable"), plain_amount(amounts.payable, draft.currency), AMOUNT))
    home = home_total(draft, amounts)
    if home is not None and draft.exchange_rate is not None:
        rate = formats.quantity(draft.exchange_rate)
        found.append((tr("At a rate of {rate}", rate=rate), formats.money(home, draft.home_currency), SUM))
    return found
