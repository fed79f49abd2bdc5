"""Fields of one's own between two laptops: amounts with their currency, sets by addition, numbers by the last word."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.sync.peers import assert_level, team

BUDGET, CODE, AREAS, SINCE = "x_예산.money", "x_예산.currency", "x_분야.choices", "x_계약일.date"


def known(made, **fields):
    row_id = made["a"].make("account", name="한빛", **fields)
    made.settle()
    return row_id


def test_values_arrive_as_what_they_are():
    with team() as made:
        row = known(made, **{BUDGET: Decimal("12.50"), CODE: "USD", SINCE: date(2026, 3, 1), AREAS: ("x",)})
        assert made["b"].read("account", row) == {
            "name": "한빛",
            BUDGET: "12.50",
            CODE: "USD",
            SINCE: "2026-03-01",
            AREAS: ["x"],
        }
        with made["b"].work() as work:
            assert work.session.get(_account(), row).field_value(BUDGET) == Decimal("12.50")


def test_an_amount_and_its_currency_are_merged_all_or_none():
    with team() as made:
        row = known(made, **{BUDGET: Decimal(50), CODE: "KRW"})
        made["a"].set("account", row, **{BUDGET: Decimal(100)})
        made.later()
        made["b"].set("account", row, **{CODE: "USD"})
        assert_level(made)
        stands = made["a"].read("account", row)
        assert (stands[BUDGET], stands[CODE]) == ("50", "USD")
        assert {(c.field, c.lost) for c in made["a"].conflicts()} == {(BUDGET, "100"), (CODE, "KRW")}


def test_additions_to_several_choices_win():
    with team() as made:
        row = known(made, **{AREAS: ("x", "y")})
        made["a"].set("account", row, **{AREAS: ("y",)})
        made["b"].set("account", row, **{AREAS: ("x", "y", "z")})
        assert_level(made)
        assert made["a"].read("account", row)[AREAS] == ["y", "z"]
        assert made["a"].conflicts() == []


def test_a_workspace_that_began_alone_brings_them_along():
    with team() as made:
        row = made["a"].make("account", name="한빛", **{AREAS: ("x",), BUDGET: Decimal(5), CODE: "KRW"})
        assert_level(made)
        assert made["b"].read("account", row)[AREAS] == ["x"]


def test_two_people_describe_a_field():
    with team() as made:
        with made["a"].work() as work:
            row = work.insert("own_field", {"entity": "account", "field": "x_점수.number", "label": "점수"})
        made.settle()
        made["a"].set("own_field", row, label_en="Score")
        made["b"].set("own_field", row, retired=True)
        assert_level(made)
        assert made["a"].read("own_field", row) == {
            "entity": "account",
            "field": "x_점수.number",
            "label": "점수",
            "label_en": "Score",
            "retired": True,
        }


def _account():
    from desktop_crm.persistence.tables import ROWS

    return ROWS["account"]
