"""Why a transaction cannot be taken back, as a refusal with the names that make it plain."""

from __future__ import annotations

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.foundation.errors import Refusal
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import journal as store
from desktop_crm.persistence.tables import ROWS
from desktop_crm.services.standing import Kept, Why


def refusal_for(session: Session, me: str | None, tx_id: str, kept: Kept) -> Refusal:
    """The reason for one thing that stays."""
    title = _title(session, kept.entity, kept.row_id)
    if store.is_refused(session.connection(), tx_id):
        return Refusal("undo.server_refused", title=title)
    match kept.why:
        case Why.GONE:
            return Refusal("undo.row_gone")
        case Why.DELETED:
            return Refusal("undo.deleted_since", title=title)
        case Why.IN_USE:
            entity, row_id = kept.other or (kept.entity, kept.row_id)
            return Refusal("undo.in_use", title=title, entity=entity, other=_title(session, entity, row_id))
        case Why.TARGET_GONE:
            return Refusal("undo.target_gone", title=title, entity=kept.entity, field=kept.field)
        case Why.CIRCLE:
            return Refusal("undo.circle", title=title)
        case Why.CHANGED:
            return _changed(session, me, kept, title)


def _changed(session: Session, me: str | None, kept: Kept, title: str) -> Refusal:
    who = kept.by or _last_writer(session, kept)
    name = _title(session, "user", who) if who and who != me else ""
    if name.strip("…"):
        return Refusal("undo.changed_by", title=title, entity=kept.entity, field=kept.field, who=name)
    return Refusal("undo.changed_since", title=title, entity=kept.entity, field=kept.field)


def _last_writer(session: Session, kept: Kept) -> str | None:
    writer = None
    for one in store.later(session.connection(), kept.entity, [kept.row_id], 0):
        if kept.field in one.after:
            writer = one.actor
    return writer


def _title(session: Session, entity: str, row_id: str) -> str:
    """What a record is called; a part without a name by the whole."""
    row = session.get(ROWS[entity], row_id)
    if row is None:
        return "…"
    described = REGISTRY[entity]
    title = row.field_value(described.title) if described.has(described.title) else None
    if not title and described.parent:
        whole = described.field(described.parent).target or ""
        return _title(session, whole, str(row.field_value(described.parent)))
    return str(title or "…")
