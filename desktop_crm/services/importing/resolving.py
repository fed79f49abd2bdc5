"""What an import would do, worked out in memory: which rows are new, which differ, which names mean whom, what stays open.

Reads through a session and writes nothing, so a dry run and a real run are the same work.

1. Kinds are taken in the order in which they are referred to; within a kind, rows get their ids first and then look at each other.
2. A row is known by its id, else by the first group of key fields that it fills, else by the next one that does not contradict.
3. An empty cell leaves what is there. A name that means nobody for sure leaves its field alone and is kept as an open reference.
4. Two rows of one file with one key: the second must say the same, or it is refused. A later file may say more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from desktop_crm.domain.schema import REGISTRY, Field, FieldType
from desktop_crm.domain.schema.fields import OWN_FIELD_PREFIX, own_field
from desktop_crm.foundation.collector import let_go
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.persistence.engine import Session
from desktop_crm.services.importing.beside import told_of, unlabelled
from desktop_crm.services.importing.kinds import DEFAULTS, KEYS, MADE_ON_DEMAND, ORDER, OUTSIDE_KEY, ROW_ID
from desktop_crm.services.importing.matching import Match, exact
from desktop_crm.services.importing.plan import FilePlan, Problem
from desktop_crm.services.importing.reading import Row, RowsOfFile, read_default
from desktop_crm.services.importing.standing import Standing
from desktop_crm.services.own_fields import chosen_words
from desktop_crm.services.record_rules import broken_field, broken_words

Progress = Callable[[str, int, int], None]
"""Called with the step (`read`, `match`, `write`, `keep`), how much is done and how much there is, 0 where nobody knows."""

_TELL_EVERY = 1000


@dataclass(slots=True, kw_only=True)
class OpenName:
    """A name that means nobody for sure."""

    field: str
    value: str
    target: str
    suggestion: str | None
    reason: str
    kept: bool = False
    """Whether an earlier import, or an earlier row of this one, keeps it already."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """One row of a file on its way: to which of our rows, and what it writes there. `found` is the row as it stands, if it does."""

    entity: str
    file: int
    row: Row
    row_id: str
    found: dict[str, Any] | None
    said: dict[str, Any] = field(default_factory=dict)
    """What the row says, and what its file says for all its new rows."""
    again: bool = False
    """Whether an earlier row of this import already speaks of the same row."""
    writes: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    """What stood in the fields that it changes, or that it leaves although its file says otherwise."""
    left: dict[str, Any] = field(default_factory=dict)
    """What a file that came in before says of fields that were changed since; it is not written."""
    open: list[OpenName] = field(default_factory=list)
    problem: Problem | None = None


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What is to be written, by entity, and what is to be told, by file."""

    inserts: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    updates: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    drafts: list[Draft] = field(default_factory=list)
    made: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    own_fields: dict[tuple[str, str], str] = field(default_factory=dict)


class Resolver:
    """Works one import out. `currency` is the workspace's, for amounts that carry none; `known` files came in before."""

    def __init__(
        self,
        session: Session,
        files: tuple[RowsOfFile, ...],
        currency: str,
        tell: Progress,
        cancelled: Callable[[], bool] = bool,
        known: frozenset[int] = frozenset(),
    ) -> None:
        self._known = known
        self._tell = tell
        self._cancelled = cancelled
        self._whole = sum(len(file.rows) for file in files)
        self._files = files
        self._currency = currency
        self._outcome = Outcome()
        self._standing = Standing(session, files)
        self._seen: dict[tuple[str, str], Draft] = {}
        self._first: dict[tuple[int, str], Draft] = {}
        self._taken = [dict(file.plan.taken) for file in files]
        self._defaults = [_defaults(file.plan) for file in files]
        self._pointing = [_pointing(file.plan) for file in files]

    def work_out(self) -> Outcome:
        """The whole import."""
        done = 0
        self._step(0)
        for entity in ORDER:
            drafts = list(self._identified(entity, done))
            done += len(drafts)
            for at, draft in enumerate(drafts):
                if at % _TELL_EVERY == 0:
                    self._step(done)
                if draft.problem is None:
                    self._refer(draft, inner=True)
                    self._settle(draft)
            self._break_circles(entity, drafts)
            self._outcome.drafts.extend(drafts)
        self._collect_own_fields()
        for made_entity, rows in self._standing.made().items():
            self._outcome.inserts[made_entity].update(rows)
        return self._outcome

    def called(self) -> dict[str, str]:
        """The names of all records that rows of this import refer to, or referred to, by id."""
        names: dict[str, str] = {}
        for draft in self._outcome.drafts:
            for name in {*draft.writes, *draft.before}:
                kind = REGISTRY[draft.entity].field(name)
                if kind.target is None:
                    continue
                for value in (draft.writes.get(name), draft.before.get(name), draft.left.get(name)):
                    if value and value not in names:
                        target = kind.target or ""
                        found = self._standing.row(target, value) or self._outcome.inserts[target].get(value) or {}
                        names[value] = str(found.get(REGISTRY[target].title) or "")
        return names

    def dissolve(self) -> None:
        """Let go of what was worked out, but for the drafts, without holding up other threads."""
        outcome = self._outcome
        let_go(self._seen, self._first, *outcome.inserts.values(), *outcome.updates.values())
        self._standing.dissolve()

    def _step(self, done: int) -> None:
        if self._cancelled():
            raise Refusal("import.cancelled")
        self._tell("match", done, self._whole)

    def _identified(self, entity: str, done: int) -> Iterator[Draft]:
        for at, file in enumerate(self._files):
            if file.plan.entity != entity or file.plan.refusal is not None:
                continue
            for row in file.rows:
                draft = Draft(entity=entity, file=at, row=row, row_id="", found=None, said=row.values)
                self._refer(draft, inner=False)
                self._identify(draft)
                done += 1
                if done % _TELL_EVERY == 0:
                    self._step(done)
                yield draft

    def _refer(self, draft: Draft, *, inner: bool) -> None:
        """Names to ids; `inner` are references to rows of the same kind, which must all be known first."""
        said = draft.said
        if not inner:
            for name, value in said.items():
                if _is_plain(draft.entity, name):
                    draft.writes[name] = value
            if draft.entity == "exchange_rate":  # a list of rates names one currency; the other one is ours
                draft.writes.setdefault("to_currency", self._currency)
        for kind, beside in self._pointing[draft.file]:
            if (kind.target == draft.entity) is inner:
                cell = said.get(kind.name) or said.get(beside)
                if cell:
                    self._point(draft, kind, cell)

    def _point(self, draft: Draft, kind: Field, cell: str) -> None:
        told = told_of(draft.said, kind.name)
        text = told.get("name", cell)
        match = self._standing.find(draft.entity, kind, cell, draft.writes, told)
        if match.means_nobody and (draft.entity, kind.name) in MADE_ON_DEMAND:
            made = self._standing.make(kind, cell, draft.writes, told)
            for made_entity in made.entities:
                self._outcome.made[draft.file][made_entity] += 1
            match = Match(row_id=made.row_id)
        if match.row_id is not None:
            if match.row_id == draft.row_id:
                self._leave_open(draft, kind, text, match, "circle")
            else:
                draft.writes[kind.name] = match.row_id
                draft.writes |= self._standing.implied(kind, match.row_id)
            return
        reason = "several" if match.several else "near" if match.suggestion else "unknown"
        self._leave_open(draft, kind, text, match, reason)

    @staticmethod
    def _leave_open(draft: Draft, kind: Field, text: str, match: Match, reason: str) -> None:
        """Keep a name for later. Whether it was kept before is asked when the row's id is known."""
        draft.open.append(
            OpenName(field=kind.name, value=text, target=kind.target or "", suggestion=match.suggestion, reason=reason)
        )

    def _identify(self, draft: Draft) -> None:
        """Find the row that this one speaks of, or give it an id of its own."""
        if draft.entity == "hierarchy_link":  # the same two may stand in several hierarchies
            usual = DEFAULTS[draft.entity] | self._defaults[draft.file]
            draft.writes.setdefault("hierarchy", usual["hierarchy"])
        groups = self._groups(draft)
        if not any(draft.writes.get(group[0]) is not None for group in groups):
            _call_it_something(draft)
        taken = self._taken[draft.file].get(draft.row.number)
        if taken is not None and not self._standing.has(draft.entity, taken):
            draft.problem = Problem(code="import.row.taken_gone", row=draft.row.number, params={"id": taken})
            return
        named = taken or draft.row.values.get(ROW_ID)
        row_id = named if named and self._standing.has(draft.entity, named) else None
        if row_id is None:
            row_id, several = self._by_key(draft)
            if several:
                draft.problem = Problem(code="import.row.ambiguous", row=draft.row.number, params={"value": several})
                return
        if row_id is None:
            free = named and not self._standing.is_taken(draft.entity, named)
            row_id = named if named and free else new_row_id()
        draft.row_id = row_id
        draft.found = self._standing.row(draft.entity, row_id)
        earlier = self._seen.get((draft.entity, row_id))
        draft.again = earlier is not None
        if draft.found is None and earlier is None:
            self._fill(draft)
            _call_it_something(draft)
            for name, value in DEFAULTS.get(draft.entity, {}).items():
                draft.writes.setdefault(name, value)
        self._seen.setdefault((draft.entity, row_id), draft)
        self._standing.learn(draft.entity, row_id, draft.writes)

    def _groups(self, draft: Draft) -> tuple[tuple[str, ...], ...]:
        """What decides that a row is known: what was chosen for its file, else, and where it is blank, the usual keys."""
        chosen = self._files[draft.file].plan.keys
        if chosen and all(draft.writes.get(name) is not None for name in chosen):
            return (chosen,)
        return KEYS.get(draft.entity, ())

    def _fill(self, draft: Draft) -> None:
        """Give a new row what its file says for all new rows, where the row itself says nothing."""
        missing = {name: value for name, value in self._defaults[draft.file].items() if name not in draft.said}
        if not missing:
            return
        draft.said = draft.said | missing
        for name, value in missing.items():
            kind = REGISTRY[draft.entity].field(name)
            if kind.target is None and ":" not in name:
                draft.writes.setdefault(name, value)
            elif kind.target not in {None, draft.entity}:
                self._point(draft, kind, value)

    def _by_key(self, draft: Draft) -> tuple[str | None, str | None]:
        refused: list[tuple[str, ...]] = []
        for group in self._groups(draft):
            if draft.writes.get(group[0]) is None:
                continue
            ids = self._standing.known_by(draft.entity, group, draft.writes)
            ids = {one for one in ids if self._agrees(draft, one, refused)}
            if len(ids) > 1:
                return None, str(draft.writes[group[0]])
            if ids:
                return ids.pop(), None
            refused.append(group)
        return None, None

    def _agrees(self, draft: Draft, row_id: str, groups: list[tuple[str, ...]]) -> bool:
        """Whether the row there carries no other key of the groups that were tried before."""
        there = self._standing.row(draft.entity, row_id) or self._pending(draft.entity, row_id)
        for group in groups:
            mine, theirs = draft.writes.get(group[0]), there.get(group[0])
            if mine is not None and theirs is not None and key_part(mine) != key_part(theirs):
                return False
        return True

    def _pending(self, entity: str, row_id: str) -> dict[str, Any]:
        return self._outcome.inserts[entity].get(row_id) or getattr(self._seen.get((entity, row_id)), "writes", {})

    def _settle(self, draft: Draft) -> None:
        """Compare with what is there, and put the difference down."""
        draft.open = [name for name in draft.open if self._is_told(draft, name)]
        self._add_currency(draft)
        pending = self._outcome.inserts[draft.entity].get(draft.row_id)
        there = pending if pending is not None else self._merged(draft)
        refusal = broken_words(draft.entity, draft.writes)
        if refusal is None and there is None:
            refusal = self._no_choice(draft.entity, {}, draft.writes)
        if refusal is not None:
            draft.problem = Problem(code=refusal.code, row=draft.row.number, params=refusal.params)
            draft.writes, draft.open = {}, []
            return
        if there is None:
            self._outcome.inserts[draft.entity][draft.row_id] = dict(draft.writes)
            self._first[draft.file, draft.row_id] = draft
            return
        changed = {name: value for name, value in draft.writes.items() if there.get(name) != value}
        first = self._first.setdefault((draft.file, draft.row_id), draft)
        if first is not draft and first.left:
            changed = {name: value for name, value in changed.items() if first.left.get(name) != value}
        if changed and first is not draft:
            params = {"first": first.row.number}
            draft.problem = Problem(code="import.row.duplicate", row=draft.row.number, params=params)
            draft.writes, draft.open = {}, []
            return
        if draft.file in self._known and pending is None:
            changed = self._still_wanted(draft, there, changed)
        refusal = broken_field(draft.entity, there, changed) or self._no_choice(draft.entity, there, changed)
        if refusal is not None:
            draft.problem = Problem(code=refusal.code, row=draft.row.number, params=refusal.params)
            draft.writes, draft.open = {}, []
            return
        draft.writes = changed
        draft.before = {name: there.get(name) for name in (*changed, *draft.left)}
        if not changed:
            return
        if pending is not None:
            pending.update(changed)
        else:
            self._outcome.updates[draft.entity].setdefault(draft.row_id, {}).update(changed)

    def _still_wanted(self, draft: Draft, there: Mapping[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
        """Of what a file that came in before says: references that waited for their record. All else was changed since."""
        wanted = {
            name: value
            for name, value in changed.items()
            if there.get(name) is None and self._standing.is_wanting(draft.row_id, name)
        }
        draft.left = {name: value for name, value in changed.items() if name not in wanted}
        return wanted

    def _no_choice(self, entity: str, there: Mapping[str, Any], writes: Mapping[str, Any]) -> Refusal | None:
        """A word that a choice of one's own does not offer and that does not stand there yet."""
        if not self._standing.choices:
            return None
        for name in writes:
            offered = self._standing.choices.get((entity, name))
            if offered and not chosen_words(writes[name]) <= offered | chosen_words(there.get(name)):
                return Refusal("import.cell.option", value=str(writes[name]), options=", ".join(sorted(offered)))
        return None

    def _is_told(self, draft: Draft, name: OpenName) -> bool:
        """Whether a name belongs into the report: new, or open since an earlier import while the field is empty."""
        if self._standing.is_first(draft.row_id, name.field, name.value):
            return True
        name.kept = True
        empty = draft.found is None or draft.found.get(name.field) is None
        return self._standing.still_open(draft.row_id, name.field, name.value) and empty

    def _merged(self, draft: Draft) -> dict[str, Any] | None:
        if draft.found is None:
            return None
        return draft.found | self._outcome.updates[draft.entity].get(draft.row_id, {})

    def _add_currency(self, draft: Draft) -> None:
        """An amount brings its currency: the cell's, the row's, the one that stands, the workspace's."""
        own = [kind for name in draft.writes if "." in name and (kind := own_field(name)).currency_field]
        for kind in (*_amounts(draft.entity), *own):
            if draft.writes.get(kind.name) is None or not kind.currency_field:
                continue
            if draft.writes.get(kind.currency_field) is None:
                there = (self._merged(draft) or self._pending(draft.entity, draft.row_id)).get(kind.currency_field)
                said = draft.said.get(f"{kind.name}:currency")
                draft.writes[kind.currency_field] = said or there or self._currency

    def _break_circles(self, entity: str, drafts: list[Draft]) -> None:
        """A tree must stay one: the last row that closes a circle leaves its parent open."""
        for kind in REGISTRY[entity].references:
            if kind.target != entity or not any(kind.name in draft.writes for draft in drafts):
                continue
            there = self._standing.pointers(entity, kind.name)
            above = dict(there)
            for pile in (self._outcome.updates[entity], self._outcome.inserts[entity]):
                above.update({row_id: writes[kind.name] for row_id, writes in pile.items() if writes.get(kind.name)})
            movers = [draft for draft in reversed(drafts) if draft.problem is None and draft.writes.get(kind.name)]
            while closing := [draft for draft in movers if _runs_round(draft.row_id, above)]:
                self._stay(closing[0], kind, there, above)
                for draft in closing[1:]:
                    if _runs_round(draft.row_id, above):
                        self._stay(draft, kind, there, above)
                movers = [draft for draft in movers if draft.writes.get(kind.name)]

    def _stay(self, draft: Draft, kind: Field, there: dict[str, str], above: dict[str, str]) -> None:
        """Let a row keep the parent it had, which may close a circle with another row of the file."""
        for pile in (self._outcome.inserts, self._outcome.updates):
            pile[draft.entity].get(draft.row_id, {}).pop(kind.name, None)
        draft.writes.pop(kind.name, None)
        if draft.row_id in there:
            above[draft.row_id] = there[draft.row_id]
        else:
            above.pop(draft.row_id, None)
        self._leave_open(draft, kind, str(draft.said[kind.name]), Match(), "circle")
        if not self._is_told(draft, draft.open[-1]):
            draft.open.pop()

    def _collect_own_fields(self) -> None:
        for plan in (file.plan for file in self._files if file.plan.entity):
            told = {
                column.field: column.label or unlabelled(column.column)[0] for column in plan.columns if column.field
            }
            told |= {name: name.removeprefix(OWN_FIELD_PREFIX) for name, _ in plan.defaults if name not in told}
            for name, label in told.items():
                key = (plan.entity or "", name)
                beside = own_field(name).type is FieldType.CURRENCY
                if name.startswith(OWN_FIELD_PREFIX) and not beside and key not in self._standing.own_fields:
                    self._outcome.own_fields.setdefault(key, label)


def _pointing(plan: FilePlan) -> list[tuple[Field, str]]:
    """The references that a file speaks of, each with the field that names its target beside it."""
    spoken = {(column.field or "").removesuffix(":name") for column in plan.columns} | {
        name for name, _ in plan.defaults
    }
    if plan.entity is None:
        return []
    own = [kind for kind in (own_field(name) for name in sorted(spoken) if "." in name) if kind.target]
    kinds = (*_references(plan.entity).values(), *own)
    return [(kind, f"{kind.name}:name") for kind in kinds if kind.name in spoken]


def _defaults(plan: FilePlan) -> dict[str, Any]:
    return {name: value for field, text in plan.defaults for name, value in read_default(plan, field, text).items()}


@lru_cache(maxsize=1000)  # asked for each cell
def _is_plain(entity: str, name: str) -> bool:
    """Whether what a row says under this name is written as it stands."""
    return REGISTRY[entity].field(name).target is None and name != ROW_ID and ":" not in name


@cache
def _amounts(entity: str) -> tuple[Field, ...]:
    return tuple(kind for kind in REGISTRY[entity].fields if kind.type is FieldType.MONEY)


@cache
def _references(entity: str) -> dict[str, Field]:
    return {kind.name: kind for kind in REGISTRY[entity].references}


def _call_it_something(draft: Draft) -> None:
    """A title for a row that has none: an opportunity after account and product, an activity after its text."""
    writes, said = draft.writes, draft.said
    if draft.entity == "opportunity" and not writes.get("name"):
        parts = [part for part in (said.get("account_id"), said.get("product_id")) if part]
        writes["name"] = " · ".join(parts) or str(writes.get("external_id", "–"))
    if draft.entity == "account" and not writes.get("name") and said.get(OUTSIDE_KEY):
        writes["name"] = str(said[OUTSIDE_KEY])
    if draft.entity == "activity" and not writes.get("subject"):
        first = str(writes.get("body") or said.get("account_id") or "–").split("\n", maxsplit=1)[0]
        writes["subject"] = first[:120]


def _runs_round(start: str, above: dict[str, str]) -> bool:
    seen, node = {start}, above.get(start)
    while node is not None:
        if node == start:
            return True
        if node in seen:
            return False
        seen.add(node)
        node = above.get(node)
    return False


def key_part(value: Any) -> Any:
    """A value as part of a key: text without regard to case and gaps."""
    return exact(value) if isinstance(value, str) else value


def grouped(drafts: Iterable[Draft]) -> dict[int, list[Draft]]:
    """Drafts by file."""
    found: dict[int, list[Draft]] = defaultdict(list)
    for draft in drafts:
        found[draft.file].append(draft)
    return found
