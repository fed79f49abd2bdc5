"""Approvals on the terminal, as real processes: rules, the refusal with who and why, ask, approve, reject, issue."""

from __future__ import annotations

import csv
import json

import pytest

from desktop_crm.services.workspace import open_workspace
from tests.support.terminal import PASSPHRASE, Laptop


@pytest.fixture(scope="module")
def laptop(tmp_path_factory):
    machine = Laptop.at(tmp_path_factory.mktemp("approvals") / "home")
    machine.run("init", machine.workspace, "--name", "영업1팀", "--currency", "KRW")
    with open_workspace(machine.workspace, passphrase=PASSPHRASE).closing() as workspace:
        with workspace.write("t") as work:
            work.insert("account", {"name": "한빛전자(주)"})
            lead = work.insert("user", {"name": "박팀장", "role": "manager", "active": True})
        workspace.act_as(lead)
    with (machine.home / "lines.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["name", "unit", "quantity", "unit_price", "discount_percent"], ["펌프", "EA", "2", "1250000", "14"]]
        )
    return machine


def ask(laptop, *arguments):
    done = laptop.run("quote", *arguments, "--workspace", laptop.workspace, "--json")
    return done.returncode, json.loads(done.stdout or done.stderr)


def test_a_quote_that_needs_approval_from_rule_to_issue(laptop):
    code, made = ask(
        laptop, "approvals", "rule", "팀장 결재", "--when", "discount > 10", "--step", "user:박팀장/any", "--rank", "2"
    )
    assert code == 0
    _, told = ask(laptop, "approvals", "rules")
    assert [(one["id"], one["when"], one["steps"][0]["user"]) for one in told] == [
        (made["id"], "discount > 10", "박팀장")
    ]
    _, quote = ask(laptop, "new", "--account", "한빛전자(주)", "--lines", laptop.home / "lines.csv")
    number = quote["number"]
    code, refused = ask(laptop, "issue", number)
    assert (code, refused["error"]["code"]) == (1, "approval.needed")
    spoken = laptop.run("quote", "issue", number, "--workspace", laptop.workspace, LANG="ko_KR.UTF-8").stderr
    assert all(part in spoken for part in ("팀장 결재", "박팀장", "14%", "10%"))
    code, told = ask(laptop, "submit", number, "--reason", "경쟁")
    assert (code, told["state"], told["waiting_for"]) == (0, "submitted", ["박팀장"])
    assert [one["number"] for one in ask(laptop, "approvals", "waiting")[1]] == [number]
    code, told = ask(laptop, "reject", number, "--reason", "10 %까지만")
    assert (code, told["state"]) == (0, "rejected")
    assert ask(laptop, "approve", number)[0] == 1
    assert ask(laptop, "submit", number)[1]["state"] == "submitted"
    assert ask(laptop, "withdraw", number)[1]["state"] == "needed"
    assert ask(laptop, "submit", number)[1]["state"] == "submitted"
    _, told = ask(laptop, "approve", number, "--reason", "이번만")
    assert told["state"] == "approved"
    assert [one["kind"] for one in told["timeline"]] == [
        "submitted",
        "rejected",
        "submitted",
        "withdrawn",
        "submitted",
        "approved",
    ]
    assert ask(laptop, "issue", number)[0] == 0
    shown = laptop.run("quote", "approval", number, "--workspace", laptop.workspace, LANG="ko_KR.UTF-8").stdout
    assert "승인" in shown


def test_what_cannot_be_understood_is_refused(laptop):
    assert ask(laptop, "approvals", "rule", "x", "--when", "colour = red")[1]["error"]["code"] == "approval.condition"
    wrong = laptop.run(
        "quote", "approvals", "rule", "x", "--when", "discount > 1", "--step", "boss", "--workspace", laptop.workspace
    )
    assert wrong.returncode == 2
    assert ask(laptop, "approvals", "delegate", "nobody")[1]["error"]["code"] == "approval.user"
    options = ("--account", "한빛전자(주)", "--limit", "12", "--until", "2030-01-01")
    assert ask(laptop, "approvals", "grant", *options)[1]["error"]["code"] == "envelope.no_team"
