"""One door for files with a table in them: what the bytes say decides how they are read, not the name of the file."""

from __future__ import annotations

from pathlib import Path

from desktop_crm.exchange import csv_reading, json_reading, ods_reading, sheet_tables, xlsx_reading
from desktop_crm.exchange.packages import opened
from desktop_crm.exchange.table_format import Container, Detected, SheetFormat, Table, TableFormat
from desktop_crm.foundation.errors import Refusal

SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".json"})
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MARKUP = ((b"<!doctype html", "html"), (b"<html", "html"), (b"<table", "html"), (b"<?xml", "xml"))


def detect(source: Path | bytes, sheet: str | None = None) -> Detected[TableFormat]:
    """The format of a file with the reasons; `sheet` names one of a workbook. Refuses what holds no table."""
    container = _container(source)
    if container is not None:
        return sheet_tables.detect_sheet(source, container, sheet)
    if sheet is not None:
        raise Refusal("import.sheet.unknown", sheet=sheet, sheets="")
    return csv_reading.detect(source)


def open_table(source: Path | bytes, form: TableFormat | None = None) -> Table:
    """The table of a file, in the format given or detected."""
    chosen = detect(source).format if form is None else form
    if isinstance(chosen, SheetFormat):
        return sheet_tables.open_sheet(source, chosen)
    return csv_reading.open_table(source, chosen)


def _container(source: Path | bytes) -> Container | None:
    """What holds sheets; None for delimited text. Raises Refusal for files of other kinds, and encrypted ones."""
    head = _head(source)
    if head.startswith(_ZIP):
        return _zipped(source)
    if head.startswith(_OLE):
        if _ENCRYPTED in csv_reading.file_bytes(source):
            raise Refusal("import.file.encrypted")
        return Container.XLS
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    for mark, kind in _MARKUP:
        if start.startswith(mark):
            raise Refusal("import.file.binary", kind=kind)
    return Container.JSON if start.startswith((b"{", b"[")) and json_reading.is_json(source) else None


def _head(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source[:512]
    try:
        with source.open("rb") as file:
            return file.read(512)
    except OSError:
        return csv_reading.file_bytes(source)[:512]


def _zipped(source: Path | bytes) -> Container:
    with opened(source) as package:
        if ods_reading.is_ods(package):
            return Container.ODS
        if xlsx_reading.book_of(package) is not None:
            return Container.XLSX
        for part, kind in (("word/document.xml", "docx"), ("xl/workbook.bin", "xlsb"), ("content.xml", "odf")):
            if part in package:
                raise Refusal("import.file.binary", kind=kind)
    raise Refusal("import.file.binary", kind="zip")
