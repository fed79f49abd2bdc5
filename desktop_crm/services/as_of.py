"""How things were: a record or the whole tree as of any day, and bringing one value or a whole record back.

A day means its end where the user is. What is brought back is a new edit, which can be undone like any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from desktop_crm.domain.accounts import links
from desktop_crm.domain.accounts.rollup import (
    NO_CURRENCY,
    StageWeight,
    Year,
    cut_circles,
    fiscal_year,
    is_open,
    of_contract,
    of_opportunity,
    of_quote,
    sum_tree,
)
from desktop_crm.domain.accounts.sums import CurrencySums, Sums, TreeNode
from desktop_crm.domain.schema import REGISTRY, MergeRule
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import as_of as store
from desktop_crm.persistence.stores.as_of import Past
from desktop_crm.services import records
from desktop_crm.services.calendars import calendar_of
from desktop_crm.services.record_rules import kept_together
from desktop_crm.services.workspace import Workspace

__all__ = ["Past", "PastTree"]

Own = dict[tuple[str, str], Sums]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTree:
    """A hierarchy as it was: everyone's children, those at the top under None, and every account by its id."""

    day: date
    children: Mapping[str | None, tuple[TreeNode, ...]]
    by_id: Mapping[str, TreeNode]


def end_of(day: date) -> datetime:
    """The last moment of a day where the user is."""
    return datetime.combine(day + timedelta(1), time.min).astimezone() - timedelta(milliseconds=1)


def bound(day: date) -> str:
    """For `restore`: everything typed up to the end of a day."""
    return store.bound_of(end_of(day))


def record(workspace: Workspace, entity: str, row_id: str, day: date) -> Past | None:
    """One record as it was at the end of a day; None when this workspace never knew it."""
    with workspace.read() as session:
        return store.record(session, entity, row_id, bound(day))


def restore(workspace: Workspace, entity: str, row_id: str, stamp: str, fields: Sequence[str] | None = None) -> Changes:
    """Bring a record back to what it was right after the change with that stamp; or only some of its fields.

    Fields that never change again are left alone. Raises Refusal `record.missing`, and what the record rules refuse.
    """
    with workspace.write("history.restore") as work:
        past = store.record(work.session, entity, row_id, stamp)
        if past is None or not past.there:
            raise Refusal("record.missing", entity=entity, id=row_id)
        now = store.record(work.session, entity, row_id, "g")
        if now is not None and not now.there:
            work.restore(entity, row_id)
        held = now.fields if now is not None else {}
        kinds = REGISTRY[entity]
        wanted = {
            name: past.fields.get(name)
            for name in (fields if fields is not None else {*past.fields, *held})
            if held.get(name) != past.fields.get(name)
            and kinds.field(name).merge is not MergeRule.FIXED
            and kinds.field(name).typed
        }
        if wanted:
            records.check(work, entity, row_id, wanted)
            work.update(entity, row_id, kept_together(work, entity, row_id, wanted))
    return work.changes


def rows(workspace: Workspace, account_id: str, entity: str, day: date) -> dict[str, dict[str, Any]]:
    """The account's own records of one kind as they were at the end of a day, by id; of maps, the people on them."""
    with workspace.read() as session:
        if entity != "map_node":
            return store.pointing(session, entity, "account_id", [account_id], bound(day))
        maps = store.pointing(session, "stakeholder_map", "account_id", [account_id], bound(day))
        return store.pointing(session, entity, "map_id", list(maps), bound(day)) if maps else {}


def tree(workspace: Workspace, day: date, beside: str | None = None) -> PastTree:
    """A hierarchy with its sums as of the end of a day; quotes count with the total they were last saved with."""
    until = bound(day)
    year = fiscal_year(day, calendar_of(workspace).year_begins)
    with workspace.read() as session:
        accounts = store.records(session, "account", ("name", "parent_id", "kind", "tier"), until)
        own = _own(session, accounts, until, year)
        people, last_contact = _tallies(session, accounts, until)
        pairs = _links(session, accounts, until, beside) if beside is not None else {}
    if beside is None:
        parents = cut_circles({node: fields["parent_id"] for node, fields in accounts.items()})
        above = {node: [parent] for node, parent in parents.items() if parent is not None}
        shown, totals = set(accounts), sum_tree(parents, own, cut=False)
    else:
        above = {node: list(some) for node, some in pairs.items()}
        shown = {*above, *(one for some in above.values() for one in some)}
        totals = links.sums_up(above, own)
    return _built(day, accounts, above, shown, own, totals, _with_below(above, shown, people, last_contact), pairs)


def _own(session: Session, accounts: Mapping[str, Any], bound: str, year: Year) -> Own:
    stages = {
        row_id: StageWeight(kind=fields["kind"], probability=fields["probability"] or Decimal(0))
        for row_id, fields in store.records(session, "stage", ("kind", "probability"), bound).items()
    }
    own: Own = defaultdict(Sums.none)
    names = ("account_id", "stage_id", "amount", "currency", "close_date")
    for deal in store.records(session, "opportunity", names, bound).values():
        part = of_opportunity(stages.get(deal["stage_id"]), deal["amount"], deal["close_date"], year)
        _pile(own, accounts, deal, part)
    for one in store.records(session, "contract", ("account_id", "status", "amount", "currency"), bound).values():
        _pile(own, accounts, one, of_contract(one["status"], one["amount"]))
    for one in store.records(session, "quote", ("account_id", "status", "grand_total", "currency"), bound).values():
        _pile(own, accounts, one, of_quote(one["grand_total"]) if is_open(one["status"]) else None)
    return {key: sums for key, sums in own.items() if sums}


def _pile(own: Own, accounts: Mapping[str, Any], fields: Mapping[str, Any], part: Sums | None) -> None:
    if part and fields["account_id"] in accounts:
        own[fields["account_id"], fields["currency"] or NO_CURRENCY] += part


def _tallies(
    session: Session, accounts: Mapping[str, Any], bound: str
) -> tuple[dict[str, set[str]], dict[str, datetime]]:
    """Who was known at each account, and when somebody last spoke with it."""
    people: dict[str, set[str]] = defaultdict(set)
    last: dict[str, datetime] = {}
    contacts = store.records(session, "contact", ("account_id",), bound)
    for person, one in contacts.items():
        people[one["account_id"]].add(person)
    for one in store.records(session, "employment", ("contact_id", "account_id", "ended_on"), bound).values():
        if one["contact_id"] in contacts and one["ended_on"] is None:
            people[one["account_id"]].add(one["contact_id"])
    for one in store.records(session, "activity", ("account_id", "occurred_at"), bound).values():
        account, moment = one["account_id"], one["occurred_at"]
        if account in accounts and moment is not None and (account not in last or moment > last[account]):
            last[account] = moment
    return {account: some for account, some in people.items() if account in accounts}, last


def _links(session: Session, accounts: Mapping[str, Any], bound: str, beside: str) -> dict[str, dict[str, Any]]:
    """Who stood below whom: the account → those above with their shares."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    names = ("hierarchy", "account_id", "parent_id", "percent")
    for one in store.records(session, "hierarchy_link", names, bound).values():
        account, parent = one["account_id"], one["parent_id"]
        if one["hierarchy"] == beside and account != parent and account in accounts and parent in accounts:
            found[account][parent] = one["percent"]
    return dict(found)


def _with_below(
    above: Mapping[str, Iterable[str]], shown: set[str], people: Mapping[str, set[str]], last: Mapping[str, datetime]
) -> tuple[dict[str, int], dict[str, datetime]]:
    all_people: dict[str, set[str]] = defaultdict(set)
    all_last: dict[str, datetime] = {}
    reach = links.reaching({node: tuple(some) for node, some in above.items()})
    for node in shown:
        for one in reach.get(node, (node,)):
            all_people[one] |= people.get(node, set())
            if node in last and (one not in all_last or last[node] > all_last[one]):
                all_last[one] = last[node]
    return {node: len(some) for node, some in all_people.items()}, all_last


def _built(
    day: date,
    accounts: Mapping[str, Mapping[str, Any]],
    above: Mapping[str, Sequence[str]],
    shown: set[str],
    own: Own,
    totals: Mapping[tuple[str, str], Sums],
    tallies: tuple[Mapping[str, int], Mapping[str, datetime]],
    shares: Mapping[str, Mapping[str, Any]],
) -> PastTree:
    sums: dict[str, list[CurrencySums]] = defaultdict(list)
    for (node, currency), total in sorted(totals.items()):
        if total or own.get((node, currency)):
            mine = own.get((node, currency), Sums.none())
            sums[node].append(CurrencySums(currency=currency, own=mine, total=total))
    below = links.below({node: tuple(some) for node, some in above.items()})
    by_id = {
        node: TreeNode(
            id=node,
            name=accounts[node]["name"] or "",
            parent_id=next(iter(above.get(node, ())), None),
            kind=accounts[node]["kind"],
            tier=accounts[node]["tier"],
            child_count=len(below.get(node, ())),
            sums=tuple(sums[node]),
            people=tallies[0].get(node, 0),
            last_contact=tallies[1].get(node),
            owners=len(above.get(node, ())) if shares else 0,
        )
        for node in shown
    }
    heads = set(links.heads({node: tuple(some) for node, some in above.items()}))
    top = [node for node in shown if not above.get(node) or node in heads]
    children: dict[str | None, tuple[TreeNode, ...]] = {None: _by_name(by_id[node] for node in top)}
    for parent, some in below.items():
        children[parent] = _by_name(
            replace(by_id[node], parent_id=parent, percent=shares.get(node, {}).get(parent)) for node in some
        )
    return PastTree(day=day, children=children, by_id=by_id)


def _by_name(nodes: Iterable[TreeNode]) -> tuple[TreeNode, ...]:
    return tuple(sorted(nodes, key=lambda node: (node.name.casefold(), node.id)))
