"""Finding duplicates: the audit of all accounts or contacts, what a new record looks like, which keys are shared, what was put aside.

The audit runs in steps, so that a door can show how far it is and stop it: `chunk` reads, `running.feed` and `running.step`
compute (in a worker process), `keep` remembers the result on this laptop.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import combinations, islice
from typing import Any, Final

from desktop_crm.domain.accounts.duplicates import joining, values
from desktop_crm.domain.accounts.duplicates.audit import MOST_SETS, Candidate, Frequencies, Reason, against
from desktop_crm.domain.accounts.duplicates.comparing import Kind
from desktop_crm.domain.accounts.duplicates.profiles import READINGS, fields_of, profile, shape_of
from desktop_crm.domain.schema import REGISTRY, MergeRule
from desktop_crm.domain.schema.options import DuplicateState
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.facts import read_fact, write_fact
from desktop_crm.persistence.stores import duplicates as store
from desktop_crm.persistence.stores import search
from desktop_crm.services.duplicates.running import CHUNK, Raw, feed, step
from desktop_crm.services.workspace import Workspace

__all__ = ["READINGS", "Candidate", "Kind", "Reason"]

CHOSEN_ID: Final = "chosen"
_SHOWN: Final = 500
_ASKED: Final = 40


class Source(StrEnum):
    """Why records are offered as one."""

    AUDIT = "audit"
    KEY = "key"  # two carry the same registration number or mail
    CHOSEN = "chosen"  # by a person, in a list or a conflict
    RETURNED = "returned"  # merged before; an edit made elsewhere brought it back


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Records that may be one. `names` by id; `reasons` for the audit's, `field` for a shared key's."""

    id: str
    entity: str
    names: Mapping[str, str]
    probability: float
    source: Source
    reasons: tuple[Reason, ...] = ()
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything that waits for a decision, the most certain first; when the last audit was, and over how many records."""

    groups: tuple[Group, ...]
    more: int
    audited_at: datetime | None
    audited: int


def chunk(workspace: Workspace, entity: str, after: str = "", limit: int = CHUNK) -> tuple[Raw, ...]:
    """The next records to feed to an audit, behind that id."""
    with workspace.read() as session:
        return tuple(islice(store.values(session, entity, fields_of(entity), after), limit))


def audit(workspace: Workspace, entity: str, tell: Callable[[str, int], None] | None = None) -> Overview:
    """The whole audit in this process, and what it found."""
    found, count = _compared(workspace, entity, (), tell)
    keep(workspace, entity, found, count)
    return overview(workspace, entity)


def foresee_here(workspace: Workspace, entity: str, coming: Sequence[Raw]) -> tuple[Group, ...]:
    """The groups of records that may come (each with its id and the fields that are compared) and those that are there."""
    found, _ = _compared(workspace, entity, coming, None)
    title = fields_of(entity).index(REGISTRY[entity].title)
    return foreseen(workspace, entity, found, {row_id: str(values[title] or "") for row_id, values in coming})


def _compared(
    workspace: Workspace, entity: str, coming: Sequence[Raw], tell: Callable[[str, int], None] | None
) -> tuple[str, int]:
    """What an audit of this process finds, and over how many records."""
    count = feed("here", entity, coming) if coming else 0
    after = ""
    while rows := chunk(workspace, entity, after):
        count = feed("here", entity, rows)
        after = rows[-1][0]
        if tell is not None:
            tell("read", count)
    found: str | None = "[]" if not count else None
    while found is None:
        compared, found = step("here")
        if tell is not None:
            tell("compare", compared)
    return found, count


def keep(workspace: Workspace, entity: str, found: str, count: int) -> None:
    """Remember what an audit found (as `running.step` gives it) on this laptop. Belongs on the thread that writes."""
    at = workspace.clock.now().isoformat()
    with workspace.database.writing() as connection:
        write_fact(connection, _fact(entity), f'{{"at": "{at}", "rows": {count}, "sets": {found}}}')


def overview(workspace: Workspace, entity: str, limit: int = _SHOWN) -> Overview:
    """What waits for a decision. What was put aside, merged or deleted since is left out."""
    with workspace.read() as session:
        said = json.loads(read_fact(session.connection(), _fact(entity)) or "{}")
        audited = _not_kin(session, entity, _audited(entity, said))
        groups = (*_returned(session, entity), *_by_key(session, entity), *audited)
        aside = _Aside(store.sets(session, entity, DuplicateState.DISMISSED.value))
        names = store.living(session, entity, (row_id for one in groups for row_id in one.names))
    found: dict[str, Group] = {}
    for one in groups:
        alive = {row_id: names[row_id] for row_id in one.names if row_id in names}
        key = joining.set_id(entity, alive)
        if len(alive) > 1 and not aside.holds(alive) and key not in found:
            found[key] = Group(
                id=key,
                entity=entity,
                names=alive,
                probability=one.probability,
                source=one.source,
                reasons=one.reasons,
                field=one.field,
            )
    every = sorted(found.values(), key=lambda one: (-one.probability, -len(one.names), one.id))
    at = said.get("at")
    return Overview(
        groups=tuple(every[:limit]),
        more=max(0, len(every) - limit),
        audited_at=datetime.fromisoformat(at) if at else None,
        audited=int(said.get("rows", 0)),
    )


def chosen(workspace: Workspace, entity: str, ids: Sequence[str]) -> Group | None:
    """Records that somebody wants to make one, as a group; None when fewer than two of them are there."""
    with workspace.read() as session:
        names = store.living(session, entity, ids)
    if len(names) < len(("one", "other")):
        return None
    ordered = {one: names[one] for one in ids if one in names}
    return Group(id=CHOSEN_ID, entity=entity, names=ordered, probability=1.0, source=Source.CHOSEN)


def foreseen(workspace: Workspace, entity: str, found: str, coming: Mapping[str, str]) -> tuple[Group, ...]:
    """Of what an audit found with records that may come (id → name), the groups that one of them stands in."""
    groups = [one for one in _audited(entity, {"sets": json.loads(found)}) if not coming.keys().isdisjoint(one.names)]
    with workspace.read() as session:
        there = store.living(session, entity, (row_id for one in groups for row_id in one.names))
    names = {**there, **coming}
    return tuple(
        replace(one, names={row_id: names[row_id] for row_id in one.names if row_id in names})
        for one in sorted(groups, key=lambda one: (-one.probability, -len(one.names)))
    )


def of_import(workspace: Workspace, import_id: str) -> tuple[Group, ...]:
    """Of what waits for a decision, the groups that an import's new records stand in."""
    with workspace.read() as session:
        made = {entity: store.made_by_import(session, import_id, entity) for entity in READINGS}
    return tuple(
        one
        for entity, ids in made.items()
        if ids
        for one in overview(workspace, entity, MOST_SETS).groups
        if not ids.isdisjoint(one.names)
    )


def _fact(entity: str) -> str:
    return f"duplicates.audit:{entity}"


def _audited(entity: str, said: Mapping[str, Any]) -> list[Group]:
    return [
        Group(
            id="",
            entity=entity,
            names=dict.fromkeys(members, ""),
            probability=probability,
            source=Source.AUDIT,
            reasons=tuple(Reason(kind=Kind(kind), level=level, bits=bits) for kind, level, bits in reasons),
        )
        for probability, members, reasons in said.get("sets", ())
    ]


def _not_kin(session: Session, entity: str, groups: list[Group]) -> list[Group]:
    """Without a company and its own branch, which share a domain and words of the name: of two names, one below the other."""
    kin = [one for one in groups if len(one.names) == len(("one", "other")) and _alike_alone(one)]
    if entity != "account" or not kin:
        return groups
    above = store.parents(session, (row_id for one in kin for row_id in one.names))
    left = {id(one) for one in kin if any(above.get(row_id) in one.names for row_id in one.names)}
    return [one for one in groups if id(one) not in left]


def _alike_alone(group: Group) -> bool:
    """Whether neither the whole name nor the registration number is the same."""
    return not any(one.level == 0 and one.kind in {Kind.COMPANY, Kind.IDENTIFIER} for one in group.reasons)


def _by_key(session: Session, entity: str) -> list[Group]:
    """Sets that share a key: those noted when it was typed, and those that met at the server."""
    noted = [(one.members, one.field) for one in store.sets(session, entity, DuplicateState.OPEN.value) if one.field]
    return [
        Group(id="", entity=entity, names=dict.fromkeys(members, ""), probability=1.0, source=Source.KEY, field=field)
        for members, field in (*noted, *store.met_at_the_server(session, entity))
    ]


def _returned(session: Session, entity: str) -> list[Group]:
    return [
        Group(
            id="",
            entity=entity,
            names={one.survivor_id: "", one.lost_id: ""},
            probability=1.0,
            source=Source.RETURNED,
        )
        for one in store.returned(session, entity)
    ]


class _Aside:
    """What was said to be different records."""

    def __init__(self, sets: Iterable[store.StoredSet]) -> None:
        self._pairs = {frozenset(pair) for one in sets for pair in combinations(one.members, 2)}

    def holds(self, members: Iterable[str]) -> bool:
        """Whether every two of them were put aside."""
        return all(frozenset(pair) in self._pairs for pair in combinations(members, 2))


def similar(
    workspace: Workspace, entity: str, fields: Mapping[str, Any], *, but: str | None = None, limit: int = 5
) -> tuple[Group, ...]:
    """Records that look like one that is being typed, with reasons; asked at every pause, so it reads what indexes give."""
    typed = profile(entity, fields)
    if entity not in READINGS or not any(typed):
        return ()
    names = fields_of(entity)
    with workspace.read() as session:
        near = store.some(session, entity, names, _nearby(session, entity, fields))
        others = {
            row_id: profile(entity, dict(zip(names, some, strict=True))) for row_id, some in near if row_id != but
        }
        found = against(shape_of(entity), typed, others, Frequencies(shape_of(entity), [*others.values()]))
        aside = _Aside(store.sets(session, entity, DuplicateState.DISMISSED.value))
        titles = store.living(session, entity, (one.members[0] for one in found))
    return tuple(
        Group(
            id="",
            entity=entity,
            names={one.members[0]: titles.get(one.members[0], "")},
            probability=one.probability,
            source=Source.AUDIT,
            reasons=one.reasons,
        )
        for one in found
        if not (but and aside.holds((but, one.members[0])))
    )[:limit]


def _nearby(session: Session, entity: str, fields: Mapping[str, Any]) -> list[str]:
    """Ids worth a look: found by words of the name, by telephone, by the whole key, by domain."""
    found: dict[str, None] = {}
    name = str(fields.get("name") or "")
    plain = values.company_name(name) if entity == "account" else name
    asked = [
        plain,
        *(str(fields.get(one) or "") for one in ("phone", "mobile", "business_registration_number", "email")),
    ]
    for text in asked:
        if len(text) > 1:
            found.update({hit.id: None for hit in search.find(session, text, _ASKED) if hit.entity == entity})
    for field in (one for one in REGISTRY[entity].fields if one.merge is MergeRule.UNIQUE):
        if fields.get(field.name):
            found.update(dict.fromkeys(store.holders(session, entity, field.name, str(fields[field.name]))))
    host = values.host(str(fields.get("website") or ""))
    if host:
        found.update(dict.fromkeys(store.with_text(session, entity, "website", host, _ASKED)))
    return list(found)
