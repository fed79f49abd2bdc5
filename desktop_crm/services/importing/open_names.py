"""Why a name means nobody for sure, and who might be meant: near, several of that name, a record of another kind, a circle.

Worked out from what is there now, so that a list of open references tells the present truth. Reads through a session, writes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import imports as store
from desktop_crm.services.importing.matching import Match, Names, exact
from desktop_crm.services.importing.reports import Candidate, OpenGroup
from desktop_crm.services.importing.standing import CALLED

_HINTS = {
    "account": ("business_registration_number", "address_city", "country"),
    "contact": ("email", "mobile", "title"),
    "user": ("email", "role"),
    "product": ("code", "spec"),
    "opportunity": ("external_id", "close_date"),
    "team": ("region",),
}
_KINDS = ("account", "contact", "user", "team", "product", "opportunity")
_SHOWN = 20

Fresh = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Rows that an import is about to bring: entity → id → values."""


def explain(
    session: Session, groups: Sequence[OpenGroup], fresh: Fresh, holders: Mapping[tuple[str, str, str], Sequence[str]]
) -> tuple[OpenGroup, ...]:
    """The groups with their reasons and candidates. `holders`: the rows whose field is open, by entity, field and value."""
    targets = {group.target for group in groups if group.suggestion_id is None and group.reason != "circle"}
    known = {target: _Known(session, target, fresh.get(target, {})) for target in targets}
    explained = [
        _explained(session, group, known.get(group.target), holders.get((group.entity, group.field, group.value), ()))
        for group in groups
    ]
    strangers = {exact(group.value) for group in explained if group.reason == "unknown"}
    elsewhere = _elsewhere(session, strangers, fresh) if strangers else {}
    return tuple(_other_kind(group, elsewhere) for group in explained)


class _Known:
    """The rows of one kind, by name."""

    def __init__(self, session: Session, entity: str, fresh: Mapping[str, Mapping[str, Any]]) -> None:
        self.entity = entity
        called = CALLED.get(entity, (REGISTRY[entity].title,))
        fields = dict.fromkeys((REGISTRY[entity].title, *called, *_HINTS.get(entity, ())))
        self._fresh = frozenset(fresh)
        self.rows: dict[str, Mapping[str, Any]] = {**dict(store.values_of(session, entity, fields)), **fresh}
        self.names = Names()
        for row_id, values in self.rows.items():
            for name in called:
                self.names.add(values.get(name), row_id)

    def candidate(self, row_id: str) -> Candidate:
        """A row as someone who might be meant."""
        values = self.rows.get(row_id, {})
        title = REGISTRY[self.entity].title
        hints = [str(values[name]) for name in _HINTS.get(self.entity, ()) if values.get(name)]
        name, coming = str(values.get(title) or ""), row_id in self._fresh
        return Candidate(entity=self.entity, row_id=row_id, name=name, hint=" · ".join(hints[:2]), coming=coming)


def _explained(session: Session, group: OpenGroup, known: _Known | None, holders: Sequence[str]) -> OpenGroup:
    if known is None:
        return group
    match: Match = known.names.find(group.value)
    if match.row_id is not None:
        if group.target == group.entity and _closes(session, group, match.row_id, holders):
            return replace(group, reason="circle")
        return _proposed(group, known, match.row_id, "known")
    if match.suggestion is not None:
        return _proposed(group, known, match.suggestion, "near")
    if match.several:
        candidates = tuple(map(known.candidate, match.candidates[:_SHOWN]))
        return replace(group, reason="several", candidates=candidates)
    return replace(group, reason="unknown")


def _proposed(group: OpenGroup, known: _Known, row_id: str, reason: str) -> OpenGroup:
    return replace(group, reason=reason, suggestion_id=row_id, suggestion=known.candidate(row_id).name)


def _closes(session: Session, group: OpenGroup, target: str, holders: Iterable[str]) -> bool:
    """Whether every row that wants to stand below the target stands above it, or is it."""
    rows = tuple(holders)
    return bool(rows) and chain_above(session, group.entity, group.field, target).issuperset(rows)


def chain_above(session: Session, entity: str, field: str, start: str) -> set[str]:
    """A row and all rows above it, along a reference to rows of its own kind."""
    above = {row_id: values[field] for row_id, values in store.values_of(session, entity, (field,))}
    chain: set[str] = set()
    node: str | None = start
    while node is not None and node not in chain:
        chain.add(node)
        node = above.get(node)
    return chain


def _elsewhere(session: Session, names: set[str], fresh: Fresh) -> dict[str, list[Candidate]]:
    """Records of any kind that carry one of these names."""
    found: dict[str, list[Candidate]] = defaultdict(list)
    for entity in _KINDS:
        title = REGISTRY[entity].title
        rows = [*store.values_of(session, entity, (title,)), *fresh.get(entity, {}).items()]
        for row_id, values in rows:
            name = values.get(title)
            if name and (key := exact(str(name))) in names and len(found[key]) < _SHOWN:
                found[key].append(Candidate(entity=entity, row_id=row_id, name=str(name)))
    return found


def _other_kind(group: OpenGroup, elsewhere: Mapping[str, list[Candidate]]) -> OpenGroup:
    if group.reason != "unknown":
        return group
    others = tuple(one for one in elsewhere.get(exact(group.value), ()) if one.entity != group.target)
    return replace(group, reason="other_kind", candidates=others) if others else group
