"""Row clocks: which operation wrote each field of a row, as both laptop and server store it in `_clk`.

JSON text: "" → "stamp op_id" of the row, and a field's name → "stamp op_id" only where it differs from the row's. An element of a
set has a key of its own ("tags/vip" → the operations that added it).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from desktop_crm.foundation.hlc import NO_STAMP, Stamp
from desktop_crm.foundation.ids import OpId


class Version(NamedTuple):
    """The operation that wrote a field, and its stamp. Compares by stamp first."""

    stamp: Stamp
    op_id: OpId

    def __str__(self) -> str:
        return f"{self.stamp} {self.op_id}"


NO_VERSION = Version(NO_STAMP, OpId(""))
RowClock = dict[str, str]
_ENCODE = msgspec.json.Encoder(order="sorted").encode
_DECODE = msgspec.json.Decoder(dict[str, str]).decode
DELETED = "_deleted"
"""The clock key under which deletion and restoration are versioned."""


def read_clock(text: str | None) -> RowClock:
    """The clock as a dict; empty for a row that has none."""
    return _DECODE(text) if text else {}


def write_clock(clock: RowClock) -> str:
    """The clock as text; fields that equal the row's own version are left out."""
    whole = clock.get("")
    slim = {name: version for name, version in clock.items() if name == "" or version != whole}
    return _ENCODE(slim).decode()


def version_of(clock: RowClock, field: str) -> Version:
    """Who wrote this field last."""
    text = clock.get(field) or clock.get("")
    if not text:
        return NO_VERSION
    stamp, _, op_id = text.partition(" ")
    return Version(Stamp(stamp), OpId(op_id))


def stamped(text: str | None, fields: Iterable[str], version: Version) -> str:
    """The clock after one operation wrote these fields; a row without a clock gets it whole."""
    if not text:
        return f'{{"":"{version.stamp} {version.op_id}"}}'
    clock = read_clock(text)
    clock.update(dict.fromkeys(fields, str(version)))
    return write_clock(clock)


def newest(clock: RowClock) -> Version:
    """The version written last anywhere in the row."""
    return max((version_of({"": text}, "") for name, text in clock.items() if "/" not in name), default=NO_VERSION)
