"""Exact sums up the account tree, kept in `account_total` inside the transaction that changes them.

1. An opportunity's edit moves its account's own sums and every ancestor's total by the difference.
2. A moved, made or deleted account recomputes the totals of the nodes above its old and its new place, deepest first.
3. Many changes at once, a changed stage, or a circle (which the server will undo) rebuild everything.
A link counts only between two accounts that are both there. Reference: `rebuild`, which tests compare with a naive sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from desktop_crm.domain.accounts.rollup import Contribution, StageWeight, contribution, sum_tree
from desktop_crm.domain.accounts.sums import Sums
from desktop_crm.domain.schema.codec import plain
from desktop_crm.foundation.changes import ChangeKind
from desktop_crm.persistence.change_log import Record

_MANY = 400
_COUNTED = frozenset({"account_id", "stage_id", "amount", "currency"})
_OPPORTUNITY = ("account_id", "stage_id", "amount", "currency")
_UP = (
    "WITH RECURSIVE up(id, parent_id, depth) AS (SELECT id, parent_id, 0 FROM account WHERE id=?"
    " UNION ALL SELECT a.id, a.parent_id, depth+1 FROM account a JOIN up ON a.id=up.parent_id"
    " WHERE a._deleted IS NULL AND depth<200 AND (SELECT _deleted FROM account WHERE id=up.id) IS NULL) SELECT id FROM up"
)

Own = dict[tuple[str, str], list[Decimal]]


class _Circle(Exception):
    pass


def refresh(connection: Connection, records: Sequence[Record]) -> None:
    """Bring the totals up to date with the records of this transaction."""
    deals = [r for r in records if r.entity == "opportunity" and (r.turned or not _COUNTED.isdisjoint(r.after))]
    moved = [r for r in records if r.entity == "account" and (r.turned or "parent_id" in r.after)]
    stages = any(r.entity == "stage" and not {"kind", "probability"}.isdisjoint(r.after) for r in records)
    if not (deals or moved or stages):
        return
    if stages or len(deals) + len(moved) > _MANY:
        rebuild(connection)
        return
    try:
        weights = stage_weights(connection)
        _add(connection, _differences(deals, weights))
        for record in moved:
            if record.kind is ChangeKind.CREATED:
                _count_early(connection, record.row_id, weights)
        _settle(connection, moved)
    except _Circle:
        rebuild(connection)


def stage_weights(connection: Connection) -> dict[str, StageWeight]:
    """Kind and probability of every stage."""
    rows = connection.exec_driver_sql("SELECT id, kind, probability FROM stage")
    return {row[0]: StageWeight(kind=row[1], probability=Decimal(row[2] or 0)) for row in rows}


def rebuild(connection: Connection) -> None:
    """Every total from the rows. A circle is cut at its smallest id."""
    weights = stage_weights(connection)
    own: Own = defaultdict(lambda: [Decimal(0)] * 3)
    for account, stage, amount, currency in connection.exec_driver_sql(
        "SELECT account_id, stage_id, amount, currency FROM opportunity WHERE _deleted IS NULL AND account_id IS NOT NULL"
    ):
        part = contribution(weights.get(stage), Decimal(amount) if amount else None, currency)
        if part:
            _pile(own[account, part.currency], part, 1)
    parents = {
        row[0]: row[1] for row in connection.exec_driver_sql("SELECT id, parent_id FROM account WHERE _deleted IS NULL")
    }
    gone = {row[0] for row in connection.exec_driver_sql("SELECT id FROM account WHERE _deleted IS NOT NULL")}
    mine = {key: Sums(*values) for key, values in own.items() if key[0] in parents or key[0] in gone}
    whole = sum_tree(parents, mine)
    for key, sums in mine.items():
        if key[0] in gone:
            whole[key] = sums
    connection.exec_driver_sql("DELETE FROM account_total")
    rows = [_row(key, mine.get(key, Sums.none()), sums) for key, sums in whole.items() if sums or mine.get(key)]
    if rows:
        connection.exec_driver_sql("INSERT INTO account_total VALUES (?,?,?,?,?,?,?,?)", rows)


def _differences(deals: Iterable[Record], weights: Mapping[str, StageWeight]) -> Own:
    own: Own = defaultdict(lambda: [Decimal(0)] * 3)
    for record in deals:
        after = {name: record.row.get(name) for name in _OPPORTUNITY}
        before = after | {name: record.before[name] for name in _OPPORTUNITY if name in record.before}
        turned = record.turned
        there = not record.gone
        for values, present, sign in ((before, not there if turned else there, -1), (after, there, 1)):
            part = (
                contribution(weights.get(values["stage_id"] or ""), values["amount"], values["currency"])
                if present
                else None
            )
            if part and values["account_id"]:
                _pile(own[values["account_id"], part.currency], part, sign)
    return {key: values for key, values in own.items() if any(values)}


def _pile(values: list[Decimal], part: Contribution, sign: int) -> None:
    for place, amount in enumerate((part.open, part.weighted, part.won)):
        values[place] += sign * amount


def _add(connection: Connection, differences: Own) -> None:
    for (account, currency), values in differences.items():
        part = Sums(*values)
        chain = _up(connection, account)
        stored = _stored(connection, chain, currency)
        rows = []
        for step, node in enumerate(chain):
            own, total = stored.get(node, (Sums.none(), Sums.none()))
            rows.append((node, currency, own + part if step == 0 else own, total + part))
        _store(connection, rows)


def _count_early(connection: Connection, node: str, weights: Mapping[str, StageWeight]) -> None:
    """The own sums of an account that came after opportunities that name it, as a pull may bring them."""
    own: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for stage, amount, currency in connection.exec_driver_sql(
        "SELECT stage_id, amount, currency FROM opportunity WHERE account_id=? AND _deleted IS NULL", (node,)
    ):
        part = contribution(weights.get(stage), Decimal(amount) if amount else None, currency)
        if part:
            _pile(own[part.currency], part, 1)
    _store(connection, [(node, currency, Sums(*values), Sums(*values)) for currency, values in own.items()])


def _settle(connection: Connection, moved: Iterable[Record]) -> None:
    starts: set[str] = set()
    for record in moved:
        starts.add(record.row_id)
        starts.update(str(p) for p in (record.before.get("parent_id"), record.row.get("parent_id")) if p)
    depth: dict[str, int] = {}
    for start in starts:
        chain = _up(connection, start)
        for place, node in enumerate(reversed(chain)):
            depth[node] = max(place, depth.get(node, 0))
    for node in sorted(depth, key=lambda node: -depth[node]):
        _recompute(connection, node)


def _recompute(connection: Connection, node: str) -> None:
    stored = connection.exec_driver_sql(
        "SELECT currency, own_open, own_weighted, own_won FROM account_total WHERE account_id=?", (node,)
    ).all()
    own = {row[0]: Sums(*map(Decimal, row[1:])) for row in stored}
    total: dict[str, Sums] = dict(own)
    children = connection.exec_driver_sql(
        "SELECT t.currency, t.open, t.weighted, t.won FROM account a JOIN account_total t ON t.account_id=a.id"
        " WHERE a.parent_id=? AND a._deleted IS NULL AND (SELECT _deleted FROM account WHERE id=a.parent_id) IS NULL",
        (node,),
    )
    for currency, *amounts in children:
        total[currency] = total.get(currency, Sums.none()) + Sums(*map(Decimal, amounts))
    _store(connection, [(node, currency, own.get(currency, Sums.none()), total[currency]) for currency in total])


def _up(connection: Connection, node: str) -> list[str]:
    chain = [row[0] for row in connection.exec_driver_sql(_UP, (node,))]
    if len(set(chain)) != len(chain):
        raise _Circle
    return chain


def _stored(connection: Connection, nodes: Sequence[str], currency: str) -> dict[str, tuple[Sums, Sums]]:
    places = ",".join("?" * len(nodes))
    rows = connection.exec_driver_sql(
        "SELECT account_id, own_open, own_weighted, own_won, open, weighted, won FROM account_total"
        f" WHERE account_id IN ({places}) AND currency=?",
        (*nodes, currency),
    )
    return {row[0]: (Sums(*map(Decimal, row[1:4])), Sums(*map(Decimal, row[4:7]))) for row in rows}


def _store(connection: Connection, rows: Iterable[tuple[str, str, Sums, Sums]]) -> None:
    kept, empty = [], []
    for node, currency, own, total in rows:
        if own or total:
            kept.append(_row((node, currency), own, total))
        else:
            empty.append((node, currency))
    if kept:
        connection.exec_driver_sql("INSERT OR REPLACE INTO account_total VALUES (?,?,?,?,?,?,?,?)", kept)
    if empty:
        connection.exec_driver_sql("DELETE FROM account_total WHERE account_id=? AND currency=?", empty)


def _row(key: tuple[str, str], own: Sums, total: Sums) -> tuple[Any, ...]:
    return (
        *key,
        *(plain(amount) for amount in (own.open, own.weighted, own.won, total.open, total.weighted, total.won)),
    )
