"""A table as an Excel workbook of one sheet, row by row: dates as dates, numbers as numbers, money with its currency, text as text.

Text is never a formula, whatever it begins with. Numbers that Excel would round (more than 15 digits) are written as text.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from desktop_crm.domain.money import Money, minor_digits
from desktop_crm.exchange.sheets import MAX_COLUMNS, MAX_ROWS
from desktop_crm.foundation.errors import Refusal

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_MOST_DIGITS = 15
_MOST_TEXT = 32_767
_FIRST_SURE_DAY = date(1900, 3, 1)
"""Before it Excel counts a day that never was."""
_WIDTH_SAMPLE, _NARROW, _WIDE = 200, 8, 60
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_GENERAL, _LABEL, _QUOTED = 0, 1, 2
_SIGNS = {"KRW": "₩", "USD": "$", "EUR": "€", "JPY": "¥", "GBP": "£", "CNY": "¥"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Styles:
    """Number formats as they come up; the first three styles are plain, label, and text that looks like a formula."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def of(self, code: str) -> int:
        return self._codes.setdefault(code, len(self._codes) + 3)

    def xml(self) -> str:
        formats = "".join(
            f'<numFmt numFmtId="{164 + at}" formatCode={quoteattr(code)}/>' for at, code in enumerate(self._codes)
        )
        known = [_style(), _style(font=1), _style(quoted=True), *(_style(164 + at) for at in range(len(self._codes)))]
        return (
            f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
            + (f'<numFmts count="{len(self._codes)}">{formats}</numFmts>' if formats else "")
            + '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
            '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
            '<fills count="2"><fill><patternFill patternType="none"/></fill>'
            '<fill><patternFill patternType="gray125"/></fill></fills>'
            '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
            '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            f'<cellXfs count="{len(known)}">{"".join(known)}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
        )


def _style(number: int = 0, *, font: int = 0, quoted: bool = False) -> str:
    marks = ' applyNumberFormat="1"' * bool(number) + ' applyFont="1"' * bool(font) + ' quotePrefix="1"' * quoted
    return f'<xf numFmtId="{number}" fontId="{font}" fillId="0" borderId="0" xfId="0"{marks}/>'


def xlsx_bytes(labels: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str = "Sheet1") -> bytes:
    """The workbook. Cells may be text, whole numbers, Decimal, Money, bool, date, datetime, time or None.

    A moment with a zone is written in the computer's. Raises Refusal `export.sheet.too_large`, `export.cell.too_long`.
    """
    if len(labels) > MAX_COLUMNS:
        raise Refusal("export.sheet.too_large", rows=MAX_ROWS, columns=MAX_COLUMNS)
    styles = _Styles()
    coming = iter(rows)
    first = list(islice(coming, _WIDTH_SAMPLE))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
        with archive.open(_part("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as part:
            for text in _sheet(labels, chain(first, coming), _widths(labels, first), styles):
                part.write(text.encode())
        for name, text in _others(sheet, styles):
            archive.writestr(_part(name), text, zipfile.ZIP_DEFLATED, compresslevel=5)
    return out.getvalue()


def _part(name: str) -> zipfile.ZipInfo:
    """A part without the hour at which it was written: equal data gives equal files."""
    part = zipfile.ZipInfo(name)
    part.compress_type = zipfile.ZIP_DEFLATED
    return part


def _others(sheet: str, styles: _Styles) -> Iterator[tuple[str, str]]:
    name = re.sub(r"[\[\]:*?/\\']", " ", sheet).strip()[:31] or "Sheet1"
    yield (
        "[Content_Types].xml",
        (
            f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
        ),
    )
    yield "_rels/.rels", _relations(("officeDocument", "xl/workbook.xml"))
    yield "xl/_rels/workbook.xml.rels", _relations(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"))
    yield (
        "xl/workbook.xml",
        (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}"><sheets>'
            f'<sheet name={quoteattr(name)} sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
    )
    yield "xl/styles.xml", styles.xml()


def _relations(*targets: tuple[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{at}" Type="{_DOC}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_REL}">{inner}</Relationships>'


def _widths(labels: Sequence[str], rows: list[Sequence[Any]]) -> list[int]:
    """Columns as wide as what stands in the first rows; Hangul counts double."""
    widths = [_shown(label) for label in labels]
    for row in rows:
        for at, value in enumerate(row[: len(widths)]):
            widths[at] = max(widths[at], _shown(value))
    return [min(_WIDE, max(_NARROW, width + 2)) for width in widths]


def _shown(value: Any) -> int:
    text = "" if value is None else str(value.amount) + "₩,,," if isinstance(value, Money) else str(value)[:_WIDE]
    return sum(2 if char >= "\u1100" else 1 for char in text)


def _sheet(labels: Sequence[str], rows: Iterable[Sequence[Any]], widths: list[int], styles: _Styles) -> Iterator[str]:
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(widths, 1)
    )
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        + (f"<cols>{columns}</cols>" if columns else "")
        + "<sheetData>"
    )
    yield f"<row>{''.join(_text(label, _LABEL, 1, label) for label in labels)}</row>"
    for number, row in enumerate(rows, 2):
        if number > MAX_ROWS:
            raise Refusal("export.sheet.too_large", rows=MAX_ROWS, columns=MAX_COLUMNS)
        yield f"<row>{''.join([_cell(value, styles, number, label) for value, label in zip(row, labels, strict=True)])}</row>"
    yield "</sheetData></worksheet>"


def _cell(value: Any, styles: _Styles, row: int, label: str) -> str:
    match value:
        case None | "":
            return "<c/>"
        case str():
            return _text(value, _QUOTED if value.startswith(_FORMULA) else _GENERAL, row, label)
        case bool():
            return f'<c t="b"><v>{int(value)}</v></c>'
        case int() | Decimal():
            return _number(Decimal(value), _GENERAL, row, label)
        case Money():
            return _number(value.amount, styles.of(_money_code(value.currency)), row, label)
        case datetime():
            local = value.astimezone().replace(tzinfo=None) if value.tzinfo else value
            return _moment(local, styles)
        case date():
            return _day(value, styles)
        case time():
            seconds = value.hour * 3600 + value.minute * 60 + value.second
            return f'<c s="{styles.of("hh:mm:ss")}"><v>{Decimal(seconds) / 86_400:.12f}</v></c>'
        case list() | tuple():
            return _text(", ".join(map(str, value)), _GENERAL, row, label)
    return _text(str(value), _GENERAL, row, label)


def _number(value: Decimal, style: int, row: int, label: str) -> str:
    if not value.is_finite() or len(value.normalize().as_tuple().digits) > _MOST_DIGITS or abs(value.adjusted()) > 300:
        return _text(f"{value:f}" if value.is_finite() else str(value), _GENERAL, row, label)
    return f'<c s="{style}"><v>{value:f}</v></c>' if style else f"<c><v>{value:f}</v></c>"


def _money_code(currency: str) -> str:
    digits = minor_digits(currency)
    places = "." + "0" * digits if digits else ""
    return f"[${_SIGNS.get(currency, currency)}]#,##0{places}" if currency in _SIGNS else f"[${currency}] #,##0{places}"


def _day(value: date, styles: _Styles) -> str:
    if value < _FIRST_SURE_DAY:
        return _text(value.isoformat(), _GENERAL, 0, "")
    return f'<c s="{styles.of("yyyy-mm-dd")}"><v>{_serial(value)}</v></c>'


def _moment(value: datetime, styles: _Styles) -> str:
    if value.date() < _FIRST_SURE_DAY:
        return _text(value.isoformat(" ", "seconds"), _GENERAL, 0, "")
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    serial = _serial(value.date()) + Decimal(seconds) / 86_400
    return f'<c s="{styles.of("yyyy-mm-dd hh:mm:ss")}"><v>{serial:.10f}</v></c>'


def _serial(day: date) -> int:
    return day.toordinal() - 693_594


def _text(text: str, style: int, row: int, label: str) -> str:
    if len(text) > _MOST_TEXT:
        raise Refusal("export.cell.too_long", row=row, column=label, most=_MOST_TEXT)
    if "_x" in text:
        text = _LOOKS_ESCAPED.sub("_x005F_", text)
    if _UNWRITABLE.search(text):
        text = _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    mark = f' s="{style}"' if style else ""
    return f'<c t="inlineStr"{mark}><is><t xml:space="preserve">{escape(text)}</t></is></c>'
