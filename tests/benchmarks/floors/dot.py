"""The floor of crossings: Graphviz `dot` on the same people and lines, cards of the same size, reports-to from above to below."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from itertools import pairwise

WIDTH, HEIGHT = 190.0, 74.0
INCH = 72.0
STEPS = 12
Way = list[tuple[float, float]]
"""The corners of a line, close enough together to stand for a curve."""


def is_here() -> bool:
    """Whether `dot` can be asked."""
    return shutil.which("dot") is not None


def ways(
    people: Sequence[str], reports: Iterable[tuple[str, str]], influences: Iterable[tuple[str, str]], *, free: bool
) -> dict[tuple[str, str], Way]:
    """Where dot leads each line; `free` lets lines of influence move people to other levels, so that it is no org chart."""
    text = ["digraph g {", f"node [shape=box fixedsize=true width={WIDTH / INCH} height={HEIGHT / INCH}];"]
    text += [f'"{one}";' for one in people]
    text += [f'"{boss}" -> "{person}";' for boss, person in reports]
    text += [f'"{one}" -> "{other}" [constraint={str(free).lower()}];' for one, other in influences]
    done = subprocess.run(
        ["dot", "-Tplain"], input="\n".join([*text, "}"]), capture_output=True, text=True, check=True, timeout=300
    )
    found: dict[tuple[str, str], Way] = {}
    for row in done.stdout.splitlines():
        cells = row.split(" ")
        if cells[0] == "edge":
            numbers = [float(cell) * INCH for cell in cells[4 : 4 + 2 * int(cells[3])]]
            found[cells[1].strip('"'), cells[2].strip('"')] = _flat(list(zip(numbers[::2], numbers[1::2], strict=True)))
    return found


def _flat(knots: Way) -> Way:
    """Cubic curves, joined, as corners."""
    found = knots[:1]
    for start in range(0, len(knots) - 3, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = knots[start : start + 4]
        for step in range(1, STEPS + 1):
            t = step / STEPS
            s = 1 - t
            weights = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
            found.append(
                (
                    sum(w * v for w, v in zip(weights, (ax, bx, cx, dx), strict=True)),
                    sum(w * v for w, v in zip(weights, (ay, by, cy, dy), strict=True)),
                )
            )
    return found


def crossings(found: dict[tuple[str, str], Way]) -> int:
    """How many pairs of lines cross that have no end in common."""
    pieces = [(ends, _box(way), way) for ends, way in found.items()]
    count = 0
    for index, (ends, box, way) in enumerate(pieces):
        for others, box_2, way_2 in pieces[index + 1 :]:
            if not set(ends) & set(others) and _meet(box, box_2):
                count += _cross(way, way_2)
    return count


def _box(way: Way) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in way], [y for _, y in way]
    return min(xs), min(ys), max(xs), max(ys)


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _cross(one: Way, other: Way) -> bool:
    return any(
        _sides(a, b, c, d) and _sides(c, d, a, b)
        for a, b in pairwise(one)
        for c, d in pairwise(other)
        if _meet(_box([a, b]), _box([c, d]))
    )


def _sides(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], d: tuple[float, float]) -> bool:
    """Whether c and d lie on different sides of the line from a to b."""
    return _turn(a, b, c) * _turn(a, b, d) < 0


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
