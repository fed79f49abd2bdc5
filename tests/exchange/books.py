"""Workbooks made by hand, part by part, so that a test can say exactly what stands in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_REL = "http://schemas.openxmlformats.org/package/2006/relationships"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def xlsx(
    *sheets: str,
    names: tuple[str, ...] = (),
    states: Mapping[int, str] | None = None,
    strings: tuple[str, ...] = (),
    formats: tuple[str, ...] = (),
    since_1904: bool = False,
    **parts: str,
) -> bytes:
    """A workbook of sheets given as the XML of their rows; what follows `</sheetData>` may follow after a `|`.

    `formats` are the number formats of the styles 1, 2, …; style 0 is general.
    """
    called = names or tuple(f"Sheet{number}" for number in range(1, len(sheets) + 1))
    marks = states or {}
    book = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at + 1}" r:id="rId{at + 1}" state="{marks.get(at, "visible")}"/>'
        for at, name in enumerate(called)
    )
    relations = "".join(
        f'<Relationship Id="rId{at + 1}" Type="{_DOC}/worksheet" Target="worksheets/sheet{at + 1}.xml"/>'
        for at in range(len(sheets))
    )
    relations += f'<Relationship Id="rs" Type="{_DOC}/sharedStrings" Target="sharedStrings.xml"/>'
    relations += f'<Relationship Id="rt" Type="{_DOC}/styles" Target="/xl/styles.xml"/>'
    codes = "".join(
        f'<numFmt numFmtId="{164 + at}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for at, code in enumerate(formats)
    )
    cell_styles = "".join(f'<xf numFmtId="{164 + at}"/>' for at in range(len(formats)))
    made = {
        "_rels/.rels": f'<Relationships xmlns="{_REL}"><Relationship Id="r1" Type="{_DOC}/officeDocument" '
        f'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}"><workbookPr date1904="{int(since_1904)}"/>'
        f"<sheets>{book}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_REL}">{relations}</Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{"".join(strings)}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId="14"/>'
        f'</cellStyleXfs><cellXfs><xf numFmtId="0"/>{cell_styles}</cellXfs></styleSheet>',
    }
    for at, sheet in enumerate(sheets, 1):
        rows, _, after = sheet.partition("|")
        made[f"xl/worksheets/sheet{at}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'
        )
    return zipped(made | parts)


def row(*cells: str | float | None, number: int | None = None) -> str:
    """A row of words (inline) and numbers; a cell that begins with `<c` stands as it is."""
    where = f' r="{number}"' if number else ""
    return f"<row{where}>{''.join(_cell(one) for one in cells)}</row>"


def _cell(value: str | float | None) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        return value if value.startswith("<c") else f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c><v>{value}</v></c>"


_ODS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def ods(*tables: str, **parts: str) -> bytes:
    """A spreadsheet of tables given as the XML of their rows, each `name|rows` (a name with a `-` in front is hidden)."""
    body = ""
    for table in tables:
        name, _, rows = table.partition("|")
        style = "ta2" if name.startswith("-") else "ta1"
        body += f'<table:table table:name="{name.lstrip("-")}" table:style-name="{style}">{rows}</table:table>'
    styles = (
        '<style:style style:name="ta1"><style:table-properties table:display="true"/></style:style>'
        '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    )
    content = (
        f"<office:document-content {_ODS}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": ODS_TYPE, "content.xml": content} | parts)


def ods_row(*cells: str, repeated: int = 1) -> str:
    """A row of words; a cell that begins with `<` stands as it is."""
    made = "".join(
        one
        if one.startswith("<")
        else f'<table:table-cell office:value-type="string"><text:p>{escape(one)}</text:p></table:table-cell>'
        for one in cells
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{made}</table:table-row>'
