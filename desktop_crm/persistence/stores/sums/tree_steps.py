"""The way up the home tree, as the sums walk it: only links between two accounts that are both there."""

from __future__ import annotations

from sqlalchemy import Connection

_UP = (
    "WITH RECURSIVE up(id, parent_id, depth) AS (SELECT id, parent_id, 0 FROM account WHERE id=?"
    " UNION ALL SELECT a.id, a.parent_id, depth+1 FROM account a JOIN up ON a.id=up.parent_id"
    " WHERE a._deleted IS NULL AND depth<200 AND (SELECT _deleted FROM account WHERE id=up.id) IS NULL) SELECT id FROM up"
)


class Circle(Exception):
    """The way up comes back to where it was."""


def up(connection: Connection, node: str) -> list[str]:
    """The account and everything above it, nearest first; empty when it is not there. Raises Circle."""
    chain = [row[0] for row in connection.exec_driver_sql(_UP, (node,))]
    if len(set(chain)) != len(chain):
        raise Circle
    return chain
