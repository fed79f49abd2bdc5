"""Identities: time-ordered UUIDs (version 7) as text, with a type for each thing that is named by one.

This room makes ids; it must not know what they stand for.
"""

from __future__ import annotations

from typing import NewType

import uuid_utils

RowId = NewType("RowId", str)
OpId = NewType("OpId", str)
TxId = NewType("TxId", str)
UserId = NewType("UserId", str)
DeviceId = NewType("DeviceId", str)


def new_id() -> str:
    """A new UUIDv7 as 36 characters; later ids sort after earlier ones."""
    return str(uuid_utils.uuid7())


def new_row_id() -> RowId:
    """The id of a new row."""
    return RowId(new_id())


def new_device_id() -> DeviceId:
    """A laptop's id: 12 hex digits of randomness, short because every stamp carries it."""
    return DeviceId(uuid_utils.uuid4().hex[:12])
