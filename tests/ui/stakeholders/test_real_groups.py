"""The 29 groups of companies of the test data, taken as people, opened on the scene in every layout."""

from __future__ import annotations

import pytest

from desktop_crm.domain.schema.options import MapLayout
from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.ui.stakeholders.looks import MapLook
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.theme.tokens import LIGHT
from tests.domain.stakeholders.test_real_groups import as_people, groups


@pytest.mark.parametrize("layout", list(MapLayout))
def test_every_group_opens_in_every_layout(qapp, theme, layout):
    scene = MapScene(MapLook(LIGHT))
    found = groups()
    assert len(found) == 29
    for group in found:
        view = as_people(group)
        placement = arrange(view, layout)
        scene.show_map(view, placement)
        assert {one: card.pos().toTuple() for one, card in scene.cards.items()} == placement.corners
        assert len(scene.relations) == len(view.edges)
    scene.clear()
