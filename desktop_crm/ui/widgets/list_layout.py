"""Which columns a table shows, how wide and in which order, and what it remembers of that on this machine.

Names and figures only: what was filtered for is customers' data and stays in the workspace.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from desktop_crm.domain.lists.query import Sort
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.ui.widgets.cells import ELASTIC, Column

NARROWEST_TITLE = 200
WIDEST_TITLE = 260
"""Beyond this, spare room is shared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableState:
    """What is remembered of a table. `sorts` is None where nobody sorted."""

    columns: tuple[str, ...]
    widths: dict[str, int] = field(default_factory=dict)
    sorts: tuple[Sort, ...] | None = None
    group: str = ""

    def as_json(self) -> dict[str, Any]:
        sorts = None if self.sorts is None else [[one.field, one.descending] for one in self.sorts]
        return {"order": list(self.columns), "widths": self.widths, "sorts": sorts, "group": self.group}


def state_of(raw: Any) -> TableState | None:
    """The state from what was stored; None for nothing and for nonsense."""
    try:
        hidden = set(raw.get("hidden", ()))
        return TableState(
            columns=tuple(str(name) for name in raw["order"] if name not in hidden),
            widths={str(name): int(width) for name, width in raw.get("widths", {}).items()},
            sorts=None
            if raw.get("sorts") is None
            else tuple(Sort(field=str(name), descending=bool(down)) for name, down in raw["sorts"]),
            group=str(raw.get("group", "")),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def fitted(entity: str, columns: tuple[Column, ...], width: int) -> dict[int, int]:
    """Widths where nobody set any: the title takes what the others leave, and texts share what it does not need.

    Where even the narrowest title is too much, all columns that can give way do, before the table scrolls sideways.
    """
    title = REGISTRY[entity].title
    place = next((i for i, column in enumerate(columns) if column.name == title), 0)
    others = [i for i in range(len(columns)) if i != place]
    room = max(width - sum(columns[i].width for i in others), NARROWEST_TITLE)
    least = {i: columns[i].least or columns[i].width for i in (place, *others)}
    want = {i: NARROWEST_TITLE if i == place else columns[i].width for i in (place, *others)}
    short = sum(want.values()) - width
    if short > 0:
        slack = sum(want[i] - least[i] for i in want) or 1
        found = {i: want[i] - -(-(want[i] - least[i]) * min(short, slack) // slack) for i in want}
        spare = width - sum(found.values())
        return {**found, place: found[place] + max(spare, 0)}
    elastic = [i for i in others if columns[i].type in ELASTIC]
    more = max(room - WIDEST_TITLE, 0) // (len(elastic) + 1) if elastic else 0
    widths = {i: columns[i].width + (more if i in elastic else 0) for i in others}
    return {**widths, place: room - more * len(elastic)}
