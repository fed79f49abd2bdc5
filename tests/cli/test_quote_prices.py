"""`quote price FILE` as a real process: without a workspace, one document or a list, exit codes, JSON and text."""

from __future__ import annotations

import json

import pytest

from tests.support.terminal import Laptop

ONE = {
    "currency": "USD",
    "lines": [{"id": "a", "quantity": 2, "net_price": 1.005, "vat_category": "S", "vat_rate": "20"}],
}


@pytest.fixture(scope="module")
def laptop(tmp_path_factory):
    return Laptop.at(tmp_path_factory.mktemp("prices") / "home")


def priced(laptop, content, *more):
    file = laptop.home / "document.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    done = laptop.run("quote", "price", file, "--json", *more)
    return done.returncode, json.loads(done.stdout)


def test_one_document_gives_one(laptop):
    code, found = priced(laptop, ONE)
    assert code == 0
    assert found["lines"][0]["line_net"] == "2.01"
    assert found["lines"][0]["net_price"] == "1.005"
    assert found["totals"]["payable"] == "2.41"
    assert found["trace"][0] == {"line": "a", "rule": "price", "source": "2 x 1.005", "date": None, "amount": "2.01"}


def test_a_list_gives_a_list_under_the_terms_that_were_named(laptop):
    code, found = priced(laptop, [ONE, ONE], "--rounding", "down", "--level", "line", "--tax-included")
    assert code == 0
    assert [one["totals"]["tax_exclusive"] for one in found] == ["1.68", "1.68"]


def test_the_published_examples_are_priced_as_a_file(laptop, data):
    done = laptop.run("quote", "price", data("money", "en16931_examples.json"), "--json")
    found = json.loads(done.stdout)
    assert len(found) == 29
    assert sum(not one["differences"] for one in found) == 17


@pytest.mark.parametrize(
    ("content", "error"), [("{", "invoice.unreadable"), ('{"currency": "KRW", "lines": 1}', "invoice.field")]
)
def test_what_cannot_be_priced_is_refused(laptop, content, error):
    code, found = priced(laptop, content)
    assert (code, found["error"]["code"]) == (1, error)


def test_the_text_tells_the_steps(laptop):
    file = laptop.home / "text.json"
    file.write_text(json.dumps(ONE), encoding="utf-8")
    done = laptop.run("quote", "price", file)
    assert "2 x 1.005" in done.stdout
    assert "2.41" in done.stdout


def test_the_order_of_rules_is_shown_and_set_for_new_quotes(laptop):
    laptop.run("init", laptop.workspace, "--name", "영업1팀", "--currency", "KRW")

    def ask(*more):
        done = laptop.run("quote", "rules", "--workspace", laptop.workspace, "--json", *more)
        return done.returncode, json.loads(done.stdout)

    _, found = ask()
    order = found["order"]
    assert (order[0], order[-1]) == ("list", "rounding")
    turned = ["contract", "list", "book", *order[3:]]
    assert ask("--order", ",".join(turned)) == (0, {"order": turned})
    code, refused = ask("--order", "tax,list")
    assert (code, refused["error"]["code"]) == (1, "pricing.order")
