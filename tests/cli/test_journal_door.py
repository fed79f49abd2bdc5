"""journal, undo and redo at the terminal: in words of either language and as JSON, one command after another."""

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
    """`crm("undo", language="ko")` runs a command in this process; gives back exit code, standard output, standard error."""
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    file = tmp_path / "w.crm"
    command = group(lambda: 0)

    def run(*arguments, language="en"):
        monkeypatch.setenv("LANGUAGE", language)
        before = i18n.current()
        with i18n.speaking(language):
            done = CliRunner().invoke(command, [*map(str, arguments), "--workspace", str(file)])
        i18n.use(before)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout, done.stderr

    with i18n.speaking("en"):
        CliRunner().invoke(command, ["init", str(file), "--name", "팀"])
    run.file = file
    return run


@pytest.fixture
def account(crm):
    with open_workspace(crm.file, passphrase=PASSPHRASE).closing() as workspace:
        return records.create(workspace, "account", {"name": "한빛전자"}).id


def asked(crm, *arguments):
    code, out, err = crm(*arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_what_a_command_did_is_undone_and_redone_by_others(crm, account):
    asked(crm, "set", "account", account, "phone=02-1234-5678")
    undone = asked(crm, "undo")
    assert (undone["text"], undone["undone"], undone["changed"], undone["kept"]) == (
        "Edit account: 한빛전자 – Phone",
        True,
        1,
        [],
    )
    assert asked(crm, "get", "account", account)["phone"] is None
    redone = asked(crm, "redo")
    assert (redone["act"], redone["undone"]) == (undone["act"], False)
    assert asked(crm, "get", "account", account)["phone"] == "02-1234-5678"


def test_the_journal_lists_acts_with_what_stands_in_their_way(crm, account):
    asked(crm, "set", "account", account, "phone=1")
    asked(crm, "set", "account", account, "phone=2")
    last, first, made = asked(crm, "journal")
    assert [one["can_turn"] for one in (last, first, made)] == [True, False, False]
    assert first["reason"] == {
        "code": "undo.changed_since",
        "message": "“Phone” of “한빛전자” was changed later.",
    }
    assert (made["kind"], made["entity"], made["count"], made["state"]) == ("created", "account", 1, "done")
    assert len(asked(crm, "journal", "--limit", 1)) == 1


def test_an_act_on_which_later_ones_stand_is_refused_with_the_reason(crm, account):
    asked(crm, "set", "account", account, "phone=1")
    asked(crm, "set", "account", account, "phone=2")
    first = asked(crm, "journal")[1]
    code, out, _ = crm("undo", first["act"], "--json")
    assert (code, json.loads(out)["error"]["code"]) == (1, "undo.changed_since")
    asked(crm, "undo")
    assert asked(crm, "undo", first["act"])["act"] == first["act"]
    assert [one["state"] for one in asked(crm, "journal")] == ["undone", "undone", "done"]


def test_words_are_of_the_language_of_now(crm, account):
    asked(crm, "set", "account", account, "phone=1")
    assert "계정 수정: 한빛전자 – 전화" in crm("journal", language="ko")[1]
    assert crm("undo", language="ko")[1] == "실행 취소: 계정 수정: 한빛전자 – 전화\n"
    assert "[undone]  Edit account: 한빛전자 – Phone" in crm("journal")[1]
    assert crm("redo")[1] == "Redone: Edit account: 한빛전자 – Phone\n"


def test_nothing_to_undo_is_a_refusal(crm):
    for command in ("undo", "redo"):
        code, out, _ = crm(command, "--json")
        assert (code, json.loads(out)["error"]["code"]) == (1, f"{command}.nothing")
    assert asked(crm, "journal") == []
