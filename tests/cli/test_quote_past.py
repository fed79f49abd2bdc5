"""Quotes from the past on the terminal, as real processes."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import quotes
from desktop_crm.services.workspace import open_workspace
from tests.support.terminal import PASSPHRASE, Laptop


@pytest.fixture(scope="module")
def sold(tmp_path_factory):
    """A won deal of a pump, whose price rose since, and a prospect of the same trade."""
    laptop = Laptop.at(tmp_path_factory.mktemp("past") / "home")
    laptop.run("init", laptop.workspace, "--name", "영업1팀", "--currency", "KRW")
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        with workspace.write("t") as work:
            account = work.insert("account", {"name": "한빛전자(주)", "industry": "반도체"})
            work.insert("account", {"name": "새봄소재", "industry": "반도체"})
            pump = work.insert(
                "product", {"code": "P-1", "name": "펌프", "list_price": Decimal(1000), "currency": "KRW"}
            )
        line = QuoteLine(id=new_row_id(), name="펌프", quantity=Decimal(2), unit_price=Decimal(1000), product_id=pump)
        made = quotes.create(
            workspace, account_id=account, sections=(QuoteSection(id=new_row_id(), name="설비", lines=(line,)),)
        )
        quotes.issue(workspace, made.id)
        quotes.mark(workspace, made.id, QuoteStatus.ACCEPTED)
        with workspace.write("t") as work:
            work.update("product", pump, {"list_price": Decimal(1200)})
    return laptop, made.number


def run(laptop, *arguments):
    return laptop.run("quote", *arguments, "--workspace", laptop.workspace)


def test_similar_deals_by_account_and_product(sold):
    laptop, number = sold
    done = run(laptop, "similar", "--account", "새봄소재", "--product", "p-1", "--json")
    [found] = json.loads(done.stdout)
    assert (found["number"], found["account"]) == (number, "한빛전자(주)")
    reasons = {one["kind"]: one for one in found["reasons"]}
    assert (reasons["products"]["points"], reasons["products"]["names"]) == ("35", ["펌프"])
    assert reasons["industry"]["points"] == "25"
    words = run(laptop, "similar", "--account", "새봄소재")
    assert "Same industry" in words.stdout or "같은 업종" in words.stdout


def test_a_new_quote_like_another_and_what_it_resembles(sold):
    laptop, number = sold
    done = run(laptop, "new", "--account", "새봄소재", "--like", number, "--json")
    made = json.loads(done.stdout)
    assert made["totals"]["net_amount"] == "2400"
    assert made["like"]["source"] == f"{number} v1"
    assert made["like"]["changed"] == [
        {"line": "펌프", "changes": ["price"], "unit_price": {"old": "1000", "new": "1200"}}
    ]
    found = json.loads(run(laptop, "similar", made["number"], "--json").stdout)
    assert [one["number"] for one in found] == [number]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("new", "--account", "새봄소재"), 2),
        (("similar",), 2),
        (("similar", "--account", "새봄소재", "--product", "nothing"), 1),
        (("new", "--account", "새봄소재", "--like", "Q-0000-0000"), 1),
    ],
)
def test_what_is_not_named_is_refused(sold, arguments, code):
    assert run(sold[0], *arguments).returncode == code
