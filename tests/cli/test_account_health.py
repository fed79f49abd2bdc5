"""`accounts health NAME`: the score with its reasons at the terminal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop_crm import i18n
from desktop_crm.cli.main import group
from desktop_crm.services import accounts, records
from desktop_crm.services.workspace import init_workspace

PASSPHRASE = "열려라 참깨 2026"


@pytest.fixture
def crm(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    file = tmp_path / "w.crm"
    with init_workspace(file, name="w", passphrase=PASSPHRASE).closing() as workspace:
        hanbit = accounts.create(workspace, "한빛전자").id
        records.create(workspace, "contact", {"name": "최민아", "title": "상무", "account_id": hanbit})
        for _ in range(2):
            accounts.create(workspace, "두번")

    def run(*arguments, language="en"):
        with i18n.speaking(language):
            return CliRunner().invoke(group(lambda: 0), [*map(str, arguments), "--workspace", str(file)])

    return run


def test_json_has_the_score_the_parts_and_their_evidence(crm):
    done = crm("accounts", "health", "한빛전자", "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["score"] == 0
    recency = found["parts"][0]
    assert (recency["part"], recency["weight"], recency["score"]) == ("recency", 25, 0)
    assert recency["reasons"][0]["text"] == "Executives: 1 person known, never spoken with"
    assert [one["score"] for one in found["parts"][1:]] == [None] * 5
    assert all(one["reasons"] for one in found["parts"])


def test_people_read_it_in_their_language(crm):
    lines = crm("accounts", "health", "한빛전자", language="ko").stdout.splitlines()
    assert lines[:3] == ["0 / 100", "직급별 접촉: 0 / 100 (가중치 25)", "  경영진: 1명을 알지만 접촉 없음"]


def test_a_name_that_is_not_there_or_there_twice_is_refused(crm):
    for name, code in (("없는 곳", "account.unknown"), ("두번", "account.several")):
        done = crm("accounts", "health", name, "--json")
        assert (done.exit_code, json.loads(done.stdout)["error"]["code"]) == (1, code)
