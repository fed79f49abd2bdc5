"""Account plans: goals, SWOT, objectives with their actions, competitors; how far they are, and what changed since a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Final

from desktop_crm.domain.schema.options import PlanItemKind

DONE: Final = 100
SWOT: Final = (PlanItemKind.STRENGTH, PlanItemKind.WEAKNESS, PlanItemKind.CHANCE, PlanItemKind.THREAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """One line of a plan. `progress` is 0 to 100; `objective_id` says which objective an action serves."""

    id: str
    kind: PlanItemKind
    subject: str
    owner_id: str = ""
    owner: str = ""
    due_on: date | None = None
    measure: str = ""
    progress: int | None = None
    objective_id: str = ""
    competitor: str = ""
    note: str = ""
    order_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan with its lines, in their order."""

    id: str
    name: str
    account_id: str
    account: str
    owner: str = ""
    start_date: date | None = None
    end_date: date | None = None
    note: str = ""
    items: tuple[PlanItem, ...] = ()

    def of(self, *kinds: PlanItemKind) -> tuple[PlanItem, ...]:
        """The lines of these kinds, in their order."""
        return tuple(item for item in self.items if item.kind in kinds)

    def actions_of(self, objective_id: str) -> tuple[PlanItem, ...]:
        """The actions that serve an objective; with "" those that serve none that is there."""
        known = {item.id for item in self.of(PlanItemKind.OBJECTIVE)}
        actions = self.of(PlanItemKind.ACTION)
        if objective_id:
            return tuple(item for item in actions if item.objective_id == objective_id)
        return tuple(item for item in actions if item.objective_id not in known)


class Mark(StrEnum):
    """What happened to a line since a day."""

    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A line with its mark; `fields` that changed, and how it was before."""

    mark: Mark
    item: PlanItem
    fields: tuple[str, ...] = ()
    before: PlanItem | None = None


_TOLD: Final = tuple(
    one.name for one in fields(PlanItem) if one.name not in {"id", "order_key", "owner_id", "objective_id", "kind"}
)


def progress_of(plan: Plan, objective: PlanItem) -> int:
    """How far an objective is: what was written, else the mean of its actions, else nothing."""
    if objective.progress is not None:
        return max(0, min(DONE, objective.progress))
    actions = [max(0, min(DONE, one.progress or 0)) for one in plan.actions_of(objective.id)]
    return sum(actions) // len(actions) if actions else 0


def plan_progress(plan: Plan) -> int | None:
    """How far the plan is: the mean of its objectives; None where there is none."""
    found = [progress_of(plan, one) for one in plan.of(PlanItemKind.OBJECTIVE)]
    return sum(found) // len(found) if found else None


def late(item: PlanItem, today: date) -> bool:
    """Whether its day has passed and it is not done."""
    return item.due_on is not None and item.due_on < today and (item.progress or 0) < DONE


def changed_since(before: Iterable[PlanItem], now: Sequence[PlanItem]) -> tuple[Marked, ...]:
    """What is new, changed or gone: today's lines in their order, then those that are gone."""
    was = {item.id: item for item in before}
    found: list[Marked] = []
    for item in now:
        old = was.pop(item.id, None)
        if old is None:
            found.append(Marked(mark=Mark.NEW, item=item))
            continue
        changed = tuple(name for name in _TOLD if getattr(old, name) != getattr(item, name))
        if changed:
            found.append(Marked(mark=Mark.CHANGED, item=item, fields=changed, before=old))
    return (*found, *(Marked(mark=Mark.REMOVED, item=item) for item in was.values()))
