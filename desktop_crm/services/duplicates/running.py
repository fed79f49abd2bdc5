"""The audit in steps: `feed` it records, `step` it to its end. Module-level and without a workspace, for a worker process.

One audit at a time in a process; what it compares with is imported when one begins.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from desktop_crm.domain.accounts.duplicates.audit import Audit, Candidate

CHUNK: Final = 2000
STEP: Final = 20_000
Raw = tuple[str, tuple[Any, ...]]
"""A record's id and the values of the fields that are compared."""


@dataclass(slots=True)
class _Run:
    entity: str
    records: dict[str, Any]
    audit: Audit | None = None


_running: dict[str, _Run] = {}


def feed(run: str, entity: str, rows: Sequence[Raw]) -> int:
    """Give records to the audit of that name, beginning it where it is new. Returns how many it has."""
    from desktop_crm.domain.accounts.duplicates.profiles import fields_of, profile

    if run not in _running:
        _running.clear()
        _running[run] = _Run(entity=entity, records={})
    records, names = _running[run].records, fields_of(entity)
    for row_id, some in rows:
        records[row_id] = profile(entity, dict(zip(names, some, strict=True)))
    return len(records)


def step(run: str, pairs: int = STEP) -> tuple[int, str | None]:
    """Compare some pairs: how many were compared so far, and once all are, the sets as JSON."""
    from desktop_crm.domain.accounts.duplicates.audit import Audit
    from desktop_crm.domain.accounts.duplicates.profiles import shape_of

    under_way = _running[run]
    if under_way.audit is None:
        under_way.audit = Audit(shape_of(under_way.entity), under_way.records)
        under_way.records = {}
    audit = under_way.audit
    if audit.advance(pairs):
        return audit.compared, None
    del _running[run]
    return audit.compared, json.dumps([_said(one) for one in audit.sets()])


def drop(run: str) -> None:
    """Forget an audit that was stopped."""
    _running.pop(run, None)


def _said(one: Candidate) -> list[Any]:
    reasons = [[reason.kind.value, reason.level, round(reason.bits, 2)] for reason in one.reasons]
    return [round(one.probability, 6), list(one.members), reasons]
