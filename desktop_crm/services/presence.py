"""Who else looks at a record right now: asked and told over the server, kept for a minute, never in anybody's way.

What goes wrong here is nobody's concern: then nobody else is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.foundation.errors import CrmError
from desktop_crm.services.sync_account import account_of
from desktop_crm.services.workspace import Workspace
from desktop_crm.sync.protocol import Look, Looking


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody else; `field`: where they are typing, if they are."""

    user_id: str
    name: str
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Who else looks at a record."""

    entity: str
    row_id: str
    people: tuple[Person, ...] = ()


def look(workspace: Workspace, entity: str, row_id: str, field: str = "", *, gone: bool = False) -> Present:
    """Say that the user looks at a record, types in a field of it, or is gone; says who else is there."""
    account = account_of(workspace)
    if account is None:
        return Present(entity=entity, row_id=row_id)
    from desktop_crm.sync.client.transport import HttpTransport

    transport = HttpTransport(account.url, account, pin=account.pin)
    try:
        return told(transport.look(Look(entity=entity, row=row_id, field=field, gone=gone)))
    except CrmError:
        return Present(entity=entity, row_id=row_id)
    finally:
        transport.close()


def told(looking: Looking) -> Present:
    """What the server says, in the app's words."""
    people = tuple(Person(user_id=one.user, name=one.name, field=one.field) for one in looking.people)
    return Present(entity=looking.entity, row_id=looking.row, people=people)
