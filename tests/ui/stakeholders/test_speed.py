"""A drag, a pan and an opening with 1,000 cards do little: work is counted (cards painted, lines laid), never timed."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, MapLayout, Support
from desktop_crm.domain.stakeholders.findings import findings
from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.domain.stakeholders.routes import ways_to_buyer
from desktop_crm.domain.stakeholders.values import EdgeView, MapView, NodeView
from desktop_crm.ui.stakeholders import items
from desktop_crm.ui.stakeholders.looks import MapLook
from desktop_crm.ui.stakeholders.paper import Paper
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.theme.tokens import LIGHT

PEOPLE = 1000
HUB = PEOPLE // 2 + 17
LINES = 20
FRAMES = 40


def crowd(count=PEOPLE, lines=LINES):
    """People in rows, each reporting to a near one; one of them with many lines to others near by."""
    rng = random.Random(4)
    across = int((count * 1.2) ** 0.5)
    nodes = tuple(
        NodeView(
            id=f"n{index:05}",
            label=f"김철수 {index}",
            title="부장",
            department="설비팀",
            x=(index % across) * 250,
            y=(index // across) * 144,
            reports_to_id=None if index == 0 else f"n{max(0, index - rng.choice((1, across))):05}",
            support=rng.choice(list(Support)),
            influence=rng.randrange(11),
            coverage=rng.choice(list(Coverage)),
            buying_role=rng.choice(list(BuyingRole)),
        )
        for index in range(count)
    )
    hub = nodes[min(HUB, count - 1)]
    near = sorted(nodes, key=lambda one: (one.x - hub.x) ** 2 + (one.y - hub.y) ** 2)[1:61]
    edges = tuple(
        EdgeView(id=f"e{index}", source_id=hub.id, target_id=other.id, kind=EdgeKind.INFLUENCES)
        for index, other in enumerate(rng.sample(near, lines))
    )
    return MapView(id="m", name="m", layout=MapLayout.FREE, nodes=nodes, edges=edges), hub.id


@pytest.fixture(scope="module")
def large():
    return crowd()


@pytest.fixture
def work(monkeypatch):
    """How often a card was painted, made, and a line laid anew."""
    counts = Counter()

    def counted(owner, method, name):
        real = getattr(owner, method)

        def instead(*args, **named):
            counts[name] += 1
            return real(*args, **named)

        monkeypatch.setattr(owner, method, instead)

    counted(items, "paint_card", "painted")
    counted(items.CardItem, "__init__", "made")
    counted(items, "report_course", "laid")
    counted(items, "Curve", "laid")
    return counts


@pytest.fixture
def paper(qtbot, theme, large, work):
    view, hub = large
    scene = MapScene(MapLook(LIGHT))
    scene.show_map(view, arrange(view))
    made = Paper(scene)
    qtbot.addWidget(made)
    made.resize(1400, 900)
    made.show()
    qtbot.waitExposed(made)
    made.centerOn(scene.cards[hub])
    QApplication.processEvents()
    work.clear()
    return made


def frames(change):
    for index in range(FRAMES):
        change(index)
        QApplication.processEvents()


def test_dragging_a_card_with_twenty_lines_lays_only_its_lines_and_paints_no_card_anew(paper, large, work):
    scene, hub = paper.map_scene, large[1]
    home = scene.home(hub)
    own = LINES + sum(hub in {line.boss.node.id, line.person.node.id} for line in scene.reports.values())
    rng = random.Random(1)
    frames(lambda _: scene.preview({hub: home + QPointF(rng.randint(-9, 9), rng.randint(-9, 9))}))
    assert 0 < work["laid"] <= FRAMES * own
    assert work["painted"] <= FRAMES  # the others come from the cache of pictures
    assert not work["made"]


def test_panning_paints_only_cards_that_come_into_sight(paper, work):
    frames(lambda index: paper.pan_by(12 if index % 20 < 10 else -12, 7 if index % 20 < 10 else -7))
    assert not work["laid"]
    assert work["painted"] <= 60  # a row and a column on each side, once


def test_showing_the_same_value_again_makes_no_card_and_lays_no_line(qapp, theme, large, work):
    view, _hub = large
    scene = MapScene(MapLook(LIGHT))
    scene.show_map(view, arrange(view))
    cards = dict(scene.cards)
    assert work["made"] == PEOPLE
    work.clear()
    scene.show_map(view, arrange(view))
    assert scene.cards == cards
    assert not work["made"]
    assert not work["laid"]
    scene.clear()


def test_a_map_of_three_hundred_people_is_read():
    view, _hub = crowd(300)
    assert findings(view)
    assert ways_to_buyer(view) is not None
