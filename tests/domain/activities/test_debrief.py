"""What a note suggests, by hand-written notes. Written on Monday 23 November 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from desktop_crm.domain.activities.debrief import (
    KnownDeal,
    KnownPerson,
    KnownProduct,
    Surroundings,
    suggestions,
)
from desktop_crm.domain.schema.options import BuyingRole, Support

LEE = KnownPerson(name="이정훈", node_id="lee", contact_id="c-lee", buying_role=BuyingRole.CHAMPION)
OH = KnownPerson(name="오재석", node_id="oh", contact_id="c-oh", support=Support.NEUTRAL)
JUNG = KnownPerson(name="정도윤", node_id="jung", contact_id="c-jung")
SMITH = KnownPerson(name="Ann Smith", node_id="smith", support=Support.NEUTRAL)
DEAL = KnownDeal(id="deal", name="설비 증설 2027", currency="KRW", product_id="p0")
AROUND = Surroundings(today=date(2026, 11, 23), people=(LEE, OH, JUNG, SMITH), deal=DEAL, currency="KRW")

PICTURE = """설비팀 회의실, 14시. 라인 3 증설은 확정, 예산은 다음 주 수요일 본부 회의에서 결정.
오재석 책임이 보안 검토를 먼저 요구함 — 자료를 11/25까지 보내기로 약속.
정도윤 팀장이 최종 예산 승인을 한다고 함. 경쟁사는 납기 8주를 제안.
교육 2회는 꼭 필요하다고 함. 금액은 1억 6천 아래면 가능할 듯."""


def found(note, around=AROUND):
    return [(one.what.value, one.title, one.value) for one in suggestions(note, around)]


def test_the_note_of_the_picture_suggests_what_the_picture_shows():
    assert found(PICTURE) == [
        ("meeting", "본부 회의", date(2026, 12, 2)),
        ("support", "오재석", "non_supporter"),
        ("task", "자료를 보내기", date(2026, 11, 25)),
        ("buying_role", "정도윤", "economic_buyer"),
        ("amount", "설비 증설 2027", Decimal(160_000_000)),
    ]


def test_each_suggestion_says_the_words_it_comes_from_and_what_stood_before():
    meeting, support, task, role, amount = suggestions(PICTURE, AROUND)
    assert task.words == "자료를 11/25까지 보내기로 약속"
    assert task.person == OH
    assert PICTURE[meeting.start : meeting.end].startswith("다음 주 수요일 본부 회의")
    assert (support.before, support.row_id) == (Support.NEUTRAL, "oh")
    assert role.words == "정도윤 팀장이 최종 예산 승인"
    assert (PICTURE[amount.start : amount.end], amount.currency, amount.before) == ("1억 6천", "KRW", None)


@pytest.mark.parametrize(
    ("note", "wanted"),
    [
        (
            "We promised to send the drawings by Friday.",
            [("task", "We promised to send the drawings", date(2026, 11, 27))],
        ),
        ("Demo at the plant next Wednesday", [("meeting", "Demo", date(2026, 12, 2))]),
        ("They want to sign by Dec 18.", [("close_date", "설비 증설 2027", date(2026, 12, 18))]),
        ("12월 18일에 계약 체결 예정", [("close_date", "설비 증설 2027", date(2026, 12, 18))]),
        ("연말까지 발주", [("close_date", "설비 증설 2027", date(2026, 12, 31))]),
        ("Ann Smith is strongly against it", [("support", "Ann Smith", "enemy")]),
        ("Ann Smith approves the budget", [("buying_role", "Ann Smith", "economic_buyer")]),
        ("이정훈 과장이 적극 추천", [("support", "이정훈", "mentor")]),
        ("budget is $120k", [("amount", "설비 증설 2027", Decimal(120_000))]),
        ("어제 자료를 보냄", []),
        ("납기 8주, 라인 3", []),
        ("", []),
    ],
)
def test_rules_by_hand(note, wanted):
    assert found(note) == wanted


def test_what_stands_already_is_not_suggested():
    known = replace(OH, support=Support.NON_SUPPORTER)
    around = replace(
        AROUND, people=(known,), deal=replace(DEAL, amount=Decimal("160000000.00"), close_date=date(2026, 12, 18))
    )
    assert found("오재석 책임은 반대. 금액 1억 6천. 12월 18일 계약 체결.", around) == []


def test_a_denied_word_is_not_taken_for_its_opposite():
    assert found("오재석 책임은 반대하지 않음") == []


def test_two_people_of_one_name_are_told_apart_by_who_is_there():
    twin = KnownPerson(name="오재석", node_id="oh2")
    both = replace(AROUND, people=(OH, twin))
    assert found("오재석 책임은 반대", both) == []
    here = replace(AROUND, people=(OH, replace(twin, present=True)))
    assert [one.row_id for one in suggestions("오재석 책임은 반대", here)] == ["oh2"]


def test_words_belong_to_the_person_named_before_them():
    assert found("이정훈 과장은 적극 지지, 오재석 책임은 반대") == [
        ("support", "이정훈", "mentor"),
        ("support", "오재석", "non_supporter"),
    ]


def test_without_a_deal_or_a_card_nothing_is_suggested_about_them():
    nobody = replace(AROUND, deal=None, people=(KnownPerson(name="오재석", contact_id="c"),))
    assert found("오재석 책임은 반대. 금액은 1억. 12월 18일 계약.", nobody) == []


def test_a_product_is_suggested_while_the_deal_has_none():
    around = replace(
        AROUND, products=(KnownProduct(id="p1", name="SCADA"), KnownProduct(id="p2", name="SCADA 게이트웨이"))
    )
    assert found("scada 게이트웨이를 원함", around) == []
    open_deal = replace(around, deal=replace(DEAL, product_id=None))
    assert found("scada 게이트웨이를 원함", open_deal) == [("product", "SCADA 게이트웨이", "p2")]


def test_the_same_words_give_the_same_key_wherever_they_stand():
    first = suggestions("오재석 책임은 반대.", AROUND)[0].key
    again = suggestions("머리말.\n오재석 책임은 반대.", AROUND)[0].key
    assert first == again
    assert suggestions("오재석 책임은 강하게 반대.", AROUND)[0].key != first
