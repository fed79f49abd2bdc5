"""A quote as an Excel workbook that calculates: amounts, sums, discount and tax are formulas, with the figures as they were issued.

Where the quote's own rules say more than a cell can (tiers, bundles, terms), the figure stands as it was issued. Text is never a
formula. No clock: the same quote gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Final
from xml.sax.saxutils import escape

from desktop_crm.domain.money import EXACT, HUNDRED, ZERO, minor_digits
from desktop_crm.domain.quotes.draft import QuoteDraft, QuoteLine
from desktop_crm.domain.quotes.pricing import PricedLine, PricedQuote
from desktop_crm.domain.quotes.versions import VersionContent
from desktop_crm.domain.schema.options import Billing, BundlePrice, RoundingPolicy, TaxClass
from desktop_crm.i18n import Language, current, formats, ptr, tr
from desktop_crm.i18n.labels import option_label

MIME: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOC: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_REL: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]")
_ROUND: Final = {
    RoundingPolicy.HALF_UP: ("ROUND", ROUND_HALF_UP),
    RoundingPolicy.HALF_EVEN: ("ROUND", ROUND_HALF_UP),
    RoundingPolicy.UP: ("ROUNDUP", ROUND_UP),
    RoundingPolicy.DOWN: ("ROUNDDOWN", ROUND_DOWN),
}
_WIDTHS: Final = (6, 44, 26, 8, 11, 15, 10, 9, 17)
_PLAIN, _TITLE, _LABEL, _HEADING, _MONEY, _STRONG, _SECTION, _SECTION_SUM, _NUMBER, _WRAP = range(10)


@dataclass(frozen=True, slots=True)
class _Cell:
    value: str | Decimal
    style: int = _PLAIN
    formula: str = ""


@dataclass(slots=True)
class _Sheet:
    """Rows as they come; row numbers count from 1 as Excel's do."""

    rows: list[dict[str, _Cell]] = field(default_factory=list)

    @property
    def next(self) -> int:
        return len(self.rows) + 1

    def add(self, **cells: _Cell) -> int:
        self.rows.append(cells)
        return len(self.rows)


def workbook(content: VersionContent) -> bytes:
    """The workbook of what a customer may see of a quote, in the language that is spoken."""
    draft, amounts = content.draft, content.amounts
    sheet = _Sheet()
    sheet.add(A=_Cell(tr("Quotation"), _TITLE))
    facts = [
        (tr("Quote no."), f"{content.number} v{content.version}"),
        (tr("Quote date"), formats.date(content.issued_on)),
        (tr("Valid until"), formats.date(draft.valid_until) if draft.valid_until else ""),
        (ptr("quotation cover", "For"), draft.customer.name),
        (
            tr("Supplier"),
            " · ".join(part for part in (draft.supplier.name, draft.supplier.registration_number) if part),
        ),
        (ptr("quotation", "Subject"), draft.name),
    ]
    for label, value in facts:
        if value.strip():
            sheet.add(A=_Cell(label, _LABEL), C=_Cell(value))
    sheet.add()
    head = (
        "",
        tr("Item"),
        tr("Spec"),
        tr("Unit"),
        tr("Quantity"),
        tr("Unit price"),
        tr("Discount"),
        tr("VAT"),
        tr("Amount"),
    )
    top = sheet.add(**{letter: _Cell(text, _HEADING) for letter, text in zip("ABCDEFGHI", head, strict=True)})
    sums = _lines(sheet, draft, amounts)
    sheet.add()
    _sums(sheet, draft, amounts, sums)
    sheet.add()
    for label, value in ((tr("Payment terms"), draft.payment_terms), (tr("Remarks"), draft.remarks)):
        if value.strip():
            sheet.add(A=_Cell(label, _LABEL), C=_Cell(value, _WRAP))
    return _packed(sheet, top, draft.currency)


def _lines(sheet: _Sheet, draft: QuoteDraft, amounts: PricedQuote) -> list[str]:
    """Sections and lines; the cells whose sum is the subtotal."""
    found: list[str] = []
    number = 0
    for section, priced in zip(draft.sections, amounts.sections, strict=True):
        if not section.lines:
            continue
        heading = (
            sheet.add(B=_Cell(section.name, _SECTION), I=_Cell(priced.net, _SECTION_SUM)) if section.name.strip() else 0
        )
        first, counted, shown = sheet.next, ZERO, not (section.hide_lines or section.hide_prices)
        cells: list[str] = []
        ids = {line.id for line in section.lines}
        for line, amount in zip(() if section.hide_lines else section.lines, priced.lines, strict=False):
            inside = line.parent_id in ids
            number += not inside
            row = _line(sheet, draft, line, amount, "" if inside else str(number), shown=shown)
            if shown and amount.counted and not line.optional and not inside:
                counted = EXACT.add(counted, amount.net)
                cells.append(f"I{row}")
        last = sheet.next - 1
        off = EXACT.subtract(ZERO, priced.discount)
        if priced.discount and shown:
            row = sheet.add(B=_Cell(tr("Section discount")), I=_Cell(off, _MONEY))
            cells.append(f"I{row}")
        formula = ""
        if shown and EXACT.add(counted, off) == priced.net:
            whole = len(cells) == last - first + 1 and not priced.discount
            formula = f"SUM(I{first}:I{last})" if whole else "+".join(cells)
        if heading:
            sheet.rows[heading - 1]["I"] = _Cell(priced.net, _SECTION_SUM, formula)
            sum_cell = f"I{heading}"
        else:
            row = sheet.add(B=_Cell(tr("Subtotal"), _SECTION), I=_Cell(priced.net, _SECTION_SUM, formula))
            sum_cell = f"I{row}"
        if not section.optional:
            found.append(sum_cell)
    return found


def _line(sheet: _Sheet, draft: QuoteDraft, line: QuoteLine, amount: PricedLine, number: str, *, shown: bool) -> int:
    row = sheet.next
    name = (line.name_en if current() is Language.EN else "") or line.name
    rate = draft.tax_rate if line.tax_rate is None else line.tax_rate
    tax: _Cell = _Cell(EXACT.divide(rate, HUNDRED), _NUMBER)
    if line.tax_class is not TaxClass.STANDARD:
        tax = _Cell(option_label("tax_class", line.tax_class.value))
    cells = {
        "A": _Cell(number, _LABEL),
        "B": _Cell(tr("{title} (optional)", title=name) if line.optional else name, _WRAP),
        "C": _Cell(line.spec, _WRAP),
        "D": _Cell(line.unit),
        "E": _Cell(line.quantity),
        "H": tax,
    }
    if shown:
        cells["F"] = _Cell(line.unit_price, _MONEY)
        if line.discount_percent:
            cells["G"] = _Cell(EXACT.divide(line.discount_percent, HUNDRED), _NUMBER)
        cells["I"] = _Cell(
            amount.net if number else "", _MONEY, _amount_formula(draft, line, amount, row) if number else ""
        )
    return sheet.add(**cells)


def _amount_formula(draft: QuoteDraft, line: QuoteLine, amount: PricedLine, row: int) -> str:
    """Quantity times price less discount, rounded as the quote does, where that is what the line came to."""
    if line.billing is not Billing.ONCE or line.bundle_price is BundlePrice.SUM or line.percent_of:
        return ""
    digits = minor_digits(draft.currency)
    name, mode = _ROUND[draft.rounding_policy]
    part = EXACT.subtract(HUNDRED, line.discount_percent)
    exact = EXACT.divide(EXACT.multiply(EXACT.multiply(line.quantity, line.unit_price), part), HUNDRED)
    exact = EXACT.subtract(exact, line.discount_amount)
    if exact.quantize(Decimal(1).scaleb(-digits), mode) != amount.net:
        return ""
    less = f"*(1-G{row})" if line.discount_percent else ""
    off = f"-{line.discount_amount}" if line.discount_amount else ""
    return f"{name}(E{row}*F{row}{less}{off},{digits})"


def _sums(sheet: _Sheet, draft: QuoteDraft, amounts: PricedQuote, cells: Sequence[str]) -> None:
    digits = minor_digits(draft.currency)
    name, mode = _ROUND[draft.rounding_policy]
    unit = Decimal(1).scaleb(-digits)
    formula = "+".join(cells)
    net = subtotal = sheet.add(H=_Cell(tr("Subtotal"), _LABEL), I=_Cell(amounts.subtotal, _MONEY, formula))
    off = amounts.discount_amount
    if off:
        exact = EXACT.divide(EXACT.multiply(amounts.subtotal, draft.discount_percent), HUNDRED).quantize(unit, mode)
        said = draft.discount_percent and EXACT.add(exact, draft.discount_amount) == off
        more = f"-{draft.discount_amount}" if draft.discount_amount else ""
        formula = f"-{name}(I{subtotal}*{draft.discount_percent}/100,{digits}){more}" if said else ""
        cut = sheet.add(H=_Cell(tr("Discount"), _LABEL), I=_Cell(EXACT.subtract(ZERO, off), _MONEY, formula))
        formula = f"I{subtotal}+I{cut}" if not draft.tax_included else ""
        net = sheet.add(H=_Cell(tr("Net amount"), _LABEL), I=_Cell(amounts.net_amount, _MONEY, formula))
    elif draft.tax_included:
        net = sheet.add(H=_Cell(tr("Net amount"), _LABEL), I=_Cell(amounts.net_amount, _MONEY))
    rows = [net]
    for tax in amounts.taxes:
        label = tr("VAT {percent}", percent=formats.percent(tax.rate))
        if tax.tax_class is not TaxClass.STANDARD:
            label = option_label("tax_class", tax.tax_class.value)
        exact = EXACT.divide(EXACT.multiply(amounts.net_amount, tax.rate), HUNDRED).quantize(unit, mode)
        alone = len(amounts.taxes) == 1 and exact == tax.amount and not draft.tax_included
        formula = f"{name}(I{net}*{tax.rate}/100,{digits})" if alone else ""
        rows.append(sheet.add(H=_Cell(label, _LABEL), I=_Cell(tax.amount, _MONEY, formula)))
    formula = "+".join(f"I{row}" for row in rows)
    total = sheet.add(H=_Cell(tr("Grand total"), _LABEL), I=_Cell(amounts.grand_total, _STRONG, formula))
    if amounts.prepaid:
        paid = sheet.add(H=_Cell(tr("Prepaid"), _LABEL), I=_Cell(EXACT.subtract(ZERO, amounts.prepaid), _MONEY))
        sheet.add(H=_Cell(tr("Payable"), _LABEL), I=_Cell(amounts.payable, _STRONG, f"I{total}+I{paid}"))


def _cell_xml(place: str, cell: _Cell) -> str:
    if isinstance(cell.value, Decimal):
        formula = f"<f>{escape(cell.formula)}</f>" if cell.formula else ""
        return f'<c r="{place}" s="{cell.style}">{formula}<v>{cell.value:f}</v></c>'
    if not cell.value:
        return f'<c r="{place}" s="{cell.style}"/>'
    text = escape(_UNWRITABLE.sub("", cell.value))
    return f'<c r="{place}" s="{cell.style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _packed(sheet: _Sheet, head: int, currency: str) -> bytes:
    rows = "".join(
        f'<row r="{number}">{"".join(_cell_xml(f"{letter}{number}", cells[letter]) for letter in sorted(cells))}</row>'
        for number, cells in enumerate(sheet.rows, 1)
    )
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>' for place, width in enumerate(_WIDTHS, 1)
    )
    body = (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0" showGridLines="0"><pane ySplit="{head}" topLeftCell="A{head + 1}" '
        f'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>{columns}</cols>'
        f'<sheetData>{rows}</sheetData><pageSetup paperSize="9" fitToHeight="0"/></worksheet>'
    )
    title = escape(tr("Quotation"))
    parts = {
        "[Content_Types].xml": (
            f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'{_HEAD}<Relationships xmlns="{_REL}"><Relationship Id="rId1" Type="{_DOC}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}"><sheets><sheet name="{title}" sheetId="1" r:id="rId1"/>'
            f'</sheets><definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">\'{title}\'!${head}:${head}'
            '</definedName></definedNames><calcPr fullCalcOnLoad="1"/></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{_HEAD}<Relationships xmlns="{_REL}"><Relationship Id="rId1" Type="{_DOC}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_DOC}/styles" Target="styles.xml"/></Relationships>'
        ),
        "xl/styles.xml": _styles(currency),
        "xl/worksheets/sheet1.xml": body,
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _styles(currency: str) -> str:
    digits = minor_digits(currency)
    money = "#,##0" + ("." + "0" * digits if digits else "")
    wrap = '<alignment vertical="top" wrapText="1"/>'
    # number format, font, fill, border, alignment; in the order of the style names above
    kinds = (
        (0, 0, 0, 0, '<alignment vertical="top"/>'),
        (0, 1, 0, 0, ""),
        (0, 2, 0, 0, '<alignment vertical="top"/>'),
        (0, 3, 0, 1, wrap),
        (164, 0, 0, 0, '<alignment vertical="top"/>'),
        (164, 3, 0, 1, ""),
        (0, 3, 2, 0, ""),
        (164, 3, 2, 0, ""),
        (165, 0, 0, 0, '<alignment vertical="top"/>'),
        (0, 0, 0, 0, wrap),
    )
    styles = "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyNumberFormat="1" '
        f'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">{alignment}</xf>'
        for number, font, fill, border, alignment in kinds
    )
    line = '<bottom style="thin"><color rgb="FF1B2330"/></bottom>'
    return (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="{money}"/>'
        '<numFmt numFmtId="165" formatCode="0.##%"/></numFmts>'
        '<fonts count="4"><font><sz val="10"/><name val="Calibri"/></font>'
        '<font><b/><sz val="18"/><name val="Calibri"/></font>'
        '<font><sz val="10"/><color rgb="FF5F6979"/><name val="Calibri"/></font>'
        '<font><b/><sz val="10"/><name val="Calibri"/></font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFEFF1F4"/></patternFill></fill></fills>'
        '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
        f"<border><left/><right/><top/>{line}<diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(kinds)}">{styles}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
