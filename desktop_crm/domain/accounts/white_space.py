"""White space: which unit of an account uses which product, and where there is room. Pure.

1.  What somebody wrote into a cell stands; of several records of one cell, the one made last.
2.  Elsewhere the records tell: won deals and accepted quotes mean installed, open deals and running quotes mean proposed.
3.  What nothing speaks of is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from desktop_crm.domain.schema.options import ProductUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A row of the grid: somebody who can buy. `alone`: without what stands below it, as the account itself is."""

    id: str
    name: str
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A column of the grid: a product."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """How many records speak of a product at a unit."""

    won: int = 0
    open: int = 0
    accepted: int = 0
    running: int = 0

    @property
    def weight(self) -> int:
        return self.won + self.open + self.accepted + self.running


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody wrote into a cell."""

    id: str
    usage: ProductUsage | None
    competitor: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One unit and one product. `written_id`: the record that was written, empty where the records tell."""

    unit_id: str
    product_id: str
    usage: ProductUsage
    written_id: str = ""
    competitor: str = ""
    note: str = ""
    trace: Trace = Trace()


@dataclass(frozen=True, slots=True, kw_only=True)
class WhiteSpace:
    """The grid: units, products, and a cell for each pair, row by row."""

    units: tuple[Unit, ...]
    products: tuple[Offered, ...]
    cells: tuple[tuple[Cell, ...], ...]

    @property
    def covered(self) -> tuple[int, int]:
        """How many cells are installed, and how many could be: all but those that are not applicable."""
        flat = [cell.usage for row in self.cells for cell in row]
        return flat.count(ProductUsage.INSTALLED), len(flat) - flat.count(ProductUsage.NOT_APPLICABLE)


_NO_TRACE: Final = Trace()

Place = tuple[str, str]
"""(unit, product)"""


def white_space(
    units: Sequence[Unit],
    products: Iterable[Offered],
    traces: Mapping[Place, Trace],
    written: Mapping[Place, Written],
    limit: int | None = None,
) -> WhiteSpace:
    """The grid, the products that most is known about first; `limit`: no more products than that."""
    weights: dict[str, int] = {}
    for (_, product), trace in traces.items():
        weights[product] = weights.get(product, 0) + trace.weight
    shown = sorted(products, key=lambda one: (-weights.get(one.id, 0), one.name, one.id))[:limit]
    cells = tuple(tuple(_cell((unit.id, product.id), traces, written) for product in shown) for unit in units)
    return WhiteSpace(units=tuple(units), products=tuple(shown), cells=cells)


def told(trace: Trace) -> ProductUsage:
    """What the records alone say."""
    if trace.won or trace.accepted:
        return ProductUsage.INSTALLED
    return ProductUsage.PROPOSED if trace.open or trace.running else ProductUsage.OPEN


def _cell(place: Place, traces: Mapping[Place, Trace], written: Mapping[Place, Written]) -> Cell:
    unit_id, product_id = place
    trace, own = traces.get(place, _NO_TRACE), written.get(place)
    if own is None:
        return Cell(unit_id=unit_id, product_id=product_id, usage=told(trace), trace=trace)
    return Cell(
        unit_id=unit_id,
        product_id=product_id,
        usage=own.usage or told(trace),
        written_id=own.id,
        competitor=own.competitor,
        note=own.note,
        trace=trace,
    )
