"""A visit: the page before it, what is captured during it, and what its note suggests, accepted one by one. All of it local."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from desktop_crm.domain.activities.brief import Gap, News, OpenPromise, VisitBrief
from desktop_crm.domain.activities.debrief import (
    KnownDeal,
    KnownPerson,
    KnownProduct,
    Suggested,
    Suggestion,
    Surroundings,
    suggestions,
)
from desktop_crm.domain.phones import national
from desktop_crm.domain.schema.options import ActivityKind, BuyingRole, ProductUsage, Support
from desktop_crm.exchange.pictures import for_keeping
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal, Trouble
from desktop_crm.i18n import tr
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.facts import read_fact, write_fact
from desktop_crm.persistence.stores import accounts as account_store
from desktop_crm.persistence.stores import handover as running_store
from desktop_crm.persistence.stores import records as record_store
from desktop_crm.persistence.stores import stakeholders as map_store
from desktop_crm.persistence.stores import timeline as timeline_store
from desktop_crm.persistence.stores import visits as store
from desktop_crm.persistence.stores.visits import OpenQuote, VisitFile
from desktop_crm.services import blobs, records
from desktop_crm.services.account_work import white_space
from desktop_crm.services.account_work.files import LARGEST
from desktop_crm.services.privacy import hidden_fields
from desktop_crm.services.records import Created
from desktop_crm.services.workspace import Workspace

__all__ = ["Answer", "OpenPromise", "OpenQuote", "Suggested", "Suggestion", "Visit", "VisitFile", "VisitLine"]

PRODUCTS = 5000
NEWS = 20
HOUR = time(9)
_FACT = "visits.dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A suggestion with what became of it."""

    suggestion: Suggestion
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """All that the page of a visit shows. `answers` are what the note suggests, without what was dropped."""

    id: str
    subject: str
    at: datetime
    note: str
    account_id: str | None
    account: str
    deal_id: str | None
    deal: str
    people: tuple[KnownPerson, ...]
    others: tuple[str, ...]
    """Those who take part and are on no map."""
    files: tuple[VisitFile, ...]
    promises: tuple[OpenPromise, ...]
    quote: OpenQuote | None
    answers: tuple[Answer, ...]


def plan(
    workspace: Workspace,
    account_id: str,
    *,
    at: datetime | None = None,
    subject: str = "",
    opportunity_id: str | None = None,
) -> Created:
    """A new visit; now unless a time is given. Raises Refusal `reference.missing`."""
    with workspace.read() as session:
        name = record_store.titles(session, "account", [account_id]).get(account_id, "")
    fields = {
        "kind": ActivityKind.VISIT.value,
        "subject": subject.strip() or tr("Visit: {account}", account=name),
        "occurred_at": at or workspace.clock.now(),
        "account_id": account_id,
        "owner_id": workspace.author.user_id,
        "opportunity_id": opportunity_id,
    }
    return records.create(workspace, "activity", {key: value for key, value in fields.items() if value is not None})


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """One line of the list of visits."""

    id: str
    subject: str
    at: datetime
    account: str


def listed(workspace: Workspace, limit: int = 60) -> tuple[VisitLine, ...]:
    """Visits of whoever works here, the latest first."""
    filters = [records.Filter(field="kind", value=ActivityKind.VISIT.value)]
    if workspace.author.user_id:
        filters.append(records.Filter(field="owner_id", value=str(workspace.author.user_id)))
    query = records.ListQuery(filters=tuple(filters), sort="occurred_at", descending=True, limit=limit)
    return tuple(
        VisitLine(
            id=str(one.id),
            subject=str(one.fields.get("subject") or ""),
            at=one.fields["occurred_at"],
            account=one.titles.get("account_id", ""),
        )
        for one in records.list_rows(workspace, "activity", query).records
        if one.fields.get("occurred_at")
    )


def next_visit(workspace: Workspace, account_id: str) -> str | None:
    """The visit at an account that is nearest: of today or to come, else the last one."""
    now = workspace.clock.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    own = (
        records.Filter(field="account_id", value=account_id),
        records.Filter(field="kind", value=ActivityKind.VISIT.value),
    )
    later = records.Filter(field="occurred_at", test=records.Test.AT_LEAST, value=now)
    coming = records.ListQuery(filters=(*own, later), sort="occurred_at", limit=1)
    gone = records.ListQuery(filters=own, sort="occurred_at", descending=True, limit=1)
    for query in (coming, gone):
        for found in records.list_rows(workspace, "activity", query).records:
            return str(found.id)
    return None


def visit(workspace: Workspace, visit_id: str) -> Visit:
    """One visit as its page shows it. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        record = record_store.get(session, "activity", visit_id)
        fields = record.fields
        account_id, deal_id = fields.get("account_id"), fields.get("opportunity_id")
        present = tuple(fields.get("participants") or ())
        people = _people(session, account_id, deal_id, present)
        ids = account_store.below(session, account_id) if account_id else ()
        note = str(fields.get("body") or "")
        at = fields.get("occurred_at") or workspace.clock.now()
        around = _around(session, workspace, people, deal_id, at)
        made, dropped = store.made_of(session, _foreign(visit_id, "")), _dropped(session, visit_id)
        known = {one.name for one in people}
        return Visit(
            id=visit_id,
            subject=str(fields.get("subject") or ""),
            at=at,
            note=note,
            account_id=account_id,
            account=record.titles.get("account_id", ""),
            deal_id=deal_id,
            deal=record.titles.get("opportunity_id", ""),
            people=people,
            others=tuple(name for name in present if name not in known),
            files=store.files(session, visit_id),
            promises=store.promises(session, ids, visit_id),
            quote=store.open_quote(session, account_id, deal_id),
            answers=tuple(
                Answer(suggestion=one, accepted=_foreign(visit_id, one.key) in made)
                for one in suggestions(note, around)
                if one.key not in dropped
            ),
        )


# capture


def save_note(workspace: Workspace, visit_id: str, text: str) -> Changes:
    """Keep the note as it is typed. Raises Refusal `record.missing`."""
    return records.set_fields(workspace, "activity", visit_id, {"body": text or None})


def set_present(workspace: Workspace, visit_id: str, names: Iterable[str]) -> Changes:
    """Who takes part; the first of them who is a known contact is the visit's contact. Raises Refusal `record.missing`."""
    chosen = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    found = visit(workspace, visit_id)
    contact = next(
        (one.contact_id for name in chosen for one in found.people if one.name == name and one.contact_id), None
    )
    return records.set_fields(workspace, "activity", visit_id, {"participants": chosen, "contact_id": contact})


def attach(workspace: Workspace, visit_id: str, path: Path, *, with_place: bool = False) -> Created:
    """Keep a file with the visit. Raises Refusal `file.too_large`, `visit.no_account`; Trouble `file.unreadable`."""
    try:
        if path.stat().st_size > LARGEST:
            raise Refusal("file.too_large", name=path.name, most=LARGEST // 1024 // 1024)
        content = path.read_bytes()
    except OSError as error:
        raise Trouble("file.unreadable", file=str(path), reason=str(error)) from error
    return attach_content(workspace, visit_id, path.name, content, with_place=with_place)


def attach_content(
    workspace: Workspace, visit_id: str, name: str, content: bytes, *, with_place: bool = False
) -> Created:
    """Keep what was pasted, or the content of a file; photos are scaled, and tell their place only if that is allowed."""
    account_id = records.get(workspace, "activity", visit_id).fields.get("account_id")
    if not account_id:
        raise Refusal("visit.no_account")
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    kept = for_keeping(content, with_place=with_place) if mime.startswith("image/") else content
    fields = {
        "name": name,
        "account_id": account_id,
        "activity_id": visit_id,
        "owner_id": workspace.author.user_id,
        "added_at": workspace.clock.now(),
        "size": len(kept),
        "mime": mime,
        "content": blobs.put(workspace, kept, mime),
    }
    return records.create(workspace, "attachment", fields)


def promise(workspace: Workspace, visit_id: str, subject: str, due_on: date | None, *, ours: bool = True) -> Created:
    """Write down what was promised at the visit, by us or by the customer. Raises Refusal `value.required`."""
    fields = {"subject": subject.strip(), "due_on": due_on, "promised_by": "ours" if ours else "theirs"}
    return records.create(workspace, "task", _of_visit(workspace, visit_id) | fields)


# debrief


def accept(
    workspace: Workspace, visit_id: str, key: str, *, value: str | date | Decimal | None = None, title: str = ""
) -> Changes:
    """Do what the note suggests, with another value or title if one is given. Nothing else is changed.

    Raises Refusal `visit.suggestion.gone` when the note does not suggest it any more, `record.missing`.
    """
    found = visit(workspace, visit_id)
    answer = next((one for one in found.answers if one.suggestion.key == key and not one.accepted), None)
    if answer is None:
        raise Refusal("visit.suggestion.gone")
    wanted = replace(answer.suggestion, value=answer.suggestion.value if value is None else value)
    wanted = replace(wanted, title=title.strip() or wanted.title)
    basis = _of_visit(workspace, visit_id)
    with workspace.write("visits.accept") as work:
        if wanted.what in {Suggested.TASK, Suggested.MEETING}:
            entity = "task" if wanted.what is Suggested.TASK else "activity"
            person = {"contact_id": wanted.person.contact_id} if wanted.person and wanted.person.contact_id else {}
            fields = basis | person | {"subject": wanted.title, "external_id": _foreign(visit_id, key)}
            if entity == "task":
                fields |= {"due_on": wanted.value, "promised_by": "ours"}
            else:
                fields.pop("activity_id")
                fields.pop("done")
                fields |= {"kind": ActivityKind.MEETING.value, "occurred_at": _morning(wanted.value), "all_day": True}
            records.check(work, entity, None, fields)
            work.insert(entity, fields)
        elif wanted.row_id is not None:
            entity, fields = _values(wanted)
            records.check(work, entity, wanted.row_id, fields)
            work.update(entity, wanted.row_id, fields)
            if entity == "map_node":
                evidence = _evidence(work.session, workspace, visit_id, wanted, found.at)
                work.insert("map_evidence", evidence)
    return work.changes


def drop(workspace: Workspace, visit_id: str, key: str) -> None:
    """Do not show this suggestion again on this laptop."""
    with workspace.database.writing() as connection:
        held = json.loads(read_fact(connection, _FACT) or "{}")
        held[visit_id] = sorted({*held.get(visit_id, ()), key})
        write_fact(connection, _FACT, json.dumps(held))


# brief


def brief(workspace: Workspace, account_id: str, visit_id: str | None = None) -> VisitBrief:
    """The page before a visit; without a visit, of the account as it is now. Raises Refusal `record.missing`."""
    gaps = _gaps(workspace, account_id)
    with workspace.read() as session:
        account = record_store.get(session, "account", account_id)
        record = record_store.get(session, "activity", visit_id) if visit_id else None
        at = (record.fields.get("occurred_at") if record else None) or workspace.clock.now()
        ids = account_store.below(session, account_id)
        path = account_store.path(session, account_id)
        last = store.last_visit(session, ids, at, visit_id or "")
        entries = timeline_store.page(session, account_id, before=at, limit=NEWS)
        fields = account.fields
        address = " ".join(str(fields.get(name) or "") for name in ("address_postcode", "address_city", "address_line"))
        return VisitBrief(
            account=str(fields.get("name") or ""),
            path=" › ".join(step.name for step in path),
            subject=str(record.fields.get("subject") or "") if record else "",
            at=at,
            deal=record.titles.get("opportunity_id", "") if record else "",
            address=" ".join(address.split()),
            phone=national(str(fields.get("phone") or "")),
            last_visit=last,
            people=running_store.people(session, ids, hidden_fields(workspace, "map_node")),
            words=store.last_words(session, ids, at),
            promises=store.promises(session, ids, None),
            deals=running_store.deals(session, ids),
            quotes=running_store.quotes(session, ids),
            renewals=running_store.renewals(session, ids),
            gaps=gaps,
            news=tuple(
                News(
                    at=one.at,
                    title=one.title,
                    text=one.text or " → ".join(part for part in (one.before, one.after) if part),
                    who=one.who,
                )
                for one in entries
                if one.row_id != visit_id and (last is None or one.at > last)
            ),
            today=workspace.today(),
            company=workspace.name,
        )


def print_to(paper: VisitBrief, target: Path, locale: str) -> int:
    """Write the page as a PDF; returns its size. Raises Trouble `export.file.unwritable`."""
    from desktop_crm.documents import visit_pdf

    data = visit_pdf.render(paper, locale)
    write_whole(target, data)
    return len(data)


def _gaps(workspace: Workspace, account_id: str) -> tuple[Gap, ...]:
    table = white_space.grid(workspace, account_id)
    units = {one.id: one.name for one in table.units}
    products = {one.id: one.name for one in table.products}
    return tuple(
        Gap(unit=units.get(cell.unit_id, ""), product=products.get(cell.product_id, ""), competitor=cell.competitor)
        for row in table.cells
        for cell in row
        if cell.usage is ProductUsage.COMPETITOR or (cell.usage is ProductUsage.OPEN and cell.written_id)
    )


def _people(
    session: Session, account_id: str | None, deal_id: str | None, present: tuple[str, ...]
) -> tuple[KnownPerson, ...]:
    """The people of the deal's map, else of the account's, then of its contacts; those who take part say so."""
    map_id = map_store.find_map(session, None, deal_id) if deal_id else None
    map_id = map_id or (map_store.find_map(session, account_id, None) if account_id else None)
    found = map_store.view(session, map_id) if map_id else None
    people = [
        KnownPerson(
            name=node.label,
            node_id=node.id,
            contact_id=node.contact_id,
            buying_role=node.buying_role,
            support=node.support,
            present=node.label in present,
        )
        for node in (found.nodes if found else ())
        if node.label
    ]
    seen = {one.contact_id for one in people}
    ids = account_store.below(session, account_id) if account_id else ()
    for contact_id, name in store.contacts(session, ids):
        if contact_id not in seen:
            people.append(KnownPerson(name=name, contact_id=contact_id, present=name in present))
    return tuple(people)


def _around(
    session: Session, workspace: Workspace, people: tuple[KnownPerson, ...], deal_id: str | None, at: datetime
) -> Surroundings:
    deal, products = None, tuple[KnownProduct, ...]()
    if deal_id:
        fields = record_store.get(session, "opportunity", deal_id).fields
        deal = KnownDeal(
            id=deal_id,
            name=str(fields.get("name") or ""),
            amount=fields.get("amount"),
            currency=str(fields.get("currency") or ""),
            close_date=fields.get("close_date"),
            product_id=fields.get("product_id"),
        )
        products = store.products(session, PRODUCTS) if deal.product_id is None else ()
    return Surroundings(
        today=at.astimezone().date(), people=people, products=products, deal=deal, currency=workspace.currency
    )


def _of_visit(workspace: Workspace, visit_id: str) -> dict[str, Any]:
    """What a task or an appointment takes over from its visit."""
    fields = records.get(workspace, "activity", visit_id).fields
    taken = {name: fields.get(name) for name in ("account_id", "opportunity_id", "contact_id")}
    taken |= {"owner_id": workspace.author.user_id, "activity_id": visit_id, "done": False}
    return {name: value for name, value in taken.items() if value is not None}


def _values(wanted: Suggestion) -> tuple[str, dict[str, Any]]:
    match wanted.what:
        case Suggested.AMOUNT:
            money = {"amount": wanted.value, "currency": wanted.currency}
            return "opportunity", money if wanted.currency else {"amount": wanted.value}
        case Suggested.CLOSE_DATE:
            return "opportunity", {"close_date": wanted.value}
        case Suggested.PRODUCT:
            return "opportunity", {"product_id": wanted.value}
        case Suggested.BUYING_ROLE:
            return "map_node", {"buying_role": BuyingRole(str(wanted.value)).value}
        case _:
            return "map_node", {"support": Support(str(wanted.value)).value}


def _evidence(
    session: Session, workspace: Workspace, visit_id: str, wanted: Suggestion, at: datetime
) -> dict[str, Any]:
    """The words of the note, kept beside the new value."""
    return {
        "map_id": record_store.get(session, "map_node", str(wanted.row_id)).fields["map_id"],
        "node_id": wanted.row_id,
        "topic": wanted.what.value,
        "value": str(wanted.value),
        "body": wanted.words,
        "observed_on": at.astimezone().date(),
        "author_id": workspace.author.user_id,
        "activity_id": visit_id,
    }


def _morning(day: Any) -> datetime:
    return datetime.combine(day, HOUR).astimezone().astimezone(UTC)


def _foreign(visit_id: str, key: str) -> str:
    return f"visit:{visit_id}:{key}"


def _dropped(session: Session, visit_id: str) -> frozenset[str]:
    return frozenset(json.loads(read_fact(session.connection(), _FACT) or "{}").get(visit_id, ()))
