"""Where conflicts show: the fields of one record whose value came together with another, and how many an account or a map has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop_crm.persistence.stores import sync as store
from desktop_crm.services.workspace import Workspace

_OPEN = "FROM conflict WHERE _deleted IS NULL AND state='open' AND entity=? AND row_id=?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An open conflict of a field."""

    conflict_id: str
    field: str
    kind: str


def marks_of(workspace: Workspace, entity: str, row_id: str) -> Mapping[str, Mark]:
    """The open conflicts of one record by field; of several about one field, the newest."""
    with workspace.read() as session:
        found = session.connection().exec_driver_sql(
            f"SELECT id, field, kind {_OPEN} ORDER BY lost_at", (entity, row_id)
        )
        return {row[1]: Mark(conflict_id=row[0], field=row[1], kind=row[2] or "value") for row in found if row[1]}


def first_of_account(workspace: Workspace, account_id: str) -> tuple[int, str]:
    """How many open conflicts an account and its records have, and the newest one's id."""
    with workspace.read() as session:
        connection = session.connection()
        lines = store.read_conflicts(connection, open_only=True)
        accounts = store.accounts_of(connection, [(line.entity, line.row_id) for line in lines])
    mine = [line.id for line in lines if accounts.get((line.entity, line.row_id)) == account_id]
    return len(mine), mine[0] if mine else ""


def first_of_map(workspace: Workspace, map_id: str) -> tuple[int, str]:
    """How many open conflicts a stakeholder map, its cards and what hangs on them have, and the newest one's id."""
    from desktop_crm.persistence.stores import stakeholders as map_store

    with workspace.read() as session:
        found = map_store.conflicts_on(session, map_id)
    return len(found), found[0] if found else ""
