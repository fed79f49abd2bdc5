"""Taking a whole import back, updates included, at any time. What someone wrote or built on it later stays and is named."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from desktop_crm.domain.pipeline.stages import FIRST_PIPELINE, FIRST_STAGES
from desktop_crm.foundation.changes import ChangeKind, Changes
from desktop_crm.foundation.collector import let_go, resting
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.stores import imports as store
from desktop_crm.persistence.stores.history import Deed, deeds
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.history import Kept
from desktop_crm.services.record_rules import broken
from desktop_crm.services.workspace import Workspace

_BOOKKEEPING = frozenset({"open_reference", "own_field", "imported_file"})
_FURNITURE = frozenset({FIRST_PIPELINE, *(stage.id for stage in FIRST_STAGES)})
"""The first pipeline is every workspace's, under the same ids: taken away here it would be missing at others who share a server."""
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
class _Past:
    """What an import did to one row: whether it made it, what it left there, and what was there before."""

    made: bool = False
    brought_back: bool = False
    left: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    now: dict[str, Any] | None = None
    """The row as it stands, or None when it is gone."""

    def stands(self) -> bool:
        """Whether a row that was made is still as the import left it; one that was brought back has values of its own."""
        if self.now is None:
            return False
        seen = self.left if self.brought_back else self.now
        return all(self.now.get(name) == self.left.get(name) for name in seen)


_Rows = dict[str, dict[str, _Past]]


def undo_import(workspace: Workspace, import_id: str) -> Undone:
    """Take an import back in one transaction.

    A row that it made goes, unless someone edited it or made other records refer to it; a value that it changed returns, unless
    someone wrote over it. Raises Refusal `import.unknown`, `import.undone`.
    """
    with resting(), workspace.write(f"import.undo:{import_id}") as work:
        past = store.past_run(work.session, import_id)
        if past is None:
            raise Refusal("import.unknown", id=import_id)
        if past.state == "undone":
            raise Refusal("import.undone", id=import_id)
        done = [
            deed
            for transaction in store.transactions_of(work.session, import_id)
            for deed in reversed(deeds(work.session, transaction))
        ]
        rows = _rows(work, done)
        kept: list[Kept] = []
        removed = _remove(work, rows, kept)
        restored = _set_back(work, rows, kept)
        _tidy(work, done, removed)
        store.set_state(work.connection, import_id, "undone")
        let_go(*rows.values(), done)
    return Undone(
        import_id=import_id,
        removed=sum(len(ids) for ids in removed.values()),
        restored=restored,
        kept=tuple(kept),
        changes=work.changes,
    )


def _rows(work: UnitOfWork, done: list[Deed]) -> _Rows:
    """What the deeds, oldest first, come to for each row, beside what stands there now."""
    rows: _Rows = defaultdict(dict)
    for deed in done:
        if deed.entity in _BOOKKEEPING or deed.row_id in _FURNITURE:
            continue
        past = rows[deed.entity].setdefault(deed.row_id, _Past())
        past.made = past.made or deed.kind in _MADE
        past.brought_back = past.brought_back or deed.kind == ChangeKind.RESTORED
        for name, value in deed.after.items():
            past.before.setdefault(name, deed.before.get(name))
            past.left[name] = value
    for entity, pasts in rows.items():
        for row_id, values in store.whole_rows(work.session, entity):
            if row_id in pasts:
                pasts[row_id].now = values
    return rows


def _remove(work: UnitOfWork, rows: _Rows, kept: list[Kept]) -> dict[str, set[str]]:
    """Rows that the import made, but for those that people have built on since; these keep what they point to as well."""
    made = {
        entity: {row_id for row_id, past in pasts.items() if past.made and past.now is not None}
        for entity, pasts in rows.items()
    }
    leaving = {entity: {row_id for row_id in ids if rows[entity][row_id].stands()} for entity, ids in made.items()}
    letting_go = {
        (entity, row_id, value)
        for entity, pasts in rows.items()
        for row_id, past in pasts.items()
        if not past.made and past.now is not None
        for name, value in past.left.items()
        if isinstance(value, str) and past.now.get(name) == value
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


def _set_back(work: UnitOfWork, rows: _Rows, kept: list[Kept]) -> int:
    """Values that the import changed in rows that were there before, as far as they still stand."""
    restored = 0
    for entity, pasts in rows.items():
        back: dict[str, dict[str, Any]] = defaultdict(dict)
        for row_id, past in pasts.items():
            if past.made or past.now is None:
                continue
            for name, value in past.left.items():
                if past.now.get(name) == value:
                    back[row_id][name] = past.before.get(name)
                else:
                    kept.append(Kept(entity=entity, row_id=row_id, field=name))
        for refused, _ in list(broken(work, entity, back.items())):
            kept.extend(Kept(entity=entity, row_id=str(refused), field=name) for name in back.pop(str(refused)))
        work.bulk(entity, updates=list(back.items()))
        restored += len(back)
    return restored


def _tidy(work: UnitOfWork, done: list[Deed], removed: dict[str, set[str]]) -> None:
    """Open references of this import and of rows that are gone; names of own fields that no row has any more."""
    gone = set().union(*removed.values()) if removed else set()
    mine = {deed.row_id for deed in done if deed.kind in _MADE and deed.entity in _BOOKKEEPING}
    references = store.values_of(work.session, "open_reference", ("row_id",))
    work.bulk("open_reference", deletes=[one for one, values in references if one in mine or values["row_id"] in gone])
    files = store.values_of(work.session, "imported_file", ())
    work.bulk("imported_file", deletes=[one for one, _ in files if one in mine])
    labels = list(store.values_of(work.session, "own_field", ("entity", "field")))
    unused = [
        one
        for one, values in labels
        if one in mine and not store.is_used(work.session, values["entity"], values["field"])
    ]
    work.bulk("own_field", deletes=unused)
