"""Queries of the hierarchies beside the home tree: a level at a time, who stands above whom, circles. Frozen values come out.

An account may be below several others here, or in a circle: a row of a level is an account at one of its places.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from desktop_crm.domain.accounts import links
from desktop_crm.domain.accounts.sums import CurrencySums, Sums, TreeNode
from desktop_crm.persistence import account_level
from desktop_crm.persistence.stores.sums import linked
from desktop_crm.persistence.stores.sums.tree_steps import COUNTS, THERE

PAGE = 500
_BELOW = f"SELECT l.account_id FROM hierarchy_link l{THERE} WHERE l.parent_id=:parent AND l.hierarchy=:hierarchy AND {COUNTS}"
_TOP = (
    "a.id IN (SELECT account_id FROM hierarchy_link WHERE hierarchy=:hierarchy AND _deleted IS NULL UNION"
    " SELECT parent_id FROM hierarchy_link WHERE hierarchy=:hierarchy AND _deleted IS NULL)"
    f" AND NOT EXISTS (SELECT 1 FROM hierarchy_link l{THERE} WHERE l.account_id=a.id AND l.hierarchy=:hierarchy AND {COUNTS})"
)
_NODE = (
    "a.id, a.name, :parent AS parent_id, a.kind, a.tier,"
    f" (SELECT count(DISTINCT l.account_id) FROM hierarchy_link l{THERE} WHERE l.parent_id=a.id AND l.hierarchy=:hierarchy"
    f" AND {COUNTS}) AS children,"
    " (SELECT l.percent FROM hierarchy_link l WHERE l.account_id=a.id AND l.parent_id=:parent AND l.hierarchy=:hierarchy"
    " AND l._deleted IS NULL ORDER BY l.id LIMIT 1) AS percent,"
    f" (SELECT count(DISTINCT l.parent_id) FROM hierarchy_link l{THERE} WHERE l.account_id=a.id AND l.hierarchy=:hierarchy"
    f" AND {COUNTS}) AS owners"
)
_EDGES = (
    f"SELECT DISTINCT l.account_id, l.parent_id FROM hierarchy_link l{THERE} WHERE l.hierarchy=:hierarchy AND {COUNTS}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link of an account: to another above or below it. `name` is empty when the other is not known."""

    id: str
    hierarchy: str
    account_id: str
    parent_id: str | None
    name: str
    percent: Decimal | None


def level(
    session: Session, hierarchy: str, parent: str | None, offset: int, limit: int, order: str = account_level.BY_NAME
) -> tuple[TreeNode, ...]:
    """The accounts below one account, or at the top of the hierarchy, with their sums there."""
    where = _TOP if parent is None else f"a.id IN ({_BELOW})"
    return _nodes(session, hierarchy, parent, where, {"offset": offset, "limit": limit}, order)


def level_size(session: Session, hierarchy: str, parent: str | None) -> int:
    """How many accounts stand there."""
    where = _TOP if parent is None else f"a.id IN ({_BELOW})"
    values = {"hierarchy": hierarchy, "parent": parent}
    return int(session.execute(sql(account_level.level_size(where)), values).scalar_one())


def nodes(session: Session, hierarchy: str, ids: Iterable[str], parent: str | None = None) -> tuple[TreeNode, ...]:
    """These accounts as they stand below one account, or at the top."""
    wanted = list(ids)
    where = "a.id IN (SELECT value FROM json_each(:ids))"
    return _nodes(session, hierarchy, parent, where, {"ids": json.dumps(wanted), "offset": 0, "limit": len(wanted)})


def circle_heads(session: Session, hierarchy: str) -> tuple[TreeNode, ...]:
    """The accounts by which circles are read that stand below nobody else: they would be reached from no top."""
    above = edges(session, hierarchy)
    if links.as_tree(above) is not None:
        return ()
    found = [head for head in links.heads(above) if above.get(head)]
    return nodes(session, hierarchy, found) if found else ()


def circles(session: Session, hierarchy: str) -> tuple[tuple[str, ...], ...]:
    """The sets of accounts that stand above one another."""
    above = edges(session, hierarchy)
    return () if links.as_tree(above) is not None else links.circles(above)


def edges(session: Session, hierarchy: str) -> dict[str, list[str]]:
    """Every account that stands below others, and those."""
    found: dict[str, list[str]] = defaultdict(list)
    for account, parent in session.execute(sql(_EDGES), {"hierarchy": hierarchy}):
        found[account].append(parent)
    return dict(found)


def above(session: Session, hierarchy: str, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """These accounts and all above them, each with those right above it."""
    found: dict[str, tuple[str, ...]] = {}
    fresh = set(ids)
    while fresh:
        rows = session.execute(
            sql(f"{_EDGES} AND l.account_id IN (SELECT value FROM json_each(:ids))"),
            {"hierarchy": hierarchy, "ids": json.dumps(sorted(fresh))},
        ).all()
        step: dict[str, list[str]] = defaultdict(list)
        for account, parent in rows:
            step[account].append(parent)
        found.update({node: tuple(step.get(node, ())) for node in fresh})
        fresh = {parent for parents in step.values() for parent in parents} - found.keys()
    return found


def below(session: Session, hierarchy: str, account: str, limit: int) -> tuple[str, ...]:
    """The account and everything below it, level by level, at most so many."""
    rows = session.execute(
        sql(
            "WITH RECURSIVE down(id) AS (VALUES(:account) UNION SELECT l.account_id FROM down"
            f" JOIN hierarchy_link l ON l.parent_id=down.id{THERE} WHERE l.hierarchy=:hierarchy AND {COUNTS})"
            " SELECT id FROM down LIMIT :limit"
        ),
        {"hierarchy": hierarchy, "account": account, "limit": limit},
    )
    return tuple(row[0] for row in rows)


def members(session: Session, hierarchy: str, ids: Iterable[str]) -> frozenset[str]:
    """Those of the accounts that stand in the hierarchy."""
    rows = session.execute(
        sql(
            "SELECT account_id FROM linked_tally WHERE hierarchy=:hierarchy"
            " AND account_id IN (SELECT value FROM json_each(:ids))"
        ),
        {"hierarchy": hierarchy, "ids": json.dumps(sorted(set(ids)))},
    )
    return frozenset(row[0] for row in rows)


def links_of(session: Session, account_id: str, hierarchy: str | None = None) -> tuple[Link, ...]:
    """Every link of an account: those above it first, then those below, by name; one to nobody known as well."""
    rows = session.execute(
        sql(
            "SELECT l.id, l.hierarchy, l.account_id, l.parent_id, o.name, l.percent FROM hierarchy_link l"
            " LEFT JOIN account o ON o.id=CASE WHEN l.account_id=:account THEN l.parent_id ELSE l.account_id END"
            " AND o._deleted IS NULL WHERE (l.account_id=:account OR l.parent_id=:account) AND l._deleted IS NULL"
            " AND (:hierarchy IS NULL OR l.hierarchy=:hierarchy)"
            " ORDER BY l.hierarchy, l.account_id<>:account, o.name COLLATE NOCASE, l.id"
        ),
        {"account": account_id, "hierarchy": hierarchy},
    )
    return tuple(
        Link(
            id=row[0],
            hierarchy=row[1] or "",
            account_id=row[2],
            parent_id=row[3],
            name=row[4] or "",
            percent=Decimal(row[5]) if row[5] is not None else None,
        )
        for row in rows
    )


def held_by(session: Session, account_id: str, hierarchy: str) -> tuple[tuple[str, str | None], ...]:
    """The links that put an account below others: their ids, and below whom."""
    rows = session.connection().exec_driver_sql(
        "SELECT id, parent_id FROM hierarchy_link WHERE account_id=? AND hierarchy=? AND _deleted IS NULL ORDER BY id",
        (account_id, hierarchy),
    )
    return tuple((row[0], row[1]) for row in rows)


def renewals(session: Session, hierarchy: str, today: date, until: date) -> dict[str, int]:
    """How many contracts come up for renewal by then, for each account with those below it, each contract once."""
    rows = session.execute(
        sql(
            "WITH RECURSIVE up(contract, id) AS (SELECT k.id, k.account_id FROM contract k JOIN linked_tally y"
            " ON y.account_id=k.account_id AND y.hierarchy=:hierarchy WHERE k.renewal_date BETWEEN :today AND :until"
            " AND k._deleted IS NULL AND coalesce(k.status,'active')<>'ended'"
            f" UNION SELECT up.contract, l.parent_id FROM up JOIN hierarchy_link l ON l.account_id=up.id{THERE}"
            f" WHERE l.hierarchy=:hierarchy AND {COUNTS}) SELECT id, count(*) FROM up GROUP BY id"
        ),
        {"hierarchy": hierarchy, "today": today.isoformat(), "until": until.isoformat()},
    )
    return {row[0]: row[1] for row in rows}


def sizes(session: Session) -> dict[str, int]:
    """How many accounts stand in each hierarchy; one with none is left out."""
    rows = session.execute(sql("SELECT hierarchy, count(*) FROM linked_tally GROUP BY hierarchy"))
    return {row[0]: row[1] for row in rows}


def _nodes(
    session: Session,
    hierarchy: str,
    parent: str | None,
    where: str,
    values: Mapping[str, Any],
    order: str = account_level.BY_NAME,
) -> tuple[TreeNode, ...]:
    names = ", ".join(f"t.{name}" for name in Sums._fields)
    statement = (
        f"SELECT a.*, {account_level.people('y', 'a.id', ':hierarchy')}, y.last, t.currency, {names} FROM (SELECT {_NODE} FROM account a WHERE {where}"
        f" AND a._deleted IS NULL ORDER BY {order} LIMIT :limit OFFSET :offset) a"
        " LEFT JOIN linked_tally y ON y.account_id=a.id AND y.hierarchy=:hierarchy"
        " LEFT JOIN linked_total t ON t.account_id=a.id AND t.hierarchy=:hierarchy"
    )
    rows = session.execute(sql(statement), {"hierarchy": hierarchy, "parent": parent, **values}).all()
    own = linked.own_of(session.connection(), {row[0] for row in rows})
    placed = {row[0] for row in rows if row[8] is not None}
    found: dict[str, TreeNode] = {}
    for row in rows:
        node = found.get(row[0]) or _node(row)
        if row[10] is not None:
            total = Sums(*map(Decimal, row[11 : 11 + len(Sums._fields)]))
            one = CurrencySums(currency=row[10], own=own.get((row[0], row[10]), Sums.none()), total=total)
            node = replace(node, sums=(*node.sums, one))
        found[row[0]] = node
    for (account, currency), sums in own.items():  # who stands alone has no total but its own
        if account not in placed:
            alone = CurrencySums(currency=currency, own=sums, total=sums)
            found[account] = replace(found[account], sums=(*found[account].sums, alone))
    return tuple(found.values())


def _node(row: Any) -> TreeNode:
    return TreeNode(
        id=row[0],
        name=row[1] or "",
        parent_id=row[2],
        kind=row[3],
        tier=row[4],
        child_count=row[5],
        percent=Decimal(row[6]) if row[6] is not None else None,
        owners=row[7],
        people=row[8] or 0,
        last_contact=account_level.moment(row[9]),
    )
