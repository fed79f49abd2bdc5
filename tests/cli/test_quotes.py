"""Quotes on the terminal, as real processes: JSON, exit codes, files."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from contextlib import suppress
from decimal import Decimal

import pytest

from desktop_crm.domain.schema.options import QuoteStatus
from desktop_crm.services import quotes, records
from desktop_crm.services.workspace import open_workspace
from tests.documents.reading import page_texts
from tests.support.terminal import PASSPHRASE, Laptop, environment

ROWS = [
    ["name", "spec", "unit", "quantity", "unit_price", "discount_percent", "section"],
    ["진공 펌프", "VP-200", "EA", "2", "1250000", "5", "설비"],
    ["밸브", "", "EA", "3", "80333", "", "설비"],
    ["설치", "", "일", "1.5", "650000", "", "용역"],
]


@pytest.fixture(scope="module")
def laptop(tmp_path_factory):
    machine = Laptop.at(tmp_path_factory.mktemp("cli") / "home")
    machine.run("init", machine.workspace, "--name", "영업1팀", "--currency", "KRW")
    with open_workspace(machine.workspace, passphrase=PASSPHRASE).closing() as workspace, workspace.write("t") as work:
        work.insert("account", {"name": "한빛전자(주)"})
    with (machine.home / "lines.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(ROWS)
    return machine


def ask(laptop, *arguments):
    done = laptop.run("quote", *arguments, "--workspace", laptop.workspace, "--json")
    return done.returncode, json.loads(done.stdout)


def test_the_life_of_a_quote_on_the_terminal(laptop):
    code, made = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", laptop.home / "lines.csv")
    assert code == 0
    assert made["version"] == 1
    net = 2375000 + 240999 + 975000
    assert made["totals"] | {"taxes": 0} == {
        "currency": "KRW",
        "subtotal": str(net),
        "discount_amount": "0",
        "net_amount": str(net),
        "taxes": 0,
        "tax_amount": "359100",
        "grand_total": str(net + 359100),
    }
    number = made["number"]
    draft = laptop.home / "draft.pdf"
    assert ask(laptop, "pdf", number, "--output", draft)[1]["issued"] is False
    assert "초안" in page_texts(draft.read_bytes())[0]
    assert ask(laptop, "show", number)[1]["status"] == "draft"

    code, issued = ask(laptop, "issue", number)
    assert (code, issued["version"], issued["totals"]) == (0, 1, made["totals"])
    assert ask(laptop, "issue", number)[0] == 1, "the same again is refused"

    code, shown = ask(laptop, "show", number, "--version", "1")
    assert (shown["hash"], shown["account"], shown["totals"]) == (issued["hash"], "한빛전자(주)", made["totals"])
    assert [(row["section"], row["name"], row["amount"]) for row in shown["lines"]] == [
        ("설비", "진공 펌프", "2375000"),
        ("설비", "밸브", "240999"),
        ("용역", "설치", "975000"),
    ]
    for locale, words in (("ko", "견적서"), ("en", "Quotation")):
        first, again = laptop.home / f"{locale}1.pdf", laptop.home / f"{locale}2.pdf"
        for path in (first, again):
            code, printed = ask(laptop, "pdf", number, "--version", "1", "--locale", locale, "--output", path)
            assert (code, printed["issued"]) == (0, True)
        assert first.read_bytes() == again.read_bytes()
        assert words in page_texts(first.read_bytes())[0]


def test_what_is_refused_has_a_code_and_exit_one(laptop):
    lines = laptop.home / "lines.csv"
    for arguments, code in (
        (("new", "--account", "없음", "--lines", lines), "quote.account.unknown"),
        (("issue", "Q-1900-0001"), "quote.number.unknown"),
        (("show", "Q-1900-0001"), "quote.number.unknown"),
        (("pdf", "Q-1900-0001", "--output", laptop.home / "x.pdf"), "quote.number.unknown"),
    ):
        exit_code, answer = ask(laptop, *arguments)
        assert (exit_code, answer["error"]["code"]) == (1, code)
    missing = laptop.home / "nothing.csv"
    assert ask(laptop, "new", "--account", "한빛전자(주)", "--lines", missing)[0] in {1, 3}
    assert laptop.run("quote", "show", "x", "--version", "zero").returncode == 2


def test_two_quotes_of_one_number_are_told_apart_by_id(laptop):
    _, made = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", laptop.home / "lines.csv")
    with (
        open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace,
        workspace.write("sync") as work,
    ):
        twin = work.insert("quote", {"number": made["number"], "currency": "KRW"})
    for arguments in (("show",), ("issue",), ("pdf", "--output", laptop.home / "twin.pdf")):
        code, answer = ask(laptop, arguments[0], made["number"], *arguments[1:])
        assert (code, answer["error"]["code"]) == (1, "quote.number.several")
        assert made["id"] in str(answer)
        assert twin in str(answer)
    assert not (laptop.home / "twin.pdf").exists()
    assert ask(laptop, "show", twin)[1]["lines"] == []
    assert ask(laptop, "issue", made["id"])[1]["number"] == made["number"]


def test_unknown_currencies_are_refused_at_every_door(laptop):
    lines = laptop.home / "lines.csv"
    code, answer = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", lines, "--currency", "WON")
    assert (code, answer["error"]["code"]) == (1, "currency.unknown")
    other = laptop.home / "other.crm"
    done = laptop.run("init", other, "--name", "x", "--currency", "WON", "--json")
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (1, "currency.unknown")
    assert not other.exists()
    made = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", lines)[1]["id"]
    for word, code in (("won", 1), ("usd", 0)):
        done = laptop.run("set", "quote", made, f"currency={word}", "--workspace", laptop.workspace, "--json")
        assert done.returncode == code
    assert ask(laptop, "show", made)[1]["currency"] == "USD"


def test_files_that_make_no_quote_are_refused_with_their_place(laptop):
    path = laptop.home / "odd.csv"
    for body, code in (
        ("", "quote.lines.none"),
        ("a,1,1,5\nb,1,1,101\n", "quote.lines.discount"),
        ("a,1,1,-1\n", "quote.lines.discount"),
    ):
        path.write_text("name,quantity,unit_price,discount_percent\n" + body, encoding="utf-8")
        exit_code, answer = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", path)
        assert (exit_code, answer["error"]["code"]) == (1, code)
        if code == "quote.lines.discount":
            assert "discount_percent" in str(answer)


def test_a_withdrawn_product_a_tax_above_all_and_a_missing_rate_are_told_with_their_place(laptop):
    goods, path = laptop.home / "goods.csv", laptop.home / "odd.csv"
    goods.write_text("code,name,list_price,currency,life_cycle\nOLD-1,단종품,5,KRW,withdrawn\n", encoding="utf-8")
    laptop.run("import", goods, "--kind", "products", "--workspace", laptop.workspace)
    for body, code, column in (
        ("product,quantity\nOLD-1,1\n", "quote.lines.withdrawn", "product"),
        ("name,quantity\n단종품,1\n", "quote.lines.withdrawn", "name"),
        ("name,unit_price,tax_rate\na,1,110\n", "quote.lines.tax", "tax_rate"),
    ):
        path.write_text(body, encoding="utf-8")
        exit_code, answer = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", path)
        error = answer["error"]
        assert (exit_code, error["code"], error["column"], error["row"]) == (1, code, column, "2")
    path.write_text("name,unit_price\na,1\n", encoding="utf-8")
    words = laptop.run(
        "quote",
        "new",
        "--account",
        "한빛전자(주)",
        "--lines",
        path,
        "--currency",
        "USD",
        "--workspace",
        laptop.workspace,
    )
    assert "no exchange rate for USD" in words.stdout


def test_a_quote_is_told_to_people_with_sections_discounts_state_and_day(laptop):
    _, made = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", laptop.home / "lines.csv")
    ask(laptop, "issue", made["number"])
    line = ask(laptop, "show", made["number"])[1]["lines"][1]["id"]
    laptop.run("set", "quote_line", line, "quantity=4", "--workspace", laptop.workspace)
    laptop.run("set", "quote", made["id"], "discount_percent=3", "--workspace", laptop.workspace)
    shown = ask(laptop, "show", made["number"])[1]
    assert (shown["version"], shown["draft_version"], shown["label"]) == (1, 2, "v1")
    ask(laptop, "issue", made["number"])
    told = laptop.run("quote", "show", made["number"], "--workspace", laptop.workspace).stdout
    for words in ("[설비]", "[용역]", "−5 %", "3 %", "v2  v1", shown["issued_on"]):
        assert words in told
    again = laptop.run("quote", "show", made["number"], "--version", "1", "--workspace", laptop.workspace).stdout
    assert "3 %" not in again


def test_dollars_are_counted_in_cents_and_shown_to_people(laptop):
    lines = laptop.home / "dollars.csv"
    lines.write_text("name,quantity,unit_price\nService,3,33.335\n", encoding="utf-8")
    code, made = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", lines, "--currency", "usd")
    assert code == 0
    assert made["totals"]["net_amount"] == "100.01"
    told = laptop.run("quote", "show", made["number"], "--workspace", laptop.workspace)
    assert "Service" in told.stdout
    assert "$110.01" in told.stdout


def test_a_killed_issue_leaves_a_draft_or_a_whole_version(laptop):
    _, made = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", laptop.home / "lines.csv")
    for delay in (0.6, 0.9, 1.2):
        started = subprocess.Popen(
            [sys.executable, "-m", "desktop_crm", "quote", "issue", made["number"], "--workspace", laptop.workspace],
            env=environment(laptop.home),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with suppress(subprocess.TimeoutExpired):
            started.wait(timeout=delay)
        started.kill()
        started.wait()
    code, answer = ask(laptop, "issue", made["number"])
    assert code == 0 or answer["error"]["code"] == "quote.issue.unchanged"
    shown = ask(laptop, "show", made["number"])[1]
    assert [one["version"] for one in shown["versions"]] == [1]
    path = laptop.home / "after.pdf"
    assert ask(laptop, "pdf", made["number"], "--output", path)[1]["issued"] is True
    assert shown["hash"][:16] in page_texts(path.read_bytes())[0]


def test_a_pdf_that_cannot_be_written_is_trouble(laptop):
    code, made = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", laptop.home / "lines.csv")
    exit_code, answer = ask(laptop, "pdf", made["number"], "--output", laptop.home / "no" / "folder" / "x.pdf")
    assert (code, exit_code, answer["error"]["code"]) == (0, 3, "export.file.unwritable")


def test_products_in_dollars_take_the_price_of_the_dollar_book_and_print_in_english(laptop):
    with (
        open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace,
        workspace.write("t") as work,
    ):
        fields = {"code": "HC-900", "name": "제어기", "name_en": "Controller", "list_price": Decimal(6900000)}
        product = work.insert("product", {**fields, "currency": "KRW"})
        book = work.insert("price_book", {"name": "Export", "currency": "USD"})
        work.insert("price_book_entry", {"price_book_id": book, "product_id": product, "unit_price": Decimal("5110.5")})
    path, printed = laptop.home / "products.csv", laptop.home / "english.pdf"
    path.write_text("product,quantity\nHC-900,2\n", encoding="utf-8")
    code, made = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", path, "--currency", "USD")
    assert (code, made["totals"]["subtotal"]) == (0, "10221.00")
    assert ask(laptop, "new", "--account", "한빛전자(주)", "--lines", path)[1]["totals"]["subtotal"] == "13800000"
    code, answer = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", path, "--currency", "EUR")
    assert (code, answer["error"]["code"]) == (1, "quote.lines.no_price")
    (one,) = ask(laptop, "show", made["number"])[1]["lines"]
    assert (one["name"], one["name_en"], one["unit_price"]) == ("제어기", "Controller", "5110.5")
    ask(laptop, "pdf", made["number"], "--locale", "en", "--output", printed)
    assert "Controller" in page_texts(printed.read_bytes())[0]


@pytest.fixture(scope="module")
def versioned(laptop):
    """A quote with two issued versions and a draft of the third."""
    number = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", laptop.home / "lines.csv")[1]["number"]
    for rate in (5, 6, 7):
        if rate > 5:
            ask(laptop, "issue", number)
        with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
            records.set_fields(workspace, "quote", quotes.find(workspace, number), {"discount_percent": Decimal(rate)})
    return number


def test_each_version_is_shown_in_its_state(laptop, versioned):
    def state(*more):
        shown = ask(laptop, "show", versioned, *more)[1]
        return shown["version"], shown["status"], shown["draft_version"], shown["discount_percent"]

    assert state() == (2, "issued", 3, "6"), "the newest that was issued"
    assert state("--version", "1") == (1, "superseded", 3, "5")
    assert state("--version", "2") == (2, "issued", 3, "6")
    assert state("--version", "3") == (3, "draft", 3, "7")
    shown = ask(laptop, "show", versioned)[1]
    assert [(one["version"], one["status"]) for one in shown["versions"]] == [(2, "issued"), (1, "superseded")]
    assert ask(laptop, "show", versioned, "--version", shown["versions"][1]["hash"][:8])[1]["status"] == "superseded"
    code, answer = ask(laptop, "show", versioned, "--version", "4")
    assert (code, answer["error"]["code"]) == (1, "quote.version.unknown")


def test_a_draft_beside_issued_versions_is_printed_when_its_number_is_asked_for(laptop, versioned):
    path = laptop.home / "third.pdf"
    printed = ask(laptop, "pdf", versioned, "--version", "3", "--output", path)[1]
    assert (printed["version"], printed["issued"], printed["hash"]) == (3, False, None)
    assert "초안" in page_texts(path.read_bytes())[0]
    assert ask(laptop, "pdf", versioned, "--output", path)[1]["version"] == 2


def test_shown_in_words_a_version_says_its_state(laptop, versioned):
    for language, words in (("en_US.UTF-8", "Replaced"), ("ko_KR.UTF-8", "대체됨")):
        shown = ("quote", "show", versioned, "--version", "1", "--workspace", laptop.workspace)
        assert words in laptop.run(*shown, LANG=language).stdout


def test_the_newest_version_is_what_the_quote_is(laptop):
    number = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", laptop.home / "lines.csv")[1]["number"]
    assert [ask(laptop, "show", number, *more)[1]["status"] for more in ((), ("--version", "1"))] == ["draft", "draft"]
    ask(laptop, "issue", number)
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        quotes.mark(workspace, quotes.find(workspace, number), QuoteStatus.ACCEPTED)
    shown = ask(laptop, "show", number, "--version", "1")[1]
    assert (shown["status"], shown["draft_version"], shown["versions"][0]["status"]) == ("accepted", None, "accepted")


def test_json_has_the_promised_keys(laptop):
    """Issue 2, point 13."""
    made = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", laptop.home / "lines.csv")[1]
    assert {"number", "version", "totals"} <= made.keys()
    sums = {"currency", "subtotal", "discount_amount", "net_amount", "taxes", "tax_amount", "grand_total"}
    assert made["totals"].keys() == sums
    assert all(isinstance(made["totals"][name], str) for name in sums - {"taxes"})
    assert all({"rate", "base", "amount"} == tax.keys() for tax in made["totals"]["taxes"])
    issued = ask(laptop, "issue", made["number"])[1]
    assert {"number", "version", "hash", "issued_at", "totals"} <= issued.keys()
    shown = ask(laptop, "show", made["number"], "--version", "1")[1]
    columns = {"name", "spec", "unit", "quantity", "unit_price", "discount_percent", "section", "product_id", "amount"}
    assert {"id", "number", "version", "status", "account", "currency", "lines", "totals", "hash"} <= shown.keys()
    assert all(columns <= row.keys() for row in shown["lines"])
    path = laptop.home / "quotes.json"
    assert (
        laptop.run("export", "quotes", "--format", "json", "--output", path, "--workspace", laptop.workspace).returncode
        == 0
    )
    (row,) = [one for one in json.loads(path.read_text(encoding="utf-8")) if one["number"] == made["number"]]
    assert {"id", "number", "account_id", "status", "currency", "grand_total", "valid_until"} <= row.keys()
    assert (row["status"], row["grand_total"]) == ("issued", made["totals"]["grand_total"])
    done = laptop.run("get", "quote", made["id"], "--workspace", laptop.workspace, "--json")
    assert json.loads(done.stdout)["number"] == made["number"]


def test_an_amount_off_the_whole_on_the_terminal(laptop):
    made = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", laptop.home / "lines.csv")[1]
    laptop.run("set", "quote", made["id"], "discount_amount=90999", "--workspace", laptop.workspace)
    shown = ask(laptop, "show", made["number"])[1]
    assert (shown["discount_percent"], shown["discount_amount"]) == ("0", "90999")
    assert (shown["totals"]["discount_amount"], shown["totals"]["net_amount"]) == ("90999", "3500000")
    said = laptop.run("quote", "show", made["number"], "--workspace", laptop.workspace).stdout
    assert "90,999" in said
    assert "0 %" not in said


def test_a_printed_file_is_verified_with_and_without_the_workspace(laptop):
    number = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", laptop.home / "lines.csv")[1]["number"]
    issued = ask(laptop, "issue", number)[1]
    whole, bad = laptop.home / "whole.pdf", laptop.home / "bad.pdf"
    ask(laptop, "pdf", number, "--output", whole)
    alone = laptop.run("quote", "verify", whole, "--json")
    assert alone.returncode == 0
    told = json.loads(alone.stdout)
    assert (told["genuine"], told["hash"], told["workspace"]) == (True, issued["hash"], None)
    code, told = ask(laptop, "verify", whole)
    assert (code, told["workspace"], told["newest_version"]) == (0, "newest", 1)
    bad.write_bytes(whole.read_bytes() + b"\n% more")
    done = laptop.run("quote", "verify", bad)
    assert done.returncode == 1
    assert "appended" in done.stdout or "덧붙" in done.stdout
    foreign = laptop.home / "draft-of-verify.pdf"
    ask(laptop, "new", "--account", "한빛전자(주)", "--lines", laptop.home / "lines.csv")
    foreign.write_bytes(b"%PDF-1.4 nothing")
    assert laptop.run("quote", "verify", foreign).returncode == 3
