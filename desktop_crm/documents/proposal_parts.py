"""What a proposal shows beside its texts: cover, contents, goals, prices, team, pictures. Draws frozen values; texts come translated."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Final

from desktop_crm.documents.flow import Block
from desktop_crm.documents.fonts import Face
from desktop_crm.documents.look import Look
from desktop_crm.documents.proposal_document import ProposalDocument
from desktop_crm.documents.proposal_text import CELL, gap
from desktop_crm.documents.sheet import HEIGHT, Ink, Sheet, Style
from desktop_crm.domain.proposals.proposal import Goal, Member, Price
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.labels import option_label

_BAND: Final = 372.0 / HEIGHT  # of the height of a page
_KICKER: Final = Style(Face.BOLD, 11, 14, Ink.ACCENT_SOFT)
_COVER_TITLE: Final = Style(Face.BOLD, 32, 42, Ink.SUNKEN)
_COVER_HINT: Final = Style(Face.REGULAR, 10.5, 15, Ink.ACCENT_SOFT)
_LABEL: Final = Style(Face.REGULAR, 8.6, 12, Ink.HINT)
_NAME: Final = Style(Face.BOLD, 15, 20)
_LINE: Final = Style(Face.REGULAR, 10, 15, Ink.SECONDARY)
_SMALL: Final = Style(Face.REGULAR, 7.6, 10, Ink.HINT)
_CONTENTS: Final = Style(Face.BOLD, 22, 30)
_ENTRY: Final = Style(Face.REGULAR, 11, 15)
_ENTRY_NUMBER: Final = Style(Face.BOLD, 11, 15, Ink.ACCENT)
_STRONG: Final = Style(Face.BOLD, 10, 14.4)
_HINT: Final = Style(Face.REGULAR, 8.8, 13, Ink.HINT)
_TOTAL: Final = Style(Face.BOLD, 15, 20, Ink.ACCENT)
ENTRY_HEIGHT: Final = 30.0
CONTENTS_TOP: Final = 128.0


def entries_on(look: Look) -> int:
    """Entries of the contents on one page."""
    return int((look.height - 90 - CONTENTS_TOP) // ENTRY_HEIGHT)


def draw_cover(sheet: Sheet, document: ProposalDocument, look: Look) -> None:
    """The first page: a band with the title, for whom and by whom it is."""
    said = document.said
    left, band = look.left, look.height * _BAND
    sheet.box(0, 0, look.width, band, Ink.ACCENT)
    sheet.text(left, 92, look.title or tr("PROPOSAL"), _KICKER, 2.2)
    sheet.box(left, 106, left + 44, 108.4, Ink.ACCENT_SOFT)
    most = 1 + int((band - 210) // _COVER_TITLE.leading)
    lines = _COVER_TITLE.wrapped(said.title, look.room)[:most]
    y = 160.0
    for line in lines:
        sheet.text(left, y, line, _COVER_TITLE)
        y += _COVER_TITLE.leading
    mark = tr("Draft") if document.is_draft else ""
    facts = [f"{document.number} v{document.version}", formats.date_long(document.issued_on), mark]
    sheet.text(left, band - 36, "   ·   ".join(one for one in facts if one), _COVER_HINT)
    y = _party(sheet, look, band + 62, tr("Prepared for"), said.account, (said.contact,))
    y = _party(sheet, look, y + 30, tr("Prepared by"), said.company, (said.owner, said.company_line))
    if look.logo is not None:
        wide, _ = sheet.image_size(look.logo.content, look.logo_width, 56)
        sheet.image(look.logo.content, look.right - wide, band + 52, look.logo_width, 56)
    for line in _LINE.wrapped(look.cover, look.room)[:3] if look.cover else ():
        sheet.text(left, y + 26, line, _LINE)
        y += _LINE.leading
    sheet.rule(left, look.height - 66, look.right)
    if document.hash:
        sheet.text(left, look.height - 50, tr("Document hash {hash}", hash=document.hash), _SMALL)


def draw_contents(sheet: Sheet, entries: Sequence[tuple[str, str, int]], look: Look, *, first: bool) -> None:
    """One page of the contents: number, title, page."""
    if first:
        sheet.text(look.left, 84, tr("Contents"), _CONTENTS)
        sheet.box(look.left, 97, look.left + 44, 99.4, Ink.ACCENT)
    for place, (number, title, page) in enumerate(entries):
        y = CONTENTS_TOP + place * ENTRY_HEIGHT
        sheet.text(look.left, y + 14, number, _ENTRY_NUMBER)
        sheet.text(look.left + 30, y + 14, _ENTRY.wrapped(title, look.room - 80)[0] if title else "", _ENTRY)
        sheet.text_right(look.right, y + 14, str(page), _ENTRY)
        sheet.rule(look.left, y + ENTRY_HEIGHT - 7, look.right)


def goal_blocks(goals: Sequence[Goal], look: Look) -> list[Block]:
    """Each goal on a soft ground with what it is measured by."""
    found = []
    for goal in goals:
        lines = _STRONG.wrapped(goal.subject, look.room - 34)
        until = tr("until {date}", date=formats.date(goal.due_on)) if goal.due_on else ""
        hint = " · ".join(one for one in (goal.measure, until) if one)
        hints = _HINT.wrapped(hint, look.room - 34) if hint else ()
        height = len(lines) * _STRONG.leading + len(hints) * _HINT.leading + 18
        found.append(Block(height=height + 7, draw=partial(_goal, lines, hints, height, look)))
    return found


def price_blocks(price: Price, look: Look) -> list[Block]:
    """The sections of the quote with their sums, the totals, and where they come from. No figure is worked out here."""
    found = [_price_head(look)]
    for section in price.sections:
        found.append(
            _price_row(section.heading or tr("Scope of supply"), section.amount, section.lines, price.currency, look)
        )
    sums = [(tr("Net amount"), price.net_amount), (tr("Tax"), price.tax_amount)]
    if price.discount:
        sums.insert(0, (tr("Discount"), -price.discount))
    found.append(_sums(sums, price, look))
    valid = tr("Valid until {date}", date=formats.date_long(price.valid_until)) if price.valid_until else ""
    source = tr("Prices from quotation {number} v{version}", number=price.number, version=price.version)
    for told in (" · ".join(one for one in (source, valid) if one), price.payment_terms):
        for line in _HINT.wrapped(told, look.room) if told else ():
            found.append(Block(height=_HINT.leading, draw=partial(_hint, line, look)))
    return [*found, gap(8)]


def team_blocks(team: Sequence[Member], look: Look) -> list[Block]:
    """Two people beside each other."""
    pairs = [team[place : place + 2] for place in range(0, len(team), 2)]
    return [*(Block(height=58, draw=partial(_members, pair, look)) for pair in pairs), gap(6)]


def picture_block(sheet: Sheet, content: bytes, look: Look) -> list[Block]:
    """A picture as wide as the text, or as its sides allow."""
    wide, high = sheet.image_size(content, look.room, 260)

    def draw(page: Sheet, y: float) -> None:
        page.image(content, look.left, y + 4, wide, high)

    return [Block(height=high + 14, draw=draw)]


def _party(sheet: Sheet, look: Look, y: float, word: str, name: str, lines: Sequence[str]) -> float:
    sheet.text(look.left, y, word, _LABEL)
    y += 22
    for line in _NAME.wrapped(name, look.room - 150):
        sheet.text(look.left, y, line, _NAME)
        y += _NAME.leading
    for line in lines:
        if line:
            sheet.text(look.left, y - 2, line, _LINE)
            y += _LINE.leading
    return y


def _goal(lines: Sequence[str], hints: Sequence[str], height: float, look: Look, sheet: Sheet, y: float) -> None:
    left = look.left
    sheet.box(left, y, look.right, y + height, Ink.ACCENT_SOFT, 4)
    sheet.box(left, y, left + 3.5, y + height, Ink.ACCENT, 1.7)
    at = y + 18
    for line in lines:
        sheet.text(left + 18, at, line, _STRONG)
        at += _STRONG.leading
    for line in hints:
        sheet.text(left + 18, at, line, _HINT)
        at += _HINT.leading


def _price_head(look: Look) -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        sheet.text(look.left, y + 12, tr("Scope"), _HINT)
        sheet.text_right(look.right, y + 12, tr("Amount"), _HINT)
        sheet.rule(look.left, y + 20, look.right, Ink.LINE_STRONG, 0.8)

    return Block(height=21, draw=draw, keeps_next=True)


def _price_row(title: str, amount: Decimal, lines: Sequence[str], currency: str, look: Look) -> Block:
    names = CELL.wrapped(", ".join(lines), look.room - 140)[:3] if lines else ()
    height = 26 + len(names) * 13

    def draw(sheet: Sheet, y: float) -> None:
        sheet.text(look.left, y + 17, title, _STRONG)
        sheet.text_right(look.right, y + 17, formats.money(amount, currency), _STRONG)
        for place, line in enumerate(names):
            sheet.text(look.left, y + 31 + place * 13, line, _HINT)
        sheet.rule(look.left, y + height, look.right)

    return Block(height=height + 1, draw=draw)


def _sums(sums: Sequence[tuple[str, Decimal]], price: Price, look: Look) -> Block:
    height = len(sums) * 17 + 62.0

    def draw(sheet: Sheet, y: float) -> None:
        at = y + 20
        for word, amount in sums:
            sheet.text_right(look.right - 130, at, word, _HINT)
            sheet.text_right(look.right, at, formats.money(amount, price.currency), CELL)
            at += 17
        sheet.box(look.left, at - 4, look.right, at + 30, Ink.ACCENT_SOFT, 4)
        sheet.text(look.left + 14, at + 17, tr("Total"), _STRONG)
        sheet.text_right(look.right - 14, at + 18.5, formats.money(price.grand_total, price.currency), _TOTAL)

    return Block(height=height, draw=draw, keeps_next=True)


def _hint(line: str, look: Look, sheet: Sheet, y: float) -> None:
    sheet.text(look.left, y + 9, line, _HINT)


def _members(pair: Sequence[Member], look: Look, sheet: Sheet, y: float) -> None:
    wide = (look.room - 14) / 2
    for place, one in enumerate(pair):
        x = look.left + place * (wide + 14)
        sheet.box(x, y, x + wide, y + 50, Ink.SUNKEN, 4)
        sheet.box(x + 12, y + 11, x + 40, y + 39, Ink.ACCENT, 14)
        sheet.text_centred(x + 26, y + 30, one.name[:1], Style(Face.BOLD, 13, 16, Ink.SUNKEN))
        role = option_label("member_role", one.role) if one.role else ""
        told = [line for line in (role, one.email) if line]
        sheet.text(x + 52, y + (18 if len(told) > 1 else 22), one.name, _STRONG)
        for line, text in enumerate(told):
            sheet.text(x + 52, y + (30 if len(told) > 1 else 37) + line * 12, _HINT.wrapped(text, wide - 60)[0], _HINT)
