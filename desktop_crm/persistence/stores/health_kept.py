"""Health scores kept for lists that are sorted or filtered by them: `account_health`.

A transaction takes away the scores of the accounts that it touches and of all above them; who asks for a sorted list has the
missing ones worked out first. So the cost follows what changed, and nobody pays who never sorts by health. Judges nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from desktop_crm.persistence.change_log import Record
from desktop_crm.persistence.facts import read_fact, write_fact

_FACT = "health.kept"
_MANY = 400
_BY_ACCOUNT = frozenset({"contact", "activity", "ticket", "contract", "opportunity", "stakeholder_map"})
_WEIGHTS = "health."
_FORGET = (
    "DELETE FROM account_health WHERE account_id IN (WITH RECURSIVE up(id) AS (SELECT value FROM json_each(?)"
    " UNION SELECT a.parent_id FROM up JOIN account a ON a.id=up.id WHERE a.parent_id IS NOT NULL) SELECT id FROM up)"
)
_LACKING = "SELECT a.id FROM account a WHERE a._deleted IS NULL AND a.id NOT IN (SELECT account_id FROM account_health) LIMIT ?"


def refresh(connection: Connection, records: Sequence[Record]) -> None:
    """Take away the scores that the records of a transaction may have changed."""
    settings = (str(r.row.get("name")) for r in records if r.entity == "workspace_setting")
    all_of_them = any(r.entity == "stage" for r in records) or any(name.startswith(_WEIGHTS) for name in settings)
    counted = [r for r in records if r.entity in _BY_ACCOUNT or r.entity in {"account", "map_node"}]
    if not counted and not all_of_them:
        return
    if connection.exec_driver_sql("SELECT 1 FROM account_health LIMIT 1").first() is None:
        return
    if all_of_them or len(counted) > _MANY:
        forget(connection)
    elif counted:
        _take(connection, _accounts(connection, counted))


def known_as(connection: Connection) -> str | None:
    """Of which day and weights the kept scores are."""
    return read_fact(connection, _FACT)


def remember(connection: Connection, known: str) -> None:
    """Say of which day and weights the scores are from now on."""
    write_fact(connection, _FACT, known)


def forget(connection: Connection) -> None:
    """Take all scores away."""
    connection.exec_driver_sql("DELETE FROM account_health")


def lacking(connection: Connection, most: int) -> list[str]:
    """Some accounts without a kept score."""
    return [row[0] for row in connection.exec_driver_sql(_LACKING, (most,))]


def keep(connection: Connection, scores: Mapping[str, int | None]) -> None:
    """Keep scores; None for an account of which nothing is known."""
    connection.exec_driver_sql("INSERT OR REPLACE INTO account_health VALUES (?,?)", list(scores.items()))


def passed(connection: Connection, since: str, until: str) -> None:
    """Take away the scores of accounts with activities that were ahead and are over now."""
    rows = connection.exec_driver_sql(
        "SELECT v.account_id, c.account_id FROM activity v LEFT JOIN contact c ON c.id=v.contact_id"
        " WHERE v._deleted IS NULL AND v.occurred_at>=? AND v.occurred_at<?",
        (since, until),
    )
    _take(connection, {one for row in rows for one in row if one})


def _take(connection: Connection, accounts: Iterable[str]) -> None:
    wanted = sorted(accounts)
    if wanted:
        connection.exec_driver_sql(_FORGET, (json.dumps(wanted),))


def _accounts(connection: Connection, records: Iterable[Record]) -> set[str]:
    found: set[str | None] = set()
    contacts: set[str] = set()
    maps: set[str] = set()
    for record in records:
        if record.entity == "account":
            found |= {record.row_id, *_both(record, "parent_id")}
        elif record.entity == "map_node":
            maps.update(_both(record, "map_id"))
        else:
            found.update(_both(record, "account_id"))
            if record.entity == "activity":
                contacts.update(_both(record, "contact_id"))
    found |= _of(connection, "contact", contacts) | _of(connection, "stakeholder_map", maps)
    return {one for one in found if one}


def _both(record: Record, name: str) -> list[Any]:
    return [one for one in (record.row.get(name), record.before.get(name)) if one]


def _of(connection: Connection, table: str, ids: set[str]) -> set[str | None]:
    if not ids:
        return set()
    rows = connection.exec_driver_sql(
        f"SELECT account_id FROM {table} WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(ids)),),
    )
    return {row[0] for row in rows}
