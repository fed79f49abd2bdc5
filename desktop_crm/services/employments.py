"""Where people work: in several accounts at once, with a role and dates in each; who changes company keeps the history.

The contact's own account is today's; `employment` rows are the others, and those that ended.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from desktop_crm.domain.schema.options import EmploymentRelation
from desktop_crm.foundation.changes import ChangeKind, Changes
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.stores import employments as store
from desktop_crm.persistence.stores.employments import Employment
from desktop_crm.persistence.tables import ROWS
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.workspace import Workspace

__all__ = ["Employment"]

_FORMER: Final = uuid.UUID("6d0f5a52-0f0b-5c0e-9a37-8b7f0a1f4c21")


def of_contact(workspace: Workspace, contact_id: str) -> tuple[Employment, ...]:
    """Where a person works and worked, today's account first."""
    with workspace.read() as session:
        return store.of_contact(session, contact_id)


def elsewhere(workspace: Workspace, account_id: str) -> tuple[Employment, ...]:
    """Who also works here or once did, and has another account today."""
    with workspace.read() as session:
        return store.elsewhere(session, account_id)


def end(workspace: Workspace, employment_id: str, on: date | None = None) -> Changes:
    """Somebody no longer works there, from that day or today. Raises Refusal `record.missing`."""
    with workspace.write("employment.end") as work:
        work.update("employment", employment_id, {"ended_on": on or workspace.today()})
    return work.changes


def keep_former_after(workspace: Workspace, changes: Changes) -> Changes:
    """After a pull: who changed company elsewhere, where nobody wrote down the former one, gets it as a former employment.

    Every laptop that sees it writes the same row, so that there is one of it.
    """
    moved = [
        item.row_id
        for item in changes.items
        if item.entity == "contact" and item.kind is ChangeKind.UPDATED and "account_id" in item.fields
    ]
    with workspace.read() as session:
        found = [(one, store.left(session, one)) for one in dict.fromkeys(moved)]
    wanted = [(one, before) for one, before in found if before]
    if not wanted:
        return Changes.none()
    with workspace.write("employment.keep") as work:
        for contact, account in wanted:
            if work.session.get(ROWS["contact"], contact) is None or store.is_noted(work.session, contact, account):
                continue
            relation, row_id = EmploymentRelation.EMPLOYEE.value, _former_id(contact, account)
            fields = {"contact_id": contact, "account_id": account, "relation": relation}
            work.insert("employment", {**fields, "ended_on": workspace.today()}, row_id)
    return work.changes


def _former_id(contact: str, account: str) -> RowId:
    return RowId(str(uuid.uuid5(_FORMER, f"{contact} {account}")))


def keep_former(work: UnitOfWork, contact_id: str, fields: Mapping[str, Any], today: date) -> None:
    """Before a contact gets another account: the one of today becomes a former employment, with its title, ended now.

    What the contact says besides (`title`, `department`) stays with the company that it was said of.
    """
    row = work.session.get(ROWS["contact"], contact_id)
    before = row.field_value("account_id") if row is not None else None
    if row is None or not before or "account_id" not in fields or fields["account_id"] == before:
        return
    open_rows = store.open_rows(work.session, contact_id, before)
    for one in open_rows:
        work.update("employment", one.id, {"ended_on": today})
    if not open_rows:
        said = {name: row.field_value(name) for name in ("title", "department")}
        relation = EmploymentRelation.EMPLOYEE.value
        work.insert(
            "employment",
            {"contact_id": contact_id, "account_id": before, "relation": relation, "ended_on": today, **said},
        )
    after = fields["account_id"]
    if after and not store.open_rows(work.session, contact_id, after):
        work.insert("employment", {"contact_id": contact_id, "account_id": after, "started_on": today})
