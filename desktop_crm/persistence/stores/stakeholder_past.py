"""Reads what a map was: all its rows, deleted ones too, with what the change log holds of them."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_crm.domain.stakeholders.past import MapPast, RowPast, Step
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.foundation.hlc import Stamp, stamp_time
from desktop_crm.persistence.stores.records import decode_fields
from desktop_crm.persistence.tables.accounts import ContactRow
from desktop_crm.persistence.tables.stakeholders import MapEdgeRow, MapNodeRow, MapTieRow


def past(session: Session, now: MapView) -> MapPast:
    """The map with the history of its cards, lines and ties."""
    rows: list[RowPast] = []
    contacts: set[str] = set()
    for kind in (MapNodeRow, MapEdgeRow, MapTieRow):
        found = list(session.scalars(select(kind).where(kind.map_id == now.id).order_by(kind.id)))
        steps = _steps(session, kind.__tablename__, [row.id for row in found])
        for row in found:
            values = row.field_values()
            contacts |= {values["contact_id"]} if values.get("contact_id") else set()
            rows.append(
                RowPast(
                    entity=kind.__tablename__,
                    id=row.id,
                    values=values,
                    gone=row.row_deleted is not None,
                    steps=tuple(steps.get(row.id, ())),
                )
            )
    query = select(ContactRow).where(ContactRow.id.in_(sorted(contacts)))
    names = {row.id: (row.name or "", row.title or "", row.department or "") for row in session.scalars(query)}
    return MapPast(now=now, rows=tuple(rows), contacts=names)


def _steps(session: Session, entity: str, ids: list[str]) -> dict[str, list[Step]]:
    found = session.connection().exec_driver_sql(
        "SELECT row_id, kind, before, hlc FROM change WHERE entity=?"
        " AND row_id IN (SELECT value FROM json_each(?)) ORDER BY hlc DESC, n DESC",
        (entity, json.dumps(ids)),
    )
    steps: dict[str, list[Step]] = {}
    for row_id, kind, before, stamp in found:
        steps.setdefault(row_id, []).append(
            Step(at=stamp_time(Stamp(stamp)), kind=kind, before=decode_fields(entity, before))
        )
    return steps
