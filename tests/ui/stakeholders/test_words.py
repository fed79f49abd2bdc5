"""Every value of the map has words in both languages, and they fit their place."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime

import pytest

from desktop_crm import i18n
from desktop_crm.domain.schema.options import ActivityKind, BuyingRole, Coverage, EdgeKind, MapLayout, NodeKind, Support
from desktop_crm.domain.stakeholders.balance import Balance
from desktop_crm.domain.stakeholders.findings import Finding, Mend, Rule, Weight
from desktop_crm.domain.stakeholders.routes import Way
from desktop_crm.domain.stakeholders.seniority import Seniority
from desktop_crm.domain.stakeholders.support_grid import InfluenceBand
from desktop_crm.domain.stakeholders.values import EdgeView, MapView, NodeView, Touch
from desktop_crm.i18n import formats
from desktop_crm.i18n.labels import option_label
from desktop_crm.ui.stakeholders import words

HANGUL = re.compile("[가-힣]")
NODE = NodeView(id="a", label="최민아", title="상무", department="생산본부")


@pytest.fixture(params=["ko", "en"])
def language(request):
    with i18n.speaking(request.param):
        yield request.param


def fits(text, language):
    assert text
    assert bool(HANGUL.search(text)) == (language == "ko"), text


def test_every_option_is_said(language):
    for band in InfluenceBand:
        fits(words.band_word(band), language)
        fits(words.band_short(band), language)
    for support in [None, *Support]:
        fits(words.head_word(support), language)
        fits(words.row_word(InfluenceBand.HIGH), language)
    for level in Seniority:
        fits(words.row_word(level), language)
    fits(words.head_word(""), language)
    assert words.head_word("설비팀") == "설비팀"
    for mend in Mend:
        fits(words.mend_word(mend), language)
    for layout in MapLayout:
        fits(words.layout_word(layout), language)
        fits(words.layout_short(layout), language)
    assert {kind for _, kind in words.edge_choices()} == set(EdgeKind)
    for text, _ in words.edge_choices():
        fits(text, language)
    assert [words.strength_word(level) != "" for level in (None, 1, 2, 3)] == [False, True, True, True]


def test_every_kind_of_card_says_what_it_is(language):
    for kind in NodeKind:
        for role in [None, *BuyingRole]:
            fits(words.pill_of(dataclasses.replace(NODE, kind=kind, buying_role=role)), language)
    nameless = NodeView(id="b", label="", kind=NodeKind.PLACEHOLDER)
    fits(words.name_of(nameless), language)
    fits(words.coverage_word(nameless), language)
    fits(words.name_of(NodeView(id="c", label="")), language)
    for coverage in Coverage:
        fits(words.coverage_word(dataclasses.replace(NODE, coverage=coverage)), language)
    assert words.coverage_word(NODE) == "—"
    assert words.place_of(NODE) == "상무 · 생산본부"
    assert words.place_of(dataclasses.replace(NODE, title="")) == "생산본부"


def test_every_finding_has_a_word_and_a_reason(language):
    for rule in Rule:
        finding = Finding(rule=rule, weight=Weight.BAD, role=BuyingRole.CHAMPION, node_ids=("a", "b"))
        fits(words.finding_word(finding), language)
        fits(words.finding_reason(finding), language)
        if not rule.startswith(("role", "no_way", "against", "single_thread_ours")):
            assert "2" in words.finding_word(finding)


def test_a_finding_says_which_activity_it_rests_on(language):
    at = datetime(2026, 5, 2, 3, tzinfo=UTC)
    for kind in ActivityKind:
        touch = Touch(kind=kind, at=at, by="김민지")
        finding = Finding(rule=Rule.ROLE_COVERED, weight=Weight.GOOD, node_ids=("a",), rests_on=touch)
        last = words.finding_reason(finding).splitlines()[-1]
        assert last == words.touch_word(touch)
        for part in (option_label("kind", kind), formats.date(at), "김민지"):
            assert part in last
    nobody = dataclasses.replace(finding, rests_on=Touch(kind=ActivityKind.CALL, at=at))
    assert "김민지" not in words.finding_reason(nobody)
    assert words.finding_reason(dataclasses.replace(finding, rests_on=None)).endswith(words.touch_word(None))
    missing = Finding(rule=Rule.ROLE_MISSING, weight=Weight.BAD, role=BuyingRole.CHAMPION)
    assert words.touch_word(None) not in words.finding_reason(missing)
    fits(words.touch_word(None), language)


def test_a_line_says_its_own_words_before_its_kind(language):
    edge = EdgeView(id="e", source_id="a", target_id="b", kind=EdgeKind.INFLUENCES)
    fits(words.edge_word(edge), language)
    strong = words.edge_word(dataclasses.replace(edge, strength=3))
    assert strong.startswith(words.edge_word(edge))
    assert strong != words.edge_word(dataclasses.replace(edge, strength=1))
    assert words.edge_word(dataclasses.replace(edge, strength=2)) == words.edge_word(edge)
    assert words.edge_word(dataclasses.replace(edge, label="신뢰 강함")) == "신뢰 강함"


def test_a_way_is_told_by_names_and_by_its_strong_ties(language):
    view = MapView(id="m", name="m", layout=MapLayout.ORG_CHART, nodes=(NODE, NodeView(id="b", label="정도윤")))
    people, carried = words.way_words(view, Way(node_ids=("a", "b"), force=0.5, strong_steps=1))
    assert people == "최민아 → 정도윤"
    assert "1" in carried
    fits(words.way_words(view, Way(node_ids=("a", "b"), force=0.5, strong_steps=0))[1], language)
    ours = Way(node_ids=("a", "b"), force=0.5, strong_steps=1, user_id="u", user_name="김하늘")
    assert words.way_words(view, ours)[0] == "김하늘 → 최민아 → 정도윤"
    fits(words.way_words(view, Way(node_ids=("b",), force=1.0, strong_steps=0))[1], language)


def test_a_card_is_spoken_whole(language):
    node = dataclasses.replace(
        NODE, buying_role=BuyingRole.CHAMPION, support=Support.MENTOR, influence=8, coverage=Coverage.IN_DEPTH
    )
    spoken = words.spoken(node, NodeView(id="b", label="한소라"))
    for part in ("최민아", "상무 · 생산본부", "8", "한소라"):
        assert part in spoken
    assert "—" not in words.spoken(NODE, None)


def test_an_act_names_who_and_what(language):
    one = words.fields_act([NODE], {"influence": 3})
    assert one.startswith("최민아")
    assert "2" in words.fields_act([NODE, NODE], {"influence": 3, "support": None})


def test_large_sums_are_grouped_and_rest_on_no_single_dealing(language):
    said = words.balance_word(Balance(supporting=3955, undecided=2071, against=1234))
    assert all(formats.number(one) in said for one in (3955, 2071, 1234))
    assert formats.number(3955) != "3955"
    ids = ("a",)
    against = Finding(rule=Rule.AGAINST_US, weight=Weight.BAD, node_ids=ids)
    opponent = Finding(rule=Rule.STRONG_OPPONENT, weight=Weight.BAD, node_ids=ids)
    assert words.touch_word(None) not in words.finding_reason(against)
    assert words.touch_word(None) in words.finding_reason(opponent)
