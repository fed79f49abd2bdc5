"""Many records at once: one change of a whole selection, in one transaction that one undo takes back.

Every row passes the same rules as when it is changed alone. Rows that a rule refuses stay as they are and are named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop_crm.domain.lists.filters import Filter, Group, Test
from desktop_crm.domain.lists.query import Selection
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.stores import lists as store
from desktop_crm.persistence.stores.records import titles
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.employments import keep_former
from desktop_crm.services.lists import chosen
from desktop_crm.services.records import check, refuse_untyped
from desktop_crm.services.workspace import Workspace

STEP = 500
MOST_NAMED = 50

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that stayed as it was, and why."""

    id: str
    title: str
    refusal: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkResult:
    """What a change of many did. `refused` counts all rows that stayed, `named` are the first of them."""

    changes: Changes
    changed: int
    refused: int = 0
    named: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How many rows are chosen, and how many of them hold something else than what is to be set."""

    chosen: int
    differing: int


def preview(workspace: Workspace, entity: str, selection: Selection, fields: Mapping[str, Any]) -> Preview:
    """What setting these fields would touch; rules are asked when it is done."""
    known = REGISTRY[entity]
    tests = [
        Filter(field=name, test=Test.FILLED)
        if value is None
        else Filter(field=known.field(name).name, test=Test.IS_NOT, value=value)
        for name, value in fields.items()
    ]
    counted = total = 0
    with workspace.read() as session:
        for query in chosen(workspace, entity, selection):
            total += store.count(session, entity, query)
            differing = replace(query, filters=(*query.filters, Group(parts=tuple(tests), any=True)))
            counted += store.count(session, entity, differing) if tests else 0
    return Preview(chosen=total, differing=counted)


def set_many(
    workspace: Workspace,
    entity: str,
    selection: Selection,
    fields: Mapping[str, Any],
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = bool,
) -> BulkResult:
    """Set fields of all chosen rows. Raises Refusal `value.required`, `bulk.cancelled`; what a rule says of a row stands in the result."""
    empty = [
        f.name for f in REGISTRY[entity].fields if f.required and f.name in fields and fields[f.name] in {None, ""}
    ]
    if empty:
        raise Refusal("value.required", entity=entity, field=empty[0])
    refused: list[Refused] = []
    done = changed = 0
    with workspace.write(f"{entity}.set_many") as work:
        for ids in _steps(workspace, work, entity, selection):
            rows = store.rows(work.session, entity, ids)
            for row_id in ids:
                try:
                    refuse_untyped(work, entity, row_id, fields)
                    check(work, entity, row_id, fields)
                except Refusal as refusal:
                    title = rows[row_id].field_value(REGISTRY[entity].title) if row_id in rows else ""
                    refused.append(Refused(id=row_id, title=str(title or ""), refusal=refusal))
                    continue
                row = rows[row_id]
                if any(row.field_value(name) != value for name, value in fields.items()):
                    changed += 1
                    if entity == "contact":
                        keep_former(work, row_id, fields, workspace.today())
                    for name, value in fields.items():
                        row.put(name, value)
            done = _step_done(work, done + len(ids), progress, cancelled)
    return BulkResult(changes=work.changes, changed=changed, refused=len(refused), named=tuple(refused[:MOST_NAMED]))


def delete_many(
    workspace: Workspace,
    entity: str,
    selection: Selection,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = bool,
) -> BulkResult:
    """Mark all chosen rows as deleted. An account with accounts below it that are not chosen too stays, and so do those above it."""
    done = changed = 0
    stay = _with_others_below(workspace, selection) if entity == "account" else {}
    refused = [Refused(id=i, title=title, refusal=Refusal("account.has_children", id=i)) for i, title in stay.items()]
    with workspace.write(f"{entity}.delete_many") as work:
        if REGISTRY[entity].server_made:
            raise Refusal("record.server_made", entity=entity)
        for ids in _steps(workspace, work, entity, selection):
            for row_id, row in store.rows(work.session, entity, ids).items():
                if row_id not in stay:
                    row.row_deleted = "now"  # the unit of work puts the operation's stamp in its place
                    changed += 1
            done = _step_done(work, done + len(ids), progress, cancelled)
    return BulkResult(changes=work.changes, changed=changed, refused=len(refused), named=tuple(refused[:MOST_NAMED]))


def _steps(workspace: Workspace, work: UnitOfWork, entity: str, selection: Selection) -> list[Sequence[str]]:
    """The ids of all chosen rows, so many at a time; read before anything is written, since a write may move a row out of the filter."""
    found: list[Sequence[str]] = []
    for query in chosen(workspace, entity, selection):
        after = ""
        while ids := store.ids(work.session, entity, query, after, STEP):
            found.append(ids)
            after = ids[-1]
    return found


def _step_done(work: UnitOfWork, done: int, progress: Progress | None, cancelled: Callable[[], bool]) -> int:
    work.session.flush()
    work.session.expunge_all()
    if cancelled():
        raise Refusal("bulk.cancelled")
    if progress is not None:
        progress(done)
    return done


def _with_others_below(workspace: Workspace, selection: Selection) -> dict[str, str]:
    """Chosen accounts that must stay, with their names: something below them stays, at any depth."""
    picked: dict[str, str] = {}
    parents: dict[str, str] = {}
    with workspace.read() as session:
        for query in chosen(workspace, "account", selection):
            after = ""
            while ids := store.ids(session, "account", query, after, STEP):
                picked.update(dict.fromkeys(ids, ""))
                after = ids[-1]
        parents = store.parents(session, "account", "parent_id")
        stay: set[str] = set()
        for child, parent in parents.items():
            node: str | None = parent if child not in picked else None
            while node is not None and node in picked and node not in stay:
                stay.add(node)
                node = parents.get(node)
        return titles(session, "account", stay)
