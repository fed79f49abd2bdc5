"""The hierarchies beside the home tree: who owns, buys for or covers whom; moving there, and what a move would do to sums.

Reads give frozen values; each act is one transaction and tells what it changed. The home tree's own acts are `accounts`'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from desktop_crm.domain.accounts import hierarchy as tree
from desktop_crm.domain.accounts import links
from desktop_crm.domain.accounts.sums import Sums, TreeNode
from desktop_crm.domain.schema.options import Hierarchy
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import accounts as home_store
from desktop_crm.persistence.stores import hierarchies as store
from desktop_crm.persistence.stores import records as record_store
from desktop_crm.persistence.stores.hierarchies import Link
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services import accounts, records
from desktop_crm.services.records import Created
from desktop_crm.services.workspace import Workspace

__all__ = ["Hierarchy", "Link", "Pictured", "Tried", "TriedSums"]

PICTURED = 2_000
"""As many cards as a picture takes."""

_ONE_ABOVE = frozenset({Hierarchy.BUYING, Hierarchy.TERRITORY})
"""Hierarchies in which a move takes an account away from where it stood, and a circle makes no sense."""


class _TakenBack(Exception):
    """Ends a trial: a transaction in which the very code of the move works out the sums, and of which nothing is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedSums:
    """One account above the old or the new place, as it is and as it would be, by currency."""

    id: str
    name: str
    before: Mapping[str, Sums]
    after: Mapping[str, Sums]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a move would do: the chain it leaves and the chain it comes to, from the top; who stands in both is in both."""

    moving: tuple[str, ...]
    left: tuple[TriedSums, ...]
    joined: tuple[TriedSums, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """An account and all below it. `more`: there are more than a picture takes."""

    hierarchy: str | None
    top: str
    nodes: tuple[TreeNode, ...]
    above: Mapping[str, tuple[str, ...]]
    more: bool


def links_of(workspace: Workspace, account_id: str, hierarchy: str | None = None) -> tuple[Link, ...]:
    """Who stands above and below an account, and with which share."""
    with workspace.read() as session:
        return store.links_of(session, account_id, hierarchy)


def pictured(workspace: Workspace, account_id: str, hierarchy: str | None, limit: int = PICTURED) -> Pictured:
    """What a picture shows: the account and all below it, by name, with who stands above whom. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        record_store.get(session, "account", account_id)
        if hierarchy is None:
            ids = home_store.below(session, account_id)
            parents = home_store.parents(session, ids[:limit])
            above: Mapping[str, tuple[str, ...]] = {
                node: (parent,) for node in ids[:limit] if (parent := parents.get(node)) is not None
            }
            nodes = home_store.nodes(session, ids[:limit])
        else:
            ids = store.below(session, hierarchy, account_id, limit + 1)
            above = store.above(session, hierarchy, ids[:limit])
            nodes = store.nodes(session, hierarchy, ids[:limit])
    return Pictured(hierarchy=hierarchy, top=account_id, nodes=nodes, above=above, more=len(ids) > limit)


def circles(workspace: Workspace, hierarchy: str) -> tuple[tuple[str, ...], ...]:
    """The sets of accounts that stand above one another."""
    with workspace.read() as session:
        return store.circles(session, hierarchy)


def sizes(workspace: Workspace) -> dict[str, int]:
    """How many accounts stand in each hierarchy."""
    with workspace.read() as session:
        return store.sizes(session)


def link(
    workspace: Workspace, hierarchy: str, account_id: str, parent_id: str, percent: Decimal | None = None
) -> Created:
    """Put an account below another, beside those it stands below already. Raises as `records.create` does."""
    fields = {"hierarchy": hierarchy, "account_id": account_id, "parent_id": parent_id, "percent": percent}
    return records.create(workspace, "hierarchy_link", {name: one for name, one in fields.items() if one is not None})


def move(
    workspace: Workspace, hierarchy: str, places: Sequence[tuple[str, str | None]], new_parent: str | None
) -> Changes:
    """Put accounts, each taken from where it stands below (None: from the top), below another; None: out of the hierarchy's links.

    The share goes along. Raises Refusal `account.move.circle` where a circle makes no sense, `record.missing`.
    """
    with workspace.write("hierarchies.move") as work:
        _move_within(work, hierarchy, places, new_parent)
    return work.changes


def _move_within(
    work: UnitOfWork, hierarchy: str, places: Sequence[tuple[str, str | None]], new_parent: str | None
) -> None:
    for account, old_parent in places:
        _refuse_missing(work, account, new_parent)
        if new_parent is not None and (hierarchy in _ONE_ABOVE or account == new_parent):
            _refuse_circle(work, hierarchy, account, new_parent)
        _move_one(work, hierarchy, account, old_parent, new_parent)


def _move_one(work: UnitOfWork, hierarchy: str, account: str, old_parent: str | None, new_parent: str | None) -> None:
    held = store.held_by(work.session, account, hierarchy)
    moved = [link for link, parent in held if parent == old_parent]
    stands_there = any(parent == new_parent for _, parent in held) and old_parent != new_parent
    if new_parent is None or stands_there:  # the old place goes
        for link in moved:
            work.delete("hierarchy_link", link)
    elif moved:
        work.update("hierarchy_link", moved[0], {"parent_id": new_parent})
    else:
        work.insert("hierarchy_link", {"hierarchy": hierarchy, "account_id": account, "parent_id": new_parent})


def _refuse_missing(work: UnitOfWork, *ids: str | None) -> None:
    wanted = [one for one in ids if one is not None]
    known = home_store.there(work.session, wanted)
    for one in wanted:
        if one not in known:
            raise Refusal("record.missing", entity="account", id=one)


def _refuse_circle(work: UnitOfWork, hierarchy: str, account: str, new_parent: str) -> None:
    above = store.above(work.session, hierarchy, [new_parent])
    closing = links.way_down(account, new_parent, above)
    if closing:
        names = record_store.titles(work.session, "account", closing)
        raise Refusal(
            "account.move.circle",
            account=names.get(account, ""),
            target=names.get(new_parent, ""),
            path=" › ".join(names.get(step, "") for step in closing),
        )


def try_move(
    workspace: Workspace,
    ids: Sequence[str],
    new_parent: str | None,
    *,
    hierarchy: str | None = None,
    old_parent: str | None = None,
) -> Tried:
    """What the sums of both chains would be after a move; nothing is written. `hierarchy` None: in the home tree.

    Raises Refusal `account.move.circle`, `record.missing` as the move itself would.
    """
    with suppress(_TakenBack), workspace.write("accounts.try") as work:
        before_chain = _chains(work.session, hierarchy, ids, old_parent)
        if hierarchy is None:
            accounts.move_within(work, ids, new_parent)
        else:
            _move_within(work, hierarchy, [(one, old_parent) for one in ids], new_parent)
        work.sum_up()
        after_chain = _chain(work.session, hierarchy, new_parent)
        wanted = dict.fromkeys((*before_chain, *after_chain))
        after = _sums(work.session, hierarchy, wanted)
        raise _TakenBack
    with workspace.read() as session:
        before = _sums(session, hierarchy, wanted)
        names = record_store.titles(session, "account", [*wanted])
    told = {
        one: TriedSums(id=one, name=names.get(one, ""), before=before.get(one, {}), after=after.get(one, {}))
        for one in wanted
    }
    return Tried(
        moving=tuple(ids),
        left=tuple(told[one] for one in before_chain),
        joined=tuple(told[one] for one in after_chain),
    )


def _sums(session: Session, hierarchy: str | None, ids: Mapping[str, Any]) -> dict[str, dict[str, Sums]]:
    found = store.nodes(session, hierarchy, ids) if hierarchy else home_store.nodes(session, ids)
    return {node.id: {one.currency: one.total for one in node.sums} for node in found}


def _chains(session: Session, hierarchy: str | None, ids: Sequence[str], old_parent: str | None) -> list[str]:
    if hierarchy is not None:
        return _chain(session, hierarchy, old_parent)
    known = home_store.parents(session, ids)
    found: dict[str, None] = {}
    for one in tree.topmost(ids, known.get):
        found.update(dict.fromkeys(reversed(list(tree.way_up(one, known.get))[1:])))
    return list(found)


def _chain(session: Session, hierarchy: str | None, start: str | None) -> list[str]:
    """The account and everything above it, from the top."""
    if start is None:
        return []
    if hierarchy is None:
        return list(reversed(list(tree.way_up(start, home_store.parents(session, [start]).get))))
    above = store.above(session, hierarchy, [start])
    return list(reversed(links.nearest_first(start, above)))
