"""Reads stakeholder maps as frozen values: one map whole, the list of maps, people who are not on a map yet."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from desktop_crm.domain.schema.options import (
    ActivityKind,
    Adaptability,
    BuyingRole,
    Coverage,
    DecisionOrientation,
    EdgeKind,
    EvidenceTopic,
    MapLayout,
    NodeKind,
    PoliticalStatus,
    ResponseMode,
    Support,
)
from desktop_crm.domain.stakeholders.values import EdgeView, EvidenceView, MapView, NodeView, TieView, Touch
from desktop_crm.persistence.tables.account_work import CompetitorRow
from desktop_crm.persistence.tables.accounts import AccountRow, ContactRow
from desktop_crm.persistence.tables.activities import ActivityRow
from desktop_crm.persistence.tables.bookkeeping import ConflictRow, OpenReferenceRow
from desktop_crm.persistence.tables.people import UserRow
from desktop_crm.persistence.tables.pipeline import OpportunityRow, StageRow
from desktop_crm.persistence.tables.stakeholders import (
    MapEdgeRow,
    MapEvidenceRow,
    MapNodeRow,
    MapTieRow,
    StakeholderMapRow,
)

_Option = TypeVar("_Option", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSummary:
    """One line of the list of maps."""

    id: str
    name: str
    account_id: str | None
    account_name: str
    opportunity_id: str | None
    opportunity_name: str
    people: int
    private: bool = False
    owner_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChoice:
    """A contact who can be put on a map."""

    contact_id: str
    name: str
    title: str
    department: str
    account_name: str


def view(session: Session, map_id: str, gone: frozenset[str] = frozenset()) -> MapView | None:
    """The whole map; None when it is not there. Lines whose end is deleted are left out, as are bosses.

    `gone` are cards to show although they were taken off, with the lines that went with them.
    """
    found = session.execute(
        select(
            StakeholderMapRow, AccountRow.name, OpportunityRow.name, StageRow.id, StageRow.name, StageRow.probability
        )
        .outerjoin(AccountRow, AccountRow.id == StakeholderMapRow.account_id)
        .outerjoin(OpportunityRow, OpportunityRow.id == StakeholderMapRow.opportunity_id)
        .outerjoin(StageRow, StageRow.id == OpportunityRow.stage_id)
        .where(StakeholderMapRow.id == map_id, StakeholderMapRow.row_deleted.is_(None))
    ).first()
    if found is None:
        return None
    row, account_name, opportunity_name, stage_id, stage_name, probability = found
    pairs = session.execute(
        select(MapNodeRow, ContactRow.name, ContactRow.title, ContactRow.department)
        .outerjoin(ContactRow, ContactRow.id == MapNodeRow.contact_id)
        .where(MapNodeRow.map_id == map_id, or_(MapNodeRow.row_deleted.is_(None), MapNodeRow.id.in_(gone)))
        .order_by(MapNodeRow.id)
    ).all()
    here = {node.id for node, *_ in pairs}
    touches = _touches(session, {node.contact_id for node, *_ in pairs if node.contact_id})
    edges = session.scalars(
        select(MapEdgeRow)
        .where(
            MapEdgeRow.map_id == map_id,
            or_(MapEdgeRow.row_deleted.is_(None), MapEdgeRow.id.in_(_gone_with(session, gone))),
        )
        .order_by(MapEdgeRow.id)
    )
    return MapView(
        id=row.id,
        name=row.name or "",
        layout=_option(MapLayout, row.layout) or MapLayout.ORG_CHART,
        account_id=row.account_id,
        account_name=account_name or "",
        opportunity_id=row.opportunity_id,
        opportunity_name=opportunity_name or "",
        stage_id=stage_id,
        stage_name=stage_name or "",
        stage_probability=None if probability is None else float(probability),
        private=bool(row.private),
        owner_id=row.owner_id,
        reviewed_at=row.reviewed_at,
        nodes=tuple(_node(node, here, touches.get(node.contact_id or ""), *contact) for node, *contact in pairs),
        edges=tuple(_edge(edge) for edge in edges if edge.source_id in here and edge.target_id in here),
        ties=ties(session, map_id, here),
        evidence=evidence(session, map_id, here),
    )


def _gone_with(session: Session, gone: frozenset[str]) -> list[str]:
    """The lines that were taken off together with these cards."""
    if not gone:
        return []
    acts = (
        "SELECT tx_id FROM change WHERE entity='map_node' AND kind='deleted'"
        " AND row_id IN (SELECT value FROM json_each(:ids))"
    )
    query = f"SELECT row_id FROM change WHERE entity='map_edge' AND kind='deleted' AND tx_id IN ({acts})"
    found = session.connection().exec_driver_sql(query, {"ids": json.dumps(sorted(gone))})
    return [str(row_id) for (row_id,) in found]


def ties(session: Session, map_id: str, here: set[str]) -> tuple[TieView, ...]:
    """The ties to people who are on the map."""
    found = session.execute(
        select(MapTieRow, UserRow.name, CompetitorRow.name)
        .outerjoin(UserRow, UserRow.id == MapTieRow.user_id)
        .outerjoin(CompetitorRow, CompetitorRow.id == MapTieRow.competitor_id)
        .where(MapTieRow.map_id == map_id, MapTieRow.row_deleted.is_(None))
        .order_by(MapTieRow.id)
    )
    return tuple(
        TieView(
            id=row.id,
            node_id=row.node_id,
            user_id=row.user_id,
            user_name=name or "",
            competitor=rival or row.competitor or "",
            competitor_id=row.competitor_id,
            strength=row.strength,
        )
        for row, name, rival in found
        if row.node_id in here
    )


def evidence(session: Session, map_id: str, here: set[str]) -> tuple[EvidenceView, ...]:
    """What is known by what: of the deal, and of people who are on the map. Topics of a newer version are left out."""
    found = session.execute(
        select(MapEvidenceRow, UserRow.name)
        .outerjoin(UserRow, UserRow.id == MapEvidenceRow.author_id)
        .where(MapEvidenceRow.map_id == map_id, MapEvidenceRow.row_deleted.is_(None))
        .order_by(MapEvidenceRow.id)
    )
    return tuple(
        EvidenceView(
            id=row.id,
            topic=topic,
            node_id=row.node_id,
            value=row.value or "",
            body=row.body or "",
            observed_on=row.observed_on,
            author=name or "",
        )
        for row, name in found
        if (topic := _option(EvidenceTopic, row.topic)) and (row.node_id is None or row.node_id in here)
    )


def summaries(session: Session, account_id: str | None = None) -> tuple[MapSummary, ...]:
    """Maps by account and name, of one account or all; maps of an opportunity count for the opportunity's account."""
    people = (
        select(MapNodeRow.map_id, func.count().label("people"))
        .where(MapNodeRow.row_deleted.is_(None))
        .group_by(MapNodeRow.map_id)
        .subquery()
    )
    query = (
        select(StakeholderMapRow, AccountRow.name, OpportunityRow.name, people.c.people)
        .outerjoin(AccountRow, AccountRow.id == StakeholderMapRow.account_id)
        .outerjoin(OpportunityRow, OpportunityRow.id == StakeholderMapRow.opportunity_id)
        .outerjoin(people, people.c.map_id == StakeholderMapRow.id)
        .where(StakeholderMapRow.row_deleted.is_(None))
        .order_by(AccountRow.name, StakeholderMapRow.opportunity_id.isnot(None), StakeholderMapRow.name)
    )
    if account_id is not None:
        query = query.where(
            or_(StakeholderMapRow.account_id == account_id, OpportunityRow.account_id == account_id),
        )
    return tuple(
        MapSummary(
            id=row.id,
            name=row.name or "",
            account_id=row.account_id,
            account_name=account_name or "",
            opportunity_id=row.opportunity_id,
            opportunity_name=opportunity_name or "",
            people=count or 0,
            private=bool(row.private),
            owner_id=row.owner_id,
        )
        for row, account_name, opportunity_name, count in session.execute(query)
    )


def find_map(session: Session, account_id: str | None, opportunity_id: str | None) -> str | None:
    """The first map of an opportunity, or the first of an account that is not for one opportunity."""
    query = select(StakeholderMapRow.id).where(StakeholderMapRow.row_deleted.is_(None)).order_by(StakeholderMapRow.id)
    if opportunity_id is not None:
        query = query.where(StakeholderMapRow.opportunity_id == opportunity_id)
    else:
        query = query.where(StakeholderMapRow.account_id == account_id, StakeholderMapRow.opportunity_id.is_(None))
    return session.scalars(query.limit(1)).first()


def candidates(session: Session, current: MapView, text: str, limit: int) -> tuple[PersonChoice, ...]:
    """Contacts whose name, title or department holds `text` and who are not on the map: those of its account first."""
    taken = [node.contact_id for node in current.nodes if node.contact_id is not None]
    query = (
        select(ContactRow, AccountRow.name)
        .outerjoin(AccountRow, AccountRow.id == ContactRow.account_id)
        .where(ContactRow.row_deleted.is_(None), ContactRow.id.not_in(taken))
        .order_by((ContactRow.account_id == current.account_id).desc(), ContactRow.name)
        .limit(limit)
    )
    wanted = text.strip()
    query = query.where(_holds(wanted) if wanted else ContactRow.account_id == current.account_id)
    return tuple(
        PersonChoice(
            contact_id=row.id,
            name=row.name or "",
            title=row.title or "",
            department=row.department or "",
            account_name=account_name or "",
        )
        for row, account_name in session.execute(query)
    )


def nodes_of_contacts(session: Session, map_id: str, contact_ids: Iterable[str]) -> set[str]:
    """Those of the contacts who are on the map already."""
    query = select(MapNodeRow.contact_id).where(
        MapNodeRow.map_id == map_id, MapNodeRow.row_deleted.is_(None), MapNodeRow.contact_id.in_(list(contact_ids))
    )
    return {one for one in session.scalars(query) if one is not None}


def _holds(text: str) -> ColumnElement[bool]:
    return or_(
        *(
            column.contains(text, autoescape=True)
            for column in (ContactRow.name, ContactRow.title, ContactRow.department)
        )
    )


def _touches(session: Session, contact_ids: set[str]) -> dict[str, Touch]:
    """The newest activity with each of these contacts; a note to oneself is none."""
    turn = func.row_number().over(partition_by=ActivityRow.contact_id, order_by=ActivityRow.occurred_at.desc())
    newest = (
        select(ActivityRow.id, turn.label("turn"))
        .where(
            ActivityRow.contact_id.in_(contact_ids),
            ActivityRow.row_deleted.is_(None),
            ActivityRow.occurred_at.isnot(None),
            ActivityRow.kind.in_([kind for kind in ActivityKind if kind is not ActivityKind.NOTE]),
        )
        .subquery()
    )
    found = session.execute(
        select(ActivityRow.contact_id, ActivityRow.kind, ActivityRow.occurred_at, UserRow.name)
        .join(newest, newest.c.id == ActivityRow.id)
        .outerjoin(UserRow, UserRow.id == ActivityRow.owner_id)
        .where(newest.c.turn == 1)
    )
    return {
        contact_id: Touch(kind=ActivityKind(str(kind)), at=at, by=name or "")
        for contact_id, kind, at, name in found
        if contact_id and at is not None
    }


def _node(
    row: MapNodeRow, here: set[str], touch: Touch | None, name: str | None, title: str | None, department: str | None
) -> NodeView:
    """A contact's own name and title stand before what the card remembers of them."""
    return NodeView(
        id=row.id,
        label=name or row.label or "",
        kind=_option(NodeKind, row.kind) or NodeKind.PERSON,
        contact_id=row.contact_id,
        title=title or row.title or "",
        department=department or row.department or "",
        buying_role=_option(BuyingRole, row.buying_role),
        influence=row.influence,
        support=_option(Support, row.support),
        coverage=_option(Coverage, row.coverage),
        reports_to_id=row.reports_to_id if row.reports_to_id in here else None,
        x=row.x,
        y=row.y,
        note=row.note or "",
        touch=touch,
        political_status=_option(PoliticalStatus, row.political_status),
        decision_orientation=_option(DecisionOrientation, row.decision_orientation),
        adaptability=_option(Adaptability, row.adaptability),
        response_mode=_option(ResponseMode, row.response_mode),
        goals=row.goals or "",
        pains=row.pains or "",
        group_id=row.group_id if row.group_id in here else None,
        erased_at=row.erased_at,
    )


def _edge(row: MapEdgeRow) -> EdgeView:
    assert row.source_id is not None and row.target_id is not None  # noqa: PT018 - the caller has looked
    return EdgeView(
        id=row.id,
        source_id=row.source_id,
        target_id=row.target_id,
        kind=_option(EdgeKind, row.kind) or EdgeKind.KNOWS,
        label=row.label or "",
        strength=row.strength,
    )


def parts_of(session: Session, map_id: str, node_ids: set[str] | None = None) -> tuple[list[str], list[str]]:
    """The ids of the ties and of the evidence of a map, or of some of its people."""
    found: list[list[str]] = []
    for row in (MapTieRow, MapEvidenceRow):
        query = select(row.id).where(row.map_id == map_id, row.row_deleted.is_(None)).order_by(row.id)
        if node_ids is not None:
            query = query.where(row.node_id.in_(sorted(node_ids)))
        found.append(list(session.scalars(query)))
    return found[0], found[1]


def private_maps(session: Session) -> set[str]:
    """The ids of all maps that are for their account team alone."""
    return set(session.scalars(select(StakeholderMapRow.id).where(StakeholderMapRow.private.is_(True))))


def private_rows(session: Session, entity: str) -> set[str]:
    """The ids of the rows of an entity that belong to such maps: the maps, what hangs on them, and what is told about either."""
    hidden = private_maps(session)
    about, row = _TOLD_OF_ROWS.get(entity), _ON_MAPS.get(entity)
    if about is not None and hidden:
        found = session.execute(select(about.id, about.entity, about.row_id).where(about.entity.in_(_MAP_ENTITIES)))
        withheld = {kind: private_rows(session, kind) for kind in _MAP_ENTITIES}
        return {told_id for told_id, kind, row_id in found if row_id in withheld[str(kind)]}
    if row is None or not hidden:
        return hidden if entity == "stakeholder_map" else set()
    return set(session.scalars(select(row.id).where(row.map_id.in_(hidden))))


def conflicts_about(session: Session, fields: Mapping[str, Collection[str]]) -> set[str]:
    """The ids of the conflicts about these fields, by entity."""
    about = [and_(ConflictRow.entity == entity, ConflictRow.field.in_(names)) for entity, names in fields.items()]
    return set(session.scalars(select(ConflictRow.id).where(or_(*about))))


def map_of(session: Session, rows: Mapping[str, Collection[str]]) -> tuple[str, str] | None:
    """The one map that is there, by id and name, to which all of these rows belong, by entity; contacts are passed over."""
    maps = set(rows.get("stakeholder_map", ()))
    for entity in rows.keys() - {"stakeholder_map", "contact"}:
        row = _ON_MAPS.get(entity)
        if row is None:
            return None
        maps |= {str(one) for one in session.scalars(select(row.map_id).where(row.id.in_(sorted(rows[entity]))))}
    query = select(StakeholderMapRow.id, StakeholderMapRow.name).where(
        StakeholderMapRow.id.in_(maps), StakeholderMapRow.row_deleted.is_(None)
    )
    found = session.execute(query).first() if len(maps) == 1 else None
    return (found[0], found[1] or "") if found is not None else None


def conflicts_on(session: Session, map_id: str) -> list[str]:
    """The ids of the open conflicts about a map, its cards and what hangs on them, newest loss first."""
    about = [and_(ConflictRow.entity == "stakeholder_map", ConflictRow.row_id == map_id)]
    about += [
        and_(ConflictRow.entity == entity, ConflictRow.row_id.in_(select(row.id).where(row.map_id == map_id)))
        for entity, row in _ON_MAPS.items()
    ]
    query = select(ConflictRow.id).where(ConflictRow.row_deleted.is_(None), ConflictRow.state == "open", or_(*about))
    return list(session.scalars(query.order_by(ConflictRow.lost_at.desc(), ConflictRow.id)))


_ON_MAPS: dict[str, type[MapNodeRow | MapEdgeRow | MapTieRow | MapEvidenceRow]] = {
    "map_node": MapNodeRow,
    "map_edge": MapEdgeRow,
    "map_tie": MapTieRow,
    "map_evidence": MapEvidenceRow,
}
_MAP_ENTITIES = ("stakeholder_map", *_ON_MAPS)
_TOLD_OF_ROWS: dict[str, type[ConflictRow | OpenReferenceRow]] = {
    "conflict": ConflictRow,
    "open_reference": OpenReferenceRow,
}


def _option(options: type[_Option], value: str | None) -> _Option | None:
    """The option of this text; None for one that this version does not know."""
    return next((option for option in options if option == value), None)
