"""The stages a workspace begins with, and how stage names from elsewhere are understood. Pure.

The ids of the first pipeline are the same in every workspace, so that two laptops that each began alone do not bring two
pipelines to their server.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from desktop_crm.domain.schema.options import ForecastCategory, StageKind

FIRST_PIPELINE: Final = "00000000-0000-7000-8000-000000000100"


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePlan:
    """One stage of the first pipeline. `key` names it in code; `probability` from 0 to 1; `stall_days` may be none."""

    id: str
    key: str
    order_key: str
    kind: StageKind
    probability: Decimal
    forecast_category: ForecastCategory
    stall_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageGuess:
    """What a stage name from a file probably means. `key` is the stage of the first pipeline that it is, if any."""

    key: str | None
    kind: StageKind
    probability: Decimal | None
    forecast_category: ForecastCategory


def _plan(
    place: int, key: str, percent: int, category: ForecastCategory, stall: int | None, kind: StageKind
) -> StagePlan:
    return StagePlan(
        id=f"00000000-0000-7000-8000-0000000001{place:02}",
        key=key,
        order_key=chr(ord("a") + place),
        kind=kind,
        probability=Decimal(percent) / 100,
        forecast_category=category,
        stall_days=stall,
    )


FIRST_STAGES: Final = (
    _plan(1, "prospecting", 10, ForecastCategory.PIPELINE, 30, StageKind.OPEN),
    _plan(2, "qualified", 25, ForecastCategory.PIPELINE, 30, StageKind.OPEN),
    _plan(3, "proposal", 50, ForecastCategory.BEST_CASE, 21, StageKind.OPEN),
    _plan(4, "negotiation", 75, ForecastCategory.MOST_LIKELY, 14, StageKind.OPEN),
    _plan(5, "won", 100, ForecastCategory.CLOSED, None, StageKind.WON),
    _plan(6, "lost", 0, ForecastCategory.OMITTED, None, StageKind.LOST),
)

_NAMES: Final = {
    "prospecting": "prospecting|prospect|new|lead|발굴|잠재|신규",
    "qualified": "qualified|qualification|discovery|검증|확인|니즈 파악",
    "proposal": "proposal|quote|quotation|proposal/price quote|제안|견적",
    "negotiation": "negotiation|negotiation/review|contract|closing|협상|계약|계약 진행",
    "won": "won|closed won|closed-won|win|success|수주|성공|계약 완료",
    "lost": "lost|closed lost|closed-lost|loss|failed|실주|실패|패배",
}
_KEY_OF: Final = {name: key for key, names in _NAMES.items() for name in names.split("|")}
_PLAN_OF: Final = {plan.key: plan for plan in FIRST_STAGES}


def same_name(name: str) -> str:
    """A stage name without what two spellings of it may differ in: case and spaces."""
    return " ".join(name.casefold().split())


def guess(name: str) -> StageGuess:
    """What a stage name means. One that is not known is open and unweighed, until somebody says how likely it is."""
    key = _KEY_OF.get(same_name(name))
    if key is None:
        return StageGuess(key=None, kind=StageKind.OPEN, probability=None, forecast_category=ForecastCategory.PIPELINE)
    plan = _PLAN_OF[key]
    return StageGuess(key=key, kind=plan.kind, probability=plan.probability, forecast_category=plan.forecast_category)


def plan_of(key: str) -> StagePlan:
    """The stage of the first pipeline with this key."""
    return _PLAN_OF[key]
