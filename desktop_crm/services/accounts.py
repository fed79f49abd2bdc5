"""Accounts as their managers work with them: the tree with exact sums, moving, renaming, deleting, and the account page.

Reads give frozen values; each act is one transaction and tells what it changed. Sums are kept by the unit of work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from desktop_crm.domain.accounts import hierarchy, links
from desktop_crm.domain.accounts.facts import Gap, gaps
from desktop_crm.domain.accounts.health import Due, Health
from desktop_crm.domain.accounts.next_actions import QUOTE_DAYS, NextAction, next_actions
from desktop_crm.domain.accounts.sums import CurrencySums, TreeNode
from desktop_crm.domain.accounts.white_space import WhiteSpace
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.account_order import order
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import account_page as page_store
from desktop_crm.persistence.stores import accounts as store
from desktop_crm.persistence.stores import hierarchies as beside_store
from desktop_crm.persistence.stores import records as record_store
from desktop_crm.persistence.stores import search as search_store
from desktop_crm.persistence.stores import timeline as timeline_store
from desktop_crm.persistence.stores.account_page import Member
from desktop_crm.persistence.stores.accounts import Counts, OpenDeal, OpenTask, Renewal, Step
from desktop_crm.persistence.stores.records import Record
from desktop_crm.persistence.stores.timeline import Happening, TimelineEntry
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services import health, records
from desktop_crm.services.account_work import white_space
from desktop_crm.services.records import Created
from desktop_crm.services.workspace import Workspace

__all__ = [
    "Counts",
    "Happening",
    "Member",
    "NextAction",
    "OpenDeal",
    "OpenTask",
    "Overview",
    "Renewal",
    "Step",
    "TimelineEntry",
    "TreeRow",
]

RENEWAL_DAYS = 90
TASKS_SHOWN = 5
DEALS_SHOWN = 6
LATE_SHOWN = 3
PRODUCTS_SHOWN = 4
FEW, FOUND = 20, 60
PAGE = store.PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """In which order accounts of one level stand: by a column of the tree, equals by name."""

    column: str = "name"
    descending: bool = False

    def text(self, beside: str | None, home: str) -> str:
        """The same for the store. Amounts are compared in the home currency."""
        return order(self.column, beside, home, descending=self.descending)


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
    health: Health
    white_space: WhiteSpace
    next_actions: tuple[NextAction, ...]
    team: tuple[Member, ...]
    stages: Mapping[str, tuple[str, ...]]
    """Stages by kind: open, won, lost."""


def children(
    workspace: Workspace,
    parent: str | None,
    offset: int = 0,
    limit: int = PAGE,
    *,
    beside: str | None = None,
    order: Order | None = None,
) -> Level:
    """The accounts below one account (or at the top), in order, with sums and child counts: one query.

    `beside` names a hierarchy other than the home tree.
    """
    text = (order or Order()).text(beside, workspace.currency)
    with workspace.read() as session:
        if beside is None:
            total, found = store.level_size(session, parent), store.level(session, parent, offset, limit, text)
        else:
            total = beside_store.level_size(session, beside, parent)
            found = beside_store.level(session, beside, parent, offset, limit, text)
        return Level(parent=parent, offset=offset, total=total, nodes=found)


def levels(
    workspace: Workspace, parents: Sequence[str], *, beside: str | None = None, order: Order | None = None
) -> dict[str, tuple[TreeNode, ...]]:
    """Everything right below each of these accounts, in order."""
    text = (order or Order()).text(beside, workspace.currency)
    with workspace.read() as session:
        if beside is not None:
            return {one: beside_store.level(session, beside, one, 0, -1, text) for one in parents}
        return store.levels(session, parents, text)


def strays(workspace: Workspace, beside: str | None = None) -> tuple[TreeNode, ...]:
    """Accounts that stand at the top although they name a parent: it is deleted, not here, or the links run in a circle."""
    with workspace.read() as session:
        return store.strays(session) if beside is None else beside_store.circle_heads(session, beside)


def nodes(workspace: Workspace, ids: Sequence[str], beside: str | None = None) -> tuple[TreeNode, ...]:
    """These accounts as rows of the tree, by name."""
    with workspace.read() as session:
        return store.nodes(session, ids) if beside is None else beside_store.nodes(session, beside, ids)


def path(workspace: Workspace, account_id: str, beside: str | None = None) -> tuple[Step, ...]:
    """The way from the top of the tree to the account; in another hierarchy one of the ways."""
    with workspace.read() as session:
        if beside is None:
            return store.path(session, account_id)
        above = beside_store.above(session, beside, [account_id])
        way = list(hierarchy.way_up(account_id, lambda node: next(iter(above.get(node, ())), None)))
        names = record_store.titles(session, "account", way)
        return tuple(Step(id=node, name=names.get(node, "")) for node in reversed(way))


def search_tree(workspace: Workspace, text: str, limit: int = 200, *, beside: str | None = None) -> Found:
    """The accounts whose name holds the text (or its initial consonants, or that fit otherwise), with those above them."""
    with workspace.read() as session:
        hits = store.named(session, text, limit + 1)
        if len(hits) < FEW:
            found = search_store.find(session, text, FOUND)
            hits = tuple(dict.fromkeys((*hits, *(str(one.id) for one in found if one.entity == "account"))))
        if beside is not None:
            return _found_beside(session, beside, hits, limit)
        shown = hits[:limit]
        wanted = store.parents(session, shown)
        return Found(nodes=store.nodes(session, wanted), hits=frozenset(shown), more=len(hits) > limit)


def _found_beside(session: Session, beside: str, hits: tuple[str, ...], limit: int) -> Found:
    """The hits that stand in another hierarchy, each at each of its places, and all above them."""
    members = beside_store.members(session, beside, hits)
    within = tuple(one for one in hits if one in members)
    above = beside_store.above(session, beside, within[:limit])
    found = list(beside_store.nodes(session, beside, [node for node in above if not above[node]]))
    for parent in {one for some in above.values() for one in some}:
        below = [node for node in above if parent in above[node]]
        found += beside_store.nodes(session, beside, below, parent)
    reached = links.heads(above)
    found += beside_store.nodes(session, beside, [node for node in reached if above.get(node)])
    return Found(nodes=tuple(found), hits=frozenset(within[:limit]), more=len(within) > limit)


def renewals(workspace: Workspace, beside: str | None = None) -> dict[str, int]:
    """How many contracts come up for renewal within 90 days, by account with those below it."""
    today = workspace.today()
    until = today + timedelta(days=RENEWAL_DAYS)
    with workspace.read() as session:
        if beside is not None:
            return beside_store.renewals(session, beside, today, until)
        return store.renewals(session, today, until)


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
        renewal = store.next_renewal(session, account_id, today)
        judged = health.judged(session, workspace, [account_id])[account_id]
        found = gaps(
            record.fields,
            contacts=counts.contacts,
            people_on_maps=counts.people_on_maps,
            economic_buyers=counts.economic_buyers,
            open_deals=counts.open_opportunities,
            open_tasks=len(tasks),
            quiet_days=(today - last.astimezone().date()).days if last else None,
        )
        quiet = (today - last.astimezone().date()).days if last else None
        return Overview(
            record=record,
            path=store.path(session, account_id),
            sums=store.sums(session, account_id),
            counts=counts,
            renewal=renewal,
            tasks=tasks,
            deals=store.open_deals(session, account_id, DEALS_SHOWN),
            gaps=found,
            quiet_days=quiet,
            today=today,
            health=judged,
            white_space=white_space.grid_in(session, account_id, PRODUCTS_SHOWN),
            next_actions=_next_actions(session, account_id, found, judged, renewal, today),
            team=page_store.team(session, account_id),
            stages=_stages(session),
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


def team(workspace: Workspace, account_id: str) -> tuple[Member, ...]:
    """Who works for an account now."""
    with workspace.read() as session:
        return page_store.team(session, account_id)


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
        move_within(work, ids, new_parent)
    return work.changes


def move_within(work: UnitOfWork, ids: Sequence[str], new_parent: str | None) -> None:
    """The same as a part of a transaction."""
    known = store.parents(work.session, [*ids, *([new_parent] if new_parent else [])])
    for account_id in (*ids, *([new_parent] if new_parent else [])):
        if account_id not in known:
            raise Refusal("record.missing", entity="account", id=account_id)
    moving = hierarchy.topmost(ids, known.get)
    for account_id in moving:
        _refuse_circle(work, account_id, new_parent, known)
    updates = [(account_id, {"parent_id": new_parent}) for account_id in moving if known[account_id] != new_parent]
    work.bulk("account", updates=updates)


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


def _next_actions(
    session: Session,
    account_id: str,
    found: tuple[Gap, ...],
    judged: Health,
    renewal: Renewal | None,
    today: date,
) -> tuple[NextAction, ...]:
    return next_actions(
        found,
        today,
        renewal=Due(id=renewal.id, name=renewal.name, renewal_date=renewal.renewal_date) if renewal else None,
        prepared=any(one.code == "renewal.prepared" for part in judged.parts for one in part.reasons),
        quotes=page_store.expiring_quotes(session, account_id, today + timedelta(days=QUOTE_DAYS), LATE_SHOWN),
        deals=page_store.late_deals(session, account_id, today, LATE_SHOWN),
    )


def _stages(session: Session) -> dict[str, tuple[str, ...]]:
    kinds = record_store.stage_kinds(session)
    return {kind: tuple(sorted(i for i, one in kinds.items() if one == kind)) for kind in sorted(set(kinds.values()))}


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
