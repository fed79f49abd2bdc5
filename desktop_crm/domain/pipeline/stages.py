"""The stages a workspace begins with. Pure.

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
