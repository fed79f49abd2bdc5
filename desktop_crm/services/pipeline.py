"""Pipelines: the stages a workspace begins with, the board, and moving a deal on.

`ensure_pipeline(ws)` makes the first pipeline where there is none; inside a unit of work it is `make_first(work)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop_crm.domain.pipeline import stages as plans
from desktop_crm.foundation.changes import Changes
from desktop_crm.foundation.errors import Refusal
from desktop_crm.foundation.ids import RowId
from desktop_crm.i18n import ptr, tr
from desktop_crm.persistence.stores import pipeline as store
from desktop_crm.persistence.stores.pipeline import Amount, DealCard, Passage, Pipeline, Stage
from desktop_crm.persistence.tables.pipeline import OpportunityRow, PipelineRow, StageRow
from desktop_crm.persistence.unit_of_work import UnitOfWork
from desktop_crm.services.workspace import Workspace

__all__ = ["Amount", "Board", "BoardColumn", "DealCard", "Passage", "Pipeline", "Stage"]

CARDS_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardColumn:
    """One stage on the board: all its sums, and its first cards."""

    stage: Stage
    count: int
    sums: tuple[Amount, ...]
    cards: tuple[DealCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A pipeline as columns."""

    pipeline: Pipeline
    columns: tuple[BoardColumn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensured:
    """The pipeline that is there now, and what was made for it."""

    pipeline: Pipeline
    changes: Changes


def ensure_pipeline(workspace: Workspace) -> Ensured:
    """The first pipeline; made with its stages when the workspace has none yet. Stage names are in the current language."""
    found = pipelines(workspace)
    if found:
        return Ensured(pipeline=found[0], changes=Changes.none())
    with workspace.write("pipeline.ensure") as work:
        make_first(work)
    return Ensured(pipeline=pipelines(workspace)[0], changes=work.changes)


def make_first(work: UnitOfWork) -> str:
    """Inside a unit of work: make the first pipeline when there is none; gives back the id of the first pipeline."""
    found = store.pipelines(work.session)
    if found:
        return found[0].id
    gone = work.session.get(PipelineRow, plans.FIRST_PIPELINE) is not None  # an undone import took it along
    if gone:
        work.restore("pipeline", plans.FIRST_PIPELINE)
    else:
        work.insert("pipeline", {"name": tr("Sales pipeline"), "order_key": "b"}, RowId(plans.FIRST_PIPELINE))
    names = stage_names()
    for plan in plans.FIRST_STAGES:
        if work.session.get(StageRow, plan.id) is None:
            work.insert("stage", _fields(plan, names[plan.key]), RowId(plan.id))
        elif gone:
            work.restore("stage", plan.id)
    return plans.FIRST_PIPELINE


def stage_names() -> dict[str, str]:
    """What the stages of the first pipeline are called in the current language, by key."""
    return {
        "prospecting": tr("Prospecting"),
        "qualified": ptr("stage", "Qualified"),
        "proposal": ptr("stage", "Proposal"),
        "negotiation": tr("Negotiation"),
        "won": tr("Won"),
        "lost": tr("Lost"),
    }


def pipelines(workspace: Workspace) -> tuple[Pipeline, ...]:
    """All pipelines with their stages, in their order."""
    with workspace.read() as session:
        return store.pipelines(session)


def board(workspace: Workspace, pipeline_id: str | None = None, owner_id: str | None = None) -> Board | None:
    """A pipeline (the first, when none is named) as columns with exact sums; None where there is no pipeline yet."""
    with workspace.read() as session:
        found = store.pipelines(session)
        chosen = next((p for p in found if p.id == pipeline_id), found[0] if found else None)
        if chosen is None:
            return None
        sums = store.column_sums(session, chosen.id, owner_id)
        columns = tuple(
            BoardColumn(
                stage=stage,
                count=sums.get(stage.id, (0, ()))[0],
                sums=sums.get(stage.id, (0, ()))[1],
                cards=store.cards(session, stage.id, owner_id, CARDS_SHOWN, latest=stage.kind != "open"),
            )
            for stage in chosen.stages
        )
    return Board(pipeline=chosen, columns=columns)


def move_stage(workspace: Workspace, ids: Sequence[str], stage_id: str) -> Changes:
    """Bring opportunities into a stage, in one transaction; the log keeps where they came from.

    Raises Refusal `reference.missing` when the stage is gone, `record.missing` for an opportunity that is.
    """
    with workspace.write("pipeline.move_stage") as work:
        stage = work.session.get(StageRow, stage_id)
        if stage is None or stage.row_deleted is not None:
            raise Refusal("reference.missing", entity="opportunity", field="stage_id", id=stage_id)
        for opportunity_id in ids:
            row = work.get(OpportunityRow, opportunity_id)
            row.stage_id = stage_id
            row.pipeline_id = stage.pipeline_id
    return work.changes


def passages(workspace: Workspace, opportunity_id: str) -> tuple[Passage, ...]:
    """How an opportunity went through its stages, oldest first."""
    with workspace.read() as session:
        return store.passages(session, opportunity_id)


def _fields(plan: plans.StagePlan, name: str) -> dict[str, Any]:
    return {
        "pipeline_id": plans.FIRST_PIPELINE,
        "name": name,
        "order_key": plan.order_key,
        "kind": str(plan.kind),
        "probability": plan.probability,
        "forecast_category": str(plan.forecast_category),
        "stall_days": plan.stall_days,
    }
