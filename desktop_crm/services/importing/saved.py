"""Mappings that are kept for the next file of the same form: by the names of its columns, named, deletable. One fact of the workspace.

They are this laptop's own and not synced; nothing of a file's content is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from desktop_crm.foundation.errors import CrmError, Refusal
from desktop_crm.persistence.facts import read_facts, write_fact
from desktop_crm.services.importing.kinds import is_reason, squeezed
from desktop_crm.services.importing.mapping import as_wishes
from desktop_crm.services.importing.plan import FilePlan, How, ImportPlan
from desktop_crm.services.importing.recognising import plan_again
from desktop_crm.services.own_fields import OwnField, all_fields
from desktop_crm.services.workspace import Workspace

_FACT = "import_mappings"
_KEPT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedMapping:
    """A mapping with its name; `signature` stands for the names of the columns."""

    name: str
    signature: str
    wishes: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """What the file holds (`accounts`)."""
        return str(self.wishes.get("kind", ""))


def signature_of(columns: Iterable[str]) -> str:
    """The same for files with the same columns, in any order and spelling of gaps and capitals."""
    names = sorted(squeezed(column) or column for column in columns if not is_reason(column))
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()[:24]


def saved_mappings(workspace: Workspace) -> tuple[SavedMapping, ...]:
    """All of them, the latest first."""
    with workspace.read() as session:
        text = read_facts(session.connection()).get(_FACT, "[]")
    return tuple(SavedMapping(**one) for one in json.loads(text))


def save_mapping(workspace: Workspace, file: FilePlan, name: str) -> SavedMapping:
    """Keep how a file was mapped; it takes the place of the one of the same form or name. Raises Refusal `import.mapping.name`."""
    called = " ".join(name.split())
    if not called or file.entity is None:
        raise Refusal("import.mapping.name")
    signature = signature_of(column.column for column in file.columns)
    made = SavedMapping(name=called, signature=signature, wishes=as_wishes(replace(file, taken=())))
    others = [one for one in saved_mappings(workspace) if one.signature != signature and one.name != called]
    _keep(workspace, [made, *others][:_KEPT])
    return made


def made_by_hand(file: FilePlan) -> bool:
    """Whether someone changed how the file is mapped and it is not kept yet."""
    chosen = any(column.how is How.CHOSEN or column.reason == "chosen" or column.values for column in file.columns)
    return bool(not file.mapping and (chosen or file.keys or file.defaults))


def delete_mapping(workspace: Workspace, name: str) -> None:
    """Forget one. Raises Refusal `import.mapping.unknown`."""
    kept = saved_mappings(workspace)
    others = [one for one in kept if one.name != name]
    if len(others) == len(kept):
        raise Refusal("import.mapping.unknown", name=name)
    _keep(workspace, others)


def _keep(workspace: Workspace, mappings: Iterable[SavedMapping]) -> None:
    plain = [{"name": one.name, "signature": one.signature, "wishes": one.wishes} for one in mappings]
    with workspace.database.writing() as connection:
        write_fact(connection, _FACT, json.dumps(plain, ensure_ascii=False))


def _spelled(file: FilePlan, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The wishes with the columns as this file spells them."""
    wanted = {squeezed(name): wish for name, wish in wishes.get("columns", {}).items()}
    columns = {one.column: wanted[squeezed(one.column)] for one in file.columns if squeezed(one.column) in wanted}
    return {**wishes, "columns": columns}


def with_saved(workspace: Workspace, plan: ImportPlan, kind: str | None = None) -> ImportPlan:
    """The plan with saved mappings in the place of guesses, also for files whose kind could not be told.

    A mapping for another kind than `kind`, or one that no longer fits, is passed over.
    """
    known = {one.signature: one for one in saved_mappings(workspace)}
    own = all_fields(workspace)
    files = []
    for file in plan.files:
        file = _with_own(file, own)  # noqa: PLW2901
        found = known.get(signature_of(column.column for column in file.columns)) if file.columns else None
        if found is not None and kind in {None, found.kind}:
            with suppress(CrmError):
                file = replace(plan_again(file, _spelled(file, found.wishes)), mapping=found.name)  # noqa: PLW2901
        files.append(file)
    return replace(plan, files=tuple(files))


def _with_own(file: FilePlan, own: Iterable[OwnField]) -> FilePlan:
    """The plan with columns that are called as a field of one's own going into it."""
    called: dict[str, str] = {}
    own = [one for one in own if one.name and not one.retired]
    file = replace(file, own=tuple((one.entity, one.name) for one in own))
    for one in own:
        if one.entity == file.entity:
            called |= {squeezed(word): one.name for word in (one.label, one.label_en) if word}
    taken = {column.field for column in file.columns}
    for column in file.columns:
        name = called.get(squeezed(column.column)) if column.how is How.NEW_FIELD else None
        if name is not None and name not in taken:
            taken.add(name)
            file = file.with_column(replace(column, field=name, how=How.AUTO, reason="name"))
    return file
