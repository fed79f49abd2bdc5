"""Sums in the hierarchies beside the home tree, where an account may stand below several others or in a circle.

An account's total is its own and that of everything below it, each account once. So a difference goes to each account above,
once; and a link that comes or goes is worked out for the accounts below it alone: what stands above each of them before and
after. `linked_tally` has a row for each account that stands in a hierarchy; one that does not has no total there but its own.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter

from sqlalchemy import Connection

from desktop_crm.domain.accounts import links
from desktop_crm.domain.accounts.rollup import by_currency, totals_up
from desktop_crm.domain.accounts.sums import Sums
from desktop_crm.foundation.changes import ChangeKind
from desktop_crm.persistence import plain
from desktop_crm.persistence.change_log import Record
from desktop_crm.persistence.stores.sums import many_rows, tallies
from desktop_crm.persistence.stores.sums.amount_texts import texts
from desktop_crm.persistence.stores.sums.own_parts import Own
from desktop_crm.persistence.stores.sums.tree_steps import COUNTS, THERE, WAY_UP

_NAMES = Sums._fields
_LAST_BELOW = (
    "WITH RECURSIVE down(id) AS (VALUES(:node)"
    f" UNION SELECT l.account_id FROM down JOIN hierarchy_link l ON l.parent_id=down.id{THERE}"
    f" WHERE l.hierarchy=:hierarchy AND {COUNTS})"
    " SELECT max(t.own_last) FROM down JOIN account_tally t ON t.account_id=down.id"
)
_ALL_ABOVE = (
    "WITH RECURSIVE up(id, below, link) AS (SELECT value, NULL, NULL FROM json_each(:nodes)"
    f" UNION SELECT l.parent_id, l.account_id, l.id FROM up JOIN hierarchy_link l ON l.account_id=up.id{THERE}"
    f" WHERE l.hierarchy=:hierarchy AND {COUNTS}) SELECT id, below FROM up"
)
_TIED_ELSEWHERE = (
    "WITH RECURSIVE down(id) AS (VALUES(:node)"
    " UNION SELECT l.account_id FROM down JOIN hierarchy_link l ON l.parent_id=down.id"
    " WHERE l.hierarchy=:hierarchy AND l._deleted IS NULL)"
    " SELECT 1 FROM down WHERE id<>:node AND (SELECT count(*) FROM hierarchy_link l"
    " WHERE l.account_id=down.id AND l.hierarchy=:hierarchy AND l._deleted IS NULL)>1 LIMIT 1"
)
"""Whether anything below an account has more than one link upwards."""

_WRITE = f"INSERT OR REPLACE INTO linked_total VALUES ({','.join('?' * (3 + len(_NAMES)))})"

Edge = tuple[str, str, str]
"""Hierarchy, the account below, the account above."""

Place = tuple[str, str]
"""Hierarchy and account."""


@dataclass(slots=True, kw_only=True)
class _Deltas:
    amounts: dict[tuple[str, str, str], Sums] = field(default_factory=lambda: defaultdict(Sums.none))
    people: dict[Place, int] = field(default_factory=lambda: defaultdict(int))
    newer: dict[Place, str] = field(default_factory=dict)
    older: dict[Place, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Last contacts that no longer stand below: who had one of these as its last looks anew."""

    def hear(self, place: Place, moment: str | None) -> None:
        if moment:
            self.newer[place] = max(self.newer.get(place, ""), moment)

    def forget(self, place: Place, moment: str | None) -> None:
        if moment:
            self.older[place].add(moment)

    def shift(self, hierarchy: str, part: _Part, before: Collection[str], after: Collection[str]) -> None:
        """What stood below some accounts stands below others now."""
        for one in after:
            if one not in before:
                for currency, sums in part.amounts.items():
                    self.amounts[hierarchy, one, currency] += sums
                self.people[hierarchy, one] += part.people
                self.hear((hierarchy, one), part.last)
        for one in before:
            if one not in after:
                for currency, sums in part.amounts.items():
                    self.amounts[hierarchy, one, currency] -= sums
                self.people[hierarchy, one] -= part.people
                self.forget((hierarchy, one), part.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What comes or goes as one: an account's own, or an account with everything below it."""

    amounts: Mapping[str, Sums]
    people: int = 0
    last: str | None = None


def carry(
    connection: Connection,
    amounts: Own,
    people: Mapping[str, int],
    spoke: Mapping[str, tuple[str | None, str | None]],
) -> None:
    """Bring differences of accounts' own sums to everything above them."""
    deltas = _Deltas()
    above: dict[str, list[Place]] = {}
    for account in sorted({*(key[0] for key in amounts), *people, *spoke}):
        above[account] = [(row[0], row[1]) for row in connection.exec_driver_sql(WAY_UP, (account,))]
    for (account, currency), part in amounts.items():
        for hierarchy, node in above[account]:
            deltas.amounts[hierarchy, node, currency] += part
    for account, number in people.items():
        for place in above[account]:
            deltas.people[place] += number
    for account, (before, now) in spoke.items():
        for place in above[account]:
            deltas.hear(place, now)
            if (before or "") > (now or ""):
                deltas.forget(place, before)
    _apply(connection, deltas)


def relink(connection: Connection, records: Sequence[Record]) -> None:
    """Take in links that came, went or were changed, and those of accounts that came or went, with the own sums as stored."""
    came, went = _changed_edges(connection, records)
    deltas = _Deltas()
    for hierarchy in sorted({edge[0] for edge in (*came, *went)}):
        _relink_one(
            connection,
            hierarchy,
            [edge[1:] for edge in came if edge[0] == hierarchy],
            [edge[1:] for edge in went if edge[0] == hierarchy],
            deltas,
        )
    if came or went:
        _apply(connection, deltas)


def rebuild(connection: Connection, own: Own, here: Collection[str]) -> None:
    """Everything from the links and the accounts' own sums; own tallies as they are stored. `here`: accounts that are there."""
    connection.exec_driver_sql("DELETE FROM linked_total")
    connection.exec_driver_sql("DELETE FROM linked_tally")
    above: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for hierarchy, account, parent in plain.within(
        connection, f"SELECT l.hierarchy, l.account_id, l.parent_id FROM hierarchy_link l WHERE {COUNTS}"
    ):
        if account in here and parent in here:
            held = above[hierarchy].setdefault(account, [parent])
            if parent not in held:
                held.append(parent)
    if not above:
        return
    tally = connection.exec_driver_sql("SELECT account_id, own_people, own_last FROM account_tally").all()
    people = {row[0]: row[1] for row in tally if row[1]}
    last = {row[0]: row[2] for row in tally if row[2]}
    amounts = by_currency(own)
    written = {id(sums): texts(sums) for sums in own.values()}  # those that nobody stands below have their own alone
    totals: list[tuple[object, ...]] = []
    tallied: list[tuple[str, str, int, str | None]] = []
    for hierarchy, some in above.items():
        tree = links.as_ordered(some)
        summed = by_currency(links.sums_up(some, own)) if tree is None else totals_up(*tree, amounts)
        for currency, found in summed.items():
            totals += [
                (node, hierarchy, currency, *(written.get(id(sums)) or texts(sums)))
                for node, sums in found.items()
                if sums
            ]
        members = tree[0] if tree else {*some, *(node for parents in some.values() for node in parents)}
        all_people, all_last = _tallied(tree and tree[0], some, members, people, last)
        tallied += [(node, hierarchy, all_people.get(node, 0), all_last.get(node)) for node in members]
    totals.sort()  # rows in the order of their key are put behind one another
    tallied.sort(key=itemgetter(0, 1))
    many_rows.put(connection, "linked_total", totals)
    many_rows.put(connection, "linked_tally", tallied)


def _tallied(
    tree: Mapping[str, str | None] | None,
    above: Mapping[str, list[str]],
    members: Collection[str],
    people: Mapping[str, int],
    last: Mapping[str, str],
) -> tuple[dict[str, int], dict[str, str]]:
    all_people = {node: people[node] for node in members if node in people}
    all_last = {node: last[node] for node in members if node in last}
    if not (all_people or all_last):
        return {}, {}
    if tree is not None:
        tallies.carry_up(tree, all_people, all_last)
        return all_people, all_last
    all_people, all_last = defaultdict(int), {}
    for node, reached in links.reaching(above).items():
        for one in reached:
            all_people[one] += people.get(node, 0)
            if node in last:
                all_last[one] = max(all_last.get(one, ""), last[node])
    return all_people, all_last


def own_of(connection: Connection, accounts: Iterable[str]) -> Own:
    """The stored own amounts of these accounts."""
    names = ", ".join(f"own_{name}" for name in _NAMES)
    rows = connection.exec_driver_sql(
        f"SELECT account_id, currency, {names} FROM account_total WHERE account_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(accounts)),),
    )
    found = {(row[0], row[1]): Sums(*map(Decimal, row[2:])) for row in rows}
    return {key: sums for key, sums in found.items() if sums}


# which links changed


def _changed_edges(connection: Connection, records: Sequence[Record]) -> tuple[list[Edge], list[Edge]]:
    """Links that count now and did not, and the other way round. A link twice counts twice here."""
    turned = {
        str(r.row_id): r.kind is ChangeKind.DELETED for r in reversed(records) if r.entity == "account" and r.turned
    }
    written: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.entity == "hierarchy_link":
            written[record.row_id].append(record)
    if not (turned or written):
        return [], []
    rows = connection.exec_driver_sql(
        "SELECT id, hierarchy, account_id, parent_id, _deleted IS NULL FROM hierarchy_link WHERE id IN (SELECT value FROM"
        " json_each(:ids)) OR account_id IN (SELECT value FROM json_each(:turned))"
        " OR parent_id IN (SELECT value FROM json_each(:turned))",
        {"ids": json.dumps(sorted(written)), "turned": json.dumps(sorted(turned))},
    ).all()
    old = {row[0]: _before(row, written.get(row[0], ())) for row in rows}
    named = {str(one) for row in (*rows, *old.values()) for one in row[2:4] if one}
    here = {
        row[0]
        for row in connection.exec_driver_sql(
            "SELECT id FROM account WHERE _deleted IS NULL AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(named)),),
        )
    }
    was_here = {node for node in named if turned.get(node, node in here)}
    now = Counter(edge for row in rows for edge in _edge(row, here))
    was = Counter(edge for row in old.values() for edge in _edge(row, was_here))
    return list((now - was).elements()), list((was - now).elements())


def _before(row: Sequence[object], written: Iterable[Record]) -> tuple[object, ...]:
    """The link as it was before the transaction; the columns of the query."""
    names = ("hierarchy", "account_id", "parent_id")
    values = dict(zip(names, row[1:4], strict=True))
    there = bool(row[4])
    for record in reversed(list(written)):
        values.update({name: record.before[name] for name in names if name in record.before})
        if record.turned:
            there = record.kind is ChangeKind.DELETED
    return row[0], *(values[name] for name in names), there


def _edge(row: Sequence[object], here: Collection[str]) -> list[Edge]:
    _, hierarchy, account, parent, there = row
    counts = there and hierarchy and account != parent and account in here and parent in here
    return [(str(hierarchy), str(account), str(parent))] if counts else []


# what a changed link means


def _relink_one(
    connection: Connection,
    hierarchy: str,
    came: Sequence[tuple[str, ...]],
    went: Sequence[tuple[str, ...]],
    deltas: _Deltas,
) -> None:
    changed = {edge[0] for edge in (*came, *went)}
    ends = {edge[1] for edge in (*came, *went)}
    now = _all_above(connection, hierarchy, changed | ends)
    was = _earlier(now, came, went)
    whole = _goes_as_one(connection, hierarchy, changed, now, was)
    if not whole:
        lost_below: dict[str, set[str]] = defaultdict(set)
        for account, parent in went:
            lost_below[parent].add(account)
        below = _closure(changed, lambda some: _neighbours(connection, hierarchy, some, down=True), lost_below)
        now = _all_above(connection, hierarchy, below | ends)
        was = _earlier(now, came, went)
        changed = below
    looked = changed | ends
    was_member = _members_stored(connection, hierarchy, looked)
    is_member = {node for node in looked if now.get(node)} | set(
        _neighbours(connection, hierarchy, looked, down=True, one=True)
    )
    parts = _own_parts(connection, looked)
    if whole:
        parts |= _whole_parts(connection, hierarchy, changed & was_member)
    for node in looked:
        before = links.everything_above(node, _of(was)) if node in was_member else set[str]()
        after = links.everything_above(node, _of(now)) if node in is_member else set[str]()
        if before != after:
            deltas.shift(hierarchy, parts[node], before, after)
    _enrol(connection, hierarchy, came=is_member - was_member, went=was_member - is_member)


def _goes_as_one(
    connection: Connection, hierarchy: str, changed: Collection[str], *aboves: Mapping[str, Counter[str]]
) -> bool:
    """Whether one account alone is linked anew, with everything below it tied to nothing else: its total goes as it is."""
    if len(changed) != 1:
        return False
    node = next(iter(changed))
    if any(node in links.everything_above(one, _of(above)) for above in aboves for one in _of(above)(node)):
        return False
    wanted = {"node": node, "hierarchy": hierarchy}
    return connection.exec_driver_sql(_TIED_ELSEWHERE, wanted).first() is None


def _earlier(
    now: Mapping[str, Counter[str]], came: Sequence[tuple[str, ...]], went: Sequence[tuple[str, ...]]
) -> dict[str, Counter[str]]:
    """The links as they were before these came and went."""
    was = dict(now)
    for account in {edge[0] for edge in (*came, *went)}:
        was[account] = Counter(was.get(account, ()))
    for account, parent in came:
        was[account][parent] -= 1
    for account, parent in went:
        was[account][parent] += 1
    return was


def _own_parts(connection: Connection, nodes: Collection[str]) -> dict[str, _Part]:
    amounts: dict[str, dict[str, Sums]] = defaultdict(dict)
    for (account, currency), sums in own_of(connection, nodes).items():
        amounts[account][currency] = sums
    rows = connection.exec_driver_sql(
        "SELECT account_id, own_people, own_last FROM account_tally WHERE account_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(nodes)),),
    )
    tally = {row[0]: (row[1], row[2]) for row in rows}
    found = {}
    for node in nodes:
        people, last = tally.get(node, (0, None))
        found[node] = _Part(amounts=amounts.get(node, {}), people=people, last=last)
    return found


def _whole_parts(connection: Connection, hierarchy: str, nodes: Iterable[str]) -> dict[str, _Part]:
    """The stored totals of these accounts, which all stand in the hierarchy."""
    found = {}
    for node in nodes:
        rows = connection.exec_driver_sql(
            f"SELECT currency, {', '.join(_NAMES)} FROM linked_total WHERE account_id=? AND hierarchy=?",
            (node, hierarchy),
        )
        amounts = {row[0]: Sums(*map(Decimal, row[1:])) for row in rows}
        people, last = connection.exec_driver_sql(
            "SELECT people, last FROM linked_tally WHERE account_id=? AND hierarchy=?", (node, hierarchy)
        ).one()
        found[node] = _Part(amounts=amounts, people=people, last=last)
    return found


def _of(above: Mapping[str, Mapping[str, int]]) -> Callable[[str], Iterable[str]]:
    return lambda node: [parent for parent, times in above.get(node, {}).items() if times > 0]


def _closure(
    start: set[str], step: Callable[[set[str]], Mapping[str, Counter[str]]], more: Mapping[str, set[str]]
) -> set[str]:
    found, fresh = set(start), set(start)
    while fresh:
        reached = {one for some in step(fresh).values() for one in some} | {
            one for node in fresh for one in more.get(node, ())
        }
        fresh = reached - found
        found |= fresh
    return found


def _all_above(connection: Connection, hierarchy: str, start: Collection[str]) -> dict[str, Counter[str]]:
    """The links above these accounts, and above those, to the top."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    wanted = {"nodes": json.dumps(sorted(start)), "hierarchy": hierarchy}
    for node, below in connection.exec_driver_sql(_ALL_ABOVE, wanted):
        found.setdefault(node, Counter())
        if below is not None:
            found[below][node] += 1
    return dict(found)


def _neighbours(
    connection: Connection, hierarchy: str, nodes: Collection[str], *, down: bool, one: bool = False
) -> dict[str, Counter[str]]:
    """Those right below (or above) each of the accounts; `one`: one of them is enough."""
    here, there = ("parent_id", "account_id") if down else ("account_id", "parent_id")
    if one:
        statement = (
            f"SELECT n.value, (SELECT l.{there} FROM hierarchy_link l{THERE} WHERE l.{here}=n.value AND l.hierarchy=?"
            f" AND {COUNTS} LIMIT 1) FROM json_each(?) n"
        )
    else:
        statement = (
            f"SELECT l.{here}, l.{there} FROM json_each(?2) n CROSS JOIN hierarchy_link l ON l.{here}=n.value{THERE}"
            f" WHERE l.hierarchy=?1 AND {COUNTS}"
        )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for node, other in connection.exec_driver_sql(statement, (hierarchy, json.dumps(sorted(nodes)))):
        if other is not None:
            found[node][other] += 1
    return dict(found)


def _members_stored(connection: Connection, hierarchy: str, nodes: Collection[str]) -> set[str]:
    rows = connection.exec_driver_sql(
        "SELECT account_id FROM linked_tally WHERE hierarchy=? AND account_id IN (SELECT value FROM json_each(?))",
        (hierarchy, json.dumps(sorted(nodes))),
    )
    return {row[0] for row in rows}


def _enrol(connection: Connection, hierarchy: str, *, came: set[str], went: set[str]) -> None:
    if came:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO linked_tally VALUES (?,?,0,NULL)", [(node, hierarchy) for node in sorted(came)]
        )
    if went:
        for table in ("linked_tally", "linked_total"):
            connection.exec_driver_sql(
                f"DELETE FROM {table} WHERE account_id=? AND hierarchy=?", [(node, hierarchy) for node in sorted(went)]
            )


# writing


def _apply(connection: Connection, deltas: _Deltas) -> None:
    _write_amounts(connection, {key: sums for key, sums in deltas.amounts.items() if sums})
    places = {place for place, number in deltas.people.items() if number} | deltas.newer.keys() | deltas.older.keys()
    stored = {
        (row[1], row[0]): row[2:]
        for row in connection.exec_driver_sql(
            "SELECT account_id, hierarchy, people, last FROM linked_tally"
            " WHERE account_id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted({node for _, node in places})),),
        )
    }
    rows = []
    for place in sorted(places & stored.keys()):
        hierarchy, node = place
        people, last = stored[place]
        if last in deltas.older.get(place, ()):
            last = connection.exec_driver_sql(_LAST_BELOW, {"node": node, "hierarchy": hierarchy}).scalar()
        last = max(last or "", deltas.newer.get(place, "")) or None
        rows.append((node, hierarchy, people + deltas.people.get(place, 0), last))
    if rows:
        connection.exec_driver_sql("INSERT OR REPLACE INTO linked_tally VALUES (?,?,?,?)", rows)


def _write_amounts(connection: Connection, amounts: Mapping[tuple[str, str, str], Sums]) -> None:
    if not amounts:
        return
    names = ", ".join(_NAMES)
    rows = connection.exec_driver_sql(
        f"SELECT account_id, hierarchy, currency, {names} FROM linked_total"
        " WHERE account_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted({key[1] for key in amounts})),),
    )
    stored = {(row[1], row[0], row[2]): Sums(*map(Decimal, row[3:])) for row in rows}
    members = {
        (row[1], row[0])
        for row in connection.exec_driver_sql(
            "SELECT account_id, hierarchy FROM linked_tally WHERE account_id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted({key[1] for key in amounts})),),
        )
    }
    kept, empty = [], []
    for (hierarchy, node, currency), part in amounts.items():
        total = stored.get((hierarchy, node, currency), Sums.none()) + part
        if (hierarchy, node) not in members:
            continue
        if total:
            kept.append((node, hierarchy, currency, *texts(total)))
        else:
            empty.append((node, hierarchy, currency))
    if kept:
        connection.exec_driver_sql(_WRITE, kept)
    if empty:
        connection.exec_driver_sql("DELETE FROM linked_total WHERE account_id=? AND hierarchy=? AND currency=?", empty)
