"""The health of an account: each part by hand-made evidence, the whole by its weights, and no number without a reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm import i18n
from desktop_crm.domain.accounts.health import (
    Due,
    Evidence,
    HealthPart,
    HealthWeights,
    Issue,
    Person,
    RoleHolder,
    health,
)
from desktop_crm.domain.accounts.seniority import Seniority, seniority
from desktop_crm.domain.schema.options import BuyingRole, Coverage, Priority
from desktop_crm.i18n import health_words

TODAY = date(2026, 11, 23)


def part(evidence, name):
    return next(one for one in health(evidence, TODAY).parts if one.part is name)


def person(title, days):
    return Person(id=title, name=f"{title}님", title=title, quiet_days=days)


def holder(role, coverage):
    return RoleHolder(name="최민아", role=role, coverage=coverage, map_id="m")


def due(days):
    return Due(id="c", name="유지보수", renewal_date=TODAY + timedelta(days=days))


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("상무", Seniority.EXECUTIVE),
        ("대표이사", Seniority.EXECUTIVE),
        ("CTO", Seniority.EXECUTIVE),
        ("최고재무책임자", Seniority.EXECUTIVE),
        ("최고경영자", Seniority.EXECUTIVE),
        ("Vice President, Sales", Seniority.EXECUTIVE),
        ("구매팀장", Seniority.MANAGER),
        ("부장", Seniority.MANAGER),
        ("Head of IT", Seniority.MANAGER),
        ("Plant manager", Seniority.MANAGER),
        ("대리", Seniority.STAFF),
        (
            "Director's assistant's intern",
            Seniority.EXECUTIVE,
        ),  # the word stands there; nobody is read as less than they say
        ("Engineer", Seniority.STAFF),
        ("", Seniority.STAFF),
        (None, Seniority.STAFF),
    ],
)
def test_a_title_says_how_high_somebody_stands(title, level):
    assert seniority(title) is level


def test_nothing_known_gives_no_number_and_says_why():
    found = health(Evidence(), TODAY)
    assert found.score is None
    assert all(one.score is None and one.reasons for one in found.parts)
    assert found.worst is None


def test_recency_weighs_executives_more_and_misses_them_where_there_are_none():
    all_fresh = Evidence(people=(person("상무", 10), person("팀장", 5), person("대리", 1)))
    assert part(all_fresh, HealthPart.RECENCY).score == 100
    without = Evidence(people=(person("팀장", 5), person("대리", 1)))
    assert part(without, HealthPart.RECENCY).score == 50  # (2 + 1) of (3 + 2 + 1)
    assert "recency.no_executive" in {one.code for one in part(without, HealthPart.RECENCY).reasons}
    stale = Evidence(people=(person("상무", 120),))
    assert part(stale, HealthPart.RECENCY).score == 50  # halfway between 60 and 180 days
    assert part(Evidence(people=(person("상무", None),)), HealthPart.RECENCY).score == 0


def test_only_the_last_talk_of_a_level_counts():
    people = (person("상무", 400), person("전무", 20))
    (reason, *_) = part(Evidence(people=people), HealthPart.RECENCY).reasons
    assert (reason.values["name"], reason.row_id, reason.good) == ("전무님", "전무", True)


def test_roles_count_by_weight_and_by_how_well_they_are_covered():
    one = Evidence(holders=(holder(BuyingRole.ECONOMIC_BUYER, Coverage.IN_DEPTH),))
    assert part(one, HealthPart.ROLES).score == 33  # 3 of 9
    brief = Evidence(holders=(holder(BuyingRole.ECONOMIC_BUYER, Coverage.BRIEF),))
    assert part(brief, HealthPart.ROLES).score == 20
    known = Evidence(holders=(holder(BuyingRole.CHAMPION, None), holder(BuyingRole.CHAMPION, Coverage.MULTIPLE)))
    assert part(known, HealthPart.ROLES).score == 22
    missing = [r for r in part(known, HealthPart.ROLES).reasons if r.code == "roles.missing"]
    assert [r.values["role"] for r in missing] == [
        "economic_buyer",
        "decision_maker",
        "technical_evaluator",
        "user_buyer",
    ]


def test_open_tickets_take_away_by_priority_and_late_ones_by_their_days():
    issues = (
        Issue(id="1", subject="정지", priority=Priority.HIGH, days=5),
        Issue(id="2", subject="문의", priority=None, days=2),
    )
    assert part(Evidence(issues=issues), HealthPart.ISSUES).score == 55
    level = part(Evidence(issues=issues), HealthPart.SERVICE_LEVEL)
    assert level.score == 50
    assert [(r.code, r.values.get("days")) for r in level.reasons] == [
        ("service_level.share", None),
        ("service_level.late", 2),
    ]
    assert part(Evidence(solved=3), HealthPart.ISSUES).score == 100
    assert part(Evidence(solved=3), HealthPart.SERVICE_LEVEL).score is None


@pytest.mark.parametrize(
    ("days", "first_close", "score", "code"),
    [
        (-1, None, 0, "renewal.over"),
        (0, None, 0, "renewal.near"),
        (90, None, 50, "renewal.near"),
        (90, TODAY + timedelta(days=100), 90, "renewal.prepared"),
        (90, TODAY + timedelta(days=121), 50, "renewal.near"),
        (200, None, 100, "renewal.far"),
    ],
)
def test_a_renewal_comes_nearer_unless_a_deal_prepares_it(days, first_close, score, code):
    found = part(Evidence(due=due(days), first_close=first_close), HealthPart.RENEWAL)
    assert (found.score, found.reasons[0].code) == (score, code)


@pytest.mark.parametrize(
    ("recent", "before", "score"), [(0, 0, 0), (3, 0, 100), (10, 10, 70), (5, 10, 35), (20, 10, 100), (0, 4, 0)]
)
def test_momentum_compares_two_quarters(recent, before, score):
    assert part(Evidence(recent=recent, before=before, ever=50), HealthPart.MOMENTUM).score == score


def test_the_whole_is_the_mean_of_what_is_known_and_weights_decide():
    evidence = Evidence(due=due(200), recent=0, before=4, ever=4)
    assert health(evidence, TODAY, HealthWeights(renewal=1, momentum=1)).score == 50
    assert health(evidence, TODAY, HealthWeights(renewal=3, momentum=1)).score == 75
    assert health(evidence, TODAY, HealthWeights(renewal=0, momentum=1)).score == 0
    assert health(evidence, TODAY, HealthWeights(renewal=0, momentum=0)).score is None


def test_the_worst_reason_is_the_dearest():
    evidence = Evidence(people=(person("팀장", 1),), due=due(170), recent=1, before=1, ever=2)
    assert health(evidence, TODAY).worst.code == "recency.no_executive"


people = st.lists(
    st.builds(
        Person,
        id=st.just("p"),
        name=st.text(max_size=5),
        title=st.sampled_from([None, "상무", "팀장", "대리"]),
        quiet_days=st.none() | st.integers(0, 900),
    ),
    max_size=4,
).map(tuple)
holders = st.lists(
    st.builds(
        RoleHolder,
        name=st.text(max_size=5),
        role=st.sampled_from(list(BuyingRole)),
        coverage=st.none() | st.sampled_from([*Coverage, "newer"]),
        map_id=st.just("m"),
    ),
    max_size=6,
).map(tuple)
issues = st.lists(
    st.builds(
        Issue,
        id=st.just("t"),
        subject=st.text(max_size=5),
        priority=st.none() | st.sampled_from([*Priority, "newer"]),
        days=st.integers(0, 400),
    ),
    max_size=5,
).map(tuple)
evidences = st.builds(
    Evidence,
    people=people,
    holders=holders,
    issues=issues,
    solved=st.integers(0, 3),
    due=st.none() | st.integers(-400, 800).map(due),
    first_close=st.none() | st.integers(-400, 800).map(lambda n: TODAY + timedelta(days=n)),
    recent=st.integers(0, 50),
    before=st.integers(0, 50),
    ever=st.integers(0, 1),
)


@given(evidence=evidences)
def test_whatever_is_known_the_score_lies_between_0_and_100_and_has_reasons_in_both_languages(evidence):
    found = health(evidence, TODAY)
    known = [one for one in found.parts if one.score is not None]
    assert (found.score is None) == (not known)
    assert found.score is None or min(o.score for o in known) <= found.score <= max(o.score for o in known)
    for one in found.parts:
        assert one.score is None or 0 <= one.score <= 100
        assert one.reasons
        for language in ("ko", "en"):
            with i18n.speaking(language):
                assert health_words.part_label(one.part.value)
                assert all(health_words.reason_text(r.code, r.values) for r in one.reasons)
