"""What a map lacks: wanted roles nobody fills, influence without contact, opponents, no way or one single way to who signs.

Each finding names its rule, the people it is about and the act that mends it; the doors put it into words and do it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop_crm.domain.schema.options import BuyingRole, NodeKind, Support
from desktop_crm.domain.stakeholders.balance import balance
from desktop_crm.domain.stakeholders.routes import Routes, Way, in_contact, routes
from desktop_crm.domain.stakeholders.threads import single_threads
from desktop_crm.domain.stakeholders.values import MapView, NodeView, Touch

HIGH_INFLUENCE = 7
STRONG_TIE = 2
WANTED_ROLES: tuple[BuyingRole, ...] = (
    BuyingRole.CHAMPION,
    BuyingRole.ECONOMIC_BUYER,
    BuyingRole.DECISION_MAKER,
    BuyingRole.TECHNICAL_EVALUATOR,
    BuyingRole.USER_BUYER,
)
"""Wanted on a map that belongs to no deal."""
_EARLY = (BuyingRole.CHAMPION, BuyingRole.USER_BUYER, BuyingRole.TECHNICAL_EVALUATOR)
_MIDDLE = (*_EARLY, BuyingRole.ECONOMIC_BUYER, BuyingRole.DECISION_MAKER)
_LATE = (*_MIDDLE, BuyingRole.APPROVER)
_AGAINST = frozenset({Support.NON_SUPPORTER, Support.ENEMY})


class Rule(StrEnum):
    """Why a finding stands on the coverage bar."""

    ROLE_COVERED = "role_covered"  # somebody known fills the role and we are in contact
    ROLE_GUESSED = "role_guessed"  # somebody is entered for it, but is a placeholder or out of contact
    ROLE_MISSING = "role_missing"  # nobody is entered for it
    HIGH_INFLUENCE_NO_CONTACT = "high_influence_no_contact"  # influence from 7 and no contact
    STRONG_OPPONENT = "strong_opponent"  # influence from 7 and against us
    COMPETITOR_TIE = "competitor_tie"  # who signs, or influence from 7, with a competitor's tie from medium on
    NO_WAY = "no_way"  # who signs is known, but nobody we are in contact with leads there
    SINGLE_THREAD = "single_thread"  # one person at the customer's stands on every way to who signs
    SINGLE_THREAD_OURS = "single_thread_ours"  # one of ours opens every way to who signs
    AGAINST_US = "against_us"  # more influence is against us than for us


class Mend(StrEnum):
    """The act that mends a finding."""

    ADD_SEAT = "add_seat"  # put a vacant seat with the role on the map
    NAME_PERSON = "name_person"  # say who a vacant seat is
    PLAN_VISIT = "plan_visit"  # a visit with the first of the people
    DRAW_LINE = "draw_line"  # say how the first of the people is connected to the second
    ENTER_TIE = "enter_tie"  # say who else of ours knows the first of the people


class Weight(StrEnum):
    """How much a finding needs us."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One pill of the coverage bar: the rule, the role it is about (for role rules) and the people.

    `rests_on`: the newest recorded dealing with any of them. `mend` is done on `mend_ids` (or for `role`).
    """

    rule: Rule
    weight: Weight
    role: BuyingRole | None = None
    node_ids: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()
    rests_on: Touch | None = None
    mend: Mend | None = None
    mend_ids: tuple[str, ...] = ()


def wanted_roles(view: MapView) -> tuple[BuyingRole, ...]:
    """The roles that the team wants at the deal's stage; where it has chosen none, those that its odds ask for."""
    return view.wanted_roles if view.wanted_roles is not None else usual_roles(view.stage_probability)


def usual_roles(odds: float | None) -> tuple[BuyingRole, ...]:
    """The roles of a stage: below 30 % odds, below 60 %, from then on; without a deal the usual five."""
    if odds is None:
        return WANTED_ROLES
    if odds < 0.3:
        return _EARLY
    return _MIDDLE if odds < 0.6 else _LATE


def findings(view: MapView, wanted: tuple[BuyingRole, ...] | None = None) -> tuple[Finding, ...]:
    """Role findings in the order wanted (covered first, then guessed, then missing), then risks. Empty for an empty map."""
    found = routes(view)
    return judged(view, found, found.best(1), wanted)


def judged(
    view: MapView, found: Routes, ways: tuple[Way, ...], wanted: tuple[BuyingRole, ...] | None = None
) -> tuple[Finding, ...]:
    """The same, where the ways are known already."""
    if not view.nodes:
        return ()
    here = [node for node in view.nodes if node.kind not in {NodeKind.DEPARTED, NodeKind.GROUP}]
    by_role: dict[BuyingRole, list[NodeView]] = {}
    for node in here:
        if node.buying_role is not None:
            by_role.setdefault(node.buying_role, []).append(node)
    roles = [_role_finding(role, by_role.get(role, [])) for role in (wanted_roles(view) if wanted is None else wanted)]
    order = (Rule.ROLE_COVERED, Rule.ROLE_GUESSED, Rule.ROLE_MISSING)
    roles.sort(key=lambda finding: order.index(finding.rule))
    return (*roles, *_people_at_risk(view, here, found.goals), *_ways_at_risk(view, found, ways), *_leaning(view, here))


def _people_at_risk(view: MapView, here: list[NodeView], buyers: frozenset[str]) -> list[Finding]:
    heavy = [node for node in here if (node.influence or 0) >= HIGH_INFLUENCE]
    tied = {tie.node_id for tie in view.ties if tie.competitor and (tie.strength or STRONG_TIE) >= STRONG_TIE}
    weighty = {node.id for node in heavy} | buyers
    risks = (
        (Rule.HIGH_INFLUENCE_NO_CONTACT, [node for node in heavy if not in_contact(node)]),
        (Rule.STRONG_OPPONENT, [node for node in heavy if node.support in _AGAINST]),
        (Rule.COMPETITOR_TIE, [node for node in here if node.id in tied and node.id in weighty]),
    )
    return [_about(rule, Weight.BAD, people, Mend.PLAN_VISIT) for rule, people in risks if people]


def _ways_at_risk(view: MapView, found: Routes, ways: tuple[Way, ...]) -> list[Finding]:
    if not found.goals:
        return []
    if not ways:
        met = next((node.id for node in _by_influence(view) if in_contact(node) and node.id not in found.goals), None)
        goal = min(found.goals)
        mend = (Mend.DRAW_LINE, (met, goal)) if met is not None else (Mend.PLAN_VISIT, (goal,))
        return [
            Finding(
                rule=Rule.NO_WAY,
                weight=Weight.BAD,
                node_ids=tuple(sorted(found.goals)),
                mend=mend[0],
                mend_ids=tuple(one for one in mend[1] if one),
            )
        ]
    threads = single_threads(found, ways[0])
    risks = []
    if threads.node_ids:
        other = _second_door(view, found, set(threads.node_ids))
        risks.append(
            Finding(
                rule=Rule.SINGLE_THREAD,
                weight=Weight.WARN,
                node_ids=threads.node_ids,
                mend=Mend.PLAN_VISIT,
                mend_ids=(other,),
            )
        )
    if threads.user_ids:
        risks.append(
            Finding(
                rule=Rule.SINGLE_THREAD_OURS,
                weight=Weight.WARN,
                node_ids=ways[0].node_ids[:1],
                user_ids=threads.user_ids,
                mend=Mend.ENTER_TIE,
                mend_ids=ways[0].node_ids[:1],
            )
        )
    return risks


def _second_door(view: MapView, found: Routes, threads: set[str]) -> str:
    """Whom to meet so that the thread is not the only one: the most influential of those who stand next to who signs."""
    beside = {one for one, there in found.steps.items() if found.goals & there.keys()} | found.goals
    for node in _by_influence(view):
        if node.id in beside and node.id not in threads and not in_contact(node):
            return node.id
    return min(found.goals)


def _leaning(view: MapView, here: list[NodeView]) -> list[Finding]:
    weights = balance(view)
    if weights.against <= weights.supporting:
        return []
    undecided = [node for node in _by_influence(view) if node.support in {None, Support.NEUTRAL}]
    against = [node for node in here if node.support in _AGAINST]
    finding = _about(Rule.AGAINST_US, Weight.BAD, against, Mend.PLAN_VISIT, undecided or against)
    return [finding]


def _by_influence(view: MapView) -> list[NodeView]:
    """People, the most influential first."""
    people = [node for node in view.nodes if node.kind is NodeKind.PERSON]
    return sorted(people, key=lambda node: (-(node.influence or 0), node.id))


def _about(
    rule: Rule, weight: Weight, people: list[NodeView], mend: Mend, mended: list[NodeView] | None = None
) -> Finding:
    return Finding(
        rule=rule,
        weight=weight,
        node_ids=tuple(node.id for node in people),
        rests_on=_last_touch(people),
        mend=mend,
        mend_ids=tuple(node.id for node in (people if mended is None else mended)),
    )


def _role_finding(role: BuyingRole, people: list[NodeView]) -> Finding:
    if not people:
        return Finding(rule=Rule.ROLE_MISSING, weight=Weight.BAD, role=role, mend=Mend.ADD_SEAT)
    sure = [node for node in people if node.kind is NodeKind.PERSON and in_contact(node)]
    meant = sure or people
    ids = tuple(node.id for node in meant)
    if sure:
        return Finding(rule=Rule.ROLE_COVERED, weight=Weight.GOOD, role=role, node_ids=ids, rests_on=_last_touch(meant))
    known = [node.id for node in people if node.kind is NodeKind.PERSON]
    return Finding(
        rule=Rule.ROLE_GUESSED,
        weight=Weight.WARN,
        role=role,
        node_ids=ids,
        rests_on=_last_touch(meant),
        mend=Mend.PLAN_VISIT if known else Mend.NAME_PERSON,
        mend_ids=tuple(known) or ids,
    )


def _last_touch(people: list[NodeView]) -> Touch | None:
    touches = [node.touch for node in people if node.touch is not None]
    return max(touches, key=lambda touch: touch.at, default=None)
