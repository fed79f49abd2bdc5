"""The ways up the trees, as the sums walk them: only links between two accounts that are both there."""

from __future__ import annotations

from sqlalchemy import Connection

THERE = " JOIN account c ON c.id=l.account_id AND c._deleted IS NULL JOIN account p ON p.id=l.parent_id AND p._deleted IS NULL"
COUNTS = "l._deleted IS NULL AND l.hierarchy IS NOT NULL AND l.account_id<>l.parent_id"
"""A link `l` counts between two accounts that are both there, `c` below `p`."""

WAY_UP = (
    "WITH RECURSIVE up(hierarchy, id) AS (SELECT hierarchy, account_id FROM linked_tally WHERE account_id=?"
    f" UNION SELECT l.hierarchy, l.parent_id FROM up JOIN hierarchy_link l ON l.account_id=up.id{THERE}"
    f" WHERE l.hierarchy=up.hierarchy AND {COUNTS}) SELECT hierarchy, id FROM up"
)
"""From an account to everything above it in each of the other hierarchies, itself included: hierarchy and account."""

_UP = (
    "WITH RECURSIVE up(id, parent_id, depth) AS (SELECT id, parent_id, 0 FROM account WHERE id=?"
    " UNION ALL SELECT a.id, a.parent_id, depth+1 FROM account a JOIN up ON a.id=up.parent_id"
    " WHERE a._deleted IS NULL AND depth<200 AND (SELECT _deleted FROM account WHERE id=up.id) IS NULL) SELECT id FROM up"
)

_UP_FROM = _UP.replace(" WHERE id=? UNION", " WHERE id=? AND _deleted IS NULL UNION")


class Circle(Exception):
    """The way up comes back to where it was."""


def up(connection: Connection, node: str) -> list[str]:
    """The account and everything above it, nearest first; empty when it is not there. Raises Circle."""
    return _distinct([row[0] for row in connection.exec_driver_sql(_UP, (node,))])


def up_from(connection: Connection, node: str) -> list[str]:
    """The same for somebody right below it: a deleted account is nobody's parent, and empty. Raises Circle."""
    return _distinct([row[0] for row in connection.exec_driver_sql(_UP_FROM, (node,))])


def _distinct(chain: list[str]) -> list[str]:
    if len(set(chain)) != len(chain):
        raise Circle
    return chain
