"""Who approves what in the demo: one rule on large discounts, and who answers for the head of sales while she is away.

Only discounts that no demo quote gives ask for approval, so a rule never stands in the way of one that is there.
"""

from __future__ import annotations

from datetime import timedelta

from desktop_crm.domain.schema.approval_options import ApproverKind
from desktop_crm.services.demo.dice import Dice, Row

ENTITIES = ("approval_rule", "approval_step", "approval_delegate")
_CONDITIONS = "discount > 15"
_DAYS_AWAY = 14
_DAYS_TO_ANSWER = 3


def approving(dice: Dice, users: list[Row]) -> dict[str, list[Row]]:
    """The rule, its one step (the owner's manager), and a delegate of the first manager for two weeks."""
    rule = {
        "id": dice.id(),
        "name": "할인 15% 초과",
        "conditions": _CONDITIONS,
        "rank": 1,
        "active": True,
        "own_allowed": False,
    }
    step = {
        "id": dice.id(),
        "rule_id": rule["id"],
        "place": 1,
        "approver": ApproverKind.OWNERS_MANAGER.value,
        "escalate_days": _DAYS_TO_ANSWER,
    }
    boss = next(row for row in users if row["id"] == users[0]["manager_id"])
    delegate = {
        "id": dice.id(),
        "user_id": boss["id"],
        "delegate_id": boss["manager_id"],
        "starts_on": dice.today,
        "ends_on": dice.today + timedelta(days=_DAYS_AWAY),
        "reason": "출장",
    }
    return dict(zip(ENTITIES, ([rule], [step], [delegate]), strict=True))
