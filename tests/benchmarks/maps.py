"""The map's jobs: dragging, panning, zooming, opening, laying out and reading, each against a bare scene or a bare walk."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, MapLayout, NodeKind, Support
from desktop_crm.domain.stakeholders.layout import arrange, org_chart
from desktop_crm.domain.stakeholders.reading import read
from desktop_crm.domain.stakeholders.values import EdgeView, MapView, NodeView
from desktop_crm.ui.stakeholders.looks import MapLook
from desktop_crm.ui.stakeholders.paper import Paper
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.theme import Scheme, Theme
from desktop_crm.ui.theme.tokens import LIGHT
from tests.benchmarks.floors import dot, graph
from tests.benchmarks.measure import Job, NotHereError, stopwatch

FRAMES = 60
GRAPHS = 8
TODAY = date(2026, 11, 3)


def people(count: int, layout: MapLayout = MapLayout.FREE) -> tuple[MapView, str]:
    """The floor's tangle as people, and the one with twenty lines."""
    rng, spots, (pairs, hub) = random.Random(4), graph.places(count), graph.tangle(count)
    bosses = {one: other for one, other in pairs if one not in {hub, other}}
    nodes = tuple(
        NodeView(
            id=f"n{number:05}",
            label=f"김철수 {number}",
            kind=NodeKind.PERSON,
            title="부장",
            department="설비팀",
            x=x,
            y=y,
            reports_to_id=f"n{bosses[number]:05}" if number in bosses else None,
            support=rng.choice(list(Support)),
            influence=rng.randrange(11),
            coverage=rng.choice(list(Coverage)),
            buying_role=rng.choice([None] * 20 + list(BuyingRole)),
        )
        for number, (x, y) in enumerate(spots)
    )
    edges = tuple(
        EdgeView(id=f"e{place}", source_id=f"n{one:05}", target_id=f"n{other:05}", kind=EdgeKind.INFLUENCES)
        for place, (one, other) in enumerate(pairs)
        if one == hub
    )
    return MapView(id="m", name="m", layout=layout, nodes=nodes, edges=edges), f"n{hub:05}"


class Ours(Paper):
    """The program's paper, counting its paint events."""

    painted = 0

    def paintEvent(self, event: object) -> None:
        super().paintEvent(event)
        self.painted += 1


class Shown:
    """The program's map on a screen of its own."""

    def __init__(self, view: MapView, hub: str, *, fitted: bool = False) -> None:
        began = time.perf_counter()
        self.scene = MapScene(MapLook(LIGHT))
        self.scene.show_map(view, arrange(view))
        self.paper = Ours(self.scene)
        self.paper.resize(*graph.SIZE)
        self.paper.centerOn(self.scene.cards[hub])
        self.paper.show()
        graph.until_painted(self.paper, 0)
        if fitted:
            self.paper.fit()
            graph.until_painted(self.paper, self.paper.painted)
        self.opened = time.perf_counter() - began
        self.hub = hub

    def drag(self, number: int) -> float:
        before, began = self.paper.painted, time.perf_counter()
        way = QPointF(7 if number % 2 else -7, 4 if number % 3 else -8)
        self.scene.preview({self.hub: self.scene.cards[self.hub].pos() + way})
        graph.until_painted(self.paper, before)
        return time.perf_counter() - began

    def pan(self, number: int) -> float:
        before, began = self.paper.painted, time.perf_counter()
        self.paper.pan_by(*((-12, -7) if number % 20 < 10 else (12, 7)))
        graph.until_painted(self.paper, before)
        return time.perf_counter() - began

    def zoom(self, number: int) -> float:
        before, began = self.paper.painted, time.perf_counter()
        self.paper.zoom_by(1.04 if number % 2 else 1 / 1.04)
        graph.until_painted(self.paper, before)
        return time.perf_counter() - began

    def stand_like(self, floor: graph.Map) -> None:
        """The card with the lines at the same place of the screen as the floor's, so that both paint as much."""
        way = floor.view.mapFromScene(floor.hub.pos()) - self.paper.mapFromScene(self.scene.cards[self.hub].pos())
        before = self.paper.painted
        self.paper.pan_by(way.x(), way.y())
        if not way.isNull():
            graph.until_painted(self.paper, before)

    def close(self) -> None:
        self.paper.close()
        self.scene.clear()


def _application() -> QApplication:
    made = QApplication.instance()
    app = made if isinstance(made, QApplication) else QApplication([])
    Theme(app, Scheme.light)
    return app


@contextmanager
def frames(_folder: Path, floors_alone: bool, *, count: int, act: str, fitted: bool = False) -> Iterator[Job]:
    """One frame of an act; of all cards at once when `fitted`, then against the naive scene."""
    app = _application()
    floor = graph.Map(count, naive=fitted, fitted=fitted)
    shown = None if floors_alone else Shown(*people(count), fitted=fitted)
    if shown is not None and not fitted:
        shown.stand_like(floor)
    yield Job(
        ours=getattr(shown, act) if shown else None,
        floor=getattr(floor, act),
        rounds=15 if fitted else FRAMES,
        warm_up=6,
    )
    for one in (floor, shown):
        if one is not None:
            one.close()
    app.processEvents()


@contextmanager
def opening(_folder: Path, floors_alone: bool, *, count: int) -> Iterator[Job]:
    """A map from its value to the first paint."""
    _application()
    value = people(count, MapLayout.ORG_CHART)

    def timed(make: Callable[[], graph.Map | Shown]) -> float:
        made = make()
        made.close()
        return made.opened

    yield Job(
        ours=None if floors_alone else lambda _: timed(lambda: Shown(*value)),
        floor=lambda _: timed(lambda: graph.Map(count)),
        rounds=15,
        warm_up=2,
    )


@contextmanager
def laying_out(_folder: Path, floors_alone: bool, *, count: int) -> Iterator[Job]:
    """The org chart of many people; the floor only walks the tree and numbers it."""
    view, _ = people(count, MapLayout.ORG_CHART)
    view = MapView(id="m", name="m", layout=view.layout, nodes=view.nodes)

    def bare(_: int) -> float:
        with stopwatch() as seconds:
            children: dict[str | None, list[str]] = {}
            for node in view.nodes:
                children.setdefault(node.reports_to_id, []).append(node.id)
            waiting, placed = [(one, 0) for one in children[None]], {}
            while waiting:
                one, level = waiting.pop()
                placed[one] = (len(placed), level)
                waiting.extend((below, level + 1) for below in children.get(one, ()))
        return seconds()

    def ours(_: int) -> float:
        with stopwatch() as seconds:
            org_chart(view)
        return seconds()

    yield Job(ours=None if floors_alone else ours, floor=bare, rounds=31, warm_up=5)


@contextmanager
def reading(_folder: Path, floors_alone: bool, *, count: int) -> Iterator[Job]:
    """Coverage, ways, single threads, balance and scorecard after an edit; the floor walks all lines once."""
    view, _ = people(count)

    def bare(_: int) -> float:
        with stopwatch() as seconds:
            beside: dict[str, list[str]] = {node.id: [] for node in view.nodes}
            for node in view.nodes:
                if node.reports_to_id:
                    beside[node.id].append(node.reports_to_id)
                    beside[node.reports_to_id].append(node.id)
            for edge in view.edges:
                beside[edge.source_id].append(edge.target_id)
                beside[edge.target_id].append(edge.source_id)
            seen, waiting = set(), [view.nodes[0].id]
            while waiting:
                here = waiting.pop()
                if here not in seen:
                    seen.add(here)
                    waiting.extend(beside[here])
        return seconds()

    def ours(_: int) -> float:
        with stopwatch() as seconds:
            read(view, TODAY)
        return seconds()

    yield Job(ours=None if floors_alone else ours, floor=bare, rounds=31, warm_up=5)


def company(count: int, lines: int, seed: int = 4) -> MapView:
    """People below people, and lines of influence between any two who do not report to each other."""
    rng = random.Random(seed)
    bosses = {one: rng.randrange((one - 1) // 6, max(1, one // 2)) for one in range(1, count)}
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < lines:
        one, other = rng.sample(range(count), 2)
        if bosses.get(one) != other and bosses.get(other) != one and (other, one) not in pairs:
            pairs.add((one, other))
    nodes = tuple(
        NodeView(id=f"n{one}", label=f"김철수 {one}", reports_to_id=f"n{bosses[one]}" if one else None)
        for one in range(count)
    )
    edges = tuple(
        EdgeView(id=f"e{one}-{other}", source_id=f"n{one}", target_id=f"n{other}", kind=EdgeKind.INFLUENCES)
        for one, other in sorted(pairs)
    )
    return MapView(id="m", name="m", layout=MapLayout.ORG_CHART, nodes=nodes, edges=edges)


def courses(view: MapView) -> dict[tuple[str, str], dot.Way]:
    """Where the program leads each line of the org chart, as it is shown: reports-to from boss to person, then the curves."""
    _application()
    scene = MapScene(MapLook(LIGHT))
    scene.show_map(view, arrange(view))
    found: dict[tuple[str, str], dot.Way] = {}
    for person, line in scene.reports.items():
        found[line.boss.node.id, person] = [at.toTuple() for at in line.course]
    for relation in scene.relations.values():
        steps = [relation.curve.point(step / dot.STEPS) for step in range(dot.STEPS + 1)]
        found[relation.edge.source_id, relation.edge.target_id] = [at.toTuple() for at in steps]
    scene.clear()
    return found


@contextmanager
def crossing(_folder: Path, floors_alone: bool, *, count: int, lines: int, free: bool) -> Iterator[Job]:
    """How many lines cross on several graphs, ours and dot's. Raises `NotHereError` where Graphviz is not installed."""
    if not dot.is_here():
        raise NotHereError("Graphviz dot")
    views = [company(count, lines, seed) for seed in range(1, GRAPHS + 1)]
    yield Job(
        ours=None if floors_alone else lambda index: float(dot.crossings(courses(views[index]))),
        floor=lambda index: float(dot.crossings(_by_dot(views[index], free=free))),
        rounds=GRAPHS,
        warm_up=0,
    )


def _by_dot(view: MapView, *, free: bool) -> dict[tuple[str, str], dot.Way]:
    reports = [(node.reports_to_id, node.id) for node in view.nodes if node.reports_to_id is not None]
    influences = [(edge.source_id, edge.target_id) for edge in view.edges]
    return dot.ways([node.id for node in view.nodes], reports, influences, free=free)
