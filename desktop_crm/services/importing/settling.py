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
from desktop_crm.i18n.labels import entity_label
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import imports as store
from desktop_crm.persistence.stores.records import titles
from desktop_crm.services.importing.kinds import DEFAULTS
from desktop_crm.services.importing.open_names import chain_above, explain
from desktop_crm.services.importing.reports import OpenGroup
from desktop_crm.services.workspace import Workspace

_FIELDS = ("entity", "row_id", "field", "value", "target", "suggestion_id", "state", "import_id")


def open_references(workspace: Workspace, import_id: str | None = None) -> tuple[OpenGroup, ...]:
    """What is still open, of one import or of all; each name once, the most frequent first."""
    with workspace.read() as session:
        piles: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
        for reference, one in sorted(store.values_of(session, "open_reference", _FIELDS)):
            if one["state"] == ReferenceState.OPEN and import_id in {None, one["import_id"]}:
                piles[one["entity"], one["field"], one["value"]].append(one | {"id": reference})
        wanted: dict[str, set[str]] = defaultdict(set)
        for pile in piles.values():
            if pile[0]["suggestion_id"]:
                wanted[pile[0]["target"]].add(pile[0]["suggestion_id"])
        called: dict[str, str] = {}
        for target, ids in wanted.items():
            called |= titles(session, target, ids)
        groups = [
            OpenGroup(
                id=pile[0]["id"],
                entity=entity,
                field=field,
                value=value,
                target=pile[0]["target"],
                suggestion_id=pile[0]["suggestion_id"],
                suggestion=called.get(pile[0]["suggestion_id"] or ""),
                rows=len(pile),
                reason="near",
            )
            for (entity, field, value), pile in piles.items()
        ]
        holders = {key: [one["row_id"] for one in pile] for key, pile in piles.items()}
        explained = explain(session, groups, {}, holders)
    return tuple(sorted(explained, key=lambda group: -group.rows))


def find_group(workspace: Workspace, word: str) -> OpenGroup:
    """The open group that someone names: by the id of one of its references, or by the name as it stood in the file.

    Raises Refusal `import.reference.gone`, `import.reference.ambiguous`.
    """
    with workspace.read() as session:
        some = [
            (one["entity"], one["field"], one["value"])
            for reference, one in store.values_of(session, "open_reference", _FIELDS)
            if one["state"] == ReferenceState.OPEN and word in {reference, one["value"]}
        ]
    wanted = set(some)
    if len(wanted) > 1:
        raise Refusal("import.reference.ambiguous", value=word)
    found = [group for group in open_references(workspace) if (group.entity, group.field, group.value) in wanted]
    if not found:
        raise Refusal("import.reference.gone", value=word)
    return found[0]


def accept_reference(
    workspace: Workspace, entity: str, field: str, value: str, target_id: str | None = None
) -> Changes:
    """Let all open references of this name mean the row that is proposed, or `target_id`.

    A row whose field was filled meanwhile keeps it. Raises Refusal `import.reference.gone`, `import.reference.no_proposal`,
    `import.reference.target` (no such record), `import.reference.circle`.
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
            if chosen is None:
                raise Refusal("import.reference.no_proposal", value=value)
            if not store.is_there(work.session, target, chosen):
                raise Refusal("import.reference.target", id=chosen, kind=entity_label(target))
            empty = dict(store.values_of(work.session, entity, (field,)))
            rows = [one["row_id"] for _, one in found if empty.get(one["row_id"], {field: ""})[field] is None]
            if target == entity and not chain_above(work.session, entity, field, chosen).isdisjoint(rows):
                raise Refusal("import.reference.circle", value=value)
            work.bulk(entity, updates=[(row_id, {field: chosen}) for row_id in rows])
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
