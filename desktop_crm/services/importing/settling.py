"""References that an import left open: list them, accept what is proposed, make what is missing, or drop them — a name at once.

Each act is one transaction that belongs to its import, so that undoing the import takes it back as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.options import ReferenceState
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import imports as store
from desktop_crm.persistence.stores.records import titles
from desktop_crm.services.importing.kinds import DEFAULTS
from desktop_crm.services.importing.reports import OpenGroup
from desktop_crm.services.workspace import Workspace

_FIELDS = ("entity", "row_id", "field", "value", "target", "suggestion_id", "state", "import_id")


def open_references(workspace: Workspace, import_id: str | None = None) -> tuple[OpenGroup, ...]:
    """What is still open, of one import or of all; each name once, the most frequent first."""
    with workspace.read() as session:
        piles: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
        for _, one in store.values_of(session, "open_reference", _FIELDS):
            if one["state"] == ReferenceState.OPEN and import_id in {None, one["import_id"]}:
                piles[one["entity"], one["field"], one["value"]].append(one)
        wanted: dict[str, set[str]] = defaultdict(set)
        for pile in piles.values():
            if pile[0]["suggestion_id"]:
                wanted[pile[0]["target"]].add(pile[0]["suggestion_id"])
        called: dict[str, str] = {}
        for target, ids in wanted.items():
            called |= titles(session, target, ids)
    groups = [
        OpenGroup(
            entity=entity,
            field=field,
            value=value,
            target=pile[0]["target"],
            suggestion_id=pile[0]["suggestion_id"],
            suggestion=called.get(pile[0]["suggestion_id"] or ""),
            rows=len(pile),
            reason="near" if pile[0]["suggestion_id"] else "unknown",
        )
        for (entity, field, value), pile in piles.items()
    ]
    return tuple(sorted(groups, key=lambda group: -group.rows))


def accept_reference(
    workspace: Workspace, entity: str, field: str, value: str, target_id: str | None = None
) -> Changes:
    """Let all open references of this name mean the row that is proposed, or `target_id`.

    A row whose field was filled meanwhile keeps it. Raises Refusal `import.reference.gone`, `import.reference.no_proposal`.
    """
    return _settle(workspace, entity, field, value, target_id=target_id, state=ReferenceState.ACCEPTED)


def drop_reference(workspace: Workspace, entity: str, field: str, value: str) -> Changes:
    """Leave these fields empty for good. Raises Refusal `import.reference.gone`."""
    return _settle(workspace, entity, field, value, target_id=None, state=ReferenceState.DROPPED)


def create_missing(workspace: Workspace, entity: str, field: str, value: str) -> Changes:
    """Make the row that the name should mean, and let all open references of this name mean it.

    Raises Refusal `import.reference.gone`.
    """
    return _settle(workspace, entity, field, value, target_id=None, state=ReferenceState.ACCEPTED, make=True)


def _settle(
    workspace: Workspace,
    entity: str,
    field: str,
    value: str,
    *,
    target_id: str | None,
    state: ReferenceState,
    make: bool = False,
) -> Changes:
    with workspace.read() as session:
        first = next(iter(_matching(session, entity, field, value)), None)
    if first is None:
        raise Refusal("import.reference.gone", value=value)
    with workspace.write(f"import:{first[1]['import_id']}:{state.value}") as work:
        found = list(_matching(work.session, entity, field, value))
        target = REGISTRY[entity].field(field).target or ""
        chosen = target_id or (found[0][1]["suggestion_id"] if found else None)
        if make:
            chosen = work.insert(target, DEFAULTS.get(target, {}) | {REGISTRY[target].title: value})
        if state is ReferenceState.ACCEPTED:
            if chosen is None or not store.taken_ids(work.session, target, [chosen]):
                raise Refusal("import.reference.no_proposal", value=value)
            empty = dict(store.values_of(work.session, entity, (field,)))
            rows = [one["row_id"] for _, one in found if empty.get(one["row_id"], {field: ""})[field] is None]
            work.bulk(entity, updates=[(row_id, {field: chosen}) for row_id in rows if row_id != chosen])
        told = {"state": state.value} | ({"suggestion_id": chosen} if chosen else {})
        work.bulk("open_reference", updates=[(reference, told) for reference, _ in found])
    return work.changes


def _matching(session: Session, entity: str, field: str, value: str) -> Iterable[tuple[str, dict[str, Any]]]:
    for reference, one in store.values_of(session, "open_reference", _FIELDS):
        if one["state"] == ReferenceState.OPEN and (one["entity"], one["field"], one["value"]) == (
            entity,
            field,
            value,
        ):
            yield reference, one
