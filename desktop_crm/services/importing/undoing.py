"""Taking a whole import back, updates included, at any time. What someone wrote or built on it later stays and is named."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from desktop_crm.foundation.changes import ChangeKind, Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.stores import imports as store
from desktop_crm.persistence.stores.history import Deed, deeds
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.history import Kept
from desktop_crm.services.workspace import Workspace

_BOOKKEEPING = frozenset({"open_reference", "own_field"})
_MADE = frozenset({ChangeKind.CREATED.value, ChangeKind.RESTORED.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What an undo took back: rows removed, rows set back, and what it left alone (`field` is empty for a whole row)."""

    import_id: str
    removed: int
    restored: int
    kept: tuple[Kept, ...] = ()
    changes: Changes = field(default_factory=Changes.none)


@dataclass(slots=True, kw_only=True)
class _Standing:
    """What others did since: fields written by row, rows written at all."""

    fields: dict[tuple[str, str], set[str]]

    def edited(self, entity: str, row_id: str) -> bool:
        return (entity, row_id) in self.fields


def undo_import(workspace: Workspace, import_id: str) -> Undone:
    """Take an import back in one transaction.

    A row that it made goes, unless someone edited it or made other records refer to it; a value that it changed returns, unless
    someone wrote over it. Raises Refusal `import.unknown`, `import.undone`.
    """
    with workspace.write(f"import.undo:{import_id}") as work:
        past = store.past_run(work.session, import_id)
        if past is None:
            raise Refusal("import.unknown", id=import_id)
        if past.state == "undone":
            raise Refusal("import.undone", id=import_id)
        transactions = store.transactions_of(work.session, import_id)
        done = [deed for transaction in reversed(transactions) for deed in deeds(work.session, transaction)]
        later: dict[tuple[str, str], set[str]] = defaultdict(set)
        for change in store.later_changes(work.session, transactions):
            later[change.entity, change.row_id].update(change.fields or {"*"})
        kept: list[Kept] = []
        removed = _remove(work, done, _Standing(fields=later), kept)
        restored = _set_back(work, done, later, removed, kept)
        _tidy(work, done, removed)
        store.set_state(work.connection, import_id, "undone")
    return Undone(
        import_id=import_id,
        removed=sum(len(ids) for ids in removed.values()),
        restored=restored,
        kept=tuple(kept),
        changes=work.changes,
    )


def _remove(work: UnitOfWork, done: list[Deed], later: _Standing, kept: list[Kept]) -> dict[str, set[str]]:
    """Rows that the import made, but for those that people have built on since; these keep what they point to as well."""
    made: dict[str, set[str]] = defaultdict(set)
    for deed in done:
        if deed.kind in _MADE and deed.entity not in _BOOKKEEPING:
            made[deed.entity].add(deed.row_id)
    leaving = {entity: {row_id for row_id in ids if not later.edited(entity, row_id)} for entity, ids in made.items()}
    letting_go = {
        (deed.entity, deed.row_id, value)
        for deed in done
        if deed.kind == ChangeKind.UPDATED
        for value in deed.after.values()
        if isinstance(value, str)
    }
    staying = True
    while staying:
        staying = False
        for entity, ids in leaving.items():
            for other, row_id, target in store.pointing_at(work.session, entity, frozenset(ids)):
                if row_id not in leaving.get(other, ()) and target in ids and (other, row_id, target) not in letting_go:
                    ids.discard(target)
                    staying = True
    for entity, ids in made.items():
        kept.extend(Kept(entity=entity, row_id=row_id, field="") for row_id in sorted(ids - leaving[entity]))
        work.bulk(entity, deletes=sorted(leaving[entity]))
    return leaving


def _set_back(
    work: UnitOfWork,
    done: list[Deed],
    later: dict[tuple[str, str], set[str]],
    removed: dict[str, set[str]],
    kept: list[Kept],
) -> int:
    """Values that the import changed, newest deed first, so that the oldest value wins."""
    back: dict[str, dict[str, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    made = {(deed.entity, deed.row_id) for deed in done if deed.kind in _MADE}
    for deed in done:
        key = deed.entity, deed.row_id
        if (
            deed.kind != ChangeKind.UPDATED
            or deed.entity in _BOOKKEEPING
            or key in made
            or deed.row_id in removed.get(deed.entity, ())
        ):
            continue
        for name in deed.after:
            if name in later.get(key, ()):
                kept.append(Kept(entity=deed.entity, row_id=deed.row_id, field=name))
            else:
                back[deed.entity][deed.row_id][name] = deed.before.get(name)
    for entity, rows in back.items():
        work.bulk(entity, updates=list(rows.items()))
    return sum(len(rows) for rows in back.values())


def _tidy(work: UnitOfWork, done: list[Deed], removed: dict[str, set[str]]) -> None:
    """Open references of this import and of rows that are gone; names of own fields that no row has any more."""
    gone = set().union(*removed.values()) if removed else set()
    mine = {deed.row_id for deed in done if deed.kind == ChangeKind.CREATED and deed.entity in _BOOKKEEPING}
    references = store.values_of(work.session, "open_reference", ("row_id",))
    work.bulk("open_reference", deletes=[one for one, values in references if one in mine or values["row_id"] in gone])
    labels = list(store.values_of(work.session, "own_field", ("entity", "field")))
    unused = [
        one
        for one, values in labels
        if one in mine and not store.is_used(work.session, values["entity"], values["field"])
    ]
    work.bulk("own_field", deletes=unused)
