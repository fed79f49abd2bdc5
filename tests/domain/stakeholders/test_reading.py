"""Findings, ways to the buyer and refused circles, against cases worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.domain.schema.options import ActivityKind, BuyingRole, Coverage, EdgeKind, NodeKind, Support
from desktop_crm.domain.stakeholders import reporting
from desktop_crm.domain.stakeholders.findings import WANTED_ROLES, Rule, Weight, findings
from desktop_crm.domain.stakeholders.routes import buyers, way_from, ways_to_buyer
from desktop_crm.domain.stakeholders.values import Touch
from desktop_crm.foundation.errors import Refusal
from tests.domain.stakeholders.makers import a_map, line, people


def test_an_empty_map_has_no_findings():
    assert findings(a_map(())) == ()


def test_each_wanted_role_is_covered_guessed_or_missing():
    nodes = people(
        None,
        None,
        None,
        buying_role=[BuyingRole.CHAMPION, BuyingRole.ECONOMIC_BUYER, BuyingRole.TECHNICAL_EVALUATOR],
        coverage=[Coverage.IN_DEPTH, Coverage.NONE, Coverage.BRIEF],
        kind=[NodeKind.PERSON, NodeKind.PERSON, NodeKind.PLACEHOLDER],
    )
    found = {finding.role: finding for finding in findings(a_map(nodes))}
    assert found[BuyingRole.CHAMPION].rule is Rule.ROLE_COVERED
    assert found[BuyingRole.ECONOMIC_BUYER].rule is Rule.ROLE_GUESSED
    assert found[BuyingRole.TECHNICAL_EVALUATOR].rule is Rule.ROLE_GUESSED
    assert found[BuyingRole.DECISION_MAKER].rule is Rule.ROLE_MISSING
    assert found[BuyingRole.DECISION_MAKER].weight is Weight.BAD
    assert set(found) - {None} == set(WANTED_ROLES)


def test_a_finding_rests_on_the_newest_dealing_with_its_people():
    early = Touch(kind=ActivityKind.VISIT, at=datetime(2026, 3, 2, tzinfo=UTC), by="민지")
    late = Touch(kind=ActivityKind.CALL, at=datetime(2026, 5, 2, tzinfo=UTC), by="준호")
    nodes = people(
        None,
        None,
        None,
        buying_role=[BuyingRole.CHAMPION, BuyingRole.CHAMPION, BuyingRole.USER_BUYER],
        coverage=[Coverage.IN_DEPTH, Coverage.BRIEF, Coverage.NONE],
        influence=[9, 8, 9],
        support=[Support.ENEMY, None, None],
        touch=[early, late, None],
    )
    found = findings(a_map(nodes))
    by_role = {finding.role: finding.rests_on for finding in found if finding.role}
    assert by_role[BuyingRole.CHAMPION] == late
    assert by_role[BuyingRole.USER_BUYER] is None
    assert by_role[BuyingRole.DECISION_MAKER] is None
    assert {finding.rule: finding.rests_on for finding in found}[Rule.STRONG_OPPONENT] == early


def test_high_influence_without_contact_and_strong_opponents_are_named():
    nodes = people(
        None,
        None,
        None,
        None,
        influence=[9, 7, 6, 8],
        coverage=[Coverage.UNKNOWN, Coverage.MULTIPLE, Coverage.NONE, None],
        support=[Support.NEUTRAL, Support.ENEMY, Support.ENEMY, None],
        kind=[NodeKind.PERSON, NodeKind.PERSON, NodeKind.PERSON, NodeKind.DEPARTED],
    )
    found = {finding.rule: finding.node_ids for finding in findings(a_map(nodes))}
    assert found[Rule.HIGH_INFLUENCE_NO_CONTACT] == ("n00000",)
    assert found[Rule.STRONG_OPPONENT] == ("n00001",)


def test_the_best_way_takes_strong_lines_over_the_hierarchy():
    nodes = people(
        None,
        0,
        0,
        buying_role=[BuyingRole.ECONOMIC_BUYER, None, BuyingRole.CHAMPION],
        coverage=[Coverage.NONE, Coverage.NONE, Coverage.IN_DEPTH],
    )
    plain = ways_to_buyer(a_map(nodes))
    assert plain[0].node_ids == ("n00002", "n00000")
    assert plain[0].force == pytest.approx(0.6)
    assert plain[0].strong_steps == 0
    strong = [line(2, 1, EdgeKind.INFLUENCES, 3), line(1, 0, EdgeKind.INFLUENCES, 3)]
    best = ways_to_buyer(a_map(nodes, strong))[0]
    assert best.node_ids == ("n00002", "n00001", "n00000")
    assert best.force == pytest.approx(0.81)
    assert best.strong_steps == 2


def test_conflicts_carry_nothing_and_without_a_buyer_there_is_no_way():
    nodes = people(None, None, buying_role=[BuyingRole.ECONOMIC_BUYER, None], coverage=[None, Coverage.IN_DEPTH])
    assert ways_to_buyer(a_map(nodes, [line(1, 0, EdgeKind.CONFLICTS_WITH)])) == ()
    assert way_from(a_map(nodes, [line(1, 0, EdgeKind.KNOWS)]), "n00001").node_ids == ("n00001", "n00000")
    nobody = people(None, coverage=Coverage.IN_DEPTH)
    assert ways_to_buyer(a_map(nobody)) == ()
    assert way_from(a_map(nobody), "n00000") is None
    assert way_from(a_map(nobody), "gone") is None


def test_decision_makers_stand_in_while_no_economic_buyer_is_known():
    nodes = people(None, None, buying_role=[BuyingRole.DECISION_MAKER, None])
    assert buyers(a_map(nodes)) == ("n00000",)


def test_those_who_left_are_no_step():
    nodes = people(
        None,
        0,
        1,
        buying_role=[BuyingRole.ECONOMIC_BUYER, None, None],
        coverage=[None, None, Coverage.MULTIPLE],
        kind=[NodeKind.PERSON, NodeKind.DEPARTED, NodeKind.PERSON],
    )
    assert ways_to_buyer(a_map(nodes)) == ()


def test_a_circle_is_refused_with_the_way_round():
    bosses = {"a": None, "b": "a", "c": "b"}
    assert reporting.circle(bosses, "a", "c") == ("a", "c", "b", "a")
    assert reporting.circle(bosses, "c", "a") == ()
    assert reporting.circle(bosses, "c", None) == ()
    assert reporting.circle(bosses, "a", "a") == ("a", "a")
    with pytest.raises(Refusal) as refused:
        reporting.refuse_circle(bosses, "a", "c", {"a": "최민아", "b": "이정훈", "c": "박서연"})
    assert refused.value.code == "stakeholder.reports_to.circle"
    assert refused.value.params["path"] == "최민아 → 박서연 → 이정훈 → 최민아"
    reporting.refuse_circle(bosses, "c", "a", {})


@given(st.lists(st.none() | st.integers(0, 14), min_size=15, max_size=15))
def test_safe_bosses_never_hold_a_circle_and_keep_every_line_that_makes_none(bosses):
    order = [str(index) for index in range(15)]
    boss_of = {one: None if boss is None else str(boss) for one, boss in zip(order, bosses, strict=True)}
    safe = reporting.safe_bosses(order, boss_of)
    for one in order:
        seen, step = set(), one
        while step is not None:
            assert step not in seen
            seen.add(step)
            step = safe.get(step)
    for one, boss in boss_of.items():
        if boss is not None and not reporting.circle(boss_of, one, boss):
            assert safe[one] == boss


def test_everyone_below():
    reports = {"a": ["b", "c"], "c": ["d"]}
    assert reporting.below("a", reports) == {"b", "c", "d"}
    assert reporting.below("d", reports) == set()
