"""What of a database file is new since another state of it, page by page: written small, put together again. Knows no content."""

from __future__ import annotations

import struct
from typing import Final

PAGE: Final = 4096
_HEAD: Final = struct.Struct(">Q")
_PLACE: Final = struct.Struct(">I")


def difference(before: bytes, after: bytes) -> bytes:
    """The pages of `after` that differ from those of `before`."""
    parts = [_HEAD.pack(len(after))]
    for place, start in enumerate(range(0, len(after), PAGE)):
        page = after[start : start + PAGE]
        if before[start : start + PAGE] != page:
            parts += [_PLACE.pack(place), page]
    return b"".join(parts)


def applied(before: bytes, changes: bytes) -> bytes:
    """`after` again. Raises ValueError for what is no difference."""
    if len(changes) < _HEAD.size:
        raise ValueError("short")
    (size,) = _HEAD.unpack_from(changes)
    if size > len(before) + len(changes):
        raise ValueError("too long")
    after = bytearray(before[:size])
    after.extend(bytes(size - len(after)))
    at = _HEAD.size
    while at < len(changes):
        if at + _PLACE.size > len(changes):
            raise ValueError("cut")
        start = _PLACE.unpack_from(changes, at)[0] * PAGE
        at += _PLACE.size
        length = min(PAGE, size - start)
        if length <= 0 or at + length > len(changes):
            raise ValueError("outside")
        after[start : start + length] = changes[at : at + length]
        at += length
    return bytes(after)
