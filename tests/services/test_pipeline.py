"""Stages, the board with exact sums, and moving deals on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from desktop_crm import i18n
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services import history, pipeline, records

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def workspace(new_workspace):
    return new_workspace(clock=FixedClock(NOON))


@pytest.fixture
def stages(workspace):
    return pipeline.ensure_pipeline(workspace).pipeline.stages


def deal(workspace, stage, amount=None, currency=None, **more):
    fields = {"name": "d", "stage_id": stage.id, "amount": amount, "currency": currency, **more}
    return records.create(workspace, "opportunity", fields).id


def test_a_workspace_begins_with_six_stages_made_once(workspace):
    with i18n.speaking("en"):
        first = pipeline.ensure_pipeline(workspace)
    assert first.changes.touches("stage", "pipeline")
    assert [(s.name, s.kind, s.probability) for s in first.pipeline.stages] == [
        ("Prospecting", "open", Decimal("0.1")),
        ("Qualified", "open", Decimal("0.25")),
        ("Proposal", "open", Decimal("0.5")),
        ("Negotiation", "open", Decimal("0.75")),
        ("Won", "won", Decimal(1)),
        ("Lost", "lost", Decimal(0)),
    ]
    again = pipeline.ensure_pipeline(workspace)
    assert (again.pipeline, bool(again.changes)) == (first.pipeline, False)


def test_two_workspaces_begin_with_the_same_stages(new_workspace):
    one, two = (pipeline.ensure_pipeline(new_workspace(name)).pipeline for name in ("one", "two"))
    assert one == two


def test_undoing_their_making_lets_them_be_made_again(workspace):
    first = pipeline.ensure_pipeline(workspace)
    history.revert(workspace, first.changes.tx_id)
    assert pipeline.pipelines(workspace) == ()
    assert pipeline.ensure_pipeline(workspace).pipeline == first.pipeline


def test_the_board_has_exact_sums_by_currency_of_all_deals(workspace, stages):
    for number in range(pipeline.CARDS_SHOWN + 20):
        deal(workspace, stages[0], Decimal("0.10"), "USD", close_date=NOON.date() + timedelta(days=number % 9))
    deal(workspace, stages[0], Decimal(-5), "KRW")
    deal(workspace, stages[0])
    column = pipeline.board(workspace).columns[0]
    assert column.count == pipeline.CARDS_SHOWN + 22
    assert len(column.cards) == pipeline.CARDS_SHOWN
    assert [card.close_date for card in column.cards] == sorted(card.close_date for card in column.cards)
    assert [(a.currency, a.amount, a.weighted) for a in column.sums] == [
        ("KRW", Decimal(-5), Decimal("-0.5")),
        ("USD", Decimal("12.00"), Decimal("1.2")),
    ]


def test_a_board_without_a_pipeline_is_none(workspace):
    assert pipeline.board(workspace) is None


def test_the_board_of_one_owner(workspace, stages):
    owner = records.create(workspace, "user", {"name": "김하늘"}).id
    deal(workspace, stages[0], owner_id=owner)
    deal(workspace, stages[0])
    assert pipeline.board(workspace).columns[0].count == 2
    mine = pipeline.board(workspace, owner_id=owner).columns[0]
    assert (mine.count, mine.cards[0].owner) == (1, "김하늘")


def test_moving_on_keeps_where_it_came_from(workspace, stages):
    one, two = deal(workspace, stages[0], Decimal(1), "KRW"), deal(workspace, stages[1], Decimal(2), "KRW")
    workspace.clock.at += timedelta(days=3)
    changes = pipeline.move_stage(workspace, [one, two], stages[4].id)
    assert changes.rows("opportunity") == {one, two}
    assert [(p.before, p.after) for p in pipeline.passages(workspace, one)] == [
        ("", stages[0].name),
        (stages[0].name, stages[4].name),
    ]
    card = next(c for c in pipeline.board(workspace).columns[4].cards if c.id == one)
    assert card.entered_at == workspace.clock.at
    assert records.get(workspace, "opportunity", one).fields["pipeline_id"] == pipeline.pipelines(workspace)[0].id
    history.revert(workspace, changes.tx_id)
    assert pipeline.board(workspace).columns[4].count == 0


def test_moving_to_a_stage_that_is_gone_is_refused(workspace, stages):
    one = deal(workspace, stages[0])
    records.delete(workspace, "stage", stages[3].id)
    for stage in (stages[3].id, "nowhere"):
        with pytest.raises(Refusal, match=r"reference\.missing"):
            pipeline.move_stage(workspace, [one], stage)
    with pytest.raises(Refusal, match=r"record\.missing"):
        pipeline.move_stage(workspace, [one, "nobody"], stages[1].id)
    assert pipeline.board(workspace).columns[0].count == 1


@pytest.fixture
def second(workspace, stages):
    """Another pipeline, whose second stage was made first."""
    made = records.create(workspace, "pipeline", {"name": "Partners", "order_key": "z"}).id
    later = records.create(
        workspace, "stage", {"pipeline_id": made, "name": "Signed", "order_key": "m", "kind": "won"}
    ).id
    first = records.create(
        workspace, "stage", {"pipeline_id": made, "name": "Met", "order_key": "a", "kind": "open"}
    ).id
    return made, first, later


def test_a_stage_brings_its_pipeline_along(workspace, stages, second):
    one = deal(workspace, stages[0])
    assert records.get(workspace, "opportunity", one).fields["pipeline_id"] == pipeline.pipelines(workspace)[0].id
    records.set_fields(workspace, "opportunity", one, {"stage_id": second[2]})
    fields = records.get(workspace, "opportunity", one).fields
    assert (fields["pipeline_id"], fields["stage_id"]) == (second[0], second[2])


def test_another_pipeline_begins_at_its_first_stage(workspace, stages, second):
    one = deal(workspace, stages[3])
    changes = records.set_fields(workspace, "opportunity", one, {"pipeline_id": second[0]})
    assert records.get(workspace, "opportunity", one).fields["stage_id"] == second[1]
    history.revert(workspace, changes.tx_id)
    fields = records.get(workspace, "opportunity", one).fields
    assert (fields["pipeline_id"], fields["stage_id"]) == (pipeline.pipelines(workspace)[0].id, stages[3].id)


def test_the_same_pipeline_again_and_no_stage_at_all_are_left_alone(workspace, stages):
    one = deal(workspace, stages[3])
    records.set_fields(workspace, "opportunity", one, {"pipeline_id": pipeline.pipelines(workspace)[0].id})
    assert records.get(workspace, "opportunity", one).fields["stage_id"] == stages[3].id
    records.set_fields(workspace, "opportunity", one, {"stage_id": None})
    assert records.get(workspace, "opportunity", one).fields["stage_id"] is None


def test_a_list_says_whether_a_stage_is_open_won_or_lost(workspace, stages):
    for place in (0, 4, 5):
        deal(workspace, stages[place])
    records.create(workspace, "opportunity", {"name": "d"})
    listed = records.list_rows(workspace, "opportunity", records.ListQuery(sort="stage_id")).records
    assert sorted(one.kinds.get("stage_id", "") for one in listed) == ["", "lost", "open", "won"]
