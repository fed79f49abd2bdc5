"""Alternatives on the terminal, as real processes."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import quotes
from desktop_crm.services.workspace import open_workspace
from tests.support.terminal import PASSPHRASE, Laptop


@pytest.fixture(scope="module")
def offered(tmp_path_factory):
    laptop = Laptop.at(tmp_path_factory.mktemp("beside") / "home")
    laptop.run("init", laptop.workspace, "--name", "영업1팀", "--currency", "KRW")
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        with workspace.write("t") as work:
            account = work.insert("account", {"name": "한빛전자(주)"})
        line = QuoteLine(id=new_row_id(), name="펌프", quantity=Decimal(2), unit_price=Decimal(1000))
        made = quotes.create(workspace, account_id=account, sections=(QuoteSection(id=new_row_id(), lines=(line,)),))
        quotes.issue(workspace, made.id)
    return laptop, made.number


def test_an_alternative_is_made_listed_compared_and_turned_down(offered):
    laptop, number = offered

    def run(*arguments):
        done = laptop.run("quote", *arguments, "--workspace", laptop.workspace, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    made = run("alternative", number, "--version", "v1")
    assert (made["alternative"], made["beside"]) == ("B", number)
    run("issue", made["number"])
    listed = run("alternatives", number)
    assert [(one["alternative"], one["number"], one["status"]) for one in listed] == [
        ("A", number, "issued"),
        ("B", made["number"], "issued"),
    ]
    same = run("compare", number, "1", "1", "--with", made["number"])
    assert (same["lines"], same["totals"]["net_amount"]["change"]) == ([], "0")
    run("mark", made["number"], "accepted")
    assert [one["status"] for one in run("alternatives", number)] == ["rejected", "accepted"]
