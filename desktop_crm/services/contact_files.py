"""People from and to vCard files. Known by their mail address; what is written here is never replaced, only completed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_crm.domain.phones import national
from desktop_crm.exchange.vcard_files import Card, business_card, read_cards, write_cards
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.foundation.changes import Changes
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import accounts as account_store
from desktop_crm.persistence.stores import directory
from desktop_crm.persistence.stores import records as record_store
from desktop_crm.services import records
from desktop_crm.services.records import Filter, ListQuery
from desktop_crm.services.workspace import Workspace

MANY = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CardsTaken:
    """What became of a file: new people, completed ones, those as before; `companies` are names no account has."""

    created: int = 0
    updated: int = 0
    same: int = 0
    companies: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    changes: Changes = field(default_factory=Changes.none)


def import_cards(workspace: Workspace, data: bytes) -> CardsTaken:
    """Take in a file as one act. Raises Refusal `vcard.unreadable`."""
    found = read_cards(data)
    created = updated = same = 0
    unknown: list[str] = []
    with workspace.write("contacts.import") as work:
        known = {address: place.contact_id for address, place in directory.directory(work.session).contacts.items()}
        for card in found.cards:
            fields, company = _fields(work.session, card)
            unknown += [company] if company else []
            row_id = next((known[one.lower()] for one in card.emails if known.get(one.lower())), None)
            row_id = row_id or _namesake(work.session, card.name, fields)
            if row_id is None:
                own = {"owner_id": workspace.author.user_id} if workspace.author.user_id else {}
                row_id = work.insert("contact", fields | own)
                created += 1
            else:
                stands = record_store.get(work.session, "contact", row_id).fields
                more = {name: value for name, value in fields.items() if stands.get(name) in (None, (), "")}
                if more:
                    work.update("contact", row_id, more)
                updated, same = updated + bool(more), same + (not more)
            known |= {one.lower(): row_id for one in card.emails}
    return CardsTaken(
        created=created,
        updated=updated,
        same=same,
        companies=tuple(dict.fromkeys(unknown)),
        notes=found.notes,
        changes=work.changes,
    )


def export_cards(workspace: Workspace, account_id: str | None = None, version: str = "3.0") -> bytes:
    """All people, or those of an account, as one file."""
    filters = (Filter(field="account_id", value=account_id),) if account_id else ()
    page = records.list_rows(workspace, "contact", ListQuery(filters=filters, sort="name", limit=MANY))
    return write_cards((_card(one.fields, one.titles.get("account_id", "")) for one in page.records), version)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCard:
    """A business card on the screen: who, how to reach them in the country's own way of writing, and the code to scan (SVG)."""

    name: str
    around: str
    lines: tuple[str, ...]
    code: bytes


def shown_card(workspace: Workspace, contact_id: str) -> ShownCard:
    """A person's card to hold up to a telephone. Raises Refusal `record.missing`."""
    found = records.get(workspace, "contact", contact_id)
    card = _card(found.fields, found.titles.get("account_id", ""))
    around = " · ".join(part for part in (card.company, card.department, card.title) if part)
    phones = tuple(dict.fromkeys(national(one) for one in (*card.mobiles, *card.phones)))
    return ShownCard(name=card.name, around=around, lines=(*phones, *card.emails), code=business_card(card))


def qr_to(workspace: Workspace, contact_id: str, target: Path) -> int:
    """Write a person's card as a QR code (SVG); returns its size. Raises Refusal `record.missing`."""
    found = records.get(workspace, "contact", contact_id)
    data = business_card(_card(found.fields, found.titles.get("account_id", "")))
    write_whole(target, data)
    return len(data)


def _fields(session: Session, card: Card) -> tuple[dict[str, Any], str]:
    """The fields of a person, and the company when no account, or more than one, is called so."""
    accounts = account_store.called(session, card.company) if card.company else ()
    phones = [*card.mobiles[1:], *card.phones[1:]]
    fields = {
        "name": card.name,
        "account_id": accounts[0] if len(accounts) == 1 else None,
        "title": card.title,
        "department": card.department,
        "email": card.emails[0] if card.emails else None,
        "other_emails": tuple(sorted(card.emails[1:])),
        "phone": card.phones[0] if card.phones else None,
        "mobile": card.mobiles[0] if card.mobiles else None,
        "other_phones": tuple(sorted(phones)),
        "addresses": "\n".join(card.addresses),
        "birthday": card.birthday,
        "note": card.note,
        "tags": tuple(sorted(card.tags)),
    }
    left = card.company if len(accounts) != 1 else ""
    if left:
        fields["note"] = "\n".join(part for part in (left, card.note) if part)
    return {name: value for name, value in fields.items() if value not in (None, (), "")}, left


def _namesake(session: Session, name: str, fields: dict[str, Any]) -> str | None:
    """Somebody of that name with the same number, when no address told who it is."""
    numbers = {fields.get("phone"), fields.get("mobile")} - {None}
    for row_id, reached in directory.namesakes(session, name):
        if numbers & reached or not (numbers or fields.get("email") or reached):
            return row_id
    return None


def _card(fields: Mapping[str, Any], company: str) -> Card:
    def kept(*names: str) -> tuple[str, ...]:
        return tuple(str(fields[name]) for name in names if fields.get(name))

    return Card(
        name=str(fields.get("name") or ""),
        company=company,
        department=str(fields.get("department") or ""),
        title=str(fields.get("title") or ""),
        emails=(*kept("email"), *(fields.get("other_emails") or ())),
        phones=(*kept("phone"), *(fields.get("other_phones") or ())),
        mobiles=kept("mobile"),
        addresses=tuple(line for line in str(fields.get("addresses") or "").split("\n") if line),
        note=str(fields.get("note") or ""),
        birthday=fields.get("birthday"),
        tags=tuple(fields.get("tags") or ()),
    )
