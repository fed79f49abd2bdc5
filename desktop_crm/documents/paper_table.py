"""The line table in the columns a form asks for: rows that wrap and split, headings and sums of sections, sums carried forward.

Gives blocks for `flow`; decides nothing about amounts, which are printed as they are handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from desktop_crm.documents.flow import Block, Placed
from desktop_crm.documents.quote_document import QuoteDocument, due_words, line_discount, unit_price
from desktop_crm.documents.quote_form import MM, Form, column_label
from desktop_crm.documents.quote_table import (
    AMOUNT,
    FIGURE,
    GAP,
    HEAD,
    NAME,
    NUMBER,
    SECTION,
    SPEC,
    SUM_LABEL,
    plain_amount,
    section_title,
)
from desktop_crm.documents.sheet import Ink, Sheet, Style
from desktop_crm.domain.money import EXACT, ZERO
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine, QuoteSection
from desktop_crm.domain.quotes.paper import ColumnForm, ColumnKind, Paper, SectionSums, ShownPrices
from desktop_crm.domain.quotes.pricing import PricedLine, PricedSection
from desktop_crm.domain.schema.options import TaxClass
from desktop_crm.i18n import Language, current, formats, tr
from desktop_crm.i18n.labels import option_label

CARRY_HEIGHT: Final = 19.0
_TEXTS: Final = frozenset({ColumnKind.ITEM, ColumnKind.SPEC, ColumnKind.UNIT, ColumnKind.REMARK})
_FIGURES_ROOM: Final = 130.0
_SMALLER: Final = (8.2, 7.4, 6.6, 5.8)
_WIDEST_TEXT: Final = {ColumnKind.UNIT: 60.0, ColumnKind.SPEC: 120.0, ColumnKind.REMARK: 110.0}
_TOGETHER: Final = 2  # lines of a split row that stay together at its ends


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """A line as it is printed: a text for each column, what stands under its name, and what it adds to the sum."""

    cells: dict[ColumnKind, str]
    details: tuple[str, ...] = ()
    key: str = ""
    adds: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSection:
    """A section as it is printed: its heading (empty for none), its sum (empty where it is hidden), its rows."""

    key: str
    title: str
    amount: str
    rows: tuple[PaperRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a column stands: `left` and `right` of what it may hold."""

    form: ColumnForm
    label: str
    left: float
    right: float

    @property
    def kind(self) -> ColumnKind:
        return self.form.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperColumns:
    """The columns of one table. `amount`: the right edge of sums."""

    places: tuple[Place, ...]
    item: Place
    amount: float
    figure: Style
    strong: Style
    form: Form


def sections_of(document: QuoteDocument, paper: Paper) -> list[PaperSection]:
    """All sections that have lines, numbered through."""
    draft = document.draft
    found: list[PaperSection] = []
    number = 0
    for section, priced in zip(draft.sections, document.amounts.sections, strict=True):
        if not section.lines:
            continue
        rows = [] if section.hide_lines else _rows(section, priced, draft, paper, number)
        number += sum(bool(row.cells.get(ColumnKind.NUMBER)) for row in rows)
        headings = sum(bool(one.title) for one in found)
        found.append(
            PaperSection(
                key=section.id,
                title=section_title(section, headings + 1) if section.name.strip() else "",
                amount="" if paper.prices is ShownPrices.TOTAL else plain_amount(priced.net, draft.currency),
                rows=tuple(rows),
            )
        )
    return found


def _rows(section: QuoteSection, priced: PricedSection, draft: QuoteDraft, paper: Paper, number: int) -> list[PaperRow]:
    shown = {column.kind for column in paper.columns}
    hidden = section.hide_prices or paper.prices is not ShownPrices.LINES
    ids = {line.id for line in section.lines}
    rows: list[PaperRow] = []
    for line, amounts in zip(section.lines, priced.lines, strict=True):
        inside = line.parent_id in ids
        number += not inside
        rows.append(_row(line, amounts, draft, shown, "" if inside else str(number), hidden=hidden))
    if priced.discount and not hidden:
        cells = {
            ColumnKind.ITEM: tr("Section discount"),
            ColumnKind.AMOUNT: plain_amount(-priced.discount, draft.currency),
        }
        rows.append(PaperRow(cells=cells, adds=EXACT.subtract(ZERO, priced.discount)))
    return rows


def _row(
    line: QuoteLine, amounts: PricedLine, draft: QuoteDraft, shown: set[ColumnKind], number: str, *, hidden: bool
) -> PaperRow:
    name = (line.name_en if current() is Language.EN else "") or line.name
    if line.optional:
        name = tr("{title} (optional)", title=name)
    if not number:
        name = f"└ {name}"
    cells = {
        ColumnKind.NUMBER: number,
        ColumnKind.ITEM: "\u2003" * line.indent + name,
        ColumnKind.SPEC: line.spec,
        ColumnKind.UNIT: line.unit,
        ColumnKind.QUANTITY: formats.quantity(line.quantity),
        ColumnKind.REMARK: line.remark,
        ColumnKind.TAX: _tax(line, draft),
    }
    if not hidden:
        amount = plain_amount(amounts.net, draft.currency) if number else ""
        cells |= {
            ColumnKind.UNIT_PRICE: plain_amount(unit_price(line, amounts), draft.currency),
            ColumnKind.DISCOUNT: line_discount(line),
            ColumnKind.AMOUNT: f"({amount})" if line.optional and amount else amount,
        }
    under = (
        "" if ColumnKind.SPEC in shown else line.spec,
        due_words(line),
        "" if ColumnKind.REMARK in shown else line.remark,
    )
    counted = amounts.counted and not line.optional
    return PaperRow(
        cells=cells,
        details=tuple(text for text in under if text.strip()),
        key=line.id,
        adds=amounts.net if counted and number else ZERO,
    )


def _tax(line: QuoteLine, draft: QuoteDraft) -> str:
    if line.tax_class is not TaxClass.STANDARD:
        return option_label("tax_class", line.tax_class.value)
    return formats.percent(draft.tax_rate if line.tax_rate is None else line.tax_rate)


def columns_for(form: Form, paper: Paper, sections: Sequence[PaperSection]) -> PaperColumns:
    """Each column as wide as the form says, or as its widest figure; what is left is for the names.

    Figures so long that the names would have no room are set smaller. A column nothing stands in is left out, if the form
    gives it no width.
    """
    rows = [row for section in sections for row in section.rows]
    found = _columns(form, paper, rows, FIGURE.size)
    for size in _SMALLER:
        if found.item.right - found.item.left >= _FIGURES_ROOM:
            break
        found = _columns(form, paper, rows, size)
    return found


def _usual(kind: ColumnKind, shown: set[ColumnKind]) -> str:
    if kind is ColumnKind.ITEM:
        return tr("Item") if ColumnKind.SPEC in shown else tr("Item · Spec")
    return {
        ColumnKind.NUMBER: "",
        ColumnKind.SPEC: tr("Spec"),
        ColumnKind.UNIT: tr("Unit"),
        ColumnKind.QUANTITY: tr("Quantity"),
        ColumnKind.UNIT_PRICE: tr("Unit price"),
        ColumnKind.DISCOUNT: tr("Discount"),
        ColumnKind.TAX: tr("VAT"),
        ColumnKind.AMOUNT: tr("Amount"),
        ColumnKind.REMARK: tr("Remark"),
    }[kind]


def _columns(form: Form, paper: Paper, rows: Sequence[PaperRow], size: float) -> PaperColumns:
    figure, strong = replace(FIGURE, size=size), replace(AMOUNT, size=size)
    shown = {column.kind for column in paper.columns}
    texts = {kind: {row.cells.get(kind, "") for row in rows} for kind in shown}
    used = [one for one in paper.columns if one.width or one.kind is ColumnKind.ITEM or any(texts[one.kind])]
    widths: list[float] = []
    for column in used:
        kind, label = column.kind, column_label(column, _usual(column.kind, shown))
        if column.width:
            widths.append(float(column.width) * MM)
        elif kind is ColumnKind.NUMBER:
            widths.append(max(22.0, NUMBER.width(str(len(rows))) + GAP + 4) - GAP)
        else:
            style = strong if kind is ColumnKind.AMOUNT else figure
            longest = sorted(texts[kind], key=len, reverse=True)[:8]
            wide = max([HEAD.width(label), *(style.width(text) for text in longest)])
            widths.append(min(wide, _WIDEST_TEXT.get(kind, wide)))
    item = next(place for place, one in enumerate(used) if one.kind is ColumnKind.ITEM)
    left, right = form.left, form.right - 4
    taken = sum(width for place, width in enumerate(widths) if place != item) + GAP * (len(used) - 1)
    widths[item] = float(used[item].width) * MM or max(right - left - taken, 30.0)
    places: list[Place] = []
    for column, width in zip(used, widths, strict=True):
        label = column_label(column, _usual(column.kind, shown))
        places.append(Place(form=column, label=label, left=left, right=left + width))
        left += width + GAP
    amount = next((place.right for place in places if place.kind is ColumnKind.AMOUNT), right)
    return PaperColumns(places=tuple(places), item=places[item], amount=amount, figure=figure, strong=strong, form=form)


def header_block(columns: PaperColumns) -> Block:
    """The row of column names, repeated on every page that continues the table."""
    form = columns.form

    def draw(sheet: Sheet, y: float) -> None:
        sheet.rule(form.left, y, form.right, Ink.TEXT, 0.9)
        for place in columns.places:
            if place.kind in _TEXTS:
                sheet.text(place.left, y + 14, place.label, HEAD)
            elif place.label:
                sheet.text_right(place.right, y + 14, place.label, HEAD)
        sheet.rule(form.left, y + 21, form.right, Ink.LINE_STRONG)

    return Block(height=21, draw=draw, keeps_next=True, in_table=True)


def section_blocks(
    section: PaperSection, columns: PaperColumns, paper: Paper, bottom_room: float, *, last: bool
) -> list[Block]:
    """Heading, rows and sum of a section: the heading with its first two rows, the sum with the last one."""
    below = paper.sums is SectionSums.BELOW and bool(section.title and section.amount)
    blocks: list[Block] = []
    if section.title:
        shown = section.amount if paper.sums is SectionSums.HEADING or not section.rows else ""
        blocks.append(_heading(section, shown, columns))
    for place, row in enumerate(section.rows):
        at_end = place == len(section.rows) - 1
        keeps = (at_end and (below or last)) or (place == 0 and bool(section.title) and not at_end)
        blocks += row_blocks(row, columns, paper, bottom_room, keeps_next=keeps)
    if below and section.rows:
        blocks.append(_sum_row(tr("Sum of {section}", section=section.title), section.amount, columns, keeps_next=last))
    return blocks


def _heading(section: PaperSection, amount: str, columns: PaperColumns) -> Block:
    form = columns.form
    lines = SECTION.wrapped(section.title, columns.amount - form.left - SECTION.width(amount) - 3 * GAP)
    height = len(lines) * SECTION.leading + 9 - form.saved

    def draw(sheet: Sheet, top: float) -> None:
        sheet.bookmark(section.key, section.title, top)
        y = top - form.saved / 2
        sheet.box(form.left, top + 0.25, form.right, top + height, Ink.SUNKEN)
        for index, text in enumerate(lines):
            sheet.text(form.left + 6, y + 14 + index * SECTION.leading, text, SECTION)
        sheet.text_right(columns.amount, y + 14, amount, SECTION)

    return Block(height=height, draw=draw, keeps_next=True, in_table=True, key=section.key)


def _sum_row(label: str, amount: str, columns: PaperColumns, *, keeps_next: bool) -> Block:
    """A section's sum under its rows."""
    form = columns.form
    room = columns.amount - form.left - SECTION.width(amount) - 3 * GAP
    lines = SUM_LABEL.wrapped(label, room)
    height = len(lines) * 12.5 + 8

    def draw(sheet: Sheet, y: float) -> None:
        for index, text in enumerate(lines):
            sheet.text(columns.item.left, y + 13.5 + index * 12.5, text, replace(SUM_LABEL, leading=12.5))
        sheet.text_right(columns.amount, y + 13.5, amount, AMOUNT)
        sheet.rule(form.left, y + height, form.right, Ink.LINE_STRONG)

    return Block(height=height, draw=draw, keeps_next=keeps_next, in_table=True)


_Lines = Sequence[tuple[str, Style]]


def row_blocks(row: PaperRow, columns: PaperColumns, paper: Paper, room: float, *, keeps_next: bool) -> list[Block]:
    """A line of the table: in one piece, or cut where the form lets rows split or it would fill a page of `room` points."""
    item = columns.item
    width = item.right - item.left
    texts: _Lines = [(text, NAME) for text in NAME.wrapped(row.cells[ColumnKind.ITEM], width)]
    if row.details:
        texts = [*texts, *((text, SPEC) for detail in row.details for text in SPEC.wrapped(detail, width))]
    cells = [
        texts if place is item else _cell_lines(place, row.cells.get(place.kind, ""), columns)
        for place in columns.places
    ]
    tallest = max(map(len, cells))
    if tallest == 1:
        return [_part(row, cells, columns, first=True, final=True, keeps_next=keeps_next)]
    most = max(int((room - 2 * columns.form.padding) / NAME.leading), _TOGETHER)
    blocks: list[Block] = []
    start = 0
    for end in _cuts(tallest, most, split=paper.split):
        part = [lines[start:end] for lines in cells]
        final = end == tallest
        blocks.append(_part(row, part, columns, first=start == 0, final=final, keeps_next=keeps_next and final))
        start = end
    return blocks


def _cuts(lines: int, most: int, *, split: bool) -> list[int]:
    """Where a row of so many lines may be cut: the ends of its parts."""
    if split and lines > 2 * _TOGETHER:
        return [_TOGETHER, *range(_TOGETHER + 1, lines - _TOGETHER + 1), lines]
    return [*range(most, lines, most), lines]


def _cell_lines(place: Place, text: str, columns: PaperColumns) -> _Lines:
    if not text:
        return ()
    kind = place.form.kind
    if kind is ColumnKind.NUMBER:
        return ((text, NUMBER),)
    style = columns.strong if kind is ColumnKind.AMOUNT else columns.figure
    if kind not in _TEXTS or style.width(text) <= place.right - place.left + 0.5:
        return ((text, style),)
    return tuple((line, SPEC) for line in SPEC.wrapped(text, place.right - place.left))


def _part(
    row: PaperRow, cells: Sequence[_Lines], columns: PaperColumns, *, first: bool, final: bool, keeps_next: bool
) -> Block:
    """A row or a piece of one: the lines of each column, in the columns' order."""
    padding = columns.form.padding
    above, under = (padding if first else 0.0), (padding if final else 0.0)
    tall = max(sum([style.leading for _, style in lines]) for lines in cells)
    height = max(tall, NAME.leading if first else 0.0) + above + under
    form = columns.form

    def draw(sheet: Sheet, y: float) -> None:
        top = y + above - 3
        for place, lines in zip(columns.places, cells, strict=True):
            kind, line = place.form.kind, top
            for text, style in lines:
                line += NAME.leading if line == top and first else style.leading
                if kind is ColumnKind.NUMBER:
                    sheet.text(place.left + 6, line, text, style)
                elif kind in _TEXTS:
                    sheet.text(place.left, line, text, style)
                else:
                    sheet.text_right(place.right, line, text, style)
        if final:
            sheet.rule(form.left, y + height, form.right)

    adds = row.adds if final else ZERO
    return Block(
        height=height, draw=draw, keeps_next=keeps_next, in_table=True, key=row.key if first else "", adds=adds
    )


def carried(pages: list[list[Placed]], header: Block, columns: PaperColumns, currency: str) -> list[list[Placed]]:
    """The pages with the sum so far at the end of each that the table goes on from, and at the top of the next."""
    total = ZERO
    found: list[list[Placed]] = []
    for number, page in enumerate(pages):
        placed = list(page)
        if number and page and page[0].block is header:
            top = page[0]
            brought = _carry(tr("Brought forward"), plain_amount(total, currency), columns)
            placed = [top, Placed(top.y + header.height - CARRY_HEIGHT, brought), *page[1:]]
        total = sum((item.block.adds for item in page), total)
        goes_on = number + 1 < len(pages) and bool(pages[number + 1]) and pages[number + 1][0].block is header
        if goes_on and page:
            end = page[-1]
            forward = _carry(tr("Carried forward"), plain_amount(total, currency), columns)
            placed.append(Placed(end.y + end.block.height, forward))
        found.append(placed)
    return found


def _carry(label: str, amount: str, columns: PaperColumns) -> Block:
    form = columns.form
    style = replace(SUM_LABEL, size=8.2)

    def draw(sheet: Sheet, y: float) -> None:
        sheet.text_right(columns.amount - AMOUNT.width(amount) - GAP, y + 13, label, style)
        sheet.text_right(columns.amount, y + 13, amount, AMOUNT)
        sheet.rule(form.left, y + CARRY_HEIGHT, form.right, Ink.LINE_STRONG)

    return Block(height=CARRY_HEIGHT, draw=draw)
