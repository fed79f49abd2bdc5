"""One level of the account tree as SQL text, and its rows as frozen values. Shared by the store and the first look.

Pure: no session, no connection. Parameters are named, as SQLAlchemy's text and the bare driver both take them. Imports nothing
of the registry, which would be loaded before the first paint.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from desktop_crm.domain.accounts.sums import CurrencySums, Sums, TreeNode

_NAMES = Sums._fields
SUMS = ", ".join(("t.currency", *(f"t.own_{name}" for name in _NAMES), *(f"t.{name}" for name in _NAMES)))
BY_NAME = "a.name COLLATE NOCASE, a.id"
TOP = "a.parent_id IS NULL"
_NODE = (
    "a.id, a.name, a.parent_id, a.kind, a.tier,"
    " (SELECT count(*) FROM account c WHERE c.parent_id=a.id AND c._deleted IS NULL) AS children"
)
_WINDOW = (
    "SELECT {node} FROM account a WHERE {where} AND a._deleted IS NULL ORDER BY {order} LIMIT :limit OFFSET :offset"
)
_LEVEL = (
    "SELECT a.*, {people}, y.last, {sums} FROM ({window}) a LEFT JOIN account_tally y ON y.account_id=a.id"
    " LEFT JOIN account_total t ON t.account_id=a.id ORDER BY {order}, t.currency"
)


def people(tally: str, account: str, hierarchy: str) -> str:
    """How many people are known at an account and below, each once: a tally's row less who counts too often. All are SQL."""
    often = f"SELECT sum(v.extra) FROM person_overlap v WHERE v.hierarchy={hierarchy} AND v.account_id={account}"
    return f"{tally}.people - coalesce(({often}), 0)"


def level(where: str, order: str = BY_NAME) -> str:
    """The accounts `a` that fit, in order, with child counts and a row for each currency. Takes :limit and :offset."""
    window = _WINDOW.format(node=_NODE, where=where, order=order)
    return _LEVEL.format(sums=SUMS, people=people("y", "a.id", "''"), window=window, order=order)


def level_size(where: str) -> str:
    """How many accounts `a` fit."""
    return f"SELECT count(*) FROM account a WHERE {where} AND a._deleted IS NULL"


def nodes_of(rows: Iterable[Sequence[Any]]) -> tuple[TreeNode, ...]:
    """Rows of `level` as nodes."""
    found = []
    for _, some in groupby(rows, key=lambda row: row[0]):
        lines = list(some)
        first = lines[0]
        found.append(
            TreeNode(
                id=first[0],
                name=first[1] or "",
                parent_id=first[2],
                kind=first[3],
                tier=first[4],
                child_count=first[5],
                people=first[6] or 0,
                last_contact=moment(first[7]),
                sums=tuple(sums_of(row[8:]) for row in lines if row[8] is not None),
            )
        )
    return tuple(found)


def sums_of(row: Sequence[Any]) -> CurrencySums:
    """Columns of `SUMS` as one currency's sums."""
    half = 1 + len(_NAMES)
    own, total = map(Decimal, row[1:half]), map(Decimal, row[half : half + len(_NAMES)])
    return CurrencySums(currency=row[0], own=Sums(*own), total=Sums(*total))


def moment(text: str | None) -> datetime | None:
    """A moment as its column holds it."""
    return datetime.fromisoformat(text) if text else None
