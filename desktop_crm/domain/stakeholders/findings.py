"""What a map lacks: wanted roles nobody fills, influence we have no contact with, opponents with weight.

Each finding names its rule and the people it is about; the doors put it into words and offer the act that mends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop_crm.domain.schema.options import BuyingRole, Coverage, NodeKind, Support
from desktop_crm.domain.stakeholders.values import MapView, NodeView, Touch

HIGH_INFLUENCE = 7
WANTED_ROLES: tuple[BuyingRole, ...] = (
    BuyingRole.CHAMPION,
    BuyingRole.ECONOMIC_BUYER,
    BuyingRole.DECISION_MAKER,
    BuyingRole.TECHNICAL_EVALUATOR,
    BuyingRole.USER_BUYER,
)
_IN_CONTACT = frozenset({Coverage.BRIEF, Coverage.MULTIPLE, Coverage.IN_DEPTH})
_AGAINST = frozenset({Support.NON_SUPPORTER, Support.ENEMY})


class Rule(StrEnum):
    """Why a finding stands on the coverage bar."""

    ROLE_COVERED = "role_covered"  # somebody known fills the role and we are in contact
    ROLE_GUESSED = "role_guessed"  # somebody is entered for it, but is a placeholder or out of contact
    ROLE_MISSING = "role_missing"  # nobody is entered for it
    HIGH_INFLUENCE_NO_CONTACT = "high_influence_no_contact"  # influence from 7 and no contact
    STRONG_OPPONENT = "strong_opponent"  # influence from 7 and against us


class Weight(StrEnum):
    """How much a finding needs us."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One pill of the coverage bar: the rule, the role it is about (for role rules) and the people.

    `rests_on`: the newest recorded dealing with any of them.
    """

    rule: Rule
    weight: Weight
    role: BuyingRole | None = None
    node_ids: tuple[str, ...] = ()
    rests_on: Touch | None = None


def findings(view: MapView, wanted: tuple[BuyingRole, ...] = WANTED_ROLES) -> tuple[Finding, ...]:
    """Role findings in the order wanted (covered first, then guessed, then missing), then risks. Empty for an empty map."""
    if not view.nodes:
        return ()
    here = [node for node in view.nodes if node.kind is not NodeKind.DEPARTED]
    by_role: dict[BuyingRole, list[NodeView]] = {}
    for node in here:
        if node.buying_role is not None:
            by_role.setdefault(node.buying_role, []).append(node)
    roles = [_role_finding(role, by_role.get(role, [])) for role in wanted]
    order = (Rule.ROLE_COVERED, Rule.ROLE_GUESSED, Rule.ROLE_MISSING)
    roles.sort(key=lambda finding: order.index(finding.rule))
    heavy = [node for node in here if (node.influence or 0) >= HIGH_INFLUENCE]
    risks = (
        (Rule.HIGH_INFLUENCE_NO_CONTACT, [node for node in heavy if not in_contact(node)]),
        (Rule.STRONG_OPPONENT, [node for node in heavy if node.support in _AGAINST]),
    )
    return (
        *roles,
        *(
            Finding(
                rule=rule, weight=Weight.BAD, node_ids=tuple(node.id for node in people), rests_on=_last_touch(people)
            )
            for rule, people in risks
            if people
        ),
    )


def in_contact(node: NodeView) -> bool:
    """Whether somebody of ours has met this person at all."""
    return node.coverage in _IN_CONTACT


def _role_finding(role: BuyingRole, people: list[NodeView]) -> Finding:
    if not people:
        return Finding(rule=Rule.ROLE_MISSING, weight=Weight.BAD, role=role)
    sure = [node for node in people if node.kind is NodeKind.PERSON and in_contact(node)]
    rule, weight = (Rule.ROLE_COVERED, Weight.GOOD) if sure else (Rule.ROLE_GUESSED, Weight.WARN)
    meant = sure or people
    ids = tuple(node.id for node in meant)
    return Finding(rule=rule, weight=weight, role=role, node_ids=ids, rests_on=_last_touch(meant))


def _last_touch(people: list[NodeView]) -> Touch | None:
    touches = [node.touch for node in people if node.touch is not None]
    return max(touches, key=lambda touch: touch.at, default=None)
