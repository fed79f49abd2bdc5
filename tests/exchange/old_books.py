"""Old binary workbooks made by hand, record by record: a BIFF8 stream in the smallest compound file that holds it."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping

SECTOR = 512
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
ERRORS = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _words(text: str, length: str) -> bytes:
    return struct.pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")


def cell(row: int, column: int, value: object, style: int = 0) -> bytes:
    """A number, a text, a yes or no, or an error by its name."""
    place = struct.pack("<HHH", row, column, style)
    if isinstance(value, bool):
        return record(0x0205, place + struct.pack("<BB", value, 0))
    if isinstance(value, str) and value in ERRORS:
        return record(0x0205, place + struct.pack("<BB", ERRORS[value], 1))
    if isinstance(value, str):
        return record(0x0204, place + _words(value, "<H"))
    assert isinstance(value, int | float)
    return record(0x0203, place + struct.pack("<d", value))


def cells(rows: Iterable[Iterable[object]]) -> bytes:
    return b"".join(
        cell(at, column, value) for at, row in enumerate(rows) for column, value in enumerate(row) if value is not None
    )


def merged(*ranges: tuple[int, int, int, int]) -> bytes:
    """First and last row, first and last column of each, counted from 0."""
    return record(0x00E5, struct.pack("<H", len(ranges)) + b"".join(struct.pack("<HHHH", *one) for one in ranges))


def xls(
    sheets: Mapping[str, bytes], *, formats: tuple[str, ...] = (), hidden: tuple[str, ...] = (), locked: bool = False
) -> bytes:
    """A workbook; `formats` are the number formats of the styles 1, 2, …; style 0 is general."""
    begin = struct.pack("<HHHHII", 0x0600, 5, 0x0DBB, 0x07CC, 0, 0x06)
    head = record(0x0809, begin)
    if locked:
        head += record(0x002F, struct.pack("<HHH", 0, 0x1234, 0x5678))
    head += record(0x0042, struct.pack("<H", 1200))
    for at, code in enumerate(formats):
        head += record(0x041E, struct.pack("<H", 164 + at) + _words(code, "<H"))
    for at in range(len(formats) + 1):
        head += record(0x00E0, struct.pack("<HH", 0, 163 + at if at else 0) + bytes(16))
    size = len(head) + sum(12 + 2 * len(name) for name in sheets) + 4
    names, bodies = b"", b""
    for name, body in sheets.items():
        said = struct.pack("<IBB", size + len(bodies), name in hidden, 0) + _words(name, "<B")
        names += record(0x0085, said)
        bodies += record(0x0809, begin[:2] + struct.pack("<H", 0x10) + begin[4:]) + body + record(0x000A)
    return compound({"Workbook": head + names + record(0x000A) + bodies})


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with one stream of at most a hundred sectors."""
    ((name, data),) = streams.items()
    data += bytes(max(0, 4096 - len(data)))
    data += bytes(-len(data) % SECTOR)
    count = len(data) // SECTOR
    chain = [_TABLE, _END, *range(3, count + 2), _END]
    table = struct.pack(f"<{len(chain)}I", *chain) + b"\xff" * (SECTOR - 4 * len(chain))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<I", 0)
    head += b"\xff" * (SECTOR - len(head))
    folder = _entry("Root Entry", 5, child=1) + _entry(name, 2, start=2, size=len(data)) + bytes(2 * 128)
    return head + table + folder + data


def _entry(name: str, kind: int, *, child: int = _FREE, start: int = _END, size: int = 0) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<III", _FREE, _FREE, child)
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<III", start, size, 0)
    )
