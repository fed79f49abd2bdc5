"""Trees within one entity (accounts, the reporting lines of a map): nothing comes to stand above itself, whoever writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.tables import ROWS, SyncedRow
from desktop_crm.persistence.unit_of_work import UnitOfWork


def refuse_circles(work: UnitOfWork, entity: str, row_id: str, fields: Mapping[str, Any]) -> None:
    """Raises Refusal `account.move.circle`, `stakeholder.reports_to.circle` (with the path that shows why)."""
    for field in REGISTRY[entity].references:
        if field.target == entity and fields.get(field.name):
            _refuse_circle(work, entity, row_id, field.name, fields[field.name])


def _refuse_circle(work: UnitOfWork, entity: str, row_id: str, field: str, parent: str) -> None:
    path: list[str] = []
    node, seen = parent, set()
    while node and node not in seen:
        seen.add(node)
        row = work.session.get(ROWS[entity], node)
        if row is None:
            return
        path.append(_title(work, row) or node)
        if node == row_id:
            raise _refusal(field, path)
        node = row.field_value(field)


def _refusal(field: str, path: list[str]) -> Refusal:
    """`path`: from the row that was to stand above, up to the one that was to stand below."""
    if field == "reports_to_id":
        return Refusal("stakeholder.reports_to.circle", path=" → ".join([path[-1], *path]))
    return Refusal("account.move.circle", account=path[-1], target=path[0], path=" › ".join(reversed(path)))


def _title(work: UnitOfWork, row: SyncedRow) -> str:
    """A card on a map is called as its contact is."""
    contact = row.field_value("contact_id") if row.described.name == "map_node" else None
    person = work.session.get(ROWS["contact"], contact) if contact else None
    named = row if person is None else person
    return str(named.field_value(named.described.title) or "")
