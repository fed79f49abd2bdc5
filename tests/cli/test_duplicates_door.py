"""Duplicates at the terminal: list, merge, merges, undo, dismiss; in words of either language and as JSON."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop_crm import i18n
from desktop_crm.cli.main import group
from desktop_crm.services import records
from desktop_crm.services.workspace import open_workspace

PASSPHRASE = "열려라 참깨 2026"


@pytest.fixture
def crm(tmp_path, monkeypatch):
    """`crm("duplicates", "list")` runs a command in this process; gives back exit code, standard output, standard error."""
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    file = tmp_path / "w.crm"
    command = group(lambda: 0)

    def run(*arguments, language="en"):
        monkeypatch.setenv("LANGUAGE", language)
        before = i18n.current()
        with i18n.speaking(language):
            done = CliRunner().invoke(command, ["duplicates", *map(str, arguments), "--workspace", str(file)])
        i18n.use(before)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout, done.stderr

    with i18n.speaking("en"):
        CliRunner().invoke(command, ["init", str(file), "--name", "팀"])
    with open_workspace(file, passphrase=PASSPHRASE).closing() as workspace:
        run.ids = [
            str(records.create(workspace, "account", fields).id)
            for fields in (
                {"name": "㈜한빛전자", "phone": "02-1234-5678"},
                {"name": "한빛 전자", "phone": "0212345678"},
            )
        ]
    return run


def said(answer):
    assert answer[0] == 0, answer
    return json.loads(answer[1])


def test_list_merge_and_undo_as_json(crm):
    first, second = crm.ids
    assert said(crm("list", "--json"))["groups"] == []
    (found,) = said(crm("list", "--audit", "--json"))["groups"]
    assert {one["id"] for one in found["records"]} == {first, second}
    assert found["probability"] > 0.9
    assert {one["value"] for one in found["reasons"]} == {"company", "telephone"}
    (merge,) = said(crm("merge", first, second, "--json"))["merges"]
    (past,) = said(crm("merges", "--json"))
    assert (past["id"], past["name"], past["state"]) == (merge, "한빛 전자", "merged")
    assert said(crm("undo", merge, "--dry-run", "--json"))["stays"] == []
    assert said(crm("undo", merge, "--json"))["stays"] == []
    assert said(crm("list", "--json"))["groups"] == []


def test_in_words(crm):
    first, second = crm.ids
    code, out, progress = crm("list", "--audit", language="ko")
    assert (code, "이름 같음" in out, "쌍을 비교함" in progress) == (0, True, True)
    assert "Phone: the same" in crm("list")[1]
    assert crm("dismiss", first, second)[1].strip() == "They are not offered again."
    assert crm("list", language="ko")[1].strip() == "결정할 항목이 없습니다."
    assert crm("merge", first, second)[1].startswith("Merged; 0 records came along.")
    assert "한빛 전자 → ㈜한빛전자" in crm("merges")[1]


def test_refusals_say_why(crm):
    assert crm("undo", "nothing")[0] == 1
    assert "no merge" in crm("undo", "nothing")[2].lower()
    assert crm("merge", crm.ids[0], crm.ids[0])[0] == 1
    assert crm("merge", crm.ids[0])[0] == 2
