"""`desktop-crm rate`: list, ask, store and import exchange rates at the terminal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop_crm.cli.main import group
from desktop_crm.services.workspace import init_workspace

PASSPHRASE = "열려라 참깨 2026"


@pytest.fixture
def crm(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    init_workspace(tmp_path / "w.crm", name="w", passphrase=PASSPHRASE).close()

    def run(*arguments):
        return CliRunner().invoke(
            group(lambda: 0), ["rate", *map(str, arguments), "--workspace", str(tmp_path / "w.crm")]
        )

    return run


def test_a_rate_is_stored_listed_and_asked_for(crm):
    assert crm("list").stdout.strip() == "No rate is stored."
    done = crm("set", "jpy", "KRW", "912.34", "--per", 100, "--on", "2026-05-01", "--source", "한국은행")
    assert done.stdout.strip() == "Stored: 1 JPY = 9.1234 KRW on 2026-05-01"
    assert crm("set", "USD", "KRW", "1380.5", "--on", "2026-05-02").exit_code == 0
    assert crm("list").stdout.splitlines() == [
        "2026-05-02  1 USD = 1380.5 KRW",
        "2026-05-01  1 JPY = 9.1234 KRW  한국은행",
    ]
    assert [one["of"] for one in json.loads(crm("list", "jpy", "--json").stdout)] == ["JPY"]
    assert crm("get", "jpy").stdout.startswith("9.1234  2026-05-01")
    found = json.loads(crm("get", "usd", "jpy", "--on", "2026-06-01", "--json").stdout)
    assert (found["on"], found["through"]) == ("2026-05-01", "KRW")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("get", "USD", "KRW"), 1),
        (("set", "US$", "KRW", "1300"), 1),
        (("set", "USD", "KRW", "1,300"), 2),
        (("set", "USD", "KRW", "NaN"), 2),
        (("set", "USD", "KRW", "-1"), 2),
        (("set", "USD", "KRW", "0"), 1),
        (("set", "USD", "KRW", "1300", "--per", "0"), 2),
        (("import", "nowhere.csv"), 1),
    ],
)
def test_what_is_no_rate_is_refused(crm, arguments, code):
    assert crm(*arguments).exit_code == code
    assert json.loads(crm("list", "--json").stdout) == []


def test_a_file_of_rates_is_brought(crm, tmp_path):
    path = tmp_path / "rates.csv"
    path.write_text("통화,환율,일자\nUSD,1380.5,2026-05-01\nJPY(100),912.34,2026-05-01\n", encoding="cp949")
    told = json.loads(crm("import", path, "--json").stdout)
    assert (told["files"][0]["kind"], told["files"][0]["created"]) == ("exchange_rates", 2)
    assert {one["of"]: one["rate"] for one in json.loads(crm("list", "--json").stdout)} == {
        "USD": "1380.5",
        "JPY": "9.1234",
    }
    path.write_text("통화,환율,일자\nUSD,1380.5,2026-05-01\nUSD,x,2026-05-02\n", encoding="cp949")
    done = json.loads(crm("import", path, "--json").stdout)["files"][0]
    assert (done["unchanged"], done["refused"]) == (1, 1)
