"""A drag, a pan and an opening with 1,000 cards stay far inside a frame. Processor time is taken, so that a busy machine is no fault."""

from __future__ import annotations

import random
import statistics
import time

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, MapLayout, Support
from desktop_crm.domain.stakeholders.findings import findings
from desktop_crm.domain.stakeholders.layout import arrange
from desktop_crm.domain.stakeholders.routes import ways_to_buyer
from desktop_crm.domain.stakeholders.values import EdgeView, MapView, NodeView
from desktop_crm.ui.stakeholders.looks import MapLook
from desktop_crm.ui.stakeholders.paper import Paper
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.theme.tokens import LIGHT

PEOPLE = 1000
HUB = PEOPLE // 2 + 17


def crowd(count=PEOPLE, lines=20):
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
def paper(qtbot, theme, large):
    view, hub = large
    scene = MapScene(MapLook(LIGHT))
    scene.show_map(view, arrange(view))
    made = Paper(scene)
    qtbot.addWidget(made)
    made.resize(1400, 900)
    made.show()
    made.centerOn(scene.cards[hub])
    QApplication.processEvents()
    return made


def frames(paper, change, count=40):
    """Milliseconds of processor time from a change to its pixels."""
    taken = []
    for index in range(count):
        start = time.process_time()
        change(index)
        QApplication.processEvents()
        taken.append((time.process_time() - start) * 1000)
    return taken


def told(name, taken):
    ordered = sorted(taken)
    print(f"{name}: median {statistics.median(ordered):.1f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.1f} ms")
    return statistics.median(ordered)


def test_dragging_a_card_with_twenty_lines(paper, large):
    scene, hub = paper.map_scene, large[1]
    home = scene.home(hub)
    rng = random.Random(1)
    taken = frames(paper, lambda _: scene.preview({hub: home + QPointF(rng.randint(-9, 9), rng.randint(-9, 9))}))
    assert told("drag", taken) < 25


def test_panning(paper):
    taken = frames(paper, lambda index: paper.pan_by(12 if index % 20 < 10 else -12, 7 if index % 20 < 10 else -7))
    assert told("pan", taken) < 12


def test_opening_and_showing_the_same_value_again(qapp, theme, large):
    view, _hub = large
    scene = MapScene(MapLook(LIGHT))
    start = time.process_time()
    scene.show_map(view, arrange(view))
    opened = time.process_time() - start
    cards = dict(scene.cards)
    start = time.process_time()
    scene.show_map(view, arrange(view))
    again = time.process_time() - start
    print(f"open {opened * 1000:.0f} ms, again {again * 1000:.0f} ms")
    assert scene.cards == cards
    assert opened < 0.4
    assert again < 0.1
    scene.clear()


def test_reading_a_map_of_three_hundred_people():
    view, _hub = crowd(300)
    start = time.process_time()
    assert findings(view)
    ways_to_buyer(view)
    taken = (time.process_time() - start) * 1000
    print(f"findings and ways of 300 people: {taken:.1f} ms")
    assert taken < 50
