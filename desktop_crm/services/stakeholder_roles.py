"""Which buying roles a team wants on its maps at each stage of a deal: shared with the team, one row a stage, to be undone.

A stage for which nothing was chosen wants what its odds ask for. Must not judge maps.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desktop_crm.domain.schema.options import BuyingRole
from desktop_crm.domain.stakeholders.findings import usual_roles
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.engine import Session
from desktop_crm.persistence.stores import pipeline, settings
from desktop_crm.persistence.tables import ROWS
from desktop_crm.services.settings import ENTITY, row_id_of
from desktop_crm.services.workspace import Workspace

NO_DEAL = ""
"""Stands for the stage of a map that belongs to no deal."""
_NAME = "map.roles."
_OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRoles:
    """What one stage wants. `chosen`: by the team, not by the odds."""

    stage_id: str
    stage: str
    pipeline: str
    roles: tuple[BuyingRole, ...]
    chosen: bool


def of_stages(workspace: Workspace) -> tuple[StageRoles, ...]:
    """Every open stage of every pipeline, in their order, and maps without a deal at the end."""
    with workspace.read() as session:
        held, known = settings.shared(session), pipeline.pipelines(session)
    found = [
        _one(held, stage.id, stage.name, one.name, usual_roles(float(stage.probability)))
        for one in known
        for stage in one.stages
        if stage.kind == _OPEN
    ]
    return (*found, _one(held, NO_DEAL, "", "", usual_roles(None)))


def wanted(session: Session, stage_id: str | None) -> tuple[BuyingRole, ...] | None:
    """What was chosen for a stage (None: for maps without a deal); None where nothing was."""
    return _read(settings.shared(session), stage_id or NO_DEAL)


def choose(workspace: Workspace, stage_id: str, roles: Iterable[BuyingRole] | None) -> Changes:
    """From now on this stage wants these roles; with None again what its odds ask for. Raises Refusal `record.missing`."""
    name = _NAME + stage_id
    row_id = RowId(row_id_of(name))
    with workspace.write("stakeholders.choose_roles") as work:
        row = work.session.get(ROWS[ENTITY], row_id)
        if stage_id and work.session.get(ROWS["stage"], stage_id) is None:
            raise Refusal("record.missing", entity="stage", id=stage_id)
        if roles is None:
            if row is not None and row.row_deleted is None:
                work.delete(ENTITY, row_id)
        else:
            chosen = set(roles)
            coded = json.dumps([role.value for role in BuyingRole if role in chosen])
            if row is None:
                work.insert(ENTITY, {"name": name, "value": coded}, row_id)
            else:
                if row.row_deleted is not None:
                    work.restore(ENTITY, row_id)
                work.update(ENTITY, row_id, {"value": coded})
    return work.changes


def _one(
    held: Mapping[str, str], stage_id: str, stage: str, pipeline_name: str, usual: tuple[BuyingRole, ...]
) -> StageRoles:
    chosen = _read(held, stage_id)
    roles = usual if chosen is None else chosen
    return StageRoles(stage_id=stage_id, stage=stage, pipeline=pipeline_name, roles=roles, chosen=chosen is not None)


def _read(held: Mapping[str, str], stage_id: str) -> tuple[BuyingRole, ...] | None:
    """What a newer version wrote and this one cannot read counts as not chosen; roles it does not know are left out."""
    try:
        names = json.loads(held.get(_NAME + stage_id, "null"))
    except ValueError:
        return None
    return tuple(role for role in BuyingRole if role.value in names) if isinstance(names, list) else None
