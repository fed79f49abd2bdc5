"""Versions compared on the terminal, as real processes."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from desktop_crm.domain.quotes.draft import QuoteLine, QuoteSection
from desktop_crm.foundation.ids import new_row_id
from desktop_crm.services import quotes
from desktop_crm.services.workspace import open_workspace
from tests.support.terminal import PASSPHRASE, Laptop


def line(name: str, price: int) -> QuoteLine:
    return QuoteLine(id=new_row_id(), name=name, quantity=Decimal(2), unit_price=Decimal(price))


@pytest.fixture(scope="module")
def negotiated(tmp_path_factory):
    """Two issued versions and a draft: a pump that got cheaper, a valve that went, and a discount in work."""
    laptop = Laptop.at(tmp_path_factory.mktemp("compare") / "home")
    laptop.run("init", laptop.workspace, "--name", "영업1팀", "--currency", "KRW")
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        with workspace.write("t") as work:
            account = work.insert("account", {"name": "한빛전자(주)"})
        section = QuoteSection(id=new_row_id(), name="설비", lines=(line("펌프", 1250000), line("밸브", 80000)))
        made = quotes.create(workspace, account_id=account, currency="KRW", sections=(section,))
        quotes.issue(workspace, made.id)
        seen = quotes.open_quote(workspace, made.id).draft
        pump = replace(seen.sections[0].lines[0], unit_price=Decimal(1200000))
        quotes.save(workspace, seen, replace(seen, sections=(replace(seen.sections[0], lines=(pump,)),)))
        quotes.issue(workspace, made.id)
        seen = quotes.open_quote(workspace, made.id).draft
        quotes.save(workspace, seen, replace(seen, discount_percent=Decimal(10)))
    return laptop, made.number


def ask(negotiated, command, *arguments):
    laptop, number = negotiated
    done = laptop.run("quote", command, number, *arguments, "--workspace", laptop.workspace, "--json")
    return done.returncode, json.loads(done.stdout)


def test_two_versions_as_json(negotiated):
    code, found = ask(negotiated, "compare", "1", "2")
    assert code == 0
    assert (found["old"]["version"], found["new"]["version"], found["same"]) == (1, 2, False)
    assert len(found["old"]["hash"]) == 64
    told = {one["name"]: one for one in found["lines"]}
    assert told["펌프"]["changes"] == ["price"]
    assert told["펌프"]["fields"] == {"unit_price": {"old": "1250000", "new": "1200000"}}
    assert told["펌프"]["amount"] == {"old": "2500000", "new": "2400000"}
    assert told["밸브"]["changes"] == ["removed"]
    assert told["밸브"]["place"] == {"old": 2, "new": None}
    assert found["totals"]["net_amount"] == {"old": "2660000", "new": "2400000", "change": "-260000"}


def test_the_draft_in_work_is_compared_by_its_number(negotiated):
    code, found = ask(negotiated, "compare", "2", "3")
    assert code == 0
    assert found["new"]["hash"] is None
    assert found["quote"] == {"discount_percent": {"old": "0", "new": "10"}}
    assert (found["lines"], found["repriced"]) == ([], 1)
    assert ask(negotiated, "compare", "3", "3")[1]["same"] is True


def test_rounds_of_the_negotiation(negotiated):
    code, found = ask(negotiated, "rounds")
    assert code == 0
    assert [(one["version"], one["net_amount"], one["net_change"]) for one in found] == [
        (1, "2660000", None),
        (2, "2400000", "-260000"),
    ]
    assert found[1]["changes"] == {"removed": 1, "price": 1}


def test_in_words_and_in_korean(negotiated):
    laptop, number = negotiated
    english = laptop.run("quote", "compare", number, "1", "2", "--workspace", laptop.workspace).stdout
    assert "펌프: Price" in english
    assert "밸브: Taken out" in english
    korean = laptop.run(
        "quote", "compare", number, "1", "2", "--workspace", laptop.workspace, LANG="ko_KR.UTF-8", LC_ALL="ko_KR.UTF-8"
    ).stdout
    assert "밸브: 삭제" in korean
    assert "₩2,660,000 → ₩2,400,000" in korean


def test_a_version_that_never_was_is_refused(negotiated):
    code, answer = ask(negotiated, "compare", "1", "9")
    assert (code, answer["error"]["code"]) == (1, "quote.version.unknown")


def test_the_outcome_on_the_terminal(negotiated):
    code, answer = ask(negotiated, "mark", "accepted")
    assert (code, answer["error"]["code"]) == (1, "quote.answer.draft")  # a discount is in work
    assert ask(negotiated, "issue")[0] == 0
    code, done = ask(negotiated, "mark", "sent")
    assert (code, done["status"], done["order"]) == (0, "sent", None)
    code, done = ask(negotiated, "mark", "accepted")
    assert code == 0
    assert done["order"]["number"].startswith("SO-")
    assert [one["status"] for one in done["steps"]][-3:] == ["issued", "sent", "accepted"]
    laptop, _ = negotiated
    assert laptop.run("get", "contract", done["contract_id"], "--workspace", laptop.workspace).returncode == 0


def test_the_comparison_as_a_redlined_pdf(negotiated, tmp_path):
    file = tmp_path / "redline.pdf"
    code, found = ask(negotiated, "compare", "1", "2", "--pdf", str(file), "--locale", "en")
    assert (code, found["same"]) == (0, False)
    assert file.read_bytes().startswith(b"%PDF")
