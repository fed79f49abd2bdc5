"""Who is known by address and domain, which deals are open, and where the mails of an exchange stand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.domain.activities.mail_matching import PUBLIC, Directory, Place

_CONTACTS = "SELECT id, account_id, lower(email), other_emails FROM contact WHERE _deleted IS NULL ORDER BY id DESC"
_DOMAINS = "SELECT id, lower(website) FROM account WHERE _deleted IS NULL AND coalesce(website,'')<>'' ORDER BY id DESC"
_DEALS = (
    "SELECT o.account_id, o.id, o.name FROM opportunity o LEFT JOIN stage s ON s.id=o.stage_id"
    " WHERE o._deleted IS NULL AND o.account_id IS NOT NULL AND coalesce(s.kind,'open')='open'"
)
_THREADS = (
    "SELECT thread_id, account_id, contact_id, opportunity_id FROM activity WHERE thread_id IN"
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
    ours = {row[0] for row in _all(session, "SELECT lower(email) FROM user WHERE email<>'' AND _deleted IS NULL")}
    return Directory(
        contacts=contacts,
        domains=domains,
        ours=frozenset(ours),
        deals={account: tuple(found) for account, found in deals.items()},
    )


def exchanges(session: Session, threads: Iterable[str]) -> dict[str, Place]:
    """Where the oldest mail of each exchange stands."""
    rows = _all(session, _THREADS, {"ids": json.dumps(list(threads))})
    return {row[0]: Place(account_id=row[1], contact_id=row[2], deal_id=row[3]) for row in rows}


def namesakes(session: Session, name: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Contacts of exactly that name, with their numbers and addresses."""
    statement = "SELECT id, phone, mobile, email FROM contact WHERE name=:name AND _deleted IS NULL ORDER BY id"
    return tuple((row[0], frozenset(one for one in row[1:] if one)) for row in _all(session, statement, {"name": name}))


def known_mails(session: Session, keys: Iterable[str]) -> frozenset[str]:
    """Which of these mails are here already."""
    statement = (
        "SELECT external_id FROM activity WHERE external_id IN (SELECT value FROM json_each(:ids)) AND _deleted IS NULL"
    )
    return frozenset(row[0] for row in _all(session, statement, {"ids": json.dumps(list(keys))}))


def _all(session: Session, statement: str, values: dict[str, Any] | None = None) -> list[Any]:
    return list(session.connection().exec_driver_sql(statement, values or {}).fetchall())
