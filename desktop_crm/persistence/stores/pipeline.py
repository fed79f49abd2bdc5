"""Queries of pipelines: their stages, the board with sums of each column, and how an opportunity went through its stages."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from desktop_crm.domain.accounts.rollup import NO_CURRENCY, tidy
from desktop_crm.foundation.hlc import Stamp, stamp_time

_LIVE = "o._deleted IS NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage. `probability` from 0 to 1."""

    id: str
    name: str
    kind: str
    probability: Decimal
    forecast_category: str | None
    stall_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """A pipeline with its stages in order."""

    id: str
    name: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """The sum of one currency in a column, and the same weighted by the stage's probability."""

    currency: str
    amount: Decimal
    weighted: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DealCard:
    """One opportunity on the board. `entered_at` is when it came into its stage, as far as the history knows."""

    id: str
    name: str
    stage_id: str | None
    account_id: str | None
    account: str
    owner: str
    amount: Decimal | None
    currency: str
    close_date: date | None
    entered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One step of an opportunity from stage to stage. `before` is empty for the first."""

    at: datetime
    before: str
    after: str
    who: str


def pipelines(session: Session) -> tuple[Pipeline, ...]:
    """All pipelines with their stages, in their order."""
    stages: dict[str, list[Stage]] = defaultdict(list)
    rows = session.execute(
        sql(
            "SELECT pipeline_id, id, name, kind, probability, forecast_category, stall_days FROM stage"
            " WHERE _deleted IS NULL ORDER BY coalesce(order_key,''), id"
        )
    )
    for row in rows:
        stages[row[0]].append(_stage(row[1:]))
    heads = session.execute(
        sql("SELECT id, name FROM pipeline WHERE _deleted IS NULL ORDER BY coalesce(order_key,''), id")
    )
    return tuple(Pipeline(id=row[0], name=row[1] or "", stages=tuple(stages[row[0]])) for row in heads)


def column_sums(session: Session, pipeline_id: str, owner_id: str | None) -> dict[str, tuple[int, tuple[Amount, ...]]]:
    """Stage id → how many opportunities are in it and their sums by currency, exact."""
    rows = session.execute(
        sql(
            "SELECT o.stage_id, o.amount, o.currency, s.probability FROM opportunity o JOIN stage s ON s.id=o.stage_id"
            f" WHERE s.pipeline_id=:pipeline AND {_LIVE} AND (:owner IS NULL OR o.owner_id=:owner)"
        ),
        {"pipeline": pipeline_id, "owner": owner_id},
    )
    counts: dict[str, int] = defaultdict(int)
    totals: dict[str, dict[str, list[Decimal]]] = defaultdict(lambda: defaultdict(lambda: [Decimal(0), Decimal(0)]))
    for stage, amount, currency, probability in rows:
        counts[stage] += 1
        if amount:
            pair = totals[stage][currency or NO_CURRENCY]
            pair[0] += Decimal(amount)
            pair[1] += Decimal(amount) * Decimal(probability or 0)
    return {
        stage: (
            count,
            tuple(
                Amount(currency=code, amount=pair[0], weighted=tidy(pair[1]))
                for code, pair in sorted(totals[stage].items())
            ),
        )
        for stage, count in counts.items()
    }


def cards(
    session: Session, stage_id: str, owner_id: str | None, limit: int, *, latest: bool = False
) -> tuple[DealCard, ...]:
    """The opportunities of one stage, the next to close first; `latest`: the last closed first."""
    order = "o.close_date DESC" if latest else "o.close_date IS NULL, o.close_date"
    rows = session.execute(
        sql(
            "SELECT o.id, o.name, o.stage_id, o.account_id, a.name, u.name, o.amount, o.currency, o.close_date,"
            " (SELECT max(g.hlc) FROM change g WHERE g.entity='opportunity' AND g.row_id=o.id AND"
            " json_type(g.after,'$.stage_id') IS NOT NULL) FROM"
            f" (SELECT * FROM opportunity o WHERE o.stage_id=:stage AND {_LIVE}"
            f" AND (:owner IS NULL OR o.owner_id=:owner) ORDER BY {order}, o.id LIMIT :limit) o"
            f" LEFT JOIN account a ON a.id=o.account_id LEFT JOIN user u ON u.id=o.owner_id ORDER BY {order}, o.id"
        ),
        {"stage": stage_id, "owner": owner_id, "limit": limit},
    )
    return tuple(_card(row) for row in rows)


def passages(session: Session, opportunity_id: str) -> tuple[Passage, ...]:
    """The steps of one opportunity through its stages, oldest first."""
    rows = session.execute(
        sql(
            "SELECT g.hlc, json_extract(g.before,'$.stage_id'), json_extract(g.after,'$.stage_id'), u.name FROM change g"
            " LEFT JOIN user u ON u.id=g.actor WHERE g.entity='opportunity' AND g.row_id=:id"
            " AND json_type(g.after,'$.stage_id') IS NOT NULL ORDER BY g.n"
        ),
        {"id": opportunity_id},
    ).all()
    names = stage_names(session, {stage for row in rows for stage in (row[1], row[2]) if stage})
    return tuple(
        Passage(
            at=stamp_time(Stamp(row[0])),
            before=names.get(row[1] or "", ""),
            after=names.get(row[2] or "", ""),
            who=row[3] or "",
        )
        for row in rows
    )


def stage_names(session: Session, ids: Iterable[str]) -> Mapping[str, str]:
    """Names of stages by id, deleted ones included."""
    statement = sql("SELECT id, name FROM stage WHERE id IN (SELECT value FROM json_each(:ids))")
    return {row[0]: row[1] or "" for row in session.execute(statement, {"ids": json.dumps(sorted(ids))})}


def _stage(row: Any) -> Stage:
    return Stage(
        id=row[0],
        name=row[1] or "",
        kind=row[2] or "open",
        probability=Decimal(row[3] or 0),
        forecast_category=row[4],
        stall_days=row[5],
    )


def _card(row: Any) -> DealCard:
    return DealCard(
        id=row[0],
        name=row[1] or "",
        stage_id=row[2],
        account_id=row[3],
        account=row[4] or "",
        owner=row[5] or "",
        amount=Decimal(row[6]) if row[6] is not None else None,
        currency=row[7] or "",
        close_date=date.fromisoformat(row[8]) if row[8] else None,
        entered_at=stamp_time(Stamp(row[9])) if row[9] else None,
    )
