"""Parting what was made one, at any later time and on any laptop: as far as what the merge wrote still stands.

What was written over since, and what was added to the survivor since, stays with the survivor and is listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from desktop_crm.domain.accounts.duplicates import joining
from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.domain.schema.options import DuplicateState, MergeState
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.hlc import Stamp, stamp_time
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import duplicates as store
from desktop_crm.persistence.stores import journal as pointing
from desktop_crm.persistence.stores.duplicates import StoredMerge
from desktop_crm.persistence.tables import ROWS
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.duplicates import facts as facts_of
from desktop_crm.services.duplicates.facts import MergeFacts
from desktop_crm.services.record_rules import broken
from desktop_crm.services.workspace import Workspace

_LONGEST_CHAIN: Final = 100


class Stays(StrEnum):
    """Why something cannot be parted."""

    CHANGED = "changed"  # written over since
    DELETED = "deleted"  # deleted since
    ADDED = "added"  # made since, and so the survivor's
    MERGED_ON = "merged_on"  # the survivor went into another record since
    RULED = "ruled"  # a rule refuses it


@dataclass(frozen=True, slots=True, kw_only=True)
class Unparted:
    """Something that stays as it is: a field of a row, or a whole row when `field` is empty. `title`: what the row is called."""

    entity: str
    row_id: str
    title: str
    field: str
    why: Stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """What parting did: the record that is back, how many rows went back to it, and what stays with the survivor."""

    record: str
    returned: int
    stays: tuple[Unparted, ...]
    changes: Changes


def undo_merge(workspace: Workspace, merge_id: str) -> Parted:
    """Part what was made one. Raises Refusal `merge.unknown`, `merge.undone`."""
    with workspace.write("duplicates.part") as work:
        one = _standing(work.session, merge_id)
        facts = facts_of.read(one.entity, one.facts)
        parting = _Parting(work, one, facts)
        parting.bring_back()
        parting.return_rows()
        parting.give_back()
        work.update("merge", merge_id, {"state": MergeState.UNDONE.value})
        _put_aside(work, one)
        stays = parting.stays
        stays += _added(work.session, one, {(entity, row_id) for entity, row_id, _, _ in facts.moved})
    return Parted(record=one.lost_id, returned=parting.returned, stays=tuple(stays), changes=work.changes)


def foresee(workspace: Workspace, merge_id: str) -> tuple[Unparted, ...]:
    """What would stay with the survivor, before anything is parted. Raises Refusal `merge.unknown`, `merge.undone`."""
    with workspace.read() as session:
        one = _standing(session, merge_id)
        facts = facts_of.read(one.entity, one.facts)
        return _foreseen(session, one, facts)


def _standing(session: Session, merge_id: str) -> StoredMerge:
    one = store.merge_of(session, merge_id)
    if one is None:
        raise Refusal("merge.unknown", id=merge_id)
    if one.state == MergeState.UNDONE:
        raise Refusal("merge.undone", name=one.name)
    return one


def _foreseen(session: Session, one: StoredMerge, facts: MergeFacts) -> tuple[Unparted, ...]:
    owners = _owners(session, one)
    found = []
    for entity, row_id, name, _ in facts.moved:
        why = _held(session, entity, row_id, name, owners | _twins(facts))
        if why is not None:
            found.append(_unparted(session, entity, row_id, name, why))
    survivor = session.get(ROWS[one.entity], one.survivor_id)
    for name, (_, after) in facts.gave.items():
        if survivor is None or survivor.row_deleted is not None:
            found.append(_unparted(session, one.entity, one.survivor_id, name, Stays.MERGED_ON))
        elif not _stands(one.entity, name, survivor.field_value(name), after):
            found.append(_unparted(session, one.entity, one.survivor_id, name, Stays.CHANGED))
    return (*found, *_added(session, one, {(entity, row_id) for entity, row_id, _, _ in facts.moved}))


class _Parting:
    """One parting under way. Built for one use."""

    def __init__(self, work: UnitOfWork, one: StoredMerge, facts: MergeFacts) -> None:
        self.work, self.one, self.facts = work, one, facts
        self.stays: list[Unparted] = []
        self.returned = 0
        self._owners = _owners(work.session, one) | _twins(facts)

    def bring_back(self) -> None:
        """The record itself, the parts that were folded, the lines that were dropped."""
        self._revive(self.one.entity, self.one.lost_id, self.facts.was)
        for entity, row_id, _ in self.facts.folded:
            self._revive(entity, row_id, None)
        for entity, row_id in self.facts.dropped:
            self._revive(entity, row_id, None)

    def _revive(self, entity: str, row_id: str, was: dict[str, Any] | None) -> None:
        row = self.work.session.get(ROWS[entity], row_id)
        if row is not None and row.row_deleted is not None:
            self.work.restore(entity, row_id)
        elif row is None and was is not None:  # deleted long ago, and no longer on this laptop
            self.work.bulk(entity, inserts=[{"id": row_id, **was}])
        elif row is None:
            self.stays.append(_unparted(self.work.session, entity, row_id, "", Stays.DELETED))

    def return_rows(self) -> None:
        """What pointed to the record points to it again, unless somebody gave it another place since."""
        for entity, row_id, name, lost in self.facts.moved:
            why = _held(self.work.session, entity, row_id, name, self._owners)
            if why is None:
                self._set(entity, row_id, name, lost)
            else:
                self.stays.append(_unparted(self.work.session, entity, row_id, name, why))
        for entity, row_id, name, before, after in self.facts.filled:
            row = self.work.session.get(ROWS[entity], row_id)
            if row is not None and row.row_deleted is None and row.field_value(name) == after:
                self._set(entity, row_id, name, before)
        for entity, row_id in self.facts.made:
            row = self.work.session.get(ROWS[entity], row_id)
            if row is not None and row.row_deleted is None:
                self.work.delete(entity, row_id)

    def _set(self, entity: str, row_id: str, name: str, value: Any) -> None:
        refused = next(broken(self.work, entity, [(row_id, {name: value})]), None)
        if refused is not None:
            self.stays.append(_unparted(self.work.session, entity, row_id, name, Stays.RULED))
            return
        self.work.update(entity, row_id, {name: value})
        self.returned += 1

    def give_back(self) -> None:
        """The values that the record gave to the survivor."""
        entity, row_id = self.one.entity, self.one.survivor_id
        survivor = self.work.session.get(ROWS[entity], row_id)
        back: dict[str, Any] = {}
        for name, (before, after) in self.facts.gave.items():
            if survivor is None or survivor.row_deleted is not None:
                self.stays.append(_unparted(self.work.session, entity, row_id, name, Stays.MERGED_ON))
            elif not _stands(entity, name, survivor.field_value(name), after):
                self.stays.append(_unparted(self.work.session, entity, row_id, name, Stays.CHANGED))
            elif REGISTRY[entity].field(name).type is FieldType.SET:
                back[name] = tuple(sorted(set(survivor.field_value(name) or ()) - set(after))) or None
            else:
                back[name] = before
        if back:
            self.work.update(entity, row_id, back)


def _stands(entity: str, name: str, now: Any, after: Any) -> bool:
    if REGISTRY[entity].field(name).type is FieldType.SET:
        return bool(set(after) & set(now or ()))
    return bool(now == after)


def _owners(session: Session, one: StoredMerge) -> set[str]:
    """The survivor, and what it went into since."""
    owners = [one.survivor_id]
    while len(owners) < _LONGEST_CHAIN:
        further = store.went_into(session, one.entity, [owners[-1]]).get(owners[-1])
        if further is None or further in owners:
            break
        owners.append(further)
    return set(owners)


def _twins(facts: MergeFacts) -> set[str]:
    return {twin for _, _, twin in facts.folded}


def _held(session: Session, entity: str, row_id: str, name: str, owners: set[str]) -> Stays | None:
    """Why a reference does not go back, if it does not."""
    row = session.get(ROWS[entity], row_id)
    if row is None or row.row_deleted is not None:
        return Stays.DELETED
    return None if row.field_value(name) in owners else Stays.CHANGED


def _added(session: Session, one: StoredMerge, moved: Iterable[tuple[str, str]]) -> list[Unparted]:
    """What was made for the survivor since: nobody can say which of the two it was meant for."""
    if one.merged_at is None:
        return []
    known = set(moved)
    found = []
    for entity, row_id, name, _ in pointing.referring(session, one.entity, [one.survivor_id]):
        if (entity, row_id) in known or entity in _APART:
            continue
        born = _born(session, entity, row_id)
        if born is not None and born > one.merged_at:
            found.append(_unparted(session, entity, row_id, name, Stays.ADDED))
    return found


_APART: Final = frozenset({"merge", "duplicate_set"})


def _born(session: Session, entity: str, row_id: str) -> datetime | None:
    """When a record was made, as this laptop's history tells it."""
    first = session.connection().exec_driver_sql(
        "SELECT hlc FROM change WHERE entity=? AND row_id=? ORDER BY n LIMIT 1", (entity, row_id)
    )
    stamp = first.scalar()
    return stamp_time(Stamp(stamp)) if stamp else None


def _unparted(session: Session, entity: str, row_id: str, field: str, why: Stays) -> Unparted:
    row = session.get(ROWS[entity], row_id)
    described = REGISTRY[entity]
    title = row.field_value(described.title) if row is not None and described.has(described.title) else None
    return Unparted(entity=entity, row_id=row_id, title=str(title or "…"), field=field, why=why)


def _put_aside(work: UnitOfWork, one: StoredMerge) -> None:
    """Who parts two records says that they are not one: they are not offered again."""
    row_id = joining.set_id(one.entity, (one.survivor_id, one.lost_id))
    values = {"state": DuplicateState.DISMISSED.value}
    if work.session.get(ROWS["duplicate_set"], row_id) is None:
        made = {"id": row_id, "name": one.name, "entity": one.entity, "members": (one.survivor_id, one.lost_id)}
        work.bulk("duplicate_set", inserts=[{**made, **values}])
    else:
        work.update("duplicate_set", row_id, values)
