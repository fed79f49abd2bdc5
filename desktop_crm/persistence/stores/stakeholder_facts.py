"""Reads what stands beside the values of maps: when and by whom each was written, and the same person on other maps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.foundation.hlc import stamp_time
from desktop_crm.foundation.versions import Version, read_clock, version_of
from desktop_crm.persistence.tables import local
from desktop_crm.persistence.tables.account_work import AccountMemberRow, CompetitorRow
from desktop_crm.persistence.tables.accounts import AccountRow
from desktop_crm.persistence.tables.people import UserRow
from desktop_crm.persistence.tables.pipeline import OpportunityRow
from desktop_crm.persistence.tables.stakeholders import (
    MapEdgeRow,
    MapEvidenceRow,
    MapNodeRow,
    MapTieRow,
    StakeholderMapRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """When a value was written and by whom; nobody's name for values from before there were users."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A value of the same person on another map."""

    node_id: str
    contact_id: str
    map_id: str
    map_name: str
    field: str
    value: Any
    version: Version


def written(session: Session, node_id: str, fields: Iterable[str]) -> dict[str, Written]:
    """Who wrote the values of a card; fields without a value are left out."""
    row = session.get(MapNodeRow, node_id)
    if row is None:
        return {}
    clock = read_clock(row.row_clk)
    versions = {name: version_of(clock, name) for name in fields if row.field_value(name) not in {None, ""}}
    names = authors(session, node_id, versions.values())
    return {
        name: Written(at=stamp_time(version.stamp), by=names.get(version.op_id, ""))
        for name, version in versions.items()
        if version.stamp
    }


def authors(session: Session, node_id: str, versions: Iterable[Version]) -> dict[str, str]:
    """The names of those who wrote these versions of a card, by operation."""
    log = local.change
    found = session.execute(
        select(log.c.op_id, UserRow.name)
        .join(UserRow, UserRow.id == log.c.actor)
        .where(log.c.entity == "map_node", log.c.row_id == node_id, log.c.op_id.in_({one.op_id for one in versions}))
    )
    return {op_id: name or "" for op_id, name in found}


def elsewhere(session: Session, current: MapView, fields: Iterable[str]) -> tuple[list[Elsewhere], dict[str, Version]]:
    """Values of this map's people on other maps of the same account; and the versions here, by "node field"."""
    wanted = tuple(fields)
    ours = {node.contact_id: node for node in current.nodes if node.contact_id and node.erased_at is None}
    account = current.account_id
    here: dict[str, Version] = {}
    for row in session.scalars(select(MapNodeRow).where(MapNodeRow.id.in_([node.id for node in ours.values()]))):
        clock = read_clock(row.row_clk)
        here |= {f"{row.id} {name}": version_of(clock, name) for name in wanted}
    rows = session.execute(
        select(MapNodeRow, StakeholderMapRow.name)
        .join(StakeholderMapRow, StakeholderMapRow.id == MapNodeRow.map_id)
        .outerjoin(OpportunityRow, OpportunityRow.id == StakeholderMapRow.opportunity_id)
        .where(
            MapNodeRow.contact_id.in_(ours),
            MapNodeRow.map_id != current.id,
            MapNodeRow.row_deleted.is_(None),
            MapNodeRow.erased_at.is_(None),
            StakeholderMapRow.row_deleted.is_(None),
            or_(StakeholderMapRow.account_id == account, OpportunityRow.account_id == account),
        )
    )
    found = []
    for row, map_name in rows:
        clock = read_clock(row.row_clk)
        for name in wanted:
            value = row.field_value(name)
            if value not in {None, ""}:
                found.append(
                    Elsewhere(
                        node_id=row.id,
                        contact_id=row.contact_id or "",
                        map_id=row.map_id or "",
                        map_name=map_name or "",
                        field=name,
                        value=value,
                        version=version_of(clock, name),
                    )
                )
    return found, here


def evidence_rows(session: Session, map_id: str, node_id: str, topic: str) -> list[dict[str, Any]]:
    """The evidence of one value as field values, the newest first."""
    query = select(MapEvidenceRow).where(
        MapEvidenceRow.map_id == map_id,
        MapEvidenceRow.node_id == node_id,
        MapEvidenceRow.topic == topic,
        MapEvidenceRow.row_deleted.is_(None),
    )
    rows = session.scalars(query.order_by(MapEvidenceRow.observed_on.desc(), MapEvidenceRow.id.desc()))
    return [row.field_values() for row in rows]


def nodes_of(session: Session, contact_id: str) -> list[MapNodeRow]:
    """Every card of a contact, on whatever map, deleted ones too."""
    return list(session.scalars(select(MapNodeRow).where(MapNodeRow.contact_id == contact_id)))


def team_of(session: Session, account_id: str | None, keeper_id: str | None) -> set[str]:
    """Who is on the team of a map: its keeper, the account's owner, everybody of their teams, and the account's members."""
    heads = {keeper_id} - {None}
    members: set[str] = set()
    if account_id is not None:
        heads |= {session.scalar(select(AccountRow.owner_id).where(AccountRow.id == account_id))} - {None}
        query = select(AccountMemberRow.user_id).where(
            AccountMemberRow.account_id == account_id, AccountMemberRow.row_deleted.is_(None)
        )
        members = {one for one in session.scalars(query) if one}
    teams = {one for one in session.scalars(select(UserRow.team_id).where(UserRow.id.in_(heads))) if one}
    mates = session.scalars(select(UserRow.id).where(UserRow.team_id.in_(teams))) if teams else ()
    return {str(one) for one in heads} | set(mates) | members


def card(session: Session, node_id: str) -> MapNodeRow | None:
    """One card as it lies in the table."""
    return session.get(MapNodeRow, node_id)


def hanging_on(session: Session, node_ids: list[str]) -> dict[str, list[str]]:
    """Evidence, ties and lines of these cards, as ids by entity."""
    found: dict[str, list[str]] = {}
    for entity, row in (("map_evidence", MapEvidenceRow), ("map_tie", MapTieRow)):
        found[entity] = list(
            session.scalars(select(row.id).where(row.node_id.in_(node_ids), row.row_deleted.is_(None)))
        )
    ends = or_(MapEdgeRow.source_id.in_(node_ids), MapEdgeRow.target_id.in_(node_ids))
    found["map_edge"] = list(session.scalars(select(MapEdgeRow.id).where(ends, MapEdgeRow.row_deleted.is_(None))))
    return found


def competitors(session: Session) -> tuple[str, ...]:
    """The competitors whom the team has named, by name."""
    query = select(CompetitorRow.name).where(CompetitorRow.row_deleted.is_(None)).order_by(CompetitorRow.name)
    return tuple(dict.fromkeys(name for name in session.scalars(query) if name))


def users(session: Session) -> tuple[tuple[str, str], ...]:
    """Our people by id and name, by name."""
    query = select(UserRow.id, UserRow.name).where(UserRow.row_deleted.is_(None)).order_by(UserRow.name)
    return tuple((user_id, name or "") for user_id, name in session.execute(query))
