"""Stages of other programs and ours: which word means which stage, and what a stage is worth when it must be made.

Pure over the stages handed in. The probabilities are usual starting points; the workspace changes them in its settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from desktop_crm.domain.pipeline.stages import FIRST_PIPELINE, StagePlan
from desktop_crm.domain.quotes.order_keys import key_between
from desktop_crm.domain.schema.options import ForecastCategory, StageKind
from desktop_crm.foundation.errors import Refusal
from desktop_crm.services.importing.kinds import squeezed

_MEANINGS: tuple[tuple[str, StageKind, str, str], ...] = (
    ("won", StageKind.WON, "1", "won closedwon win closewon 수주 성사 수주완료 계약완료 성공"),
    ("lost", StageKind.LOST, "0", "lost closedlost loss closelost 실주 실패 수주실패 취소 무산"),
    ("lead", StageKind.OPEN, "0.05", "lead new 신규 리드"),
    ("prospecting", StageKind.OPEN, "0.1", "prospecting prospect 발굴 잠재 탐색"),
    ("qualification", StageKind.OPEN, "0.2", "qualification qualified qualify discovery 검증 자격확인 적격"),
    ("engaging", StageKind.OPEN, "0.3", "engaging engaged contacted 접촉 상담 협의"),
    ("needs", StageKind.OPEN, "0.3", "needsanalysis needs analysis 요구분석 니즈분석 니즈파악"),
    ("value", StageKind.OPEN, "0.4", "valueproposition demo evaluation 평가 데모 시연"),
    ("proposal", StageKind.OPEN, "0.5", "proposal proposing 제안"),
    ("quote", StageKind.OPEN, "0.6", "quote quotation proposalpricequote pricequote 견적"),
    ("negotiation", StageKind.OPEN, "0.75", "negotiation negotiating negotiationreview 협상 조율"),
    (
        "commitment",
        StageKind.OPEN,
        "0.9",
        "commitment verbal verbalcommitment contract contracting 계약 계약진행 구두합의",
    ),
)
_BY_WORD = {word: meaning for meaning in _MEANINGS for word in meaning[3].split()}
_UNKNOWN = Decimal("0.2")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMeaning:
    """What a stage's name says: `canonical` is the same for words that mean the same."""

    canonical: str
    kind: StageKind
    probability: Decimal
    forecast_category: ForecastCategory


def meaning(name: str) -> StageMeaning:
    """The meaning of a stage's name; an unknown one is open."""
    word = squeezed(name)
    canonical, kind, probability, _ = _BY_WORD.get(word, (word, StageKind.OPEN, str(_UNKNOWN), ""))
    chance = Decimal(probability)
    return StageMeaning(canonical=canonical, kind=kind, probability=chance, forecast_category=_category(kind, chance))


def _category(kind: StageKind, chance: Decimal) -> ForecastCategory:
    if kind is not StageKind.OPEN:
        return ForecastCategory.CLOSED if kind is StageKind.WON else ForecastCategory.OMITTED
    if chance >= Decimal("0.7"):
        return ForecastCategory.MOST_LIKELY
    return ForecastCategory.BEST_CASE if chance >= Decimal("0.4") else ForecastCategory.PIPELINE


def find_stage(name: str, stages: Iterable[tuple[str, str, str | None]]) -> str | None:
    """The stage that a name means among (id, name, kind): by its name, by its meaning, by being won or lost."""
    known = tuple(stages)
    wanted = squeezed(name)
    for row_id, other, _ in known:
        if squeezed(other) == wanted:
            return row_id
    sense = meaning(name)
    for row_id, other, _ in known:
        if meaning(other).canonical == sense.canonical:
            return row_id
    if sense.kind is StageKind.OPEN:
        return None
    alike = [row_id for row_id, _, kind in known if kind == sense.kind]
    return alike[0] if len(alike) == 1 else None


def stage_fields(plan: StagePlan, name: str) -> dict[str, Any]:
    """A stage of the first pipeline as a row."""
    return {
        "pipeline_id": FIRST_PIPELINE,
        "name": name,
        "order_key": plan.order_key,
        "kind": plan.kind.value,
        "probability": plan.probability,
        "forecast_category": plan.forecast_category.value,
        "stall_days": plan.stall_days,
    }


def place_stage(stage: Mapping[str, Any], siblings: Iterable[Mapping[str, Any]]) -> str:
    """An order key for a new stage: open ones by their probability, before the ones that end."""
    keys = sorted((one["order_key"] or "", one["kind"], one["probability"] or Decimal(0)) for one in siblings)
    before = None
    for key, kind, chance in keys:
        if stage["kind"] != StageKind.OPEN or (kind == StageKind.OPEN and chance <= stage["probability"]):
            before = key
    after = min((key for key, _, _ in keys if before is None or key > before), default=None)
    return key_after(before, after)


def key_after(before: str | None, after: str | None) -> str:
    """A key between two; where one of them is in no form that keys have, the first is prolonged."""
    try:
        return key_between(before or None, after or None)
    except Refusal:
        return f"{before or ''}V"
