"""Settings that a team shares: two people choose one apart, and there is one row; rates of both arrive."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from desktop_crm.foundation.ids import RowId
from desktop_crm.persistence.stores import settings as store
from desktop_crm.services.settings import row_id_of
from tests.sync.peers import assert_level, team


def choose(laptop, name, value):
    with laptop.work() as work:
        work.insert("workspace_setting", {"name": name, "value": json.dumps(value)}, RowId(row_id_of(name)))


def test_the_later_choice_stands_on_one_row_and_the_other_is_kept_as_a_conflict():
    with team() as made:
        choose(made["a"], "fiscal.month", 4)
        made.later()
        choose(made["b"], "fiscal.month", 7)
        assert_level(made)
        for name in ("a", "b"):
            assert made[name].read("workspace_setting", row_id_of("fiscal.month")) == {
                "name": "fiscal.month",
                "value": "7",
            }
        assert {(one.field, one.kept, one.lost) for one in made["a"].conflicts()} == {("value", "7", "4")}


def test_rates_of_both_arrive_and_the_later_made_of_one_day_counts():
    with team() as made:
        for name, number in (("a", "1300"), ("b", "1310")):
            pair = {"from_currency": "USD", "to_currency": "KRW", "valid_on": date(2026, 5, 1)}
            made[name].make("exchange_rate", **pair, rate=Decimal(number))
            made.later()
        assert_level(made)
        found = []
        for name in ("a", "b"):
            with made[name].work() as work:
                found.append(store.rates(work.session))
        assert found[0] == found[1]
        assert sorted(one.rate for one in found[0]) == [1300, 1310]
