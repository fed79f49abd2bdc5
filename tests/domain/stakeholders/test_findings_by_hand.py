"""Every rule of the reading against a case small enough to work out on paper; the manual page tells the same cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from desktop_crm.domain.schema.options import BuyingRole, Coverage, EdgeKind, EvidenceTopic, NodeKind, Support
from desktop_crm.domain.stakeholders.balance import Balance, balance
from desktop_crm.domain.stakeholders.findings import WANTED_ROLES, Mend, Rule, Weight, findings, wanted_roles
from desktop_crm.domain.stakeholders.reading import read
from desktop_crm.domain.stakeholders.routes import routes, ways_to_buyer
from desktop_crm.domain.stakeholders.scorecard import LetterState, scorecard
from desktop_crm.domain.stakeholders.threads import Threads, single_threads
from desktop_crm.domain.stakeholders.values import EvidenceView, TieView
from tests.domain.stakeholders.makers import a_map, line, people

TODAY = date(2026, 11, 3)
R, C, S = BuyingRole, Coverage, Support


def tie(node, user=None, competitor="", strength=None):
    return TieView(
        id=f"t{node}{user or competitor}",
        node_id=f"n{node:05}",
        user_id=user,
        user_name=(user or "").upper(),
        competitor=competitor,
        strength=strength,
    )


def evidence(topic, on, node=None):
    return EvidenceView(
        id=f"v{topic}{on}",
        topic=topic,
        observed_on=on,
        node_id=None if node is None else f"n{node:05}",
        body="said so",
    )


def found(view, rule):
    return next((one for one in findings(view) if one.rule is rule), None)


@pytest.mark.parametrize(
    ("odds", "wanted"),
    [
        (None, WANTED_ROLES),
        (0.1, (R.CHAMPION, R.USER_BUYER, R.TECHNICAL_EVALUATOR)),
        (0.3, (R.CHAMPION, R.USER_BUYER, R.TECHNICAL_EVALUATOR, R.ECONOMIC_BUYER, R.DECISION_MAKER)),
        (0.6, (R.CHAMPION, R.USER_BUYER, R.TECHNICAL_EVALUATOR, R.ECONOMIC_BUYER, R.DECISION_MAKER, R.APPROVER)),
    ],
)
def test_the_stage_of_the_deal_says_which_roles_are_wanted(odds, wanted):
    view = replace(a_map(people(None)), stage_probability=odds)
    assert wanted_roles(view) == wanted
    assert {one.role for one in findings(view) if one.role} == set(wanted)


def test_a_missing_role_is_mended_by_a_seat_a_seat_by_a_name_and_a_stranger_by_a_visit():
    nodes = people(
        None,
        None,
        buying_role=[R.CHAMPION, R.ECONOMIC_BUYER],
        kind=[NodeKind.PLACEHOLDER, NodeKind.PERSON],
        coverage=[None, C.NONE],
    )
    by_role = {one.role: one for one in findings(a_map(nodes)) if one.role}
    assert (by_role[R.DECISION_MAKER].mend, by_role[R.DECISION_MAKER].mend_ids) == (Mend.ADD_SEAT, ())
    assert (by_role[R.CHAMPION].mend, by_role[R.CHAMPION].mend_ids) == (Mend.NAME_PERSON, ("n00000",))
    assert (by_role[R.ECONOMIC_BUYER].mend, by_role[R.ECONOMIC_BUYER].mend_ids) == (Mend.PLAN_VISIT, ("n00001",))


def test_groups_and_people_who_left_are_no_gap_and_no_risk():
    nodes = people(None, None, kind=[NodeKind.GROUP, NodeKind.DEPARTED], influence=10, support=S.ENEMY, coverage=C.NONE)
    assert {one.rule for one in findings(a_map(nodes))} == {Rule.ROLE_MISSING}


def test_a_way_begins_with_the_best_tie_of_ours_and_is_ranked_by_strength():
    # n0 signs. n1 reports to n0 (0.6) and is met once (0.4): 0.24. n2 influences n0 strongly (0.9) and is tied
    # by u2, medium (0.7): 0.63.  u1's weak tie (0.4) to the same n2 does not open the way.
    nodes = people(
        None,
        0,
        None,
        buying_role=[R.ECONOMIC_BUYER, None, None],
        coverage=[C.NONE, C.BRIEF, C.NONE],
    )
    view = replace(a_map(nodes, [line(2, 0, strength=3)]), ties=(tie(2, "u1", strength=1), tie(2, "u2", strength=2)))
    first, second = ways_to_buyer(view)
    assert (first.node_ids, first.user_id, first.user_name) == (("n00002", "n00000"), "u2", "U2")
    assert first.force == pytest.approx(0.7 * 0.9)
    assert first.strong_steps == 1
    assert (second.node_ids, second.user_id) == (("n00001", "n00000"), None)
    assert second.force == pytest.approx(0.4 * 0.6)


def test_a_buyer_whom_nobody_leads_to_is_a_finding_and_a_line_mends_it():
    nodes = people(None, None, buying_role=[R.ECONOMIC_BUYER, None], coverage=[C.NONE, C.IN_DEPTH], influence=[9, 5])
    one = found(a_map(nodes), Rule.NO_WAY)
    assert (one.weight, one.node_ids) == (Weight.BAD, ("n00000",))
    assert (one.mend, one.mend_ids) == (Mend.DRAW_LINE, ("n00001", "n00000"))
    assert found(a_map(nodes, [line(1, 0, EdgeKind.CONFLICTS_WITH)]), Rule.NO_WAY) is not None
    assert found(a_map(nodes, [line(1, 0, EdgeKind.KNOWS)]), Rule.NO_WAY) is None


def test_without_anybody_met_the_way_is_mended_by_a_visit():
    nodes = people(None, buying_role=R.ECONOMIC_BUYER, coverage=C.NONE)
    one = found(a_map(nodes), Rule.NO_WAY)
    assert (one.mend, one.mend_ids) == (Mend.PLAN_VISIT, ("n00000",))


def chain(extra=()):
    """n2 (met) → n1 → n0 who signs; n3 reports to n0 and is unknown."""
    nodes = people(
        None,
        0,
        1,
        0,
        buying_role=[R.ECONOMIC_BUYER, None, None, None],
        coverage=[C.NONE, C.NONE, C.IN_DEPTH, C.NONE],
        influence=[9, 6, 5, 6],
    )
    return a_map(nodes, extra)


def test_everybody_on_the_only_way_is_a_single_thread_and_a_second_door_mends_it():
    one = found(chain(), Rule.SINGLE_THREAD)
    assert set(one.node_ids) == {"n00001", "n00002"}
    assert (one.mend, one.mend_ids) == (Mend.PLAN_VISIT, ("n00000",))  # the most influential beside whoever signs


def test_a_second_way_round_leaves_only_those_on_both():
    view = chain([line(2, 3, EdgeKind.KNOWS)])  # n2 → n3 → n0 goes round n1
    one = found(view, Rule.SINGLE_THREAD)
    assert one.node_ids == ("n00002",)
    met = tuple(replace(node, coverage=C.BRIEF) if node.id == "n00003" else node for node in view.nodes)
    assert found(replace(view, nodes=met), Rule.SINGLE_THREAD) is None


def test_who_of_ours_opens_every_way_is_a_single_thread_too():
    view = replace(chain(), ties=(tie(2, "u1", strength=3),))
    one = found(view, Rule.SINGLE_THREAD_OURS)
    assert (one.user_ids, one.mend, one.mend_ids) == (("u1",), Mend.ENTER_TIE, ("n00002",))
    second = replace(view, ties=(*view.ties, tie(2, "u2", strength=1)))
    assert found(second, Rule.SINGLE_THREAD_OURS) is None
    untold = tuple(replace(node, coverage=C.BRIEF) if node.id == "n00003" else node for node in view.nodes)
    assert found(replace(view, nodes=untold), Rule.SINGLE_THREAD_OURS) is None  # n3 is met, whoever met them


def test_no_way_has_no_thread():
    view = a_map(people(None))
    assert single_threads(routes(view), None) == Threads()


def test_the_balance_weighs_attitude_by_influence():
    nodes = people(
        None,
        None,
        None,
        None,
        None,
        influence=[10, 4, 8, None, 9],
        support=[S.MENTOR, S.NON_SUPPORTER, S.NEUTRAL, None, S.ENEMY],
        kind=[NodeKind.PERSON, NodeKind.PERSON, NodeKind.PERSON, NodeKind.PERSON, NodeKind.DEPARTED],
    )
    # points: 10·2 − 4·1 + 0 + 0 = 16 of 2·(10 + 4 + 8 + 1) = 46
    assert balance(a_map(nodes)) == Balance(supporting=10, undecided=9, against=4, score=35)
    assert balance(a_map(())) == Balance()


def test_more_weight_against_us_than_for_us_is_a_finding_and_the_undecided_mend_it():
    nodes = people(None, None, None, influence=[5, 6, 4], support=[S.SUPPORTER, S.NON_SUPPORTER, S.NEUTRAL])
    one = found(a_map(nodes), Rule.AGAINST_US)
    assert (one.node_ids, one.mend, one.mend_ids) == (("n00001",), Mend.PLAN_VISIT, ("n00002",))
    level = people(None, None, influence=[5, 5], support=[S.SUPPORTER, S.ENEMY])
    assert found(a_map(level), Rule.AGAINST_US) is None


@pytest.mark.parametrize(
    ("influence", "role", "strength", "is_risk"),
    [
        (7, None, 2, True),
        (6, None, 3, False),
        (3, R.ECONOMIC_BUYER, 3, True),
        (9, None, 1, False),
        (9, None, None, True),
    ],
)
def test_a_competitor_close_to_weight_or_to_who_signs_is_a_finding(influence, role, strength, is_risk):
    view = a_map(people(None, influence=influence, buying_role=role, coverage=C.BRIEF))
    view = replace(view, ties=(tie(0, competitor="한성", strength=strength),))
    assert (found(view, Rule.COMPETITOR_TIE) is not None) is is_risk
    assert [one.competitor for one in read(view, TODAY).rivals] == ["한성"]


def test_the_scorecard_counts_fresh_evidence_double_and_old_or_seen_once():
    nodes = people(None, buying_role=R.CHAMPION)
    view = replace(
        a_map(nodes),
        ties=(tie(0, competitor="한성"),),
        evidence=(
            evidence(EvidenceTopic.METRICS, date(2026, 8, 5)),  # 90 days: just fresh
            evidence(EvidenceTopic.PAPER_PROCESS, date(2026, 8, 4)),  # 91 days: old
            evidence(EvidenceTopic.PAPER_PROCESS, date(2025, 1, 1)),
            evidence(EvidenceTopic.SUPPORT, TODAY, node=0),  # about a person, no letter
        ),
    )
    card = scorecard(view, TODAY)
    states = {letter.topic: letter.state for letter in card.letters}
    assert states == {
        EvidenceTopic.METRICS: LetterState.PROVEN,
        EvidenceTopic.ECONOMIC_BUYER: LetterState.EMPTY,
        EvidenceTopic.DECISION_CRITERIA: LetterState.EMPTY,
        EvidenceTopic.DECISION_PROCESS: LetterState.EMPTY,
        EvidenceTopic.PAPER_PROCESS: LetterState.CLAIMED,
        EvidenceTopic.IDENTIFIED_PAIN: LetterState.EMPTY,
        EvidenceTopic.CHAMPION: LetterState.CLAIMED,
        EvidenceTopic.COMPETITION: LetterState.CLAIMED,
    }
    assert (card.points, card.most) == (5, 16)
    newest = {letter.topic: letter.newest for letter in card.letters}
    assert newest[EvidenceTopic.PAPER_PROCESS].observed_on == date(2026, 8, 4)
    assert newest[EvidenceTopic.CHAMPION] is None


def test_one_reading_says_what_its_parts_say():
    view = replace(chain(), ties=(tie(2, "u1", strength=3),))
    whole = read(view, TODAY)
    assert whole.findings == findings(view)
    assert whole.ways == ways_to_buyer(view)
    assert whole.balance == balance(view)
    assert whole.scorecard == scorecard(view, TODAY)
    assert whole.routes.way_from("n00002").node_ids == ("n00002", "n00001", "n00000")


@pytest.mark.parametrize(
    ("influence", "coverage", "is_risk"),
    [
        (7, None, True),
        (10, C.NONE, True),
        (7, C.UNKNOWN, True),
        (6, C.NONE, False),
        (None, None, False),
        (9, C.BRIEF, False),
    ],
)
def test_influence_of_seven_whom_nobody_has_met_is_a_finding_and_a_visit_mends_it(influence, coverage, is_risk):
    one = found(a_map(people(None, influence=influence, coverage=coverage)), Rule.HIGH_INFLUENCE_NO_CONTACT)
    assert (one is not None) is is_risk
    if one is not None:
        assert (one.weight, one.node_ids) == (Weight.BAD, ("n00000",))
        assert (one.mend, one.mend_ids) == (Mend.PLAN_VISIT, ("n00000",))


@pytest.mark.parametrize(
    ("influence", "support", "is_risk"),
    [
        (7, S.NON_SUPPORTER, True),
        (8, S.ENEMY, True),
        (6, S.ENEMY, False),
        (9, S.NEUTRAL, False),
        (9, None, False),
        (None, S.ENEMY, False),
    ],
)
def test_influence_of_seven_against_us_is_a_finding_however_well_we_know_them(influence, support, is_risk):
    one = found(a_map(people(None, influence=influence, support=support, coverage=C.IN_DEPTH)), Rule.STRONG_OPPONENT)
    assert (one is not None) is is_risk
    if one is not None:
        assert (one.weight, one.mend, one.mend_ids) == (Weight.BAD, Mend.PLAN_VISIT, ("n00000",))


def test_a_role_is_covered_by_whoever_of_its_people_is_met_and_then_nothing_is_to_mend():
    nodes = people(None, None, buying_role=R.CHAMPION, coverage=[C.NONE, C.BRIEF])
    one = found(a_map(nodes), Rule.ROLE_COVERED)
    assert (one.role, one.weight, one.node_ids, one.mend) == (R.CHAMPION, Weight.GOOD, ("n00001",), None)


def test_every_kind_of_step_carries_what_the_manual_says():
    # n0 signs, n1 is known in depth (1): the way's force is that of the step between them.
    def force(*lines, boss=None):
        nodes = people(None, boss, buying_role=[R.ECONOMIC_BUYER, None], coverage=[None, C.IN_DEPTH])
        return round(ways_to_buyer(a_map(nodes, lines))[0].force, 6)

    kinds = (EdgeKind.INFLUENCES, EdgeKind.ASSISTANT_OF, EdgeKind.KNOWS, EdgeKind.INFORMAL_REPORTS_TO)
    assert force(boss=0) == 0.6
    assert [force(line(1, 0, kind)) for kind in kinds] == [0.7, 0.7, 0.5, 0.5]
    assert [force(line(0, 1, kind)) for kind in kinds] == [0.56, 0.56, 0.5, 0.4]
    assert [force(line(1, 0, strength=level)) for level in (1, 2, 3)] == [0.5, 0.7, 0.9]


def test_whom_we_know_opens_a_way_by_a_tie_or_else_by_the_coverage():
    def force(coverage, *ties):
        nodes = people(None, buying_role=R.ECONOMIC_BUYER, coverage=coverage)
        return [round(way.force, 6) for way in ways_to_buyer(replace(a_map(nodes), ties=ties))]

    assert [force(one) for one in (None, C.NONE, C.BRIEF, C.MULTIPLE, C.IN_DEPTH)] == [[], [], [0.4], [0.7], [1.0]]
    assert [force(None, tie(0, "u1", strength=level)) for level in (1, 2, 3, None)] == [[0.4], [0.7], [1.0], [0.7]]
    assert force(C.IN_DEPTH, tie(0, "u1", strength=1)) == [0.4]  # what is told of a tie goes before the coverage
    assert force(None, tie(0, competitor="한성", strength=3)) == []
