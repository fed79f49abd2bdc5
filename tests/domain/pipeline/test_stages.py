"""The stages a workspace begins with."""

from __future__ import annotations

from desktop_crm.domain.pipeline.stages import FIRST_PIPELINE, FIRST_STAGES
from desktop_crm.domain.schema.options import StageKind


def test_stages_rise_from_first_talk_to_won_and_end_with_lost():
    chances = [stage.probability for stage in FIRST_STAGES[:-1]]
    assert chances == sorted(chances)
    assert [stage.kind for stage in FIRST_STAGES[-2:]] == [StageKind.WON, StageKind.LOST]
    assert (FIRST_STAGES[-2].probability, FIRST_STAGES[-1].probability) == (1, 0)
    assert all(0 <= stage.probability <= 1 for stage in FIRST_STAGES)


def test_keys_ids_and_places_are_unique_and_never_change():
    assert len({stage.key for stage in FIRST_STAGES}) == len({stage.id for stage in FIRST_STAGES}) == 6
    assert [s.order_key for s in FIRST_STAGES] == sorted(s.order_key for s in FIRST_STAGES)
    assert {len(stage.id) for stage in FIRST_STAGES} == {len(FIRST_PIPELINE)} == {36}
    assert FIRST_STAGES[0].id == "00000000-0000-7000-8000-000000000101"  # replicas agree on it


def test_only_open_stages_have_a_limit_for_standing_still():
    assert [stage.stall_days is None for stage in FIRST_STAGES] == [False] * 4 + [True] * 2
