"""Which bow each relation line takes: the one that crosses the fewest lines and runs behind the fewest cards. Cards never move for it.

Geometry on sampled curves; it decides nothing but bows. Of very many relation lines only the cards in the way are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF

from desktop_crm.domain.stakeholders.geometry import CARD_HEIGHT, CARD_WIDTH
from desktop_crm.ui.stakeholders.items import SAMPLES, CardItem, RelationLine, ReportLine
from desktop_crm.ui.stakeholders.lines import Curve
from desktop_crm.ui.stakeholders.report_chart import ReportChart, Way

COUNTED_UP_TO = 50
"""With more relation lines than this, crossings are not counted."""
COARSE = 3
"""Two relation lines are compared by every so-manyth of their places."""
ROUNDS = 2
HIDDEN = 0.34
"""How many crossings a place behind a card is worth."""
HIDDEN_OF_FEW = 2.0
"""The same where there are few relation lines: a free way round is worth a crossing more."""
FEW = 16
STEPS = 48
"""A line is looked at in so many places to find what cards hide of it."""
Cells = dict[tuple[int, int], Way]
"""The upper left corners of cards, by squares of the ground."""


def bend(cards: Iterable[CardItem], lines: Sequence[RelationLine], reports: Iterable[ReportLine]) -> None:
    """Give each line its bow, one after the other, and then once more, since the later ones lie there now."""
    cells = squares(cards)
    counted = len(lines) <= COUNTED_UP_TO
    chart = ReportChart(line.course for line in reports if counted)
    hidden = HIDDEN_OF_FEW if len(lines) <= FEW else HIDDEN
    choices = [[_Choice(line, bow, cells, chart, hidden) for bow in line.bows()] for line in lines]
    laid = [min(offered, key=lambda one: one.cost) for offered in choices]
    for _ in range(ROUNDS if counted else 0):
        for place, offered in enumerate(choices):
            others = [other for other in laid if not other.line.meets(lines[place])]
            laid[place] = _cheapest(offered, others)
    for choice in laid:
        choice.line.take_bow(choice.bow)


def squares(cards: Iterable[CardItem]) -> Cells:
    """Where the cards stand, by squares of the ground."""
    cells: Cells = {}
    for card in cards:
        x, y = card.x(), card.y()
        cells.setdefault((int(x // CARD_WIDTH), int(y // CARD_HEIGHT)), []).append((x, y))
    return cells


def hidden_spans(line: RelationLine, cells: Cells) -> list[tuple[float, float]]:
    """The shares of the way, from and to, that lie behind cards which the line does not join."""
    curve, own = line.curve, {line.source.pos().toTuple(), line.target.pos().toTuple()}
    places = [curve.point(step / STEPS).toTuple() for step in range(STEPS + 1)]
    behind = (step for step, place in enumerate(places) if _is_behind(cells, *place, own))
    runs: list[list[int]] = []
    for step in behind:
        if runs and runs[-1][1] == step - 1:
            runs[-1][1] = step
        else:
            runs.append([step, step])
    return [(max(first - 1, 0) / STEPS, min(last + 1, STEPS) / STEPS) for first, last in runs]


class _Choice:
    """A line with one of its bows: its course, coarsely too, and what it costs among cards and reports-to lines."""

    __slots__ = ("bow", "coarse", "cost", "left", "line", "lower", "right", "upper")

    def __init__(self, line: RelationLine, bow: int, cells: Cells, chart: ReportChart, hidden: float) -> None:
        self.line, self.bow = line, bow
        way = _way(line.curve_of(bow))
        self.coarse = way[::COARSE]
        across, down = [x for x, _ in self.coarse], [y for _, y in self.coarse]
        self.left, self.right, self.upper, self.lower = min(across), max(across), min(down), max(down)
        self.cost = chart.crossed(way[::2]) + hidden * _covered(
            cells, way[1:-1], (line.source.pos(), line.target.pos())
        )

    def crosses(self, other: _Choice) -> int:
        """How often the two cross."""
        if self.left > other.right or other.left > self.right or self.upper > other.lower or other.upper > self.lower:
            return 0
        return _cross(self.coarse, other.coarse)


def _cheapest(offered: list[_Choice], others: list[_Choice]) -> _Choice:
    best, least = offered[0], float("inf")
    for choice in sorted(offered, key=lambda one: one.cost):
        if choice.cost >= least:
            break
        cost = choice.cost + sum(map(choice.crosses, others))
        if cost < least:
            best, least = choice, cost
    return best


_WEIGHTS = [((1 - t) ** 2, 2 * (1 - t) * t, t * t) for t in (n / SAMPLES for n in range(SAMPLES + 1))]


def _way(curve: Curve) -> Way:
    ax, ay, bx, by, cx, cy = *curve.start.toTuple(), *curve.control.toTuple(), *curve.end.toTuple()
    return [(a * ax + b * bx + c * cx, a * ay + b * by + c * cy) for a, b, c in _WEIGHTS]


def _cross(one: Way, other: Way) -> int:
    count = 0
    for (ax, ay), (bx, by) in pairwise(one):
        dx, dy = bx - ax, by - ay
        for (px, py), (qx, qy) in pairwise(other):
            if (dx * (py - ay) - dy * (px - ax)) * (dx * (qy - ay) - dy * (qx - ax)) < 0:
                ex, ey = qx - px, qy - py
                count += (ex * (ay - py) - ey * (ax - px)) * (ex * (by - py) - ey * (bx - px)) < 0
    return count


def _covered(cells: Cells, way: Way, ends: tuple[QPointF, QPointF]) -> int:
    """How many places a card covers that is none of the line's two ends."""
    own = {end.toTuple() for end in ends}
    return sum(_is_behind(cells, x, y, own) for x, y in way)


def _is_behind(cells: Cells, x: float, y: float, own: set[tuple[float, float]]) -> bool:
    column, row = int(x // CARD_WIDTH), int(y // CARD_HEIGHT)
    for cell in ((column, row), (column - 1, row), (column, row - 1), (column - 1, row - 1)):
        for left, upper in cells.get(cell, ()):
            if left <= x <= left + CARD_WIDTH and upper <= y <= upper + CARD_HEIGHT and (left, upper) not in own:
                return True
    return False
