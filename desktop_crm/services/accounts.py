"""Accounts as their managers work with them: the tree with exact sums, moving, renaming, deleting, and the account page.

Reads give frozen values; each act is one transaction and tells what it changed. Sums are kept by the unit of work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from desktop_crm.domain.accounts import hierarchy
from desktop_crm.domain.accounts.facts import Gap, gaps
from desktop_crm.domain.accounts.sums import CurrencySums, TreeNode
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.stores import accounts as store
from desktop_crm.persistence.stores import records as record_store
from desktop_crm.persistence.stores import search as search_store
from desktop_crm.persistence.stores import timeline as timeline_store
from desktop_crm.persistence.stores.accounts import Counts, OpenDeal, OpenTask, Renewal, Step
from desktop_crm.persistence.stores.records import Record
from desktop_crm.persistence.stores.timeline import Happening, TimelineEntry
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services import records
from desktop_crm.services.records import Created
from desktop_crm.services.workspace import Workspace

__all__ = ["Counts", "Happening", "OpenDeal", "OpenTask", "Overview", "Renewal", "Step", "TimelineEntry", "TreeRow"]

RENEWAL_DAYS = 90
TASKS_SHOWN = 5
DEALS_SHOWN = 6
FEW, FOUND = 20, 60
PAGE = store.PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One page of one level of the tree, and how many accounts stand on that level."""

    parent: str | None
    offset: int
    total: int
    nodes: tuple[TreeNode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRow:
    """One account at its place, for those who read the whole tree."""

    id: str
    name: str
    parent_id: str | None
    depth: int
    sums: tuple[CurrencySums, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a filter of the tree leaves: accounts that fit, and those above them that lead there. `more`: it was cut."""

    nodes: tuple[TreeNode, ...]
    hits: frozenset[str]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything the account page shows first. `quiet_days`: since the last activity, None when there never was one."""

    record: Record
    path: tuple[Step, ...]
    sums: tuple[CurrencySums, ...]
    counts: Counts
    renewal: Renewal | None
    tasks: tuple[OpenTask, ...]
    deals: tuple[OpenDeal, ...]
    gaps: tuple[Gap, ...]
    quiet_days: int | None
    today: date


def children(workspace: Workspace, parent: str | None, offset: int = 0, limit: int = PAGE) -> Level:
    """The accounts below one account (or at the top), by name, with sums and child counts: one query."""
    with workspace.read() as session:
        return Level(
            parent=parent,
            offset=offset,
            total=store.level_size(session, parent),
            nodes=store.level(session, parent, offset, limit),
        )


def strays(workspace: Workspace) -> tuple[TreeNode, ...]:
    """Accounts that stand at the top although they name a parent: it is deleted, not here, or the links run in a circle."""
    with workspace.read() as session:
        return store.strays(session)


def nodes(workspace: Workspace, ids: Sequence[str]) -> tuple[TreeNode, ...]:
    """These accounts as rows of the tree, by name."""
    with workspace.read() as session:
        return store.nodes(session, ids)


def path(workspace: Workspace, account_id: str) -> tuple[Step, ...]:
    """The way from the top of the tree to the account."""
    with workspace.read() as session:
        return store.path(session, account_id)


def search_tree(workspace: Workspace, text: str, limit: int = 200) -> Found:
    """The accounts whose name holds the text (or its initial consonants, or that fit otherwise), with those above them."""
    with workspace.read() as session:
        hits = store.named(session, text, limit + 1)
        if len(hits) < FEW:
            found = search_store.find(session, text, FOUND)
            hits = tuple(dict.fromkeys((*hits, *(str(one.id) for one in found if one.entity == "account"))))
        shown = hits[:limit]
        wanted = store.parents(session, shown)
        return Found(nodes=store.nodes(session, wanted), hits=frozenset(shown), more=len(hits) > limit)


def renewals(workspace: Workspace) -> dict[str, int]:
    """How many contracts come up for renewal within 90 days, by account with those below it."""
    today = workspace.today()
    with workspace.read() as session:
        return store.renewals(session, today, today + timedelta(days=RENEWAL_DAYS))


def tree(workspace: Workspace) -> tuple[TreeRow, ...]:
    """The whole tree, parents before children, siblings by name."""
    with workspace.read() as session:
        parents, names = store.whole_tree(session)
        found = store.all_sums(session)
    return tuple(
        TreeRow(id=at.id, name=names[at.id], parent_id=at.parent_id, depth=at.depth, sums=found.get(at.id, ()))
        for at in hierarchy.depth_first(parents, names)
    )


def overview(workspace: Workspace, account_id: str) -> Overview:
    """The account page's first view. Raises Refusal `record.missing`."""
    today = workspace.today()
    with workspace.read() as session:
        record = record_store.get(session, "account", account_id)
        counts = store.counts(session, account_id)
        last = store.last_activity(session, account_id)
        tasks = store.open_tasks(session, account_id, TASKS_SHOWN)
        quiet = (today - last.astimezone().date()).days if last else None
        return Overview(
            record=record,
            path=store.path(session, account_id),
            sums=store.sums(session, account_id),
            counts=counts,
            renewal=store.next_renewal(session, account_id, today),
            tasks=tasks,
            deals=store.open_deals(session, account_id, DEALS_SHOWN),
            gaps=gaps(
                record.fields,
                contacts=counts.contacts,
                people_on_maps=counts.people_on_maps,
                economic_buyers=counts.economic_buyers,
                open_deals=counts.open_opportunities,
                open_tasks=len(tasks),
                quiet_days=quiet,
            ),
            quiet_days=quiet,
            today=today,
        )


def find(workspace: Workspace, name: str) -> str:
    """The id of the account with that id or exactly that name. Raises Refusal `account.unknown`, `account.several`."""
    with workspace.read() as session:
        found = store.called(session, name.strip())
    if not found:
        raise Refusal("account.unknown", name=name)
    if len(found) > 1:
        raise Refusal("account.several", name=name, count=len(found), ids=", ".join(found[:FEW]))
    return found[0]


def timeline(
    workspace: Workspace, account_id: str, *, before: datetime | None = None, limit: int = 30, whole: bool = True
) -> tuple[TimelineEntry, ...]:
    """What happened around the account, newest first; the next page begins `before` the last entry's time."""
    with workspace.read() as session:
        return timeline_store.page(session, account_id, before=before, limit=limit, whole=whole)


def create(workspace: Workspace, name: str, parent_id: str | None = None, **fields: Any) -> Created:
    """A new account, below another or at the top. Raises Refusal `value.required`, `reference.missing`."""
    wanted = {"name": name.strip(), "parent_id": parent_id, **fields}
    return records.create(workspace, "account", {field: value for field, value in wanted.items() if value is not None})


def rename(workspace: Workspace, account_id: str, name: str) -> Changes:
    """Give an account another name. Raises Refusal `value.required`, `record.missing`."""
    return records.set_fields(workspace, "account", account_id, {"name": name.strip()})


def move(workspace: Workspace, ids: Sequence[str], new_parent: str | None) -> Changes:
    """Put accounts below another one (None: at the top), in one transaction. Those that stand below a moved one go along.

    Raises Refusal `account.move.circle` with the path that shows why, `record.missing`.
    """
    with workspace.write("accounts.move") as work:
        known = store.parents(work.session, [*ids, *([new_parent] if new_parent else [])])
        for account_id in (*ids, *([new_parent] if new_parent else [])):
            if account_id not in known:
                raise Refusal("record.missing", entity="account", id=account_id)
        moving = hierarchy.topmost(ids, known.get)
        for account_id in moving:
            _refuse_circle(work, account_id, new_parent, known)
        updates = [(account_id, {"parent_id": new_parent}) for account_id in moving if known[account_id] != new_parent]
        work.bulk("account", updates=updates)
    return work.changes


def delete(workspace: Workspace, ids: Sequence[str], *, with_children: bool = False) -> Changes:
    """Delete accounts, in one transaction. Accounts below them move up to the next one that stays, or go along.

    Raises Refusal `record.missing`. What belongs to a deleted account (contacts, opportunities) is kept with it.
    """
    with workspace.write("accounts.delete") as work:
        known = store.parents(work.session, ids)
        for account_id in ids:
            if account_id not in known:
                raise Refusal("record.missing", entity="account", id=account_id)
        gone = list(dict.fromkeys(ids))
        lifted: list[tuple[str, dict[str, Any]]] = []
        if with_children:
            gone = list(dict.fromkeys(node for account_id in ids for node in store.below(work.session, account_id)))
        else:
            lifted = _lifted(work, gone, known)
        work.bulk("account", updates=lifted, deletes=gone)
    return work.changes


def _lifted(work: UnitOfWork, gone: list[str], known: Mapping[str, str | None]) -> list[tuple[str, dict[str, Any]]]:
    """The children of deleted accounts, with the next account above that stays as their parent."""
    dying = set(gone)
    lifted = []
    for account_id in gone:
        above = next((node for node in hierarchy.way_up(account_id, known.get) if node not in dying), None)
        lifted += [
            (child, {"parent_id": above}) for child in store.child_ids(work.session, account_id) if child not in dying
        ]
    return lifted


def _refuse_circle(work: UnitOfWork, account_id: str, new_parent: str | None, known: Mapping[str, str | None]) -> None:
    if new_parent is None:
        return
    closing = hierarchy.closing_path(account_id, new_parent, known.get)
    if closing:
        names = record_store.titles(work.session, "account", closing)
        raise Refusal(
            "account.move.circle",
            account=names.get(account_id, ""),
            target=names.get(new_parent, ""),
            path=" › ".join(names.get(step, "") for step in closing),
        )
