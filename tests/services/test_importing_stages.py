"""Stages of other programs find their place among ours."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop_crm.domain.pipeline.stages import FIRST_PIPELINE, FIRST_STAGES
from desktop_crm.domain.schema.options import ForecastCategory, StageKind
from desktop_crm.services import importing, pipeline, records
from desktop_crm.services.importing.stages import find_stage, key_after, meaning, place_stage
from desktop_crm.services.records import ListQuery
from desktop_crm.services.workspace import Workspace


@pytest.mark.parametrize(
    ("name", "kind", "chance", "category"),
    [
        ("Won", StageKind.WON, "1", ForecastCategory.CLOSED),
        ("Closed Won", StageKind.WON, "1", ForecastCategory.CLOSED),
        ("수주", StageKind.WON, "1", ForecastCategory.CLOSED),
        ("closed lost", StageKind.LOST, "0", ForecastCategory.OMITTED),
        ("실주", StageKind.LOST, "0", ForecastCategory.OMITTED),
        ("Prospecting", StageKind.OPEN, "0.1", ForecastCategory.PIPELINE),
        ("Engaging", StageKind.OPEN, "0.3", ForecastCategory.PIPELINE),
        ("Proposal", StageKind.OPEN, "0.5", ForecastCategory.BEST_CASE),
        ("Negotiation/Review", StageKind.OPEN, "0.75", ForecastCategory.MOST_LIKELY),
        ("Something else", StageKind.OPEN, "0.2", ForecastCategory.PIPELINE),
    ],
)
def test_what_a_name_says(name: str, kind: StageKind, chance: str, category: ForecastCategory) -> None:
    sense = meaning(name)
    assert (sense.kind, sense.probability, sense.forecast_category) == (kind, Decimal(chance), category)


def test_two_won_stages_are_not_guessed_between() -> None:
    assert find_stage("수주", [("1", "Signed", "won"), ("2", "Paid", "won")]) is None
    assert find_stage("수주", [("1", "Signed", "won"), ("2", "Open", "open")]) == "1"


def test_a_new_stage_stands_by_its_probability() -> None:
    siblings = [
        {"order_key": plan.order_key, "kind": plan.kind, "probability": plan.probability} for plan in FIRST_STAGES
    ]
    keys = {plan.key: plan.order_key for plan in FIRST_STAGES}
    engaging = place_stage({"kind": "open", "probability": Decimal("0.3")}, siblings)
    first = place_stage({"kind": "open", "probability": Decimal("0.01")}, siblings)
    last = place_stage({"kind": "won", "probability": Decimal(1)}, siblings)
    assert keys["qualified"] < engaging < keys["proposal"]
    assert first < keys["prospecting"] or first <= keys["prospecting"]
    assert last > keys["lost"]


def test_keys_in_any_form_can_be_followed() -> None:
    assert key_after("a1", "a2") > "a1"
    assert key_after("c", "d") == "cV"
    assert key_after(None, None)


def deal(tmp_path, stage: str):
    path = tmp_path / "d.csv"
    path.write_text(f"opportunity_id,account,deal_stage,close_value\nA,,{stage},1\n", encoding="utf-8")
    return importing.inspect([path])


def test_the_first_pipeline_is_the_one_every_workspace_begins_with(workspace: Workspace, tmp_path) -> None:
    importing.run(workspace, deal(tmp_path, "Won"))
    (row,) = records.list_rows(workspace, "pipeline").records
    assert row.id == FIRST_PIPELINE
    ids = {one.id for one in records.list_rows(workspace, "stage", ListQuery()).records}
    assert ids == {plan.id for plan in FIRST_STAGES}
    assert not pipeline.ensure_pipeline(workspace).changes


def test_an_undone_import_leaves_the_first_pipeline_to_the_next(workspace: Workspace, tmp_path) -> None:
    for stage in ("Won", "Engaging", "Lost"):
        report = importing.run(workspace, deal(tmp_path, stage))
        names = {one.fields["name"] for one in records.list_rows(workspace, "stage", ListQuery()).records}
        assert {"Won", "Lost", stage} <= names
        importing.undo_import(workspace, str(report.import_id))
        assert (records.count(workspace, "stage"), records.count(workspace, "pipeline")) == (len(FIRST_STAGES), 1)
    assert not pipeline.ensure_pipeline(workspace).changes


def test_a_pipeline_that_is_there_is_used(workspace: Workspace, tmp_path) -> None:
    pipeline.ensure_pipeline(workspace)
    report = importing.run(workspace, deal(tmp_path, "Engaging"))
    assert report.files[0].made == {"stage": 1}
    assert records.count(workspace, "pipeline") == 1
    importing.undo_import(workspace, str(report.import_id))
    assert records.count(workspace, "stage") == len(FIRST_STAGES)
