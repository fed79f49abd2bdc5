"""Several offers beside each other: each line once, with what it is in every offer. Pure.

Lines are the same by product and words, because alternatives have ids of their own; the order is that of the first offer, and
what only later ones have stands behind what it follows there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from desktop_crm.domain.quotes.compare import Offer

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A line in one offer. `amount`: what it brings there, its shares of all discounts taken off."""

    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line in every offer; None where it is not a part of it."""

    name: str
    spec: str
    cells: tuple[Cell | None, ...]

    @property
    def differs(self) -> bool:
        """Whether it is not the same in all."""
        return len(set(self.cells)) > 1


def rows(offers: Sequence[Offer]) -> tuple[Row, ...]:
    """All lines of all offers."""
    found = [_lines(offer) for offer in offers]
    order: list[_Key] = []
    known: set[_Key] = set()
    for lines in found:
        place = 0
        for key in lines:
            if key in known:
                place = order.index(key) + 1
            else:
                order.insert(place, key)
                known.add(key)
                place += 1
    return tuple(
        Row(name=name, spec=spec, cells=tuple(lines[key][2] if key in lines else None for lines in found))
        for key in order
        for name, spec, _ in [next(lines[key] for lines in found if key in lines)]
    )


def _lines(offer: Offer) -> dict[_Key, tuple[str, str, Cell]]:
    """An offer's lines by what they are; the second of the same words is another line."""
    amounts = offer.amounts.lines()
    seen: Counter[_Key] = Counter()
    found: dict[_Key, tuple[str, str, Cell]] = {}
    for line in offer.draft.lines():
        words: _Key = (line.product_id, line.name.strip().casefold(), line.spec.strip().casefold())
        seen[words] += 1
        cell = Cell(
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            amount=amounts[line.id].final,
            optional=line.optional,
        )
        found[*words, seen[words]] = (line.name, line.spec, cell)
    return found
