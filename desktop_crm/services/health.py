"""The health of accounts as the page, the lists and the terminal show it: one calculation, from what is here today."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from desktop_crm.domain.accounts.health import WEIGHTS, WHOLE, Health, HealthPart, HealthWeights, health
from desktop_crm.domain.lists.computed import HEALTH
from desktop_crm.domain.lists.filters import fields_of
from desktop_crm.domain.lists.query import ListQuery
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import health as store
from desktop_crm.persistence.stores import health_kept as kept
from desktop_crm.persistence.stores import records as record_store
from desktop_crm.persistence.stores import settings as settings_store
from desktop_crm.services.workspace import Workspace

__all__ = ["Health", "of", "scores"]

_AT_ONCE = 1000


def of(workspace: Workspace, account_id: str) -> Health:
    """The health of one account with everything below it. Raises Refusal `record.missing`."""
    with workspace.read() as session:
        record_store.get(session, "account", account_id)
        return judged(session, workspace, [account_id])[account_id]


def scores(session: Session, workspace: Workspace, ids: Sequence[str]) -> dict[str, int | None]:
    """The scores of some accounts, for lists."""
    return {one: found.score for one, found in judged(session, workspace, ids).items()}


def judged(session: Session, workspace: Workspace, ids: Sequence[str]) -> dict[str, Health]:
    """The health of some accounts, within a read that is going on."""
    now = workspace.clock.now()
    today = now.astimezone().date()
    weights = weights_in(session)
    return {one: health(found, today, weights) for one, found in store.evidence(session, ids, now).items()}


def keep_ready(workspace: Workspace) -> None:
    """Work out the scores that are not kept, so that a list can be sorted or filtered by them as of now.

    All of them once a day and after other weights; else those of accounts that changed, and of what stands above them.
    """
    now = workspace.clock.now()
    with workspace.read() as session:
        connection = session.connection()
        held = json.loads(kept.known_as(connection) or "[]")
        known = [now.astimezone().date().isoformat(), [weights_in(session).of(part) for part in HealthPart]]
        if held[:2] == known and held[2] == _moment(now) and not kept.lacking(connection, 1):
            return
    with workspace.database.writing() as connection:
        if held[:2] != known:
            kept.forget(connection)
        elif held[2] < _moment(now):
            kept.passed(connection, held[2], _moment(now))
        kept.remember(connection, json.dumps([*known, _moment(now)]))
    while True:
        with workspace.database.writing() as connection:  # nobody writes between the look and the keeping
            ids = kept.lacking(connection, _AT_ONCE)
            if not ids:
                return
            with Session(bind=connection, autoflush=False) as session:
                found = judged(session, workspace, ids)
            kept.keep(connection, {one: found[one].score for one in ids})


def is_asked(entity: str, query: ListQuery) -> bool:
    """Whether the order or the filters of a list need the scores."""
    if entity != "account":
        return False
    sorts = {query.sort, query.group, *(one.field for one in query.then)}
    return HEALTH in sorts or any(HEALTH in fields_of(part) for part in query.filters)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def weights_in(session: Session) -> HealthWeights:
    """How much each part counts in this workspace: the settings `health.*`, what nobody chose as it is declared."""
    chosen: dict[str, int] = {}
    for name, text in settings_store.shared(session).items():
        part = name.removeprefix("health.")
        if part != name and part in set(HealthPart) and text.isdecimal():
            chosen[part] = min(int(text), WHOLE)
    return replace(WEIGHTS, **chosen)
