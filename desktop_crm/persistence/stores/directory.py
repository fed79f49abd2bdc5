"""Who is known by address and domain, which deals are open, and where the mails of an exchange stand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.domain.activities.mail_matching import PUBLIC, Directory, Place

_CONTACTS = "SELECT id, account_id, lower(email), other_emails FROM contact WHERE _deleted IS NULL ORDER BY id DESC"
_DOMAINS = "SELECT id, lower(website) FROM account WHERE _deleted IS NULL AND coalesce(website,'')<>'' ORDER BY id DESC"
_DEALS = (
    "SELECT o.account_id, o.id, o.name FROM opportunity o LEFT JOIN stage s ON s.id=o.stage_id"
    " WHERE o._deleted IS NULL AND o.account_id IS NOT NULL AND coalesce(s.kind,'open')='open'"
)
_USERS = "SELECT lower(email), id FROM user WHERE coalesce(email,'')<>'' AND _deleted IS NULL ORDER BY id DESC"
_QUOTES = (
    "SELECT upper(number), account_id, contact_id, opportunity_id, id FROM quote WHERE _deleted IS NULL"
    " AND account_id IS NOT NULL AND number LIKE '%-%'"
)
_THREADS = (
    "SELECT thread_id, account_id, contact_id, opportunity_id, quote_id FROM activity WHERE thread_id IN"
    " (SELECT value FROM json_each(:ids)) AND _deleted IS NULL AND account_id IS NOT NULL ORDER BY id DESC"
)


def directory(session: Session) -> Directory:
    """Everything mails are matched by. Of two with one address the older one stands."""
    contacts: dict[str, Place] = {}
    for row_id, account_id, email, more in _all(session, _CONTACTS):
        for address in (email, *json.loads(more or "[]")):
            if address and "@" in address:
                contacts[address.lower()] = Place(account_id=account_id, contact_id=row_id)
    domains: dict[str, str] = {}
    for row_id, website in _all(session, _DOMAINS):
        host = website.split("://")[-1].split("/")[0].split(":")[0].removeprefix("www.")
        if "." in host and host not in PUBLIC:
            domains[host] = row_id
    deals: dict[str, list[tuple[str, str]]] = {}
    for account_id, row_id, name in _all(session, _DEALS):
        deals.setdefault(account_id, []).append((row_id, name or ""))
    users = {row[0]: row[1] for row in _all(session, _USERS)}
    quotes = {
        row[0]: Place(account_id=row[1], contact_id=row[2], deal_id=row[3], quote_id=row[4])
        for row in _all(session, _QUOTES)
    }
    return Directory(
        contacts=contacts,
        domains=domains,
        ours=frozenset(users),
        users=users,
        quotes=quotes,
        deals={account: tuple(found) for account, found in deals.items()},
    )


def exchanges(session: Session, threads: Iterable[str]) -> dict[str, Place]:
    """Where the oldest mail of each exchange stands."""
    rows = _all(session, _THREADS, {"ids": json.dumps(list(threads))})
    return {row[0]: Place(account_id=row[1], contact_id=row[2], deal_id=row[3], quote_id=row[4]) for row in rows}


def namesakes(session: Session, name: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Contacts of exactly that name, with their numbers and addresses."""
    statement = "SELECT id, phone, mobile, email FROM contact WHERE name=:name AND _deleted IS NULL ORDER BY id"
    return tuple((row[0], frozenset(one for one in row[1:] if one)) for row in _all(session, statement, {"name": name}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A mail that is here, or was: from whom, and whether it was deleted."""

    row_id: str
    sender: str
    deleted: bool


def held_mails(session: Session, keys: Iterable[str]) -> dict[str, Held]:
    """Which of these mails are here, or were; of several with one key one that is here."""
    statement = (
        "SELECT external_id, id, lower(coalesce(sender,'')), _deleted IS NOT NULL FROM activity WHERE kind='mail'"
        " AND external_id IN (SELECT value FROM json_each(:ids)) ORDER BY _deleted IS NULL, id"
    )
    rows = _all(session, statement, {"ids": json.dumps(list(keys))})
    return {row[0]: Held(row_id=row[1], sender=row[2], deleted=bool(row[3])) for row in rows}


def held_files(session: Session, activity_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The files of mails, those that were deleted with them too."""
    statement = (
        "SELECT activity_id, id FROM attachment WHERE activity_id IN (SELECT value FROM json_each(:ids)) ORDER BY id"
    )
    found: dict[str, tuple[str, ...]] = {}
    for activity_id, row_id in _all(session, statement, {"ids": json.dumps(list(activity_ids))}):
        found[activity_id] = (*found.get(activity_id, ()), row_id)
    return found


def _all(session: Session, statement: str, values: dict[str, Any] | None = None) -> list[Any]:
    return list(session.connection().exec_driver_sql(statement, values or {}).fetchall())
