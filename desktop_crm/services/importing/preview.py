"""What an import would do, row by row: new, changed from what to what, as before, or refused with the reason.

It tells the outcome that the run writes, and decides nothing itself. It holds no session, so a page may keep it; rows are made
when they are asked for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from desktop_crm.domain.schema import REGISTRY, FieldType
from desktop_crm.foundation.collector import let_go
from desktop_crm.services.importing.plan import Problem
from desktop_crm.services.importing.reading import RowsOfFile
from desktop_crm.services.importing.reports import problem_json
from desktop_crm.services.importing.resolving import Draft, Outcome


class RowState(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field: what was there and what will be; names of records in the place of their ids."""

    field: str
    old: Any
    new: Any
    currency: str = ""
    """The currency of an amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One row of a file."""

    path: str
    number: int
    state: RowState
    entity: str
    title: str = ""
    changes: tuple[FieldChange, ...] = ()
    problems: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        plain = {one.field: [_plain(one.old), _plain(one.new)] for one in self.changes}
        return {
            "path": self.path,
            "row": self.number,
            "state": self.state.value,
            "kind": REGISTRY[self.entity].plural,
            "name": self.title,
            "changes": plain,
            "errors": [problem_json(problem) for problem in self.problems],
        }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)


def state_of(draft: Draft) -> RowState:
    """What becomes of a row that could be read."""
    if draft.problem is not None:
        return RowState.REFUSED
    if draft.found is None and not draft.again:
        return RowState.NEW
    return RowState.CHANGED if draft.writes else RowState.UNCHANGED


_Entry = tuple[int, int, RowState, Draft | tuple[Problem, ...]]
"""File, row, what becomes of it, and where that is known from."""


class Preview:
    """All rows of an import, in the order of the files. Thread-safe to read: nothing changes after it was made."""

    def __init__(self, files: Sequence[RowsOfFile], outcome: Outcome, called: Mapping[str, str]) -> None:
        self._files = tuple(files)
        self._called = called
        self._entries: list[_Entry] = [
            (draft.file, draft.row.number, state_of(draft), draft) for draft in outcome.drafts
        ]
        for at, file in enumerate(self._files):
            piles: dict[int, list[Problem]] = defaultdict(list)
            for problem in file.problems:
                piles[problem.row or 0].append(problem)
            self._entries += [(at, row, RowState.REFUSED, tuple(pile)) for row, pile in piles.items()]
        self._entries.sort(key=lambda entry: entry[:2])
        self._places: dict[tuple[RowState | None, str | None], list[int]] = defaultdict(list)
        paths = [str(file.plan.path) for file in self._files]
        for place, (at, _, state, _) in enumerate(self._entries):
            for key in ((None, None), (state, None), (None, paths[at]), (state, paths[at])):
                self._places[key].append(place)

    def coming(self, entity: str, names: Sequence[str]) -> tuple[tuple[str, tuple[Any, ...]], ...]:
        """The rows that will be new records of a kind: the id that each will have, and these fields."""
        return tuple(
            (source.row_id, tuple(source.writes.get(name) for name in names))
            for at, _, state, source in self._entries
            if state is RowState.NEW and isinstance(source, Draft) and self._files[at].plan.entity == entity
        )

    def sources(self, entity: str) -> dict[str, tuple[str, int]]:
        """Of the rows that will be new records of a kind: the id that each will have → its file and its number there."""
        return {
            source.row_id: (str(self._files[at].plan.path), number)
            for at, number, state, source in self._entries
            if state is RowState.NEW and isinstance(source, Draft) and source.entity == entity
        }

    def counts(self, path: str | None = None) -> Counter[RowState]:
        """How many rows of each state, in one file or in all."""
        return Counter({state: len(self._places.get((state, path), ())) for state in RowState})

    def places(self, state: RowState | None = None, path: str | None = None) -> Sequence[int]:
        """Where the rows of a state, or of a file, are."""
        return self._places.get((state, path), ())

    def dissolve(self) -> None:
        """Let the rows go without holding up other threads. To be called on a lane, when nobody looks any more."""
        let_go(*self._places.values(), self._entries)
        self._places.clear()

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[PreviewRow]:
        return (self.row(place) for place in range(len(self)))

    def row(self, place: int) -> PreviewRow:
        """One row with what changes in it."""
        at, number, state, source = self._entries[place]
        plan = self._files[at].plan
        path, entity = str(plan.path), plan.entity or ""
        if isinstance(source, tuple):
            called = self._files[at].called.get(number, "")
            return PreviewRow(path=path, number=number, state=state, entity=entity, title=called, problems=source)
        title = REGISTRY[entity].title
        name = source.writes.get(title) or (source.found or {}).get(title) or source.said.get(title) or ""
        return PreviewRow(
            path=path,
            number=number,
            state=state,
            entity=entity,
            title=str(name),
            changes=self._changes(source) if state is not RowState.REFUSED else (),
            problems=(source.problem,) if source.problem is not None else (),
        )

    def _changes(self, draft: Draft) -> tuple[FieldChange, ...]:
        kinds = REGISTRY[draft.entity]
        there = {**(draft.found or {}), **draft.writes}
        return tuple(
            FieldChange(
                field=name,
                old=self._told(draft.before.get(name)),
                new=self._told(value),
                currency=str(there.get(kinds.field(name).currency_field or "") or "")
                if kinds.field(name).type is FieldType.MONEY
                else "",
            )
            for name, value in draft.writes.items()
        )

    def _told(self, value: Any) -> Any:
        """A record's name in the place of its id."""
        return self._called.get(value, value) if isinstance(value, str) else value
