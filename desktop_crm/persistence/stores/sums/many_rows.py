"""Many rows into a table of sums: some hundred with each statement, which costs a third of one statement for each row.

For rows in the order of their key. Knows nothing of what the rows mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection

_VALUES = 2000
"""Values in a statement; SQLite takes 32,766."""


def put(connection: Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write the rows, over those with the same key."""
    if not rows:
        return
    width = len(rows[0])
    bare: Any = connection.connection.driver_connection
    at_once = _VALUES // width
    one = f"({','.join('?' * width)})"
    full = len(rows) - len(rows) % at_once
    several = f"INSERT OR REPLACE INTO {table} VALUES {','.join([one] * at_once)}"
    for start in range(0, full, at_once):
        bare.execute(several, tuple(chain.from_iterable(rows[start : start + at_once])))
    if rows[full:]:
        connection.exec_driver_sql(f"INSERT OR REPLACE INTO {table} VALUES {one}", list(rows[full:]))
