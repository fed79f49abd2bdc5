"""People known and the last contact, up the home tree: `account_tally`, kept in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection

from desktop_crm.persistence.stores.sums import many_rows, own_parts
from desktop_crm.persistence.stores.sums.own_parts import Differences
from desktop_crm.persistence.stores.sums.people import all_people as people_known
from desktop_crm.persistence.stores.sums.tree_steps import up

_NONE: tuple[int, str | None, int, str | None] = (0, None, 0, None)

Spoke = dict[str, tuple[str | None, str | None]]
"""By account: its own last contact before and after."""


def add(connection: Connection, found: Differences) -> Spoke:
    """Carry differences up the tree; gives the accounts whose own last contact is another now."""
    spoke: Spoke = {}
    for account in sorted({*found.people, *found.spoke, *found.quieter}):
        chain = up(connection, account)
        if not chain:
            continue
        _, own_last, _, _ = _stored(connection, account)
        now = _last_now(connection, found, account, own_last)
        if now != own_last:
            spoke[account] = (own_last, now)
        for place, node in enumerate(chain):
            own_people, own, people, last = _stored(connection, node)
            if place == 0:
                own_people, own = own_people + found.people.get(node, 0), now
            kept = _newer(last, now) if (now or "") >= (own_last or "") else _from_below(connection, node, own)
            _store(connection, node, (own_people, own, people + found.people.get(account, 0), kept))
    return spoke


def carry_over(connection: Connection, node: str, losses: Sequence[str], gains: Sequence[str]) -> None:
    """An account with all below it went from below some accounts, nearest first, to below others."""
    _, _, people, last = _stored(connection, node)
    if not people and last is None:
        return
    for one in losses:
        own_people, own, held, newest = _stored(connection, one)
        if newest is not None and newest == last:
            newest = _from_below(connection, one, own)
        _store(connection, one, (own_people, own, held - people, newest))
    for one in gains:
        own_people, own, held, newest = _stored(connection, one)
        _store(connection, one, (own_people, own, held + people, _newer(newest, last)))


def recompute(connection: Connection, node: str) -> None:
    """The totals of one account from its own and those right below it."""
    own_people, own, _, _ = _stored(connection, node)
    below = connection.exec_driver_sql(
        "SELECT coalesce(sum(t.people), 0), max(t.last) FROM account a JOIN account_tally t ON t.account_id=a.id"
        " WHERE a.parent_id=? AND a._deleted IS NULL AND (SELECT _deleted FROM account WHERE id=a.parent_id) IS NULL",
        (node,),
    ).one()
    _store(connection, node, (own_people, own, own_people + below[0], _newer(own, below[1])))


def rebuild(connection: Connection, tree: Mapping[str, str | None], named: Collection[str]) -> None:
    """Everything from the rows. `tree`: links of the accounts that are there, without circles; `named`: deleted ones too."""
    people = {node: count for node, count in people_known(connection).items() if node in named}
    last = {node: moment for node, moment in own_parts.all_contacts(connection).items() if node in named}
    all_people, all_last = dict(people), dict(last)
    carry_up(tree, all_people, all_last)
    connection.exec_driver_sql("DELETE FROM account_tally")
    rows = [
        (node, people.get(node, 0), last.get(node), all_people.get(node, 0), all_last.get(node))
        for node in sorted({*all_people, *all_last})
    ]
    many_rows.put(connection, "account_tally", rows)


def carry_up(tree: Mapping[str, str | None], people: dict[str, int], last: dict[str, str]) -> None:
    """Make of own tallies those with everything below, in place."""
    if not (people or last):
        return
    for node in _deepest_first(tree):
        parent = tree[node]
        if parent is None:
            continue
        if people.get(node):
            people[parent] = people.get(parent, 0) + people[node]
        if last.get(node):
            last[parent] = max(last.get(parent, ""), last[node])


def _deepest_first(tree: Mapping[str, str | None]) -> Iterable[str]:
    waiting = dict.fromkeys(tree, 0)
    for parent in tree.values():
        if parent is not None:
            waiting[parent] += 1
    ready = [node for node, count in waiting.items() if not count]
    while ready:
        node = ready.pop()
        yield node
        parent = tree[node]
        if parent is not None:
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)


def _last_now(connection: Connection, found: Differences, account: str, own_last: str | None) -> str | None:
    if account in found.quieter:
        return own_parts.all_contacts(connection, account).get(account)
    return _newer(own_last, found.spoke.get(account))


def _from_below(connection: Connection, node: str, own: str | None) -> str | None:
    below = connection.exec_driver_sql(
        "SELECT max(t.last) FROM account a JOIN account_tally t ON t.account_id=a.id"
        " WHERE a.parent_id=? AND a._deleted IS NULL AND (SELECT _deleted FROM account WHERE id=a.parent_id) IS NULL",
        (node,),
    ).scalar()
    return _newer(own, below)


def _newer(one: str | None, other: str | None) -> str | None:
    return max(one or "", other or "") or None


def _stored(connection: Connection, node: str) -> tuple[int, str | None, int, str | None]:
    row = connection.exec_driver_sql(
        "SELECT own_people, own_last, people, last FROM account_tally WHERE account_id=?", (node,)
    ).one_or_none()
    return (row[0], row[1], row[2], row[3]) if row is not None else _NONE


def _store(connection: Connection, node: str, tally: tuple[int, str | None, int, str | None]) -> None:
    if tally == _NONE:
        connection.exec_driver_sql("DELETE FROM account_tally WHERE account_id=?", (node,))
    else:
        connection.exec_driver_sql("INSERT OR REPLACE INTO account_tally VALUES (?,?,?,?,?)", (node, *tally))
