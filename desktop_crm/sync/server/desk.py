"""What an administrator does to people and their laptops: roles, locking out, signing out, the second factor, tenants' settings.

Each act is written down in the audit log with who did it; `by` is empty at the terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop_crm.domain.schema.options import UserRole
from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.sync.server import tables
from desktop_crm.sync.server.audit_log import note
from desktop_crm.sync.server.books import Books
from desktop_crm.sync.server.files import QUOTA
from desktop_crm.sync.server.office import scopes_of
from desktop_crm.sync.server.own_work import own_work
from desktop_crm.sync.server.people import LOCK_DAYS
from desktop_crm.sync.server.second_factor import new_secret

_LONGEST_LOCK = 3650


def person(books: Books, name: str) -> Mapping[str, Any]:
    """A user by his name or id. Raises Refusal `server.user.unknown`."""
    found = books.one(tables.user, name=name) or books.one(tables.user, user_id=name)
    if found is None:
        raise Refusal("server.user.unknown", name=name)
    return found


def set_role(books: Books, clock: Clock, name: str, role: UserRole, *, by: str = "") -> None:
    """Another role. Raises Refusal `server.user.unknown`, `server.user.last` for the last administrator's own."""
    user = person(books, name)
    if role is not UserRole.ADMINISTRATOR:
        _not_the_last(books, user)
    books.change(tables.user, {"user_id": user["user_id"]}, role=role.value)
    _publish(books, clock, user["user_id"], {"role": role.value}, by)
    note(books, clock, "user.role", by=by, what=f"{user['user_id']} {role.value}")


def set_disabled(books: Books, clock: Clock, name: str, *, disabled: bool, by: str = "") -> None:
    """Lock a user out, or let him in again. Raises as `set_role`."""
    user = person(books, name)
    if disabled:
        _not_the_last(books, user)
        books.change(tables.refresh, {"user_id": user["user_id"]}, revoked=True)
    books.change(tables.user, {"user_id": user["user_id"]}, disabled=disabled)
    _publish(books, clock, user["user_id"], {"active": not disabled}, by)
    note(books, clock, "user.disabled" if disabled else "user.enabled", by=by, what=user["user_id"])


def set_team(books: Books, clock: Clock, name: str, team: str, *, by: str = "") -> None:
    """Put a user into a team, by the team's id; "" takes him out. Raises Refusal `server.user.unknown`, `server.grant`."""
    user = person(books, name)
    if team and not books.rows("team", [team]):
        raise Refusal("server.grant", what=team)
    _publish(books, clock, user["user_id"], {"team_id": team or None}, by)
    note(books, clock, "user.team", by=by, what=f"{user['user_id']} {team}")


def sign_out(books: Books, clock: Clock, name: str, *, by: str = "") -> None:
    """End a user's sign-ins on all laptops; what runs there ends within a quarter of an hour."""
    user = person(books, name)
    books.change(tables.refresh, {"user_id": user["user_id"]}, revoked=True)
    note(books, clock, "user.signed_out", by=by, what=user["user_id"])


def set_revoked(books: Books, clock: Clock, device: str, *, revoked: bool, by: str = "") -> None:
    """Lock a laptop out, at once and for good, or let it in again. Raises Refusal `server.device.unknown`."""
    if not books.change(tables.device, {"device_id": device}, revoked=revoked):
        raise Refusal("server.device.unknown", device=device)
    if revoked:
        books.change(tables.refresh, {"device_id": device}, revoked=True)
    note(books, clock, "device.revoked" if revoked else "device.let_in", by=by, what=device)


def set_second_factor(books: Books, clock: Clock, name: str, *, on: bool, by: str = "") -> str:
    """Ask for a code from now on, or no more. Gives the new secret, shown once; "" when it ends."""
    user = person(books, name)
    secret = new_secret() if on else None
    books.change(tables.user, {"user_id": user["user_id"]}, totp=secret)
    note(books, clock, "user.second_factor", by=by, what=f"{user['user_id']} {'on' if on else 'off'}")
    return secret or ""


def set_lock_days(books: Books, clock: Clock, days: int, *, by: str = "") -> None:
    """Laptops out of touch for longer have to sign in again; 0 for never."""
    days = min(max(days, 0), _LONGEST_LOCK)
    books.put(tables.setting, name=LOCK_DAYS, value=str(days))
    note(books, clock, "setting.lock_days", by=by, what=str(days))


def set_quota(books: Books, clock: Clock, mib: int, *, by: str = "") -> None:
    """How many MiB of files the tenant may keep; 0 for any number."""
    books.put(tables.setting, name=QUOTA, value=str(max(mib, 0)))
    note(books, clock, "setting.quota", by=by, what=str(mib))


def _not_the_last(books: Books, user: Mapping[str, Any]) -> None:
    left = books.all(tables.user, role=UserRole.ADMINISTRATOR.value, disabled=False)
    if [one["user_id"] for one in left] == [user["user_id"]]:
        raise Refusal("server.user.last", name=user["name"])


def _publish(books: Books, clock: Clock, user_id: str, fields: dict[str, Any], by: str) -> None:
    with own_work(books, clock, scopes_of(books), by=by) as ledger:
        ledger.write_own(ledger.row("user", user_id), fields, "desk", ledger.now, *fields)
