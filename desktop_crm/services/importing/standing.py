"""What the workspace holds already, as an import needs it: rows by key, names of whoever is referred to, names once accepted.

Loaded once per import, as few columns as serve; grows with the rows that the import itself brings. Writes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from desktop_crm.domain.pipeline import stages as plans
from desktop_crm.domain.schema import REGISTRY, Field, FieldType
from desktop_crm.domain.schema.options import ReferenceState, StageKind, UserRole
from desktop_crm.foundation.collector import let_go
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.i18n import tr
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import imports as store
from desktop_crm.persistence.stores import own_fields
from desktop_crm.services.importing.kinds import KEYS, OUTSIDE_KEY, ROW_ID
from desktop_crm.services.importing.matching import Match, Names, exact
from desktop_crm.services.importing.reading import RowsOfFile
from desktop_crm.services.importing.stages import find_stage, key_after, meaning, place_stage, stage_fields
from desktop_crm.services.pipeline import stage_names

Values = dict[str, Any]

CALLED: dict[str, tuple[str, ...]] = {
    "user": ("name", "email", OUTSIDE_KEY),
    "product": ("name", "code", "name_en"),
    "account": ("name", "business_registration_number", OUTSIDE_KEY),
    "contact": ("name", "email"),
    "opportunity": ("name", "external_id"),
    "team": ("name",),
    "quote": ("number",),
}
_ALWAYS = {"stage": {"pipeline_id", "kind", "order_key", "name", "probability"}, "pipeline": {"order_key", "name"}}
_NOTHING: Mapping[str, str] = {}
_FIRST = frozenset({plans.FIRST_PIPELINE, *(plan.id for plan in plans.FIRST_STAGES)})
"""Ids that mean the same in every workspace, so that an export of one names them for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A row that the import made because something referred to it, and of which entities."""

    row_id: str
    entities: tuple[str, ...]


class Standing:
    """The workspace as it stands, for one import."""

    def __init__(self, session: Session, files: tuple[RowsOfFile, ...]) -> None:
        self._session = session
        self._wanted: dict[str, set[str]] = defaultdict(set, _ALWAYS)
        ids: dict[str, set[str]] = defaultdict(set)
        self._chosen: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for file in files:
            if file.plan.entity is None:
                continue
            entity = file.plan.entity
            self._wanted[entity].update(name for name, _ in file.plan.defaults)
            if file.plan.keys and file.plan.keys not in KEYS.get(entity, ()):
                self._chosen[entity].add(file.plan.keys)
            for column in file.plan.columns:
                if column.field and column.field != ROW_ID and ":" not in column.field:
                    self._wanted[entity].add(column.field)
                elif column.field == ROW_ID:
                    ids[entity].update(str(row.values[ROW_ID]) for row in file.rows if ROW_ID in row.values)
        self._taken = {entity: store.taken_ids(session, entity, some) for entity, some in ids.items()}
        self._rows: dict[str, dict[str, Values]] = {}
        self._keys: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], set[str]]] = {}
        self._names: dict[str, Names] = {}
        self._unnamed: dict[str, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
        self._made: dict[str, dict[str, Values]] = defaultdict(dict)
        self._plans: dict[str, Mapping[str, Any]] = {}
        """Account plans that the import itself brings."""
        described = own_fields.described(session)
        self.own_fields = {(one.entity, one.name) for one in described}
        self.choices = {(one.entity, one.name): frozenset(one.choices) for one in described if one.choices}
        self._accepted: dict[tuple[str, str, str], str] = {}
        self._kept: set[tuple[str, str, str]] = set()
        self._still_open: set[tuple[str, str, str]] = set()
        self._wanting: set[tuple[str, str]] = set()
        self._load_references()

    def _load_references(self) -> None:
        fields = ("entity", "row_id", "field", "value", "suggestion_id", "state")
        for _, one in store.values_of(self._session, "open_reference", fields):
            entity, row_id, name, value = (str(one[key]) for key in ("entity", "row_id", "field", "value"))
            self._kept.add((row_id, name, value))
            if one["state"] == ReferenceState.OPEN:
                self._still_open.add((row_id, name, value))
                self._wanting.add((row_id, name))
            if one["state"] == ReferenceState.ACCEPTED and one["suggestion_id"]:
                self._accepted[entity, name, value] = one["suggestion_id"]

    def is_first(self, row_id: str, name: str, value: str) -> bool:
        """Whether this open reference was not kept before, by an earlier import or an earlier row of this one."""
        key = row_id, name, value
        if key in self._kept:
            return False
        self._kept.add(key)
        return True

    def still_open(self, row_id: str, name: str, value: str) -> bool:
        """Whether an earlier import left this reference open and nobody settled it since; told once an import."""
        key = row_id, name, value
        if key not in self._still_open:
            return False
        self._still_open.discard(key)
        return True

    def is_wanting(self, row_id: str, name: str) -> bool:
        """Whether a field waits for the record that an earlier import could not find."""
        return (row_id, name) in self._wanting

    def rows(self, entity: str) -> dict[str, Values]:
        """Every row that is there, with the fields that this import compares."""
        found = self._rows.get(entity)
        if found is None:
            fields = set(self._wanted[entity]) | {REGISTRY[entity].title} | set(CALLED.get(entity, ()))
            fields |= {name for group in self.groups(entity) for name in group}
            fields |= {kind.name for kind in REGISTRY[entity].references if kind.target == entity}
            fields |= {kind.name for kind in REGISTRY[entity].fields if kind.type is FieldType.CURRENCY}
            fields |= {"pipeline_id"} if entity == "opportunity" else set()
            found = self._rows[entity] = dict(store.values_of(self._session, entity, sorted(fields - {"id"})))
        return found

    def groups(self, entity: str) -> tuple[tuple[str, ...], ...]:
        """Groups of fields by which rows are found: the usual ones, and those that someone chose for a file."""
        return (*KEYS.get(entity, ()), *self._chosen[entity])

    def row(self, entity: str, row_id: str) -> Values | None:
        """One row as it stands, or None."""
        return self.rows(entity).get(row_id)

    def has(self, entity: str, row_id: str) -> bool:
        """Whether the row is there."""
        return row_id in self.rows(entity)

    def is_taken(self, entity: str, row_id: str) -> bool:
        """Whether the id was ever used."""
        return row_id in self._taken.get(entity, frozenset())

    def pointers(self, entity: str, name: str) -> dict[str, str]:
        """Row → row that its field points to."""
        return {row_id: values[name] for row_id, values in self.rows(entity).items() if values.get(name)}

    def known_by(self, entity: str, group: tuple[str, ...], values: Mapping[str, Any]) -> set[str]:
        """Rows with these key values, those of this import included."""
        return self._index(entity, group).get(_key(group, values), set())

    def learn(self, entity: str, row_id: str, values: Mapping[str, Any]) -> None:
        """A row of this import: it can be found by its keys and its names from now on."""
        for group in self.groups(entity):
            if values.get(group[0]) is not None:
                self._index(entity, group)[_key(group, values)].add(row_id)
        if entity == "account_plan":
            self._plans[row_id] = values
        if entity in self._names:
            self._name(entity, row_id, values)
        else:
            self._unnamed[entity].append((row_id, values))

    def _index(self, entity: str, group: tuple[str, ...]) -> dict[tuple[Any, ...], set[str]]:
        found = self._keys.get((entity, group))
        if found is None:
            found = self._keys[entity, group] = defaultdict(set)
            for row_id, values in self.rows(entity).items():
                if values.get(group[0]) is not None:
                    found[_key(group, values)].add(row_id)
        return found

    def names(self, entity: str) -> Names:
        """The names by which rows of an entity are referred to."""
        found = self._names.get(entity)
        if found is None:
            found = self._names[entity] = Names()
            for row_id, values in self.rows(entity).items():
                self._name(entity, row_id, values)
            for row_id, made in self._unnamed.pop(entity, ()):
                self._name(entity, row_id, made)
        return found

    def _name(self, entity: str, row_id: str, values: Mapping[str, Any]) -> None:
        for name in CALLED.get(entity, (REGISTRY[entity].title,)):
            value = values.get(name)
            self._names[entity].add(str(value) if value is not None else None, row_id)

    def find(
        self, entity: str, kind: Field, cell: str, writes: Mapping[str, Any], told: Mapping[str, str] = _NOTHING
    ) -> Match:
        """Whom a reference means: the row of that id, else of that name; a name that was accepted once is known from then on."""
        target, text = kind.target or "", told.get("name", cell)
        if cell in self._made[target] or self.has(target, cell):
            self._call(target, cell, told)
            return Match(row_id=cell)
        accepted = self._accepted.get((entity, kind.name, text))
        if accepted is not None and self.has(target, accepted):
            return Match(row_id=accepted)
        if target == "stage":
            return Match(row_id=self._stage(text, writes.get("pipeline_id")))
        found = self.names(target).find(text)
        if found.several and target == "account_plan" and told.get("account_id"):
            return self._plan_of(found, told["account_id"])
        return found

    def _plan_of(self, found: Match, account: str) -> Match:
        """Which of several plans of one name is meant: that of the account which the row names."""
        whose = self.names("account").find(account).row_id
        plans = {one: self.row("account_plan", one) or self._plans.get(one, {}) for one in found.candidates}
        mine = [row_id for row_id, values in plans.items() if whose and values.get("account_id") == whose]
        return Match(row_id=mine[0]) if len(mine) == 1 else found

    def _stage(self, text: str, pipeline_id: str | None) -> str | None:
        inside = pipeline_id or self._pipeline()
        stages = {**self.rows("stage"), **self._made["stage"]}
        return find_stage(
            text, [(row_id, str(v["name"]), v["kind"]) for row_id, v in stages.items() if v["pipeline_id"] == inside]
        )

    def _pipeline(self) -> str | None:
        known = self.rows("pipeline")
        if known:
            return min(known, key=lambda row_id: (known[row_id]["order_key"] or "", row_id))
        return next(iter(self._made["pipeline"]), None)

    def implied(self, kind: Field, row_id: str) -> Values:
        """What a reference says besides: a stage names its pipeline."""
        if kind.target != "stage":
            return {}
        stage = self.rows("stage").get(row_id) or self._made["stage"].get(row_id) or {}
        return {"pipeline_id": stage["pipeline_id"]} if stage.get("pipeline_id") else {}

    def make(self, kind: Field, cell: str, writes: Mapping[str, Any], told: Mapping[str, str]) -> Made:
        """Make the row that a reference names; what the file tells of it (`name` …) makes a cell its id."""
        target = kind.target or ""
        if cell in _FIRST and not self.has("pipeline", plans.FIRST_PIPELINE):
            made = Made(row_id=cell, entities=self._make_first_pipeline())
            self._call(target, cell, told)
            return made
        text = told.get("name", cell)
        row_id = cell if text != cell else new_row_id()
        if target == "stage":
            return self._make_stage(row_id, text, writes.get("pipeline_id"), told)
        values: Values = {"name": text}
        if kind.target == "user":
            values |= {"role": UserRole.MANAGER.value, "active": True, "team_id": writes.get("team_id")}
        if kind.target == "pipeline":
            values["order_key"] = self._next_key("pipeline")
        self._keep(kind.target or "", row_id, values)
        return Made(row_id=row_id, entities=(kind.target or "",))

    def _call(self, target: str, row_id: str, told: Mapping[str, str]) -> None:
        """Give a row of the first pipeline the name that it has in the workspace it comes from."""
        values = self._made[target].get(row_id) if row_id in _FIRST else None
        if values is not None and told.get("name"):
            values |= {"name": told["name"]} | (_worth(told) if target == "stage" else {})

    def _make_stage(self, row_id: str, text: str, pipeline_id: str | None, told: Mapping[str, str]) -> Made:
        entities: tuple[str, ...] = ()
        inside = pipeline_id or self._pipeline()
        if inside is None:
            inside, entities = plans.FIRST_PIPELINE, self._make_first_pipeline()
            known = self._stage(text, inside)
            if known is not None:
                return Made(row_id=known, entities=entities)
        sense = meaning(text)
        values: Values = {
            "pipeline_id": inside,
            "name": text,
            "kind": sense.kind.value,
            "probability": sense.probability,
            "forecast_category": sense.forecast_category.value,
            **_worth(told),
        }
        siblings = [*self.rows("stage").values(), *self._made["stage"].values()]
        values["order_key"] = place_stage(values, [one for one in siblings if one["pipeline_id"] == inside])
        self._keep("stage", row_id, values)
        return Made(row_id=row_id, entities=(*entities, "stage"))

    def _make_first_pipeline(self) -> tuple[str, ...]:
        """The pipeline every workspace begins with, by its well-known ids, so that two laptops do not make two."""
        self._keep("pipeline", plans.FIRST_PIPELINE, {"name": tr("Sales pipeline"), "order_key": "b"})
        names = stage_names()
        for plan in plans.FIRST_STAGES:
            self._keep("stage", plan.id, stage_fields(plan, names[plan.key]))
        return ("pipeline", *("stage" for _ in plans.FIRST_STAGES))

    def _keep(self, entity: str, row_id: str, values: Values) -> None:
        self._made[entity][row_id] = values
        self.learn(entity, row_id, values)

    def _next_key(self, entity: str) -> str:
        taken = [
            values.get("order_key") for pile in (self.rows(entity), self._made[entity]) for values in pile.values()
        ]
        return key_after(max((key for key in taken if key), default=None), None)

    def dissolve(self) -> None:
        """Let go of everything without holding up other threads; nothing can be asked afterwards."""
        let_go(*self._rows.values(), *self._keys.values(), self._kept, self._still_open, self._accepted)
        let_go(*self._unnamed.values(), *self._made.values())
        for names in self._names.values():
            names.dissolve()

    def made(self) -> dict[str, dict[str, Values]]:
        """Rows made on demand, by entity."""
        return {entity: rows for entity, rows in self._made.items() if rows}


def _worth(told: Mapping[str, str]) -> Values:
    """Kind and probability of a stage as far as a file tells them; an unknown word says nothing."""
    worth: Values = {}
    if told.get("kind") in set(StageKind):
        worth["kind"] = told["kind"]
    try:
        chance = Decimal(told.get("probability", ""))
    except InvalidOperation:
        return worth
    if chance.is_finite() and 0 <= chance <= 1:
        worth["probability"] = chance
    return worth


def _key(group: tuple[str, ...], values: Mapping[str, Any]) -> tuple[Any, ...]:
    if len(group) == 1:
        value = values.get(group[0])
        return (exact(value),) if isinstance(value, str) else (value,)
    return tuple(exact(value) if isinstance(value, str) else value for value in (values.get(name) for name in group))
