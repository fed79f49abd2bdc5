"""`accounts team`, `accounts hand-over` and `accounts plan` at the terminal."""

from __future__ import annotations

import json

import pypdfium2
import pytest
from click.testing import CliRunner

from desktop_crm import i18n
from desktop_crm.cli.main import group
from desktop_crm.domain.schema.options import PlanItemKind
from desktop_crm.services import accounts, records
from desktop_crm.services.account_work import plans
from desktop_crm.services.workspace import init_workspace, open_workspace

PASSPHRASE = "열려라 참깨 2026"


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    path = tmp_path / "w.crm"
    with init_workspace(path, name="w", passphrase=PASSPHRASE).closing() as workspace:
        jiho = records.create(workspace, "user", {"name": "박지호", "email": "jiho@example.com"}).id
        records.create(workspace, "user", {"name": "김하늘"})
        hanbit = accounts.create(workspace, "한빛전자", owner_id=jiho).id
        records.create(workspace, "task", {"subject": "납기 회신", "account_id": hanbit, "owner_id": jiho})
        accounts.create(workspace, "계획 없음")
        plan = plans.begin(workspace, hanbit, "2026").id
        plans.add(workspace, plan, PlanItemKind.GOAL, "표준이 된다")
    return path


@pytest.fixture
def crm(file):
    def run(*arguments):
        with i18n.speaking("en"):
            return CliRunner().invoke(group(lambda: 0), ["accounts", *map(str, arguments), "--workspace", str(file)])

    return run


def text_of(path):
    with pypdfium2.PdfDocument(path) as paper:
        return "\n".join(page.get_textpage().get_text_bounded() for page in paper)


def test_an_account_is_handed_over_with_its_paper(crm, file, tmp_path):
    paper = tmp_path / "paper.pdf"
    done = crm("hand-over", "한빛전자", "--to", "김하늘", "--memo", "메모", "--pdf", paper, "--locale", "ko", "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["owner"], told["moved"]) == (
        "김하늘",
        {"accounts": 1, "tasks": 1, "deals": 0, "quotes": 0, "contracts": 0},
    )
    assert "인수인계서 – 한빛전자" in text_of(paper)
    team = json.loads(crm("team", "한빛전자", "--json").stdout)
    assert [(one["name"], one["role"]) for one in team] == [("김하늘", "account_manager")]
    assert crm("team", "한빛전자").stdout == "김하늘  Account manager\n"
    back = crm("hand-over", "한빛전자", "--to", "JIHO@example.com", "--only-tasks", "--only-this")
    assert back.stdout == "한빛전자 is now with 박지호.\n"
    with open_workspace(file, passphrase=PASSPHRASE).closing() as workspace:
        assert records.get(workspace, "account", told["id"]).titles["owner_id"] == "박지호"


def test_who_has_it_already_or_is_unknown_is_refused(crm):
    for name, code in (("박지호", "handover.same"), ("없는 사람", "user.unknown")):
        done = crm("hand-over", "한빛전자", "--to", name, "--json")
        assert (done.exit_code, json.loads(done.stdout)["error"]["code"]) == (1, code)


def test_a_plan_is_written_with_marks_and_an_account_without_one_is_told(crm, tmp_path):
    target = tmp_path / "plan.pdf"
    done = crm("plan", "한빛전자", "--pdf", target, "--since", "2020-01-01", "--locale", "en", "--json")
    assert json.loads(done.stdout)["bytes"] == target.stat().st_size
    assert {"Goals", "New"} <= set(text_of(target).split())
    none = crm("plan", "계획 없음", "--pdf", target, "--json")
    assert (none.exit_code, json.loads(none.stdout)["error"]["code"]) == (1, "plan.missing")
