"""A rescue bundle: everything that is only on this laptop, in one encrypted file. What waits, what was refused, what is to be decided.

For a laptop that can push no more (its server is gone, its program too old, its disk failing). It is read back into any
workspace of the same team: each waiting or refused change is made again, as a new one, once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.codec import decode
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Trouble
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence import facts, outbox
from desktop_crm.persistence.stores import sync as store
from desktop_crm.persistence.tables import ROWS
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services import sealed_file
from desktop_crm.services.workspace import Workspace

KIND: Final = "rescue"
SUFFIX: Final = ".crmrescue"
_TAKEN: Final = "rescued"
_EVERYTHING: Final = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What a file holds. Values are in the registry's JSON form."""

    workspace: str
    user: str
    at: datetime
    waiting: tuple[Mapping[str, Any], ...]
    refused: tuple[Mapping[str, Any], ...]
    conflicts: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescued:
    """How a bundle was read back. `known`: changes that were taken before, or are here already."""

    taken: int
    known: int
    changes: Changes


def write(workspace: Workspace, path: Path, passphrase: str) -> Bundle:
    """Write the bundle. Raises Refusal `passphrase.too_short`; Trouble `sealed.unwritable`."""
    with workspace.read() as session:
        connection = session.connection()
        waiting = outbox.waiting(connection, _EVERYTHING, _EVERYTHING)
        refused = store.read_refused(connection)
        conflicts = store.read_conflicts(connection, open_only=True)
        user = outbox.state(connection).get("user_name", "")
    bundle = Bundle(
        workspace=workspace.name,
        user=user,
        at=workspace.clock.now(),
        waiting=tuple(asdict(op) for op in waiting),
        refused=tuple(asdict(line) for line in refused),
        conflicts=tuple(asdict(line) for line in conflicts),
    )
    text = json.dumps({**asdict(bundle), "at": bundle.at.isoformat()}, ensure_ascii=False)
    sealed_file.write(path, KIND, text.encode(), passphrase)
    return bundle


def read(path: Path, passphrase: str) -> Bundle:
    """What a file holds. Raises as `sealed_file.read`."""
    content = sealed_file.read(path, KIND, passphrase)
    try:
        held = json.loads(content)
        return Bundle(
            workspace=held["workspace"],
            user=held["user"],
            at=datetime.fromisoformat(held["at"]),
            waiting=tuple(held["waiting"]),
            refused=tuple(held["refused"]),
            conflicts=tuple(held["conflicts"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Trouble("sealed.damaged", file=path.name) from error


def take_back(workspace: Workspace, path: Path, passphrase: str) -> Rescued:
    """Make the changes of a bundle here, in the order in which they were typed; those that are here already are passed over."""
    bundle = read(path, passphrase)
    typed = sorted([*bundle.waiting, *bundle.refused], key=lambda op: str(op.get("hlc") or op.get("at")))
    with workspace.write(f"rescue:{path.name}") as work:
        here = _here(work, [str(op["op_id"]) for op in typed])
        fresh = [op for op in typed if op["op_id"] not in here]
        for op in fresh:
            _make(work, op)
        _note_taken(work, [op["op_id"] for op in fresh])
    return Rescued(taken=len(fresh), known=len(typed) - len(fresh), changes=work.changes)


def _here(work: UnitOfWork, ids: list[str]) -> set[str]:
    found = work.connection.exec_driver_sql(
        "SELECT value FROM json_each(?1) WHERE value IN (SELECT op_id FROM sync_outbox) OR value IN"
        " (SELECT op_id FROM sync_journal) OR value IN (SELECT op_id FROM sync_quarantine)",
        (json.dumps(ids),),
    )
    return {row[0] for row in found} | set(_taken(work))


def _taken(work: UnitOfWork) -> list[str]:
    return list(json.loads(facts.read_fact(work.connection, _TAKEN) or "[]"))


def _note_taken(work: UnitOfWork, ids: Iterable[str]) -> None:
    facts.write_fact(work.connection, _TAKEN, json.dumps(sorted({*_taken(work), *ids})))


def _make(work: UnitOfWork, op: Mapping[str, Any]) -> None:
    """One change, as a new one. A record that is not here is made under its own id; what is gone is not deleted again."""
    entity, row_id = str(op["entity"]), str(op["row_id"])
    if entity not in REGISTRY or REGISTRY[entity].server_made:
        return
    there = work.session.get(ROWS[entity], row_id)
    kind = op.get("kind", "set")
    if kind == "del":
        if there is not None and there.row_deleted is None:
            work.delete(entity, row_id)
        return
    if kind == "undel":
        if there is not None and there.row_deleted is not None:
            work.restore(entity, row_id)
        return
    fields = decoded(entity, op["fields"])
    if there is None:
        work.insert(entity, fields, RowId(row_id))
    else:
        work.update(entity, row_id, fields)


def decoded(entity: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of an operation as the registry's values; one that does not fit raises Refusal `value.…`."""
    known = REGISTRY[entity]
    return {
        name: decode(known.field(name), value) if known.has(name) or "." in name else value
        for name, value in fields.items()
    }


def default_name(workspace: Workspace, today: str) -> str:
    """What such a file is called."""
    plain = "".join(sign for sign in workspace.name if sign.isalnum() or sign in " -_").strip() or "workspace"
    return f"{plain} {today}{SUFFIX}"
