"""Exact sums up the account tree, kept in `account_total` and `account_tally` inside the transaction that changes them.

1. A record's edit moves its account's own sums and every ancestor's total by the difference (`own_parts` says by how much).
2. A moved account carries its total from those above its old place to those above the new one; where several moved, or one came
   or went, the nodes above are recomputed, deepest first.
3. The hierarchies beside the home tree are `linked`'s: first their links, with what accounts had; then the differences.
4. Many changes at once, a changed stage, or a circle (which the server will undo) rebuild everything.
A link counts only between two accounts that are both there. Reference: `rebuild`, which tests compare with a naive sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from desktop_crm.domain.accounts.rollup import by_currency, cut_circles, fiscal_year, leaves_first, totals_up
from desktop_crm.domain.accounts.sums import Sums
from desktop_crm.foundation.changes import ChangeKind
from desktop_crm.foundation.collector import resting
from desktop_crm.foundation.hlc import stamp_time
from desktop_crm.persistence import plain
from desktop_crm.persistence.change_log import Record
from desktop_crm.persistence.facts import read_fact, write_fact
from desktop_crm.persistence.stores.sums import linked, many_rows, own_parts, people, tallies
from desktop_crm.persistence.stores.sums.amount_texts import texts
from desktop_crm.persistence.stores.sums.own_parts import Differences, Own, Rules
from desktop_crm.persistence.stores.sums.tree_steps import Circle, up, up_from

TABLES = (
    "account_total",
    "account_tally",
    "linked_total",
    "linked_tally",
    "quote_counted",
    "person_place",
    "person_overlap",
)
"""Everything that is worked out here, and can be again."""

_MANY = 400
_MONTHS = 12
_FISCAL = "fiscal.month"
_NAMES = Sums._fields
_OWN = ", ".join(f"own_{name}" for name in _NAMES)
_TOTAL = ", ".join(_NAMES)


def refresh(connection: Connection, records: Sequence[Record]) -> None:
    """Bring the totals up to date with the records of this transaction."""
    counted = [r for r in records if own_parts.is_counted(r)]
    moved = [r for r in records if r.entity == "account" and (r.turned or "parent_id" in r.after)]
    links = [r for r in records if r.entity == "hierarchy_link"]
    stages = any(r.entity == "stage" and not {"kind", "probability"}.isdisjoint(r.after) for r in records)
    fiscal = [r for r in records if r.entity == "workspace_setting" and r.row.get("name") == _FISCAL]
    if fiscal:
        count_for(connection, stamp_time(max(r.version.stamp for r in fiscal)).astimezone().date())
    if not (counted or moved or links or stages):
        return
    if stages or len(counted) + len(moved) + len(links) > _MANY:
        recount(connection, records)
        return
    rules = own_parts.rules(connection) if moved or own_parts.weigh(counted) else Rules()
    found = own_parts.differences(connection, counted, rules)
    fresh = [r.row_id for r in moved if r.kind is ChangeKind.CREATED]
    try:
        linked.relink(connection, [*moved, *links])
        for account in fresh:
            _count_whole(connection, found, account, rules)
        settled = len(moved) == 1 and _carry_over(connection, moved[0])
        _add(connection, found.amounts)
        spoke = tallies.add(connection, found)
        linked.carry(connection, found.amounts, found.people, spoke)
        if not settled:
            _settle(connection, moved)
        people.settle(connection, found.placed, moved, links)
    except Circle:
        rebuild(connection, quotes=False)


def rebuild(connection: Connection, *, quotes: bool = True) -> None:
    """Every total from the rows. A circle is cut at its smallest id. `quotes`: what is counted of quotes, too, from nothing."""
    with resting():
        _rebuild(connection, quotes=quotes)


def _rebuild(connection: Connection, *, quotes: bool) -> None:
    if quotes:
        own_parts.count_quotes(connection)
    named: dict[str, bool] = {}
    parents: dict[str, str | None] = {}
    for row_id, parent, there in plain.within(connection, "SELECT id, parent_id, _deleted IS NULL FROM account"):
        named[row_id] = there
        if there:
            parents[row_id] = parent
    own = {
        key: sums
        for key, sums in own_parts.all_amounts(connection, own_parts.rules(connection)).items()
        if key[0] in named
    }
    tree = cut_circles(parents)
    amounts, order = by_currency(own), leaves_first(tree)
    none = Sums.none()
    rows = []
    for currency, whole in totals_up(tree, order, amounts).items():
        mine = amounts[currency]
        whole.update({account: sums for account, sums in mine.items() if account not in parents})
        rows += [(account, currency, mine.get(account, none), sums) for account, sums in whole.items()]
    rows.sort(key=itemgetter(0, 1))
    connection.exec_driver_sql("DELETE FROM account_total")
    _write(connection, [row for row in rows if row[2] or row[3]])
    tallies.rebuild(connection, tree, named)
    linked.rebuild(connection, own, parents.keys())
    people.rebuild(connection, tree)


def recount(connection: Connection, records: Sequence[Record]) -> None:
    """After so many records that single steps are not worth it, or whose rows are gone: everything from the rows."""
    own_parts.count_quotes(connection, own_parts.touched_quotes(records))
    rebuild(connection, quotes=False)


def is_counted_for(connection: Connection, today: date) -> bool:
    """Whether "won this year" is that of the fiscal year in which the day lies."""
    return read_fact(connection, own_parts.YEAR_FACT) == _year_begins(connection, today).isoformat()


def count_for(connection: Connection, today: date) -> None:
    """From now on count as won this year what is won within the fiscal year in which the day lies."""
    write_fact(connection, own_parts.YEAR_FACT, _year_begins(connection, today).isoformat())
    rebuild(connection, quotes=False)


def _year_begins(connection: Connection, today: date) -> date:
    held = connection.exec_driver_sql(
        "SELECT value FROM workspace_setting WHERE name=? AND _deleted IS NULL ORDER BY id DESC LIMIT 1", (_FISCAL,)
    ).scalar()
    month = int(held) if held and held.isdigit() else 1
    return fiscal_year(today, month if 1 <= month <= _MONTHS else 1).begins


def _count_whole(connection: Connection, found: Differences, account: str, rules: Rules) -> None:
    """What an account has that came after records that name it, as a pull may bring them: all of it is new to the sums."""
    found.drop(account)
    found.amounts.update(own_parts.all_amounts(connection, rules, account))
    found.people.update(people.all_people(connection, account))
    found.spoke.update(own_parts.all_contacts(connection, account))


def _add(connection: Connection, differences: Own) -> None:
    for (account, currency), part in differences.items():
        chain = up(connection, account)
        stored = _stored(connection, chain, currency)
        rows = []
        for step, node in enumerate(chain):
            own, total = stored.get(node, (Sums.none(), Sums.none()))
            rows.append((node, currency, own + part if step == 0 else own, total + part))
        _store(connection, rows)


def _carry_over(connection: Connection, record: Record) -> bool:
    """Take what an account had in all, before this transaction, from those above its old place to those above the new one.

    Only for an account that is there, was there, and is the only one that moved; false where that is not so.
    """
    if record.turned or record.gone:
        return False
    node, old = record.row_id, record.before.get("parent_id")
    joined = up(connection, node)[1:]
    left = up_from(connection, str(old)) if old else []
    if node in left:
        return False
    gains, losses = set(joined) - set(left), set(left) - set(joined)
    if not gains | losses:
        return True
    stored = _totals(connection, [node, *gains, *losses])
    rows = []
    for currency, (_, part) in stored.get(node, {}).items():
        for one in gains | losses:
            own, total = stored.get(one, {}).get(currency, (Sums.none(), Sums.none()))
            rows.append((one, currency, own, total + part if one in gains else total - part))
    _store(connection, rows)
    tallies.carry_over(
        connection, node, [one for one in left if one in losses], [one for one in joined if one in gains]
    )
    return True


def _settle(connection: Connection, moved: Iterable[Record]) -> None:
    starts: set[str] = set()
    for record in moved:
        starts.add(record.row_id)
        starts.update(str(p) for p in (record.before.get("parent_id"), record.row.get("parent_id")) if p)
    depth: dict[str, int] = {}
    for start in starts:
        chain = up(connection, start)
        for place, node in enumerate(reversed(chain)):
            depth[node] = max(place, depth.get(node, 0))
    for node in sorted(depth, key=lambda node: -depth[node]):
        _recompute(connection, node)
        tallies.recompute(connection, node)


def _recompute(connection: Connection, node: str) -> None:
    stored = connection.exec_driver_sql(f"SELECT currency, {_OWN} FROM account_total WHERE account_id=?", (node,)).all()
    own = {row[0]: Sums(*map(Decimal, row[1:])) for row in stored}
    total: dict[str, Sums] = defaultdict(Sums.none, own)
    amounts = ", ".join(f"t.{name}" for name in _NAMES)
    children = connection.exec_driver_sql(
        f"SELECT t.currency, {amounts} FROM account a JOIN account_total t ON t.account_id=a.id"
        " WHERE a.parent_id=? AND a._deleted IS NULL AND (SELECT _deleted FROM account WHERE id=a.parent_id) IS NULL",
        (node,),
    )
    for currency, *parts in children:
        total[currency] += Sums(*map(Decimal, parts))
    _store(connection, [(node, currency, own.get(currency, Sums.none()), total[currency]) for currency in total])


def _stored(connection: Connection, nodes: Sequence[str], currency: str) -> dict[str, tuple[Sums, Sums]]:
    places = ",".join("?" * len(nodes))
    rows = connection.exec_driver_sql(
        f"SELECT account_id, {_OWN}, {_TOTAL} FROM account_total WHERE account_id IN ({places}) AND currency=?",
        (*nodes, currency),
    )
    half = 1 + len(_NAMES)
    return {row[0]: (Sums(*map(Decimal, row[1:half])), Sums(*map(Decimal, row[half:]))) for row in rows}


def _totals(connection: Connection, nodes: Sequence[str]) -> dict[str, dict[str, tuple[Sums, Sums]]]:
    """Own and total sums by account and currency."""
    half = 2 + len(_NAMES)
    found: dict[str, dict[str, tuple[Sums, Sums]]] = defaultdict(dict)
    for row in connection.exec_driver_sql(
        f"SELECT account_id, currency, {_OWN}, {_TOTAL} FROM account_total"
        f" WHERE account_id IN ({','.join('?' * len(nodes))})",
        tuple(nodes),
    ):
        found[row[0]][row[1]] = Sums(*map(Decimal, row[2:half])), Sums(*map(Decimal, row[half:]))
    return found


def _store(connection: Connection, rows: Iterable[tuple[str, str, Sums, Sums]]) -> None:
    kept, empty = [], []
    for node, currency, own, total in rows:
        if own or total:
            kept.append((node, currency, own, total))
        else:
            empty.append((node, currency))
    _write(connection, kept)
    if empty:
        connection.exec_driver_sql("DELETE FROM account_total WHERE account_id=? AND currency=?", empty)


def _write(connection: Connection, rows: Sequence[tuple[str, str, Sums, Sums]]) -> None:
    if rows:
        lines: list[tuple[Any, ...]] = []
        for node, currency, own, total in rows:
            mine = texts(own)
            lines.append((node, currency, *mine, *(mine if total is own else texts(total))))
        many_rows.put(connection, "account_total", lines)
