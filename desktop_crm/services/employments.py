"""Where people work: in several accounts at once, with a role and dates in each; who changes company keeps the history.

The contact's own account is today's; `employment` rows are the others, and those that ended.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from desktop_crm.domain.schema.options import EmploymentRelation, LeadStatus
from desktop_crm.foundation.changes import ChangeKind, Changes
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import tr
from desktop_crm.persistence.stores import employments as store
from desktop_crm.persistence.stores.employments import Employment
from desktop_crm.persistence.tables import ROWS, SyncedRow
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
    is_new = bool(after) and not store.is_noted(work.session, contact_id, after)
    if after and not store.open_rows(work.session, contact_id, after):
        work.insert("employment", {"contact_id": contact_id, "account_id": after, "started_on": today})
    if is_new and store.is_known(work.session, contact_id):
        _show_as_lead(work, row, before, after)


def _show_as_lead(work: UnitOfWork, row: SyncedRow, before: str, after: str) -> None:
    """Somebody we spoke with opens a door where they are now: a new lead there, which says whence we know them.

    Its id is made of person and company, so that two laptops make one of it. Whoever goes back to a former company makes none.
    """
    lead_id = RowId(str(uuid.uuid5(_FORMER, f"lead {row.id} {after}")))
    left, now = (work.session.get(ROWS["account"], one) for one in (before, after))
    if left is None or now is None or work.session.get(ROWS["lead"], lead_id) is not None:
        return
    company = str(left.field_value("name") or "")
    fields = {
        "name": row.field_value("name"),
        "company": now.field_value("name"),
        "phone": row.field_value("mobile") or row.field_value("phone"),
        "source": tr("Known from {company}", company=company),
        "status": LeadStatus.NEW.value,
        "owner_id": now.field_value("owner_id") or row.field_value("owner_id") or work.author.user_id,
        "note": tr("{name} was at {company} before.", name=row.field_value("name") or "", company=company),
    }
    work.insert("lead", {name: value for name, value in fields.items() if value is not None}, lead_id)
