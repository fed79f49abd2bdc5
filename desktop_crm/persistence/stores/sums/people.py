"""People known: who counts at which accounts, and who counts more than once below one account.

1. A person is known at the contact's own account and wherever an employment has not ended (its last day is not written).
2. `account_tally` and `linked_tally` add up places. Whoever has several places below one account would count there more than
   once, so `person_overlap` holds how often too much; what is shown is the tally less that (`account_level.people`).
3. `person_place` keeps the places of whoever has an employment elsewhere: what was counted before is read from it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection

from desktop_crm.foundation.changes import ChangeKind
from desktop_crm.persistence.change_log import Record
from desktop_crm.persistence.stores.sums.tree_steps import WAY_UP, up

HOME = ""
"""The home tree's name in `person_overlap`."""

LASTS = "e._deleted IS NULL AND e.ended_on IS NULL AND e.account_id IS NOT NULL"
"""An employment `e` counts."""

_ELSEWHERE = (
    "SELECT DISTINCT e.contact_id, e.account_id FROM employment e JOIN contact c ON c.id=e.contact_id AND c._deleted IS NULL"
    f" WHERE {LASTS} AND e.account_id IS NOT c.account_id"
)
ENTITIES = ("contact", "employment")
_FIELDS = frozenset({"contact_id", "account_id", "ended_on"})
_BELOW = (
    "WITH RECURSIVE down(id) AS (SELECT value FROM json_each(?) UNION {step})"
    " SELECT DISTINCT p.contact_id FROM down JOIN person_place p ON p.account_id=down.id"
)
_HOME_STEP = "SELECT a.id FROM down JOIN account a ON a.parent_id=down.id"
_LINKED_STEP = "SELECT l.account_id FROM down JOIN hierarchy_link l ON l.parent_id=down.id AND l._deleted IS NULL"

Places = dict[str, set[str]]
"""By person: the accounts where the person is known."""

Above = Callable[[str], Iterable[tuple[str, str]]]
"""What stands above an account, itself included: hierarchy and account."""


def is_counted(record: Record) -> bool:
    """Whether the record may change who is known where."""
    if record.entity == "contact":
        return record.turned or "account_id" in record.after
    return record.entity == "employment" and (record.turned or not _FIELDS.isdisjoint(record.after))


def differences(connection: Connection, records: Sequence[Record]) -> tuple[dict[str, int], set[str]]:
    """What comes to accounts' own numbers, and the people whose places changed. Keeps `person_place` up to date."""
    written = [record for record in records if is_counted(record)]
    touched = {one for record in written for one in _people_of(record)}
    if not touched:
        return {}, set()
    now, main, elsewhere = _now(connection, touched)
    before = _stored(connection, touched)
    own_before = _main_before(written, main)
    numbers: dict[str, int] = defaultdict(int)
    changed = set()
    for person in touched:
        was = before.get(person) or own_before.get(person, set())
        will = now.get(person, set())
        if was == will:
            continue
        changed.add(person)
        for account in will - was:
            numbers[account] += 1
        for account in was - will:
            numbers[account] -= 1
    _keep(connection, touched & before.keys(), {one: now[one] for one in elsewhere & touched})
    return {account: number for account, number in numbers.items() if number}, changed


def settle(connection: Connection, changed: Collection[str], moved: Iterable[Record], links: Iterable[Record]) -> None:
    """Count anew who has several places below one account: the people named, and those below what moved."""
    roots = sorted({record.row_id for record in moved})
    ends = {str(one) for r in links for one in (r.row.get("account_id"), r.before.get("account_id")) if one}
    if not (changed or ((roots or ends) and _anyone(connection))):
        return
    people = set(changed)
    if roots and _anyone(connection):
        people |= _below(connection, _HOME_STEP, roots) | _below(connection, _LINKED_STEP, roots)
    if ends and _anyone(connection):
        people |= _below(connection, _LINKED_STEP, sorted(ends))
    if not people:
        return
    wanted = json.dumps(sorted(people))
    connection.exec_driver_sql(
        "DELETE FROM person_overlap WHERE contact_id IN (SELECT value FROM json_each(?))", (wanted,)
    )
    _count(connection, _stored(connection, people), lambda account: _all_above(connection, account))


def rebuild(connection: Connection, tree: Mapping[str, str | None]) -> None:
    """Everything from the rows. `tree`: the home tree without circles; `linked_tally` says who stands in the others."""
    elsewhere = {row[0] for row in connection.exec_driver_sql(_ELSEWHERE)}
    connection.exec_driver_sql("DELETE FROM person_overlap")
    connection.exec_driver_sql("DELETE FROM person_place")
    if not elsewhere:
        return
    now, _, _ = _now(connection, elsewhere)
    _keep(connection, (), now)

    def above(account: str) -> Iterable[tuple[str, str]]:
        node: str | None = account if account in tree else None
        if node is None and _is_known(connection, account):
            yield HOME, account  # deleted: its own number stands, nothing is above it
        while node is not None:
            yield HOME, node
            node = tree.get(node)
        yield from _linked_above(connection, account)

    _count(connection, now, above)


def all_people(connection: Connection, account: str | None = None) -> dict[str, int]:
    """How many people are known at every account, or at one."""
    where, values = ("account_id IS NOT NULL", ()) if account is None else ("account_id=?", (account,))
    found: dict[str, int] = defaultdict(int)
    for statement in (
        f"SELECT account_id, count(*) FROM contact WHERE _deleted IS NULL AND {where} GROUP BY 1",
        f"SELECT account_id, count(*) FROM ({_ELSEWHERE}) WHERE {where} GROUP BY 1",
    ):
        for whose, number in connection.exec_driver_sql(statement, values):
            found[whose] += number
    return dict(found)


def _people_of(record: Record) -> Iterable[str]:
    if record.entity == "contact":
        return (record.row_id,)
    return [str(one) for one in (record.row.get("contact_id"), record.before.get("contact_id")) if one]


def _now(connection: Connection, people: Collection[str]) -> tuple[Places, dict[str, str | None], set[str]]:
    """The places of these people, the account that each contact itself names, and who has another one."""
    wanted = (json.dumps(sorted(people)),)
    main = {
        row[0]: row[1]
        for row in connection.exec_driver_sql(
            "SELECT id, account_id FROM contact WHERE _deleted IS NULL AND id IN (SELECT value FROM json_each(?))",
            wanted,
        )
    }
    places: Places = {person: {account} if account else set() for person, account in main.items()}
    elsewhere = set()
    for person, account in connection.exec_driver_sql(
        f"{_ELSEWHERE} AND e.contact_id IN (SELECT value FROM json_each(?))", wanted
    ):
        places[person].add(account)
        elsewhere.add(person)
    return places, main, elsewhere


def _main_before(written: Sequence[Record], main: Mapping[str, str | None]) -> Places:
    """The account that contacts named before the transaction; nobody where the contact was not there."""
    values = dict(main)
    there = dict.fromkeys(main, True)
    for record in reversed(written):
        if record.entity != "contact":
            continue
        values.setdefault(record.row_id, record.row.get("account_id"))
        there.setdefault(record.row_id, False)
        if "account_id" in record.before:
            values[record.row_id] = record.before["account_id"]
        if record.turned:
            there[record.row_id] = record.kind is ChangeKind.DELETED
    return {person: {account} for person, account in values.items() if account and there[person]}


def _stored(connection: Connection, people: Collection[str]) -> Places:
    found: Places = defaultdict(set)
    for person, account in connection.exec_driver_sql(
        "SELECT contact_id, account_id FROM person_place WHERE contact_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(people)),),
    ):
        found[person].add(account)
    return dict(found)


def _keep(connection: Connection, gone: Collection[str], places: Places) -> None:
    if gone:
        connection.exec_driver_sql("DELETE FROM person_place WHERE contact_id=?", [(one,) for one in sorted(gone)])
    rows = [(person, account) for person, some in places.items() for account in sorted(some)]
    if rows:
        connection.exec_driver_sql("INSERT INTO person_place VALUES (?,?)", rows)


def _count(connection: Connection, places: Places, above: Above) -> None:
    known: dict[str, list[tuple[str, str]]] = {}
    rows = []
    for person, accounts in places.items():
        times: Counter[tuple[str, str]] = Counter()
        for account in accounts:
            if account not in known:
                known[account] = list(above(account))
            times.update(known[account])
        rows += [(person, *place, number - 1) for place, number in times.items() if number > 1]
    if rows:
        connection.exec_driver_sql("INSERT INTO person_overlap VALUES (?,?,?,?)", rows)


def _all_above(connection: Connection, account: str) -> Iterable[tuple[str, str]]:
    return [*((HOME, node) for node in up(connection, account)), *_linked_above(connection, account)]


def _linked_above(connection: Connection, account: str) -> Iterable[tuple[str, str]]:
    return [(row[0], row[1]) for row in connection.exec_driver_sql(WAY_UP, (account,))]


def _below(connection: Connection, step: str, roots: Sequence[str]) -> set[str]:
    return {row[0] for row in connection.exec_driver_sql(_BELOW.format(step=step), (json.dumps(roots),))}


def _anyone(connection: Connection) -> bool:
    return connection.exec_driver_sql("SELECT 1 FROM person_place LIMIT 1").first() is not None


def _is_known(connection: Connection, account: str) -> bool:
    return connection.exec_driver_sql("SELECT 1 FROM account WHERE id=?", (account,)).first() is not None
