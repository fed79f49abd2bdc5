"""Two versions of a quote as one redlined PDF: what went is struck out in red, what came is underlined, what stayed is plain.

The same document and locale give the same bytes. May run in a worker process; takes a frozen value, asks nobody for anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from desktop_crm.documents import fonts
from desktop_crm.documents.flow import Block, Placed, paginate
from desktop_crm.documents.fonts import Face
from desktop_crm.documents.look import Look, look_of
from desktop_crm.documents.quote_document import Picture
from desktop_crm.documents.quote_pdf import ONE_AT_A_TIME
from desktop_crm.documents.sheet import WIDTH, Description, Ink, Sheet, Style
from desktop_crm.domain.quotes.compare import Comparison, LineDifference, Offer
from desktop_crm.domain.quotes.draft import QuoteLine
from desktop_crm.domain.quotes.paper import Paper
from desktop_crm.i18n import formats, forms, ptr, speaking, tr
from desktop_crm.i18n.compare_words import amount_label, amount_text, aspect_label, difference_label, value_text

PLAIN: Final = Look(left=44.0, right=WIDTH - 44.0)
_TOP: Final = 96.0
_NEXT_TOP: Final = 56.0
_TITLE: Final = Style(Face.BOLD, 18, 24)
_SUBTITLE: Final = Style(Face.REGULAR, 9.5, 14, Ink.SECONDARY)
_HEADING: Final = Style(Face.BOLD, 11, 16)
_HEAD: Final = Style(Face.REGULAR, 8, 11, Ink.HINT)
_BODY: Final = Style(Face.REGULAR, 8.8, 12.4)
_SECTION: Final = Style(Face.BOLD, 8.8, 12.4, Ink.SECONDARY)
_OLD: Final = Style(Face.REGULAR, 8.8, 12.4, Ink.BAD)
_NEW: Final = Style(Face.BOLD, 8.8, 12.4, Ink.ACCENT)
_MARK: Final = Style(Face.BOLD, 7, 12.4, Ink.HINT)
_SMALL: Final = Style(Face.REGULAR, 7.6, 10, Ink.HINT)
_SHARES: Final = (0.38, 0.12, 0.18, 0.12, 0.20)
_TERM_SHARES: Final = (0.28, 0.36, 0.36)
_Grid = tuple[Look, Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedlineDocument:
    """Both sides and what lies between them; labels as they are called ("v1", "Q-2026-0007 v2")."""

    number: str
    old_label: str
    new_label: str
    old: Offer
    new: Offer
    comparison: Comparison
    company: str
    today: date
    paper: Paper | None = None
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """What a cell says now, and what it said before; one of them is empty where it came or went."""

    new: str = ""
    old: str = ""

    @property
    def pieces(self) -> tuple[tuple[Style, str], ...]:
        if self.old == self.new:
            return ((_BODY, self.new),)
        return tuple((style, text) for style, text in ((_OLD, self.old), (_NEW, self.new)) if text)


def render(document: RedlineDocument, locale: str) -> bytes:
    """The file. `locale` is a language the product speaks (`ko`, `en`)."""
    with ONE_AT_A_TIME, fonts.cast(document.paper), speaking(locale) as language, forms.written():
        look = look_of(document.paper, document.pictures, facts_of(document), PLAIN)
        title = look.title or tr("Changes in {number}", number=document.number)
        said = Description(title=title, author=document.company, subject=_subtitle(document), language=language)
        sheet = look.sheet(said)
        blocks = [*_lines(document, look), *_terms(document, look), *_amounts(document, look)]
        header = _head(_columns(), (look, _SHARES))
        pages = paginate(blocks, top=_TOP, next_top=_NEXT_TOP, bottom=look.bottom, header=header)
        for number, placed in enumerate(pages, 1):
            if number > 1:
                sheet.next_page()
            _page(sheet, document, title, placed, (number, len(pages)), look)
        return sheet.finished()


def facts_of(document: RedlineDocument) -> dict[str, str]:
    """What stands for the placeholders of its form, in the language that is spoken."""
    draft = document.new.draft
    return {
        "number": document.number,
        "title": draft.name,
        "customer": draft.customer.name,
        "supplier": document.company,
        "date": formats.date_long(document.today),
    }


def _page(
    sheet: Sheet, document: RedlineDocument, title: str, placed: Sequence[Placed], number: tuple[int, int], look: Look
) -> None:
    page, pages = number
    if page == 1:
        look.draw_logo(sheet, 58)
        sheet.text(look.left + look.logo_room, 52, title, _TITLE)
        sheet.text(look.left + look.logo_room, 70, _subtitle(document), _SUBTITLE)
        sheet.box(look.left, 78, look.right, 79.5, Ink.ACCENT)
    else:
        look.draw_later_top(sheet, _NEXT_TOP - 20, title)
    for one in placed:
        one.block.draw(sheet, one.y)
    key = tr("Struck out: taken away. Underlined: new.")
    look.draw_foot(sheet, f"{document.company} · {formats.date(document.today)} · {key}", page, pages)


def _subtitle(document: RedlineDocument) -> str:
    parts = (f"{document.old_label} → {document.new_label}", document.new.draft.customer.name, document.new.draft.name)
    return " · ".join(filter(None, parts))


def _columns() -> tuple[str, ...]:
    return ptr("quote line", "Item"), tr("Quantity"), tr("Unit price"), tr("Discount"), tr("Amount")


def _lines(document: RedlineDocument, look: Look) -> list[Block]:
    """All lines of the later side; those that went stand where they stood, after what they followed."""
    told = {one.id: one for one in document.comparison.lines}
    old_lines = {line.id: line for line in document.old.draft.lines()}
    gone = [one for one in document.comparison.lines if one.new_place is None]
    amounts = document.new.amounts.lines()
    blocks = [_heading(look, tr("Lines")), _head(_columns(), (look, _SHARES), keeps_next=True)]
    place = 0
    for section in document.new.draft.sections:
        if section.name:
            blocks.append(_section(look, section.name))
        for line in section.lines:
            place += 1
            while gone and (gone[0].old_place or 0) <= place:
                blocks.append(_gone(look, gone.pop(0), old_lines, document.old.draft.currency))
            blocks.append(_line(look, line, told.get(line.id), amounts[line.id].final, document.new.draft.currency))
    blocks += [_gone(look, one, old_lines, document.old.draft.currency) for one in gone]
    return blocks


def _line(look: Look, line: QuoteLine, change: LineDifference | None, amount: Decimal, currency: str) -> Block:
    now = _cells(line, amount, currency)
    if change is None:
        return _row(tuple(_Cell(new=text, old=text) for text in now), (look, _SHARES))
    if change.old_place is None:
        return _row(tuple(_Cell(new=text) for text in now), (look, _SHARES), mark=aspect_label("added"))
    fields = {one.field: one.old for one in change.fields}
    before = _cells(_before(line, fields), change.old_amount, currency)
    mark = aspect_label("moved") if "moved" in change.aspects else ""
    return _row(
        tuple(_Cell(new=new, old=old) for new, old in zip(now, before, strict=True)), (look, _SHARES), mark=mark
    )


def _before(line: QuoteLine, fields: dict[str, Any]) -> QuoteLine:
    """The line as it was: the changed fields set back."""
    return replace(line, **fields)


def _gone(look: Look, change: LineDifference, lines: dict[Any, QuoteLine], currency: str) -> Block:
    texts = _cells(lines[change.id], change.old_amount, currency)
    return _row(tuple(_Cell(old=text) for text in texts), (look, _SHARES), mark=aspect_label("removed"))


def _cells(line: QuoteLine, amount: Decimal | None, currency: str) -> tuple[str, ...]:
    discount = [formats.percent(line.discount_percent)] if line.discount_percent else []
    discount += [formats.money(line.discount_amount, currency)] if line.discount_amount else []
    return (
        "\n".join(filter(None, (line.name, line.spec, line.remark))),
        f"{formats.quantity(line.quantity)} {line.unit}".strip(),
        formats.money(line.unit_price, currency),
        " + ".join(discount),
        "" if amount is None else formats.money(amount, currency),
    )


def _terms(document: RedlineDocument, look: Look) -> list[Block]:
    """What changed in the quote as a whole, and in its sections."""
    currency = document.new.draft.currency
    rows = [
        (difference_label("quote", one.field), one)
        for one in document.comparison.quote
        if not one.field.endswith("_id")
    ]
    rows += [
        (f"{section.name}: {difference_label('quote_section', one.field)}", one)
        for section in document.comparison.sections
        for one in section.fields
        if not one.field.endswith("_id")
    ]
    if not rows:
        return []
    names = ("", tr("Before"), tr("After"))
    blocks = [_heading(look, tr("Terms")), _head(names, (look, _TERM_SHARES), keeps_next=True, right=False)]
    for name, one in rows:
        old, new = (value_text(one.field, value, currency) for value in (one.old, one.new))
        cells = (_Cell(new=name, old=name), _Cell(old=old), _Cell(new=new))
        blocks.append(_row(cells, (look, _TERM_SHARES), right=False, table=False))
    return blocks


def _amounts(document: RedlineDocument, look: Look) -> list[Block]:
    blocks = [
        _heading(look, tr("Amounts")),
        _head(("", tr("Before"), tr("After")), (look, _TERM_SHARES), keeps_next=True),
    ]
    for one in document.comparison.amounts:
        if one.name in {"cost", "margin", "margin_percent"} or not (one.old or one.new):
            continue  # what is ours to know does not go on paper
        old = amount_text(one.name, one.old, document.old.draft.currency)
        new = amount_text(one.name, one.new, document.new.draft.currency)
        name = amount_label(one.name)
        cells = (_Cell(new=name, old=name), _Cell(new=old, old=old), _Cell(new=new, old=new if new == old else ""))
        blocks.append(_row(cells, (look, _TERM_SHARES), table=False))
    return blocks


def _heading(look: Look, text: str) -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        sheet.text(look.left, y + 20, text, _HEADING)

    return Block(height=28, draw=draw, keeps_next=True)


def _section(look: Look, name: str) -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        sheet.box(look.left, y, look.right, y + 17, Ink.SUNKEN)
        sheet.text(look.left + 4, y + 12, name, _SECTION)

    return Block(height=18, draw=draw, keeps_next=True, in_table=True)


def _head(names: Sequence[str], grid: _Grid, *, keeps_next: bool = False, right: bool = True) -> Block:
    look, _ = grid

    def draw(sheet: Sheet, y: float) -> None:
        for place, (name, (x, width)) in enumerate(zip(names, _places(grid), strict=True)):
            if place and right:
                sheet.text_right(x + width - 4, y + 11, name, _HEAD)
            else:
                sheet.text(x + 4, y + 11, name, _HEAD)
        sheet.rule(look.left, y + 16, look.right, Ink.LINE_STRONG, 0.8)

    return Block(height=18, draw=draw, keeps_next=keeps_next)


def _row(cells: Sequence[_Cell], grid: _Grid, *, mark: str = "", right: bool = True, table: bool = True) -> Block:
    """One row; in a cell that changed what was stands struck above what is."""
    look, _ = grid
    places = _places(grid)
    texts = [
        [(style, text) for style, said in cell.pieces for text in style.wrapped(said, width - 8)]
        for cell, (_, width) in zip(cells, places, strict=True)
    ]
    height = max(1, *(len(lines) for lines in texts)) * _BODY.leading + 6 + (9 if mark else 0)

    def draw(sheet: Sheet, y: float) -> None:
        for place, (lines, (x, width)) in enumerate(zip(texts, places, strict=True)):
            for row, (style, text) in enumerate(lines):
                wide = style.width(text)
                start = x + width - 4 - wide if place and right else x + 4
                baseline = y + 12 + row * _BODY.leading
                sheet.text(start, baseline, text, style)
                if style is _OLD and text:
                    sheet.rule(start, baseline - 3, start + wide, Ink.BAD, 0.7)
                elif style is _NEW and text:
                    sheet.rule(start, baseline + 1.8, start + wide, Ink.ACCENT, 0.6)
        if mark:
            sheet.text(look.left + 4, y + height - 5, mark, _MARK)
        sheet.rule(look.left, y + height - 1, look.right, Ink.LINE, 0.4)

    return Block(height=height, draw=draw, in_table=table)


def _places(grid: _Grid) -> list[tuple[float, float]]:
    """(left, width) of each column."""
    look, shares = grid
    found, x = [], look.left
    for share in shares:
        width = look.room * share
        found.append((x, width))
        x += width
    return found
