"""Numbers that are unique and stay: Q-2026-0001. Called inside a unit of work, so a number and its record stand or fall together.

A workspace without a server counts by itself. One with a server takes from the block it was leased (`number_lease`, kind
`leased`, written by sync); without a block the number carries the laptop's code (Q-2026-K7QM-0012) and is unique by that.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import Connection

from desktop_crm.foundation.ids import DeviceId
from desktop_crm.persistence import change_log
from desktop_crm.persistence.unit_of_work import UnitOfWork

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_SIGNS: Final = _LETTERS + "23456789"  # without signs that look alike
_PREFIX: Final = {"quote": "Q", "order": "SO", "proposal": "P"}


def next_number(work: UnitOfWork, series: str, today: date) -> str:
    """The next number of a series ("quote") for this year, never one that a record of that entity already has."""
    connection = work.session.connection()
    block = f"{series}:{today.year}"
    while True:
        number = _candidate(connection, series, block, today.year, work.author.device_id)
        taken = connection.exec_driver_sql(f'SELECT 1 FROM "{series}" WHERE number=?', (number,)).first()
        if taken is None:
            return number


def highest_known(connection: Connection, block: str) -> int:
    """The highest number of a block ("quote:2026") that was given or leased as far as this laptop knows."""
    series, _, year = block.partition(":")
    leased = connection.exec_driver_sql("SELECT max(until) FROM number_lease WHERE series=?", (block,)).scalar() or 0
    return max(int(leased), _highest(connection, series, f"{_PREFIX[series]}-{year}"))


def device_code(device: DeviceId) -> str:
    """Four signs for a laptop: a letter, then letters and digits, from its id."""
    value = int(device, 16)
    value, first = divmod(value, len(_LETTERS))
    code = _LETTERS[first]
    for _ in range(3):
        value, sign = divmod(value, len(_SIGNS))
        code += _SIGNS[sign]
    return code


def _candidate(connection: Connection, series: str, block: str, year: int, device: DeviceId) -> str:
    prefix = f"{_PREFIX[series]}-{year}"
    if not change_log.is_joined(connection):
        return f"{prefix}-{_count(connection, block, 'own', _highest(connection, series, prefix) + 1):04d}"
    leased = connection.exec_driver_sql(
        "UPDATE number_lease SET next=next+1 WHERE series=? AND kind='leased' AND next<=until RETURNING next-1",
        (block,),
    ).scalar()
    if leased is not None:
        return f"{prefix}-{leased:04d}"
    return f"{prefix}-{device_code(device)}-{_count(connection, block, 'offline', 1):04d}"


def _count(connection: Connection, block: str, kind: str, first: int) -> int:
    """The counter's value, moved on by one; a new counter begins at `first`."""
    statement = (
        "INSERT INTO number_lease (series, kind, next) VALUES (?,?,?)"
        " ON CONFLICT (series, kind) DO UPDATE SET next=next+1 RETURNING next-1"
    )
    return int(connection.exec_driver_sql(statement, (block, kind, first + 1)).scalar_one())


def _highest(connection: Connection, series: str, prefix: str) -> int:
    """The highest plain number there is: quotes may have come by import."""
    rows = connection.exec_driver_sql(f'SELECT number FROM "{series}" WHERE number LIKE ?', (f"{prefix}-%",))
    tails = (row[0][len(prefix) + 1 :] for row in rows)
    return max((int(tail) for tail in tails if tail.isdecimal() and tail.isascii()), default=0)
