"""Queries of the account tree and the account page. Each level of the tree is one query; frozen values come out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.domain.accounts.rollup import cut_circles
from desktop_crm.domain.accounts.sums import CurrencySums, TreeNode
from desktop_crm.persistence import account_level, plain

PAGE = 500
_DOWN = (
    "WITH RECURSIVE down(id) AS (VALUES(:account) UNION SELECT a.id FROM account a JOIN down ON a.parent_id=down.id"
    " WHERE a._deleted IS NULL)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One account on the way from the top of the tree."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much belongs to one account (not to those below it)."""

    contacts: int
    opportunities: int
    open_opportunities: int
    quotes: int
    contracts: int
    activities: int
    open_tasks: int
    maps: int
    people_on_maps: int
    economic_buyers: int
    children: int
    below: int
    """Accounts below it, at any depth."""
    attachments: int
    plans: int
    proposals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """The contract that comes up for renewal next, of the account or of those below it."""

    id: str
    name: str
    renewal_date: date
    account_id: str
    account_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task that is not done."""

    id: str
    subject: str
    due_on: date | None
    priority: str | None
    owner: str
    account_id: str
    account_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDeal:
    """An opportunity that is neither won nor lost."""

    id: str
    name: str
    stage: str
    probability: Decimal
    amount: Decimal | None
    currency: str
    close_date: date | None
    account_id: str
    account_name: str


def level(
    session: Session, parent: str | None, offset: int = 0, limit: int = PAGE, order: str = account_level.BY_NAME
) -> tuple[TreeNode, ...]:
    """The accounts below one account, or those without a parent, in order, with their sums and child counts."""
    where = account_level.TOP if parent is None else "a.parent_id=:parent"
    return _nodes(session, where, {"parent": parent, "offset": offset, "limit": limit}, order)


def levels(
    session: Session, parents: Iterable[str], order: str = account_level.BY_NAME
) -> dict[str, tuple[TreeNode, ...]]:
    """The accounts below each of these, in order: one query for all."""
    wanted = list(parents)
    where = "a.parent_id IN (SELECT value FROM json_each(:parents))"
    values = {"parents": json.dumps(wanted), "offset": 0, "limit": -1}
    found: dict[str, list[TreeNode]] = {one: [] for one in wanted}
    for node in _nodes(session, where, values, order):
        found[node.parent_id or ""].append(node)
    return {one: tuple(below) for one, below in found.items()}


def level_size(session: Session, parent: str | None) -> int:
    """How many accounts stand there."""
    where = account_level.TOP if parent is None else "a.parent_id=:parent"
    return int(_scalar(session, account_level.level_size(where), {"parent": parent}))


def strays(session: Session) -> tuple[TreeNode, ...]:
    """Accounts that name a parent and still stand at the top: it is deleted or not on this laptop, or the links run in a circle.

    A circle is cut at its smallest id, as in the sums.
    """
    rows = _all(
        session,
        "SELECT d.parent_id, p.parent_id, p.id IS NOT NULL AND p._deleted IS NULL FROM"
        " (SELECT DISTINCT parent_id FROM account WHERE _deleted IS NULL AND parent_id IS NOT NULL) d"
        " LEFT JOIN account p ON p.id=d.parent_id",
    )
    absent = [row[0] for row in rows if not row[2]]
    links = {row[0]: row[1] for row in rows if row[2]}
    cut = [node for node, parent in cut_circles(links).items() if parent is None and links[node] in links]
    if not absent and not cut:
        return ()
    where = "(a.parent_id IN (SELECT value FROM json_each(:absent)) OR a.id IN (SELECT value FROM json_each(:cut)))"
    wanted = {"absent": json.dumps(absent), "cut": json.dumps(cut), "offset": 0, "limit": -1}
    return _nodes(session, where, wanted)


def nodes(session: Session, ids: Iterable[str]) -> tuple[TreeNode, ...]:
    """These accounts as rows of the tree, by name; those that are not there are left out."""
    wanted = list(ids)
    where = "a.id IN (SELECT value FROM json_each(:ids))"
    return _nodes(session, where, {"ids": json.dumps(wanted), "offset": 0, "limit": len(wanted)})


def named(session: Session, text: str, limit: int = 200) -> tuple[str, ...]:
    """Ids of accounts whose name holds the text, by name."""
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = _all(
        session,
        f"SELECT a.id FROM account a WHERE a.name LIKE :text ESCAPE '\\' AND a._deleted IS NULL ORDER BY {account_level.BY_NAME} LIMIT :n",
        {"text": pattern, "n": limit},
    )
    return tuple(row[0] for row in rows)


def called(session: Session, name: str) -> tuple[str, ...]:
    """Ids of the accounts with that id, or else of exactly that name whatever the case."""
    rows = _all(session, "SELECT id FROM account WHERE id=:name AND _deleted IS NULL", {"name": name}) or _all(
        session,
        "SELECT id FROM account WHERE name=:name COLLATE NOCASE AND _deleted IS NULL ORDER BY id",
        {"name": name},
    )
    return tuple(row[0] for row in rows)


def whole_tree(session: Session) -> tuple[dict[str, str | None], dict[str, str]]:
    """Every account's parent and name, for those who read the whole tree at once."""
    rows = _all(session, "SELECT id, parent_id, name FROM account WHERE _deleted IS NULL")
    return {row[0]: row[1] for row in rows}, {row[0]: row[2] or "" for row in rows}


def all_sums(session: Session) -> dict[str, tuple[CurrencySums, ...]]:
    """The sums of every account that has any."""
    rows = _all(
        session, f"SELECT t.account_id, {account_level.SUMS} FROM account_total t ORDER BY t.account_id, t.currency"
    )
    return {
        key: tuple(account_level.sums_of(row[1:]) for row in some)
        for key, some in groupby(rows, key=lambda row: row[0])
    }


def sums(session: Session, account_id: str) -> tuple[CurrencySums, ...]:
    """The sums of one account, by currency."""
    statement = f"SELECT {account_level.SUMS} FROM account_total t WHERE t.account_id=:account ORDER BY t.currency"
    return tuple(account_level.sums_of(row) for row in _all(session, statement, {"account": account_id}))


def path(session: Session, account_id: str) -> tuple[Step, ...]:
    """The way from the top of the tree to the account, the account last. A circle is walked once."""
    steps: list[Step] = []
    seen: set[str] = set()
    node: str | None = account_id
    while node and node not in seen:
        seen.add(node)
        found = _all(session, "SELECT name, parent_id FROM account WHERE id=:node AND _deleted IS NULL", {"node": node})
        if not found:
            break
        steps.append(Step(id=node, name=found[0][0] or ""))
        node = found[0][1]
    return tuple(reversed(steps))


def parents(session: Session, ids: Iterable[str]) -> dict[str, str | None]:
    """The parents of these accounts and of everything above them."""
    found: dict[str, str | None] = {}
    wanted = set(ids)
    while wanted:
        rows = _all(
            session,
            "SELECT id, parent_id FROM account WHERE id IN (SELECT value FROM json_each(:ids)) AND _deleted IS NULL",
            {"ids": json.dumps(sorted(wanted))},
        )
        found.update({row[0]: row[1] for row in rows})
        wanted = {row[1] for row in rows if row[1] and row[1] not in found}
    return found


def there(session: Session, ids: Iterable[str]) -> frozenset[str]:
    """Which of these accounts there are."""
    rows = _all(
        session,
        "SELECT id FROM account WHERE id IN (SELECT value FROM json_each(:ids)) AND _deleted IS NULL",
        {"ids": json.dumps(sorted(ids))},
    )
    return frozenset(row[0] for row in rows)


def below(session: Session, account_id: str) -> tuple[str, ...]:
    """The account and everything below it."""
    rows = _all(session, f"{_DOWN} SELECT id FROM down", {"account": account_id})
    return tuple(row[0] for row in rows)


def child_ids(session: Session, account_id: str) -> tuple[str, ...]:
    """The accounts right below it."""
    rows = _all(
        session, "SELECT id FROM account WHERE parent_id=:account AND _deleted IS NULL", {"account": account_id}
    )
    return tuple(row[0] for row in rows)


def counts(session: Session, account_id: str) -> Counts:
    """What belongs to the account, counted in one query."""
    live = "_deleted IS NULL"
    mine = f"account_id=:account AND {live}"
    nodes_here = (
        f"map_node n JOIN stakeholder_map m ON m.id=n.map_id WHERE m.account_id=:account AND m.{live} AND n.{live}"
    )
    row = _all(
        session,
        f"{_DOWN} SELECT (SELECT count(*) FROM contact WHERE {mine}), (SELECT count(*) FROM opportunity WHERE {mine}),"
        f" (SELECT count(*) FROM opportunity o LEFT JOIN stage s ON s.id=o.stage_id WHERE o.account_id=:account AND"
        " o._deleted IS NULL AND coalesce(s.kind,'open')='open'),"
        f" (SELECT count(*) FROM quote WHERE {mine}), (SELECT count(*) FROM contract WHERE {mine}),"
        f" (SELECT count(*) FROM activity WHERE {mine}),"
        f" (SELECT count(*) FROM task WHERE {mine} AND coalesce(done,0)=0),"
        f" (SELECT count(*) FROM stakeholder_map WHERE {mine}), (SELECT count(*) FROM {nodes_here}),"
        f" (SELECT count(*) FROM {nodes_here} AND n.buying_role='economic_buyer'),"
        f" (SELECT count(*) FROM account WHERE parent_id=:account AND {live}), (SELECT count(*) - 1 FROM down),"
        f" (SELECT count(*) FROM attachment WHERE {mine}), (SELECT count(*) FROM account_plan WHERE {mine}),"
        f" (SELECT count(*) FROM proposal WHERE {mine})",
        {"account": account_id},
    )[0]
    return Counts(**dict(zip(Counts.__slots__, row, strict=True)))


def last_activity(session: Session, account_id: str) -> datetime | None:
    """When somebody last spoke with the account."""
    statement = "SELECT max(occurred_at) FROM activity WHERE account_id=:account AND _deleted IS NULL"
    newest = _scalar(session, statement, {"account": account_id})
    return datetime.fromisoformat(newest) if newest else None


def next_renewal(session: Session, account_id: str, today: date) -> Renewal | None:
    """The contract of the account, or of those below it, that comes up for renewal next."""
    rows = _all(
        session,
        f"{_DOWN} SELECT c.id, c.name, c.renewal_date, a.id, a.name FROM contract c JOIN account a ON a.id=c.account_id"
        " WHERE c.account_id IN (SELECT id FROM down) AND c._deleted IS NULL AND c.renewal_date>=:today"
        " AND coalesce(c.status,'active')<>'ended' ORDER BY c.renewal_date, c.id LIMIT 1",
        {"account": account_id, "today": today.isoformat()},
    )
    return next(
        (
            Renewal(
                id=row[0],
                name=row[1] or "",
                renewal_date=date.fromisoformat(row[2]),
                account_id=row[3],
                account_name=row[4] or "",
            )
            for row in rows
        ),
        None,
    )


def renewals(session: Session, today: date, until: date) -> dict[str, int]:
    """How many contracts come up for renewal by then, for each account with those below it; accounts with none are left out."""
    rows = _all(
        session,
        "WITH RECURSIVE up(contract, id) AS (SELECT id, account_id FROM contract WHERE renewal_date BETWEEN :today AND :until"
        " AND _deleted IS NULL AND coalesce(status,'active')<>'ended' UNION SELECT up.contract, a.parent_id FROM up"
        " JOIN account a ON a.id=up.id WHERE a.parent_id IS NOT NULL AND a._deleted IS NULL)"
        " SELECT id, count(*) FROM up WHERE id IS NOT NULL GROUP BY id",
        {"today": today.isoformat(), "until": until.isoformat()},
    )
    return {row[0]: row[1] for row in rows}


def open_tasks(session: Session, account_id: str, limit: int) -> tuple[OpenTask, ...]:
    """Tasks of the account and of those below it that are not done, the most urgent first."""
    rows = _all(
        session,
        f"{_DOWN} SELECT t.id, t.subject, t.due_on, t.priority, u.name, a.id, a.name FROM task t"
        " JOIN account a ON a.id=t.account_id LEFT JOIN user u ON u.id=t.owner_id"
        " WHERE t.account_id IN (SELECT id FROM down) AND t._deleted IS NULL AND coalesce(t.done,0)=0"
        " ORDER BY t.due_on IS NULL, t.due_on, t.id LIMIT :limit",
        {"account": account_id, "limit": limit},
    )
    return tuple(
        OpenTask(
            id=row[0],
            subject=row[1] or "",
            due_on=date.fromisoformat(row[2]) if row[2] else None,
            priority=row[3],
            owner=row[4] or "",
            account_id=row[5],
            account_name=row[6] or "",
        )
        for row in rows
    )


def open_deals(session: Session, account_id: str, limit: int) -> tuple[OpenDeal, ...]:
    """Opportunities of the account and of those below it that are still open, the next to close first."""
    rows = _all(
        session,
        f"{_DOWN} SELECT o.id, o.name, s.name, s.probability, o.amount, o.currency, o.close_date, a.id, a.name"
        " FROM opportunity o JOIN account a ON a.id=o.account_id LEFT JOIN stage s ON s.id=o.stage_id"
        " WHERE o.account_id IN (SELECT id FROM down) AND o._deleted IS NULL AND coalesce(s.kind,'open')='open'"
        " ORDER BY o.close_date IS NULL, o.close_date, o.id LIMIT :limit",
        {"account": account_id, "limit": limit},
    )
    return tuple(
        OpenDeal(
            id=row[0],
            name=row[1] or "",
            stage=row[2] or "",
            probability=Decimal(row[3] or 0),
            amount=Decimal(row[4]) if row[4] is not None else None,
            currency=row[5] or "",
            close_date=date.fromisoformat(row[6]) if row[6] else None,
            account_id=row[7],
            account_name=row[8] or "",
        )
        for row in rows
    )


def _nodes(
    session: Session, where: str, values: Mapping[str, Any], order: str = account_level.BY_NAME
) -> tuple[TreeNode, ...]:
    return account_level.nodes_of(_all(session, account_level.level(where, order), values))


def _all(session: Session, statement: str, values: Mapping[str, Any] | None = None) -> list[Any]:
    return plain.rows(session, statement, values)


def _scalar(session: Session, statement: str, values: Mapping[str, Any]) -> Any:
    return plain.rows(session, statement, values)[0][0]
