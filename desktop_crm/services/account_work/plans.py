"""Account plans: made, filled line by line, shown with the white space, and as a document with what changed since a day."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from desktop_crm.documents.plan_document import PlanDocument
from desktop_crm.domain.accounts.plans import Mark, Marked, Plan, PlanItem, changed_since, plan_progress
from desktop_crm.domain.accounts.white_space import WhiteSpace
from desktop_crm.domain.quotes.order_keys import DIGITS, key_between
from desktop_crm.domain.quotes.paper import PaperKind
from desktop_crm.domain.schema.options import PlanItemKind
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.hlc import Stamp
from desktop_crm.i18n import tr
from desktop_crm.persistence.stores import plans as store
from desktop_crm.persistence.stores import white_space as cells
from desktop_crm.persistence.stores.plans import PlanLine
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services import working_papers
from desktop_crm.services.account_work import white_space
from desktop_crm.services.records import Created, check
from desktop_crm.services.workspace import Workspace

__all__ = ["Mark", "Marked", "Plan", "PlanItem", "PlanLine", "PlanPage"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """The plans of an account, the one that is looked at, how far it is, and the white space."""

    plans: tuple[PlanLine, ...]
    plan: Plan | None
    progress: int | None
    white_space: WhiteSpace
    today: date


def page(workspace: Workspace, account_id: str, plan_id: str | None = None) -> PlanPage:
    """What the plan tab shows; the newest plan where none is named, or where it is gone."""
    with workspace.read() as session:
        known = store.plans(session, account_id)
        wanted = next((one.id for one in known if one.id == plan_id), known[0].id if known else None)
        plan = store.plan(session, wanted) if wanted else None
        return PlanPage(
            plans=known,
            plan=plan,
            progress=plan_progress(plan) if plan else None,
            white_space=white_space.grid_in(session, account_id),
            today=workspace.today(),
        )


def begin(workspace: Workspace, account_id: str, name: str = "") -> Created:
    """A new plan for this year, in the name of whoever works here. Raises Refusal `reference.missing`."""
    today = workspace.today()
    fields = {
        "name": name.strip() or tr("Plan {year}", year=today.year),
        "account_id": account_id,
        "owner_id": workspace.author.user_id,
        "start_date": date(today.year, 1, 1),
        "end_date": date(today.year, 12, 31),
    }
    with workspace.write("plans.begin") as work:
        check(work, "account_plan", None, fields)
        row_id = work.insert("account_plan", fields)
    return Created(id=row_id, changes=work.changes)


def add(workspace: Workspace, plan_id: str, kind: PlanItemKind, subject: str, **fields: Any) -> Created:
    """A new line at the end of a plan. `competitor` names one that may not be known yet.

    Raises Refusal `value.required`, `reference.missing`.
    """
    if not subject.strip():
        raise Refusal("value.required", entity="plan_item", field="subject")
    with workspace.write("plans.add") as work:
        values = {"plan_id": plan_id, "kind": kind.value, "subject": subject.strip(), **_with_competitor(work, fields)}
        check(work, "plan_item", None, values)
        suffix = "".join(secrets.choice(DIGITS[1:]) for _ in range(3))
        values["order_key"] = key_between(store.last_key(work.session, plan_id), None, suffix)
        row_id = work.insert("plan_item", values)
    return Created(id=row_id, changes=work.changes)


def change(workspace: Workspace, item_id: str, **fields: Any) -> Changes:
    """Set fields of a line. Raises Refusal `record.missing`, `value.required`, `reference.missing`."""
    if "subject" in fields and not str(fields["subject"] or "").strip():
        raise Refusal("value.required", entity="plan_item", field="subject")
    with workspace.write("plans.change") as work:
        values = _with_competitor(work, fields)
        check(work, "plan_item", item_id, values)
        work.update("plan_item", item_id, values)
    return work.changes


def remove(workspace: Workspace, item_id: str) -> Changes:
    """Take a line out. Raises Refusal `record.missing`."""
    with workspace.write("plans.remove") as work:
        work.delete("plan_item", item_id)
    return work.changes


def document(workspace: Workspace, plan_id: str, since: date | None = None) -> PlanDocument:
    """Everything the printed plan says; with `since`, what changed from the beginning of that day on."""
    with workspace.read() as session:
        plan = store.plan(session, plan_id)
        marks: tuple[Marked, ...] = ()
        if since is not None:
            moment = datetime.combine(since, time.min).astimezone(UTC)
            millis = max(0, int((moment - _EPOCH).total_seconds() * 1000))
            marks = changed_since(store.items_at(session, plan_id, Stamp(f"{millis:012x}")), plan.items)
        found = PlanDocument(
            plan=plan,
            progress=plan_progress(plan),
            white_space=white_space.grid_in(session, plan.account_id, 8),
            marks=marks,
            since=since,
            today=workspace.today(),
            company=workspace.name,
        )
    return working_papers.dressed(workspace, found, PaperKind.PLAN)


def print_to(workspace: Workspace, plan_id: str, target: Path, locale: str, since: date | None = None) -> int:
    """Write the plan as a PDF; returns its size. Raises Refusal `record.missing`; Trouble `export.file.unwritable`."""
    from desktop_crm.documents import plan_pdf

    data = plan_pdf.render(document(workspace, plan_id, since), locale)
    write_whole(target, data)
    return len(data)


def _with_competitor(work: UnitOfWork, fields: dict[str, Any]) -> dict[str, Any]:
    name = str(fields.get("competitor") or "").strip()
    values = {key: value for key, value in fields.items() if key != "competitor"}
    if name:
        values["competitor_id"] = cells.competitor_called(work.session, name) or work.insert(
            "competitor", {"name": name}
        )
    return values
