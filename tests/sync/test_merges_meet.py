"""Merges that travel: two laptops merge the same records apart, choose differently, part again; all come to the same, nothing is lost."""

from __future__ import annotations

import pytest

from desktop_crm.services.duplicates.merging import merge
from desktop_crm.services.duplicates.parting import undo_merge
from tests.sync.peers import assert_level, team


class Desk:
    """A laptop as services see it."""

    def __init__(self, laptop):
        self.laptop, self.clock = laptop, laptop.clock
        with laptop.work() as work:
            self.author = work.author

    def write(self, cause):
        return self.laptop.work(cause)

    def read(self):
        return self.laptop.database.read()


@pytest.fixture
def made():
    with team() as both:
        first = both["a"].make("account", name="㈜한빛전자", phone="02-1234-5678")
        second = both["a"].make("account", name="한빛전자", industry="전자")
        person = both["a"].make("contact", name="김민준", account_id=second)
        deal = both["a"].make("opportunity", name="증설", account_id=first)
        both.settle()
        both.ids = (first, second, person, deal)
        yield both


def level(made):
    made.settle()
    assert_level(made)
    return made["a"].rows("account"), made["a"].rows("contact"), made["a"].rows("opportunity")


def test_a_merge_travels_and_is_parted_on_the_other_laptop(made):
    first, second, person, _ = made.ids
    (one,) = merge(Desk(made["a"]), "account", first, [second]).merges
    accounts, contacts, _ = level(made)
    assert set(accounts) == {first}
    assert contacts[person]["account_id"] == first
    undo_merge(Desk(made["b"]), one)
    accounts, contacts, _ = level(made)
    assert accounts[second]["industry"] == "전자"
    assert "industry" not in accounts[first]
    assert contacts[person]["account_id"] == second


def test_the_same_merge_on_two_laptops_is_one_merge(made):
    first, second, person, _ = made.ids
    merge(Desk(made["a"]), "account", first, [second])
    made.later()
    merge(Desk(made["b"]), "account", first, [second])
    accounts, contacts, _ = level(made)
    assert set(accounts) == {first}
    assert contacts[person]["account_id"] == first
    assert len(made["b"].rows("merge")) == 1
    assert made["a"].conflicts() == []


def test_different_survivors_leave_both_records_and_lose_nothing(made):
    first, second, person, deal = made.ids
    merge(Desk(made["a"]), "account", first, [second])
    made.later()
    merge(Desk(made["b"]), "account", second, [first])
    accounts, contacts, opportunities = level(made)
    assert set(accounts) == {first, second}
    assert contacts[person]["account_id"] in accounts
    assert opportunities[deal]["account_id"] in accounts
    merge(Desk(made["a"]), "account", first, [second])
    accounts, contacts, opportunities = level(made)
    assert set(accounts) == {first}
    assert {contacts[person]["account_id"], opportunities[deal]["account_id"]} == {first}


def test_an_edit_of_the_record_that_went_brings_it_back_for_merging_again(made):
    first, second, _, _ = made.ids
    merge(Desk(made["a"]), "account", first, [second])
    made.later()
    made["b"].set("account", second, website="hanbit.kr")
    accounts, _, _ = level(made)
    assert accounts[second]["website"] == "hanbit.kr"
    merge(Desk(made["b"]), "account", first, [second])
    accounts, _, _ = level(made)
    assert set(accounts) == {first}
    assert accounts[first]["website"] == "hanbit.kr"


def test_what_was_made_offline_for_the_record_that_went_is_not_lost(made):
    first, second, _, _ = made.ids
    merge(Desk(made["a"]), "account", first, [second])
    made.later()
    late = made["b"].make("opportunity", name="나중 건", account_id=second)
    accounts, _, opportunities = level(made)
    assert opportunities[late]["account_id"] in accounts


def test_two_laptops_part_the_same_merge(made):
    first, second, person, _ = made.ids
    (one,) = merge(Desk(made["a"]), "account", first, [second]).merges
    made.settle()
    for name in ("a", "b"):
        undo_merge(Desk(made[name]), one)
        made.later()
    accounts, contacts, _ = level(made)
    assert set(accounts) == {first, second}
    assert contacts[person]["account_id"] == second
    assert made["a"].rows("merge")[one]["state"] == "undone"
    assert len(made["b"].rows("duplicate_set")) == 1
