"""What is known about accounts for their health, for many accounts in a few queries; each with everything below it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from desktop_crm.domain.accounts.health import MOMENTUM_DAYS, Due, Evidence, Issue, Person, RoleHolder
from desktop_crm.persistence import plain

_DOWN = (
    "WITH RECURSIVE down(root, id) AS (SELECT id, id FROM account WHERE id IN (SELECT value FROM json_each(:ids))"
    " UNION SELECT down.root, a.id FROM account a JOIN down ON a.parent_id=down.id WHERE a._deleted IS NULL) "
)
_PEOPLE = (
    "SELECT d.root, c.id, c.name, c.title, (SELECT max(v.occurred_at) FROM activity v WHERE v.contact_id=c.id"
    " AND v._deleted IS NULL AND v.occurred_at<:until) FROM down d CROSS JOIN contact c ON c.account_id=d.id"
    " WHERE c._deleted IS NULL ORDER BY c.name, c.id"
)
_HOLDERS = (
    "SELECT d.root, coalesce(c.name, n.label, ''), n.buying_role, n.coverage, m.id FROM down d"
    " CROSS JOIN stakeholder_map m ON m.account_id=d.id CROSS JOIN map_node n ON n.map_id=m.id LEFT JOIN contact c ON c.id=n.contact_id"
    " WHERE m._deleted IS NULL AND n._deleted IS NULL AND n.buying_role IS NOT NULL"
    " AND coalesce(n.kind,'person') NOT IN ('placeholder','departed') ORDER BY n.id"
)
_ISSUES = (
    "SELECT d.root, t.id, t.subject, t.priority, t.opened_on, coalesce(t.status,'open')='solved' FROM down d"
    " CROSS JOIN ticket t ON t.account_id=d.id WHERE t._deleted IS NULL ORDER BY t.opened_on, t.id"
)
_DUE = (
    "SELECT d.root, c.id, c.name, c.renewal_date FROM down d CROSS JOIN contract c ON c.account_id=d.id WHERE c._deleted IS NULL"
    " AND c.renewal_date IS NOT NULL AND coalesce(c.status,'active')='active' ORDER BY c.renewal_date DESC, c.id DESC"
)
_CLOSES = (
    "SELECT d.root, min(o.close_date) FROM down d CROSS JOIN opportunity o ON o.account_id=d.id"
    " LEFT JOIN stage s ON s.id=o.stage_id WHERE o._deleted IS NULL AND coalesce(s.kind,'open')='open' GROUP BY d.root"
)
_SPOKEN = "(SELECT count(*) FROM activity v WHERE v.account_id=d.id AND v._deleted IS NULL AND {})"
_ACTIVITIES = (
    "SELECT d.root, "
    + ", ".join(
        f"sum({_SPOKEN.format(span)})"
        for span in (
            "v.occurred_at>=:recent AND v.occurred_at<:until",
            "v.occurred_at>=:before AND v.occurred_at<:recent",
            "v.occurred_at<:until",
        )
    )
    + " FROM down d GROUP BY d.root"
)


def evidence(session: Session, ids: Sequence[str], now: datetime) -> dict[str, Evidence]:
    """What is known by now, by account."""
    today = now.astimezone().date()
    values = {
        "ids": json.dumps(list(ids)),
        "until": _moment(now + timedelta(seconds=1)),
        "recent": _moment(now - timedelta(days=MOMENTUM_DAYS)),
        "before": _moment(now - timedelta(days=2 * MOMENTUM_DAYS)),
    }
    people: dict[str, list[Person]] = defaultdict(list)
    for root, row_id, name, title, last in _all(session, _PEOPLE, values):
        people[root].append(Person(id=row_id, name=name or "", title=title, quiet_days=_days(last, today)))
    holders: dict[str, list[RoleHolder]] = defaultdict(list)
    for root, name, role, coverage, map_id in _all(session, _HOLDERS, values):
        holders[root].append(RoleHolder(name=name, role=role, coverage=coverage, map_id=map_id))
    issues: dict[str, list[Issue]] = defaultdict(list)
    solved: dict[str, int] = defaultdict(int)
    for root, row_id, subject, priority, opened, is_solved in _all(session, _ISSUES, values):
        if is_solved:
            solved[root] += 1
            continue
        days = (today - date.fromisoformat(opened)).days if opened else 0
        issues[root].append(Issue(id=row_id, subject=subject or "", priority=priority, days=days))
    due = {row[0]: _due(row) for row in _all(session, _DUE, values)}  # the earliest comes last and stays
    closes = {row[0]: date.fromisoformat(row[1]) for row in _all(session, _CLOSES, values) if row[1]}
    counts = {row[0]: row[1:] for row in _all(session, _ACTIVITIES, values)}
    return {
        one: Evidence(
            people=tuple(people[one]),
            holders=tuple(holders[one]),
            issues=tuple(issues[one]),
            solved=solved[one],
            due=due.get(one),
            first_close=closes.get(one),
            **dict(zip(("recent", "before", "ever"), counts.get(one, (0, 0, 0)), strict=True)),
        )
        for one in ids
    }


def _due(row: Any) -> Due:
    return Due(id=row[1], name=row[2] or "", renewal_date=date.fromisoformat(row[3]))


def _days(last: str | None, today: date) -> int | None:
    return max(0, (today - datetime.fromisoformat(last).astimezone().date()).days) if last else None


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _all(session: Session, query: str, values: dict[str, Any]) -> list[Any]:
    return plain.rows(session, _DOWN + query, values)
