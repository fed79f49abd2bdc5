"""Ties, evidence, who wrote what, and taking values over from another map: on a real encrypted file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from desktop_crm.domain.schema.options import BuyingRole, Coverage, EvidenceTopic, Support
from desktop_crm.foundation.clock import FixedClock
from desktop_crm.foundation.errors import Refusal
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import history, stakeholder_facts, stakeholders
from desktop_crm.services.workspace import init_workspace

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)


@pytest.fixture
def clock():
    return FixedClock(NOW)


@pytest.fixture
def workspace(tmp_path, clock):
    with init_workspace(tmp_path / "w.crm", name="w", secrets=MemoryStore(), clock=clock).closing() as opened:
        with opened.write("test") as work:
            user = work.insert("user", {"name": "김하늘"})
        opened.act_as(user)
        yield opened


@pytest.fixture
def maps(workspace):
    """The map of an account and the one of its deal, with the same person on both: (account map, deal map, cards)."""
    with workspace.write("test") as work:
        account = work.insert("account", {"name": "한빛전자"})
        contact = work.insert("contact", {"name": "이정훈", "account_id": account})
        pipeline = work.insert("pipeline", {"name": "영업"})
        stage = work.insert("stage", {"name": "제안", "pipeline_id": pipeline, "probability": 0.5})
        deal = work.insert("opportunity", {"name": "증설", "account_id": account, "stage_id": stage})
    one = stakeholders.open_map(workspace, account_id=account).map_id
    two = stakeholders.open_map(workspace, opportunity_id=deal).map_id
    cards = [stakeholders.add_person(workspace, each, contact_id=contact).id for each in (one, two)]
    return one, two, cards


def refused(code):
    return pytest.raises(Refusal, match=code.replace(".", r"\."))


def test_a_map_of_a_deal_knows_how_far_the_deal_is(workspace, maps):
    view = stakeholders.view(workspace, maps[1])
    assert (view.stage_name, view.stage_probability) == ("제안", 0.5)
    assert stakeholders.view(workspace, maps[0]).stage_probability is None


def test_ties_of_ours_and_of_competitors_are_kept_once_each(workspace, maps):
    map_id, _, (card, _) = maps
    me = workspace.author.user_id
    first = stakeholder_facts.set_tie(workspace, map_id, card, user_id=me, strength=1)
    again = stakeholder_facts.set_tie(workspace, map_id, card, user_id=me, strength=3)
    assert again.id == first.id
    stakeholder_facts.set_tie(workspace, map_id, card, competitor=" 한성 ", strength=2)
    ties = stakeholders.view(workspace, map_id).ties
    assert [(one.user_name, one.competitor, one.strength) for one in ties] == [("김하늘", "", 3), ("", "한성", 2)]
    stakeholder_facts.remove_tie(workspace, ties[1].id)
    assert len(stakeholders.view(workspace, map_id).ties) == 1
    with refused("stakeholder.tie.nobody"):
        stakeholder_facts.set_tie(workspace, map_id, card, competitor=" ")
    with refused("stakeholder.tie.strength"):
        stakeholder_facts.set_tie(workspace, map_id, card, user_id=me, strength=4)
    with refused("record.missing"):
        stakeholder_facts.set_tie(workspace, map_id, "nobody", user_id=me)


def test_a_competitors_tie_names_the_competitor(workspace, maps):
    map_id, _, (card, _) = maps
    with workspace.write("test") as work:
        known = work.insert("competitor", {"name": "한성"})
    stakeholder_facts.set_tie(workspace, map_id, card, competitor="한성", strength=2)
    stakeholder_facts.set_tie(workspace, map_id, card, competitor="새경쟁", strength=2)
    first, second = stakeholders.view(workspace, map_id).ties
    assert first.competitor_id == known
    assert second.competitor_id is not None
    assert stakeholder_facts.who_may_be_tied(workspace)[1] == ("새경쟁", "한성")
    with workspace.write("test") as work:
        work.update("competitor", known, {"name": "한성정밀"})
    assert stakeholders.view(workspace, map_id).ties[0].competitor == "한성정밀"


def test_evidence_carries_its_date_and_author(workspace, maps):
    map_id, _, (card, _) = maps
    add = stakeholder_facts.add_evidence
    add(workspace, map_id, EvidenceTopic.SUPPORT, "회의에서 우리 안을 밀었다", node_id=card, value=Support.SUPPORTER)
    made = add(workspace, map_id, EvidenceTopic.METRICS, "정지 시간 2 %", observed_on=date(2026, 9, 1))
    person, deal = stakeholders.view(workspace, map_id).evidence
    assert (person.node_id, person.value, person.observed_on, person.author) == (
        card,
        "supporter",
        date(2026, 11, 3),
        "김하늘",
    )
    assert (deal.node_id, deal.body, deal.observed_on) == (None, "정지 시간 2 %", date(2026, 9, 1))
    stakeholder_facts.remove_evidence(workspace, made.id)
    assert len(stakeholders.view(workspace, map_id).evidence) == 1
    with refused("stakeholder.evidence.empty"):
        add(workspace, map_id, EvidenceTopic.METRICS, " ")


def test_every_value_says_when_and_by_whom_it_was_written(workspace, maps, clock):
    map_id, _, (card, _) = maps
    stakeholders.set_fields(workspace, map_id, [card], {"influence": 8})
    clock.at += timedelta(days=1)
    with workspace.write("test") as work:
        other = work.insert("user", {"name": "박지호"})
    workspace.act_as(other)
    stakeholders.set_fields(workspace, map_id, [card], {"support": Support.MENTOR})
    told = stakeholder_facts.written(workspace, card)
    assert {name: (one.at.date().day, one.by) for name, one in told.items()} == {
        "influence": (3, "김하늘"),
        "support": (4, "박지호"),
    }
    assert stakeholder_facts.written(workspace, "nobody") == {}


def test_newer_values_of_another_map_are_offered_and_taken_over_one_by_one(workspace, maps, clock):
    one, two, (here, there) = maps
    stakeholders.set_fields(workspace, two, [there], {"influence": 3, "support": Support.NEUTRAL})
    clock.at += timedelta(minutes=1)
    stakeholders.set_fields(workspace, one, [here], {"influence": 9, "coverage": Coverage.BRIEF})
    clock.at += timedelta(minutes=1)
    stakeholders.set_fields(workspace, two, [there], {"support": Support.MENTOR, "buying_role": BuyingRole.CHAMPION})
    stakeholder_facts.add_evidence(workspace, two, EvidenceTopic.SUPPORT, "소개해 줌", node_id=there)
    offers = stakeholder_facts.offers(workspace, one)
    assert [(offer.field, offer.here, offer.there, offer.by, offer.map_name) for offer in offers] == [
        ("buying_role", None, "champion", "김하늘", "증설"),
        ("support", None, "mentor", "김하늘", "증설"),
    ]  # influence is older there, coverage is missing there
    changes = stakeholder_facts.take_over(workspace, one, [offers[1]])
    node = stakeholders.view(workspace, one).node(here)
    assert (node.support, node.buying_role, node.influence) == (Support.MENTOR, None, 9)
    assert [each.body for each in stakeholders.view(workspace, one).evidence] == ["소개해 줌"]
    assert [offer.field for offer in stakeholder_facts.offers(workspace, one)] == ["buying_role"]
    history.revert(workspace, changes.tx_id)
    assert stakeholders.view(workspace, one).node(here).support is None
    assert stakeholders.view(workspace, one).evidence == ()


def test_who_leaves_the_map_takes_ties_and_evidence_along_and_undo_brings_them_back(workspace, maps):
    map_id, _, (card, _) = maps
    stakeholder_facts.set_tie(workspace, map_id, card, competitor="한성")
    stakeholder_facts.add_evidence(workspace, map_id, EvidenceTopic.SUPPORT, "말함", node_id=card)
    stakeholder_facts.add_evidence(workspace, map_id, EvidenceTopic.METRICS, "지표")
    before = stakeholders.view(workspace, map_id)
    changes = stakeholders.delete(workspace, map_id, [card])
    left = stakeholders.view(workspace, map_id)
    assert (left.ties, [one.topic for one in left.evidence]) == ((), [EvidenceTopic.METRICS])
    history.revert(workspace, changes.tx_id)
    assert stakeholders.view(workspace, map_id) == before
    stakeholders.delete_map(workspace, map_id)
    with refused("record.missing"):
        stakeholders.view(workspace, map_id)


def test_a_review_is_dated(workspace, maps):
    stakeholder_facts.mark_reviewed(workspace, maps[0])
    assert stakeholders.view(workspace, maps[0]).reviewed_at == NOW
