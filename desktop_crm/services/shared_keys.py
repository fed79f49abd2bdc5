"""Sets of duplicates that are written down: opened where two records carry one key, put aside where they are not the same.

The id of a set is made from its members, so that laptops which say the same write the same row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from desktop_crm.domain.accounts.duplicates import joining
from desktop_crm.domain.schema import REGISTRY, MergeRule
from desktop_crm.domain.schema.options import DuplicateState
from desktop_crm.foundation.changes import Changes
from desktop_crm.persistence.stores import duplicates as store
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.workspace import Workspace


def dismiss(workspace: Workspace, entity: str, members: Sequence[str]) -> Changes:
    """Say that these are different records: no laptop offers them again."""
    with workspace.write("duplicates.dismiss") as work:
        names = store.living(work.session, entity, members)
        _put(work, entity, members, " · ".join(names.values()), {"state": DuplicateState.DISMISSED.value})
    return work.changes


def note_shared_keys(
    work: UnitOfWork, entity: str, row_ids: Sequence[str], fields: Iterable[str] | None = None
) -> None:
    """A key that two records carry is accepted, and a set is opened for whoever decides (SYNC.md, unique keys)."""
    named = set(fields) if fields is not None else None
    keys = [
        f.name for f in REGISTRY[entity].fields if f.merge is MergeRule.UNIQUE and (named is None or f.name in named)
    ]
    for name in keys:
        for members in store.shared_values(work.session, entity, name, row_ids).values():
            if not _is_compared(entity):
                return
            titles = store.living(work.session, entity, members)
            _open(work, entity, members, " · ".join(titles.values()), name)


def _is_compared(entity: str) -> bool:
    """Whether duplicates of this kind are looked for. Asked only when a key is shared: it brings the libraries that compare."""
    from desktop_crm.domain.accounts.duplicates.profiles import READINGS

    return entity in READINGS


def _open(work: UnitOfWork, entity: str, members: Sequence[str], name: str, field: str) -> None:
    if store.has_set(work.session, joining.set_id(entity, members)):
        return  # decided before, or open already
    values_of = {"state": DuplicateState.OPEN.value, "field": field, "probability": Decimal(1)}
    _put(work, entity, members, name, values_of)


def _put(work: UnitOfWork, entity: str, members: Sequence[str], name: str, fields: Mapping[str, Any]) -> None:
    row_id = joining.set_id(entity, members)
    if store.has_set(work.session, row_id):
        work.update("duplicate_set", row_id, fields)
        return
    row = {"id": row_id, "name": name[:200], "entity": entity, "members": tuple(sorted(set(members)))}
    work.bulk("duplicate_set", inserts=[{**row, **fields}])
