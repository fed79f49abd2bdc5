"""`visit plan`, `note`, `suggestions`, `accept`, `drop` and `brief` at the terminal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop_crm import i18n
from desktop_crm.cli.main import group
from desktop_crm.services import accounts
from desktop_crm.services.workspace import init_workspace

PASSPHRASE = "열려라 참깨 2026"


@pytest.fixture
def crm(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    path = tmp_path / "w.crm"
    with init_workspace(path, name="w", passphrase=PASSPHRASE).closing() as workspace:
        accounts.create(workspace, "한빛전자")

    def run(*arguments):
        with i18n.speaking("en"):
            words = ["visit", *map(str, arguments), "--workspace", str(path)]
            return CliRunner().invoke(group(lambda: 0), words)

    return run


def test_a_visit_from_plan_to_debrief(crm, tmp_path):
    visit = json.loads(crm("plan", "한빛전자", "--subject", "증설", "--json").stdout)["id"]
    told = json.loads(
        crm("note", visit, "도면을 2030-05-03까지 보내기로 함. 제안서를 2030-05-10까지 제출.", "--json").stdout
    )
    assert [(one["what"], one["title"], one["value"]) for one in told] == [
        ("task", "도면을 보내기", "2030-05-03"),
        ("task", "제안서를 제출", "2030-05-10"),
    ]
    assert "Task" in crm("suggestions", visit).stdout
    done = json.loads(crm("accept", visit, told[0]["key"], "--json").stdout)
    assert [one["accepted"] for one in done] == [True, False]
    assert len(json.loads(crm("drop", visit, told[1]["key"], "--json").stdout)) == 1
    again = crm("accept", visit, told[0]["key"])
    assert again.exit_code == 1
    assert "does not suggest this any more" in again.stderr
    page = tmp_path / "brief.pdf"
    shown = json.loads(crm("brief", "한빛전자", "--pdf", page, "--locale", "ko", "--json").stdout)
    assert page.read_bytes().startswith(b"%PDF")
    assert [one["subject"] for one in shown["promises"]] == ["도면을 보내기"]
    assert "도면을 보내기" in crm("brief", "한빛전자").stdout
    assert crm("brief", "nobody").exit_code == 1
