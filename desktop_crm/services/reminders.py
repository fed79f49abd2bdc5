"""One list of what wants doing, with its reasons: done, or put off until a day, on this laptop."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

from desktop_crm.domain.activities.reminders import AHEAD_DAYS, Reminder, Why, gap, next_birthday, ranked
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.facts import read_fact, write_fact
from desktop_crm.persistence.stores import reminders as store
from desktop_crm.services.workspace import Workspace

__all__ = ["Reminder", "Why"]

_FACT = "reminders.away"
REMEMBERED = 2000


def reminders(workspace: Workspace) -> tuple[Reminder, ...]:
    """What wants doing by whoever works here, the most pressing first."""
    today, owner = workspace.today(), workspace.author.user_id
    ahead = {name: today + timedelta(days) for name, days in AHEAD_DAYS.items()}
    with workspace.read() as session:
        found = store.tasks(session, owner, ahead["task"])
        found += store.quotes(session, owner, today, ahead["quote"])
        for why in (Why.NOTICE, Why.RENEWAL):
            found += store.contracts(session, owner, why, today, ahead[why])
        now = workspace.clock.now().isoformat().replace("+00:00", "Z")
        found += [
            Reminder(why=Why.GAP, entity="account", row_id=row_id, title=name, account="", on=last)
            for row_id, name, tier, last in store.contacts_by_tier(session, owner, now)
            if gap(tier, last, today)
        ]
        for one in store.birthdays(session, owner):
            day = next_birthday(one.on or today, today)
            found += [replace(one, on=day)] if day <= ahead["birthday"] else []
        return ranked(found, today, _away(session))


def put_off(workspace: Workspace, key: str, until: date) -> None:
    """Do not show a reminder before that day."""
    _leave(workspace, key, until)


def done(workspace: Workspace, key: str) -> None:
    """Do not show a reminder again; the same matter on another day comes back."""
    _leave(workspace, key, None)


def _leave(workspace: Workspace, key: str, until: date | None) -> None:
    with workspace.database.writing() as connection:
        held = json.loads(read_fact(connection, _FACT) or "{}")
        held.pop(key, None)
        held[key] = until.isoformat() if until else None
        write_fact(connection, _FACT, json.dumps(dict(list(held.items())[-REMEMBERED:])))


def _away(session: Session) -> dict[str, date | None]:
    held = json.loads(read_fact(session.connection(), _FACT) or "{}")
    return {key: date.fromisoformat(day) if day else None for key, day in held.items()}
