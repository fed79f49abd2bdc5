"""Queries of what lies on this laptop: accounts, history, files by account."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

_ATTACHED = (
    "SELECT DISTINCT r.account_id AS account_id, r.content AS hash, coalesce(r.size,0) AS size,"
    " coalesce(b.state,'wanted') AS state FROM attachment r LEFT JOIN blob b ON b.hash=r.content"
    " WHERE r._deleted IS NULL AND r.content IS NOT NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFiles:
    """The files of one account: how many and how large, and how many of them are here."""

    id: str
    name: str
    files: int
    size: int
    here: int


def counts(connection: Connection) -> tuple[int, int, int, str]:
    """Accounts, activities, steps of history, and the stamp of the oldest step."""
    row = connection.exec_driver_sql(
        "SELECT (SELECT count(*) FROM account WHERE _deleted IS NULL),"
        " (SELECT count(*) FROM activity WHERE _deleted IS NULL), (SELECT count(*) FROM change),"
        " coalesce((SELECT hlc FROM change ORDER BY n LIMIT 1), '')"
    ).one()
    return row[0], row[1], row[2], row[3]


def by_account(connection: Connection, accounts: Collection[str]) -> tuple[AccountFiles, ...]:
    """The files of these accounts, by name."""
    rows = connection.exec_driver_sql(
        f"SELECT a.id, coalesce(a.name,''), count(f.hash), coalesce(sum(f.size),0), coalesce(sum(f.state<>'wanted'),0)"
        f" FROM account a LEFT JOIN ({_ATTACHED}) f ON f.account_id=a.id"
        " WHERE a.id IN (SELECT value FROM json_each(?)) AND a._deleted IS NULL GROUP BY a.id ORDER BY 2",
        (json.dumps(sorted(accounts)),),
    )
    return tuple(AccountFiles(id=row[0], name=row[1], files=row[2], size=row[3], here=row[4]) for row in rows)


def sizes(connection: Connection) -> tuple[int, int, int, int]:
    """Files that are here and their bytes; attached files that are not, and their bytes."""
    here = connection.exec_driver_sql("SELECT count(*), coalesce(sum(size),0) FROM blob WHERE state<>'wanted'").one()
    away = connection.exec_driver_sql(
        f"SELECT count(*), coalesce(sum(size),0) FROM (SELECT DISTINCT hash, size FROM ({_ATTACHED}) WHERE state='wanted')"
    ).one()
    return here[0], here[1], away[0], away[1]


def attached_apart_from(connection: Connection, accounts: Collection[str], state: str | None = None) -> list[str]:
    """Hashes of files that only accounts other than these name."""
    rows = connection.exec_driver_sql(
        f"SELECT hash FROM ({_ATTACHED}) GROUP BY hash"
        " HAVING sum(account_id IN (SELECT value FROM json_each(?)))=0 AND (? IS NULL OR max(state)=?)",
        (json.dumps(sorted(accounts)), state, state),
    )
    return [row[0] for row in rows]


def accounts_of(connection: Connection, activities: Collection[str]) -> set[str]:
    """Where these activities are."""
    rows = connection.exec_driver_sql(
        "SELECT account_id FROM activity WHERE account_id IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(activities)),),
    )
    return {row[0] for row in rows}
