"""Making records one: field by field, and everything that points to the others comes along. One transaction.

The records that go are deleted softly, with a `merge` row each that says everything needed to part them again. How a merge
travels: as the edits it consists of. Two laptops that merge the same records write the same values and the same rows; when they
chose different survivors, each survivor carries an edit (`merged_at`) that the other's deletion has not seen, so that both
records come back and are offered for merging again. Nothing is lost either way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from desktop_crm.domain.accounts.duplicates import joining
from desktop_crm.domain.accounts.duplicates.profiles import READINGS
from desktop_crm.domain.schema import REGISTRY, Entity, FieldType, MergeRule
from desktop_crm.domain.schema.options import ConflictState, DuplicateState, MergeState
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.stores import duplicates
from desktop_crm.persistence.stores import journal as pointing
from desktop_crm.persistence.stores import records as store
from desktop_crm.persistence.tables import ROWS
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.duplicates import facts as facts_of
from desktop_crm.services.duplicates.facts import MergeFacts
from desktop_crm.services.records import check
from desktop_crm.services.workspace import Workspace

_MOST: Final = 50
"""Records that are made one at a time."""
_PARTS: Final = {("contact", "map_node"): ("contact_id", "map_id")}
"""Parts of which a whole should have one: who they stand for, and the whole."""
_FILLED: Final = ("buying_role", "influence", "support", "coverage", "title", "department")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge did: the survivor, the merge rows (one for each record that went), how many rows came along."""

    survivor: str
    merges: tuple[str, ...]
    followed: int
    changes: Changes


@dataclass(slots=True)
class _Plan:
    """Everything that is to be written, gathered first."""

    updates: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    deletes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def set(self, entity: str, row_id: str, name: str, value: Any) -> None:
        self.updates[entity].setdefault(row_id, {})[name] = value


def merge(
    workspace: Workspace, entity: str, survivor: str, others: Sequence[str], fields: Mapping[str, Any] | None = None
) -> Merged:
    """Make the others one with the survivor. `fields`: the values it takes; None for the proposal.

    Raises Refusal `merge.not_possible`, `merge.too_few`, `merge.too_many`, `record.missing`, and what a record's rules refuse.
    """
    gone = tuple(dict.fromkeys(one for one in others if one != survivor))
    if entity not in READINGS:
        raise Refusal("merge.not_possible", entity=entity)
    if not gone:
        raise Refusal("merge.too_few")
    if len(gone) >= _MOST:
        raise Refusal("merge.too_many", most=_MOST)
    with workspace.write("duplicates.merge") as work:
        records = {one: dict(store.get(work.session, entity, one).fields) for one in (survivor, *gone)}
        wanted = dict(fields) if fields is not None else joining.proposal(entity, survivor, records)
        facts = {one: MergeFacts(was=records[one]) for one in gone}
        plan = _Plan()
        for one in gone:
            _follow(work, entity, one, survivor, plan, facts[one])
        if entity == "account":
            wanted["parent_id"] = _parent(work, survivor, gone, wanted.get("parent_id"))
        if entity == "contact":
            _keep_employers(work, survivor, wanted, records, facts)
        followed = _write(work, entity, plan, gone, facts)
        _set_survivor(work, entity, survivor, records, wanted, facts, workspace.clock.now())
        work.bulk(entity, deletes=gone)
        merges = tuple(
            _remember(work, entity, survivor, one, facts[one], wanted, workspace.clock.now()) for one in gone
        )
        _close_sets(work, entity, {survivor, *gone})
        met = duplicates.met_among(work.session, entity, {survivor, *gone})
        work.bulk("conflict", updates=[(one, {"state": ConflictState.KEPT.value}) for one in met])
    return Merged(survivor=survivor, merges=merges, followed=followed, changes=work.changes)


def _follow(work: UnitOfWork, entity: str, lost: str, survivor: str, plan: _Plan, facts: MergeFacts) -> None:
    """Everything that points to one record points to the other."""
    for other, row_id, name, _ in list(pointing.referring(work.session, entity, [lost])):
        described = REGISTRY[other]
        known = described.field(name)
        if described.issued or described.ledger or described.server_made or known.merge is MergeRule.FIXED:
            continue  # made once; the snapshot says who it was
        if (other, row_id) == (entity, survivor):
            continue  # its own place is settled with its other values
        twin = _twin(work, entity, other, row_id, survivor)
        if twin is not None:
            facts.folded.append((other, row_id, twin))
            _fold(work, other, row_id, twin, plan, facts)
            continue
        facts.moved.append((other, row_id, name, lost))
        plan.set(other, row_id, name, survivor)
    for other, row_id, name in list(duplicates.own_pointing(work.session, entity, lost)):
        if (other, row_id) != (entity, survivor):
            facts.moved.append((other, row_id, name, lost))
            plan.set(other, row_id, name, survivor)


def _twin(work: UnitOfWork, entity: str, other: str, row_id: str, survivor: str) -> str | None:
    """The survivor's own part of the same whole: a person stands on a map once."""
    if (entity, other) not in _PARTS:
        return None
    of, whole = _PARTS[entity, other]
    part = work.session.get(ROWS[other], row_id)
    assert part is not None
    twins = duplicates.pointing_rows(work.session, other, of, [survivor])
    return next((row.id for row in twins if row.field_value(whole) == part.field_value(whole)), None)


def _fold(work: UnitOfWork, entity: str, lost: str, kept: str, plan: _Plan, facts: MergeFacts) -> None:
    """One part goes into another: its lines come along, its values fill gaps."""
    for other, row_id, name, _ in list(pointing.referring(work.session, entity, [lost])):
        if (other, row_id) != (entity, kept):
            facts.moved.append((other, row_id, name, lost))
            plan.set(other, row_id, name, kept)
    part, whole = (work.session.get(ROWS[entity], one) for one in (lost, kept))
    assert part is not None
    assert whole is not None
    for name in _FILLED:
        if joining.is_blank(whole.field_value(name)) and not joining.is_blank(part.field_value(name)):
            facts.filled.append((entity, kept, name, whole.field_value(name), part.field_value(name)))
            plan.set(entity, kept, name, part.field_value(name))
    if whole.field_value("reports_to_id") == lost:
        above = part.field_value("reports_to_id")
        above = None if above == kept else above
        facts.filled.append((entity, kept, "reports_to_id", lost, above))
        plan.set(entity, kept, "reports_to_id", above)
    plan.deletes[entity].append(lost)


def _parent(work: UnitOfWork, survivor: str, gone: Sequence[str], wanted: str | None) -> str | None:
    """The survivor's parent: never one of those that go, nor one that stands below it."""
    table = ROWS["account"]

    def above(node: str | None) -> list[str]:
        way: list[str] = []
        while node and node not in way:
            way.append(node)
            row = work.session.get(table, node)
            node = row.field_value("parent_id") if row is not None else None
        return way

    way = above(wanted)
    inside = [place for place, node in enumerate(way) if node in gone or node == survivor]
    rest = way[inside[-1] + 1 :] if inside else way
    return next(iter(rest), None)


def _keep_employers(
    work: UnitOfWork,
    survivor: str,
    wanted: Mapping[str, Any],
    records: Mapping[str, Mapping[str, Any]],
    facts: Mapping[str, MergeFacts],
) -> None:
    """Where the others work is not forgotten: another company becomes one more employment of the same person."""
    there = duplicates.pointing_rows(work.session, "employment", "contact_id", list(records))
    known = {wanted.get("account_id"), *(row.field_value("account_id") for row in there)}
    for one, fields in records.items():
        account = fields.get("account_id")
        if not account or account in known:
            continue
        known.add(account)
        made = work.insert(
            "employment",
            {
                "contact_id": survivor,
                "account_id": account,
                "title": fields.get("title"),
                "department": fields.get("department"),
            },
        )
        facts[one if one in facts else next(iter(facts))].made.append(("employment", made))


def _write(
    work: UnitOfWork,
    entity: str,
    plan: _Plan,
    gone: Sequence[str],
    facts: Mapping[str, MergeFacts],
) -> int:
    """Write what follows; lines between the records themselves go. Returns how many rows came along."""
    followed = 0
    for other, updates in plan.updates.items():
        described = REGISTRY[other]
        for row_id, fields in list(updates.items()):
            if other == entity and row_id in gone:
                del updates[row_id]  # it goes itself
                continue
            if _is_loop(work, described, row_id, fields):
                plan.deletes[other].append(row_id)
                next(iter(facts.values())).dropped.append((other, row_id))
                del updates[row_id]
        followed += len(updates)
        work.bulk(other, updates=list(updates.items()))
    for other, row_ids in plan.deletes.items():
        work.bulk(other, deletes=list(dict.fromkeys(row_ids)))
    left = {(entity, row_id) for row_id in gone} | {one for fact in facts.values() for one in fact.dropped}
    for fact in facts.values():
        fact.moved = [moved for moved in fact.moved if moved[:2] not in left]
    return followed


def _is_loop(work: UnitOfWork, described: Entity, row_id: str, fields: Mapping[str, Any]) -> bool:
    """Whether both ends of a line would come to lie in one record."""
    ends: dict[str, list[str]] = defaultdict(list)
    for known in described.references:
        if known.merge is not MergeRule.TREE_PARENT:
            ends[known.target or ""].append(known.name)
    row = work.session.get(ROWS[described.name], row_id)
    for names in ends.values():
        concerned = [name for name in names if name in fields]
        if row is not None and len(names) > 1 and concerned:
            before = [row.field_value(name) for name in names]
            after = [fields.get(name, row.field_value(name)) for name in names]
            if None not in after and len(set(after)) == 1 < len(set(before)):
                return True
    return False


def _set_survivor(
    work: UnitOfWork,
    entity: str,
    survivor: str,
    records: Mapping[str, Mapping[str, Any]],
    wanted: Mapping[str, Any],
    facts: Mapping[str, MergeFacts],
    now: datetime,
) -> None:
    """The values that were chosen; each is put down to the record that gave it."""
    mine = records[survivor]
    changed = {name: value for name, value in wanted.items() if value != mine.get(name)}
    check(work, entity, survivor, changed)
    for name, value in changed.items():
        if REGISTRY[entity].field(name).type is FieldType.SET:
            _put_down_elements(name, mine.get(name) or (), value or (), records, facts)
            continue
        giver = next((one for one in facts if records[one].get(name) == value), next(iter(facts)))
        facts[giver].gave[name] = (mine.get(name), value)
    work.update(entity, survivor, {**changed, "merged_at": now})


def _put_down_elements(
    name: str,
    mine: Sequence[str],
    value: Sequence[str],
    records: Mapping[str, Mapping[str, Any]],
    facts: Mapping[str, MergeFacts],
) -> None:
    """The elements of a set that each record brought."""
    left = set(value) - set(mine)
    for one, fact in facts.items():
        brought = left & set(records[one].get(name) or ())
        if brought:
            fact.gave[name] = ((), tuple(sorted(brought)))
            left -= brought


def _remember(
    work: UnitOfWork,
    entity: str,
    survivor: str,
    lost: str,
    facts: MergeFacts,
    wanted: Mapping[str, Any],
    now: datetime,
) -> str:
    """The merge's own row; one that was undone before is used again."""
    row_id = joining.merge_id(entity, lost)
    values = {
        "name": str(facts.was.get(REGISTRY[entity].title) or ""),
        "entity": entity,
        "survivor_id": survivor,
        "lost_id": lost,
        "account_id": survivor if entity == "account" else wanted.get("account_id"),
        "merged_at": now,
        "merged_by_id": work.author.user_id,
        "state": MergeState.MERGED.value,
        "facts": facts_of.written(entity, facts),
    }
    row = work.session.get(ROWS["merge"], row_id)
    if row is None:
        work.bulk("merge", inserts=[{"id": row_id, **values}])
    else:
        if row.row_deleted is not None:
            work.restore("merge", row_id)
        work.update("merge", row_id, values)
    return row_id


def _close_sets(work: UnitOfWork, entity: str, merged: set[str]) -> None:
    """Duplicate sets of which at most one record is left are settled."""
    done = [
        one.id
        for one in duplicates.sets(work.session, entity, DuplicateState.OPEN.value)
        if len(duplicates.living(work.session, entity, one.members).keys() - merged) == 0
    ]
    work.bulk("duplicate_set", updates=[(one, {"state": DuplicateState.MERGED.value}) for one in done])
