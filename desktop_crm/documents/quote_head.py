"""Top and tail of a quotation: title and facts, customer and supplier, the amount in words; terms, remarks and signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from desktop_crm.documents import fonts
from desktop_crm.documents.flow import Block
from desktop_crm.documents.fonts import Face
from desktop_crm.documents.quote_document import QuoteDocument
from desktop_crm.documents.quote_form import CLASSIC, MM, Form, filled
from desktop_crm.documents.quote_table import Beside
from desktop_crm.documents.sheet import Ink, Sheet, Style
from desktop_crm.domain.phones import national
from desktop_crm.domain.quotes.draft import Party
from desktop_crm.foundation.errors import CrmError
from desktop_crm.i18n import Language, amount_words, current, formats, ptr, tr

TITLE: Final = Style(Face.BOLD, 25, 30)
FACT_LABEL: Final = Style(Face.REGULAR, 8, 13, Ink.HINT)
FACT: Final = Style(Face.BOLD, 8.5, 13)
PARTY: Final = Style(Face.BOLD, 12.5, 17)
BODY: Final = Style(Face.REGULAR, 8.6, 12.8)
LABEL: Final = Style(Face.REGULAR, 8.2, 12.8, Ink.HINT)
WORDS: Final = Style(Face.BOLD, 11, 15)
WORDS_HINT: Final = Style(Face.REGULAR, 8.6, 12, Ink.SECONDARY)
TERM_LABEL: Final = Style(Face.BOLD, 8.6, 13, Ink.SECONDARY)
TERM: Final = Style(Face.REGULAR, 8.6, 13)
SIGN: Final = Style(Face.REGULAR, 9.2, 14)
SIGN_NAME: Final = Style(Face.BOLD, 11, 16)
SEAL: Final = Style(Face.REGULAR, 7, 9, Ink.HINT)

_LABEL_WIDTH: Final = 74.0


def title_block(document: QuoteDocument, form: Form = CLASSIC) -> Block:
    """The title, and beside it number, date and validity."""
    draft = document.draft
    number = document.number or "—"
    facts = [
        (tr("Quote no."), f"{number}  v{document.version}"),
        (tr("Quote date"), formats.date(document.issued_on)),
    ]
    if draft.valid_until:
        facts.append((tr("Valid until"), formats.date(draft.valid_until)))
    value_width = max(FACT.width(value) for _, value in facts)
    title = filled(form.words.title, document) or tr("Quotation")
    tracking = 4 if current() is Language.KO and not form.words.title else 0
    logo = form.logo
    logo_width = float(form.paper.logo_width) * MM if form.paper is not None else 0.0
    logo_room = logo_width + 16 if logo is not None else 0.0
    free = form.room - logo_room - value_width - 90
    fitting = (size for size in (25, 22, 19, 16, 13) if replace(TITLE, size=size).width(title) <= free)
    title_style = TITLE if form.paper is None else replace(TITLE, size=next(fitting, 11))

    def draw(sheet: Sheet, y: float) -> None:
        if logo is not None:
            _, high = sheet.image_size(logo.content, logo_width, 34)
            sheet.image(logo.content, form.left, y + 4 + (34 - high) / 2, logo_width, 34)
        sheet.text(form.left + logo_room, y + 33, title, title_style, tracking)
        line = y + 37 - (len(facts) - 1) * FACT.leading
        for label, value in facts:
            sheet.text_right(form.right - value_width - 8, line, label, FACT_LABEL)
            sheet.text_right(form.right, line, value, FACT)
            line += FACT.leading
        sheet.box(form.left, y + 46, form.right, y + 48, Ink.ACCENT)

    return Block(height=62, draw=draw, keeps_next=True)


def parties_block(document: QuoteDocument, form: Form = CLASSIC) -> Block:
    """The customer on the left, the supplier with registration number and the place for the seal on the right."""
    draft = document.draft
    room_left = form.middle - form.left - 24
    customer = [(text, PARTY) for text in PARTY.wrapped(_addressed(draft.customer.name), room_left)]
    for text in _customer_lines(draft.customer):
        customer += [(line, BODY) for line in BODY.wrapped(text, room_left)]
    subject = BODY.wrapped(draft.name, room_left - 34) if draft.name.strip() else ()
    supplier_name = PARTY.wrapped(draft.supplier.name, form.right - form.middle - 40)
    facts = _supplier_facts(draft.supplier, form.right - form.middle - _LABEL_WIDTH)
    left_height = sum(style.leading for _, style in customer) + (len(subject) * BODY.leading + 6 if subject else 0)
    right_height = len(supplier_name) * PARTY.leading + sum(len(lines) for _, lines in facts) * BODY.leading
    height = max(left_height, right_height) + 18 - form.saved

    def draw(sheet: Sheet, y: float) -> None:
        line = y
        for text, style in customer:
            line += style.leading
            sheet.text(form.left, line - 3, text, style)
        if subject:
            line += 6 + BODY.leading
            sheet.text(form.left, line - 3, ptr("quotation", "Subject"), LABEL)
            for index, text in enumerate(subject):
                sheet.text(form.left + 34, line - 3 + index * BODY.leading, text, BODY)
        line = y
        for text in supplier_name:
            line += PARTY.leading
            sheet.text(form.middle, line - 3, text, PARTY)
        for label, texts in facts:
            sheet.text(form.middle, line + BODY.leading - 3, label, LABEL)
            for text in texts:
                line += BODY.leading
                sheet.text(form.middle + _LABEL_WIDTH, line - 3, text, BODY)

    return Block(height=height, draw=draw, keeps_next=True)


def words_block(document: QuoteDocument, form: Form = CLASSIC) -> Block:
    """The grand total in words and figures, on a soft band."""
    currency, total = document.draft.currency, document.amounts.grand_total
    note = tr("({amount}, VAT included)", amount=formats.money(total, currency))
    words = _in_words(document)
    fitting = (
        size for size in (11, 10.4, 9.8, 9.2) if Style(Face.BOLD, size).width(words) <= form.right - form.left - 24
    )
    style = Style(Face.BOLD, next(fitting, WORDS.size), WORDS.leading)
    beside = style.width(words) + WORDS_HINT.width(note) + 34 <= form.right - form.left
    lines = style.wrapped(words, form.right - form.left - 24)
    height = 16 + len(lines) * WORDS.leading + (0 if beside else WORDS_HINT.leading)

    def draw(sheet: Sheet, y: float) -> None:
        sheet.box(form.left, y, form.right, y + height, Ink.ACCENT_SOFT, 3)
        line = y + 8
        for text in lines:
            line += WORDS.leading
            sheet.text(form.left + 12, line - 4, text, style)
        if beside:
            sheet.text_right(form.right - 12, line - 4, note, WORDS_HINT)
        else:
            sheet.text(form.left + 12, line + WORDS_HINT.leading - 3, note, WORDS_HINT)

    return Block(height=height + 14 - form.saved, draw=draw, keeps_next=True)


def terms_of(document: QuoteDocument) -> list[tuple[str, str]]:
    """Validity, payment terms and remarks, as far as there are any: label and text."""
    draft = document.draft
    terms: list[tuple[str, str]] = []
    if draft.valid_until:
        terms.append((tr("Validity"), tr("Valid until {date}", date=formats.date_long(draft.valid_until))))
    if draft.payment_terms.strip():
        terms.append((tr("Payment terms"), draft.payment_terms))
    if draft.remarks.strip():
        terms.append((tr("Remarks"), draft.remarks))
    return terms


def terms_beside(terms: Sequence[tuple[str, str]], room: float, height: float, form: Form = CLASSIC) -> list[Beside]:
    """The terms in the room beside the sums; empty when they do not all fit there."""
    texts: list[Beside] = []
    y = 6.0
    for label, text in terms:
        texts.append(Beside(x=form.left + 6, y=y + TERM.leading, text=label, style=TERM_LABEL))
        for line in TERM.wrapped(text.strip(), room - _LABEL_WIDTH - 6):
            y += TERM.leading
            texts.append(Beside(x=form.left + 6 + _LABEL_WIDTH, y=y, text=line, style=TERM))
        y += 4
    return texts if y <= height else []


def term_blocks(terms: Sequence[tuple[str, str]], form: Form = CLASSIC) -> list[Block]:
    """The terms under the sums; long remarks run over pages line by line, the last lines with what follows."""
    blocks: list[Block] = []
    for place, (label, text) in enumerate(terms):
        lines = TERM.wrapped(text.strip(), form.right - form.left - _LABEL_WIDTH - 6)
        ends = place == len(terms) - 1
        for index, line in enumerate(lines):
            left = len(lines) - 1 - index
            together = (index == 0 and left > 0) or left == 1 or (ends and left == 0)
            blocks.append(_term_line(label if index == 0 else "", line, form, keeps_next=together))
    return blocks


def _term_line(label: str, text: str, form: Form, *, keeps_next: bool) -> Block:
    above = 5.0 if label else 0.0

    def draw(sheet: Sheet, y: float) -> None:
        if label:
            sheet.text(form.left + 6, y + above + 10, label, TERM_LABEL)
        sheet.text(form.left + 6 + _LABEL_WIDTH, y + above + 10, text, TERM)

    return Block(height=TERM.leading + above, draw=draw, keeps_next=keeps_next)


def signature_block(document: QuoteDocument, form: Form = CLASSIC) -> Block:
    """The closing sentence, the day, the supplier's name and the place for signature or seal, in one piece."""
    supplier = document.draft.supplier
    representative = supplier.representative or document.issued_by
    closing = fonts.fitted(
        filled(form.words.closing, document) or tr("We are pleased to quote as above."),
        SIGN.face,
        SIGN.size,
        form.room / 2,
    )
    seal = form.seal

    def draw(sheet: Sheet, below: float) -> None:
        y = below - form.saved
        sheet.text(form.left + 6, y + 34, closing, SIGN)
        sheet.text(form.left + 6, y + 52, formats.date_long(document.issued_on), SIGN)
        sheet.text_right(form.right - 72, y + 36, supplier.name, SIGN_NAME)
        if representative:
            sheet.text_right(form.right - 72, y + 53, tr("Representative {name}", name=representative), SIGN)
        if seal is not None:
            sheet.image(seal.content, form.right - 62, y + 15, 56, 56)
            return
        sheet.ring(form.right - 34, y + 43, 25, Ink.LINE_STRONG)
        sheet.text_centred(form.right - 34, y + 45.5, tr("Seal"), SEAL)

    return Block(height=74 - 2 * form.saved, draw=draw)


def _addressed(name: str) -> str:
    return ptr("quotation addressee", "{name}", name=name) if name.strip() else "—"


def _customer_lines(party: Party) -> list[str]:
    person = tr("Attn. {name}", name=" ".join(part for part in (party.contact, party.contact_title) if part))
    parts = [
        " · ".join(part for part in (party.department, person if party.contact else "") if part),
        party.address,
        " · ".join(part for part in (national(party.phone), party.email) if part),
    ]
    return [part for part in parts if part.strip()]


def _supplier_facts(party: Party, room: float) -> list[tuple[str, tuple[str, ...]]]:
    person = " ".join(part for part in (party.contact, party.contact_title) if part)
    facts = [
        (tr("Business reg. no."), party.registration_number),
        (tr("Representative"), party.representative),
        (tr("Address"), party.address),
        (ptr("quotation", "Contact"), person),
        (tr("Phone"), party.phone),
        (tr("Email"), party.email),
    ]
    return [(label, BODY.wrapped(value, room)) for label, value in facts if value.strip()]


def _in_words(document: QuoteDocument) -> str:
    total, currency = document.amounts.grand_total, document.draft.currency
    try:
        return amount_words.in_words(total, currency)
    except CrmError:  # an amount nobody has a word for, in a draft that cannot be issued: figures will do
        return formats.money(total, currency)


def running_title(document: QuoteDocument, sheet: Sheet, y: float, form: Form = CLASSIC) -> None:
    """What stands on top of every page but the first."""
    room = (form.right - form.left) / 2 - 8
    usual = f"{tr('Quotation')} {document.number or '—'} v{document.version}"
    number = filled(form.words.header, document) or usual
    sheet.text(form.left, y, fonts.fitted(number, FACT.face, FACT.size, room), FACT)
    customer = fonts.fitted(document.draft.customer.name, FACT_LABEL.face, FACT_LABEL.size, room)
    sheet.text_right(form.right, y, customer, FACT_LABEL)


def footer(document: QuoteDocument, sheet: Sheet, y: float, page: int, pages: int, form: Form = CLASSIC) -> None:
    """Supplier and hash on the left, page X of Y on the right."""
    sheet.rule(form.left, y, form.right, Ink.LINE)
    mark = tr("Draft, not issued") if document.is_draft else tr("Document hash {hash}", hash=document.hash[:16])
    named = filled(form.words.footer, document) or document.draft.supplier.name
    left = fonts.fitted(f"{named}  ·  {mark}", LABEL.face, 7.5, form.right - form.left - 90)
    style = Style(Face.REGULAR, 7.5, 10, Ink.HINT)
    sheet.text(form.left, y + 13, left, style)
    sheet.text_right(form.right, y + 13, tr("Page {page} of {pages}", page=page, pages=pages), style)
