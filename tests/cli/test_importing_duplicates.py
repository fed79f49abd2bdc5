"""At the terminal a dry run says which rows look like records that are there, and a mapping takes one instead of a new record."""

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
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    command = group(lambda: 0)

    def run(*arguments, language="en"):
        monkeypatch.setenv("LANGUAGE", language)
        before = i18n.current()
        with i18n.speaking(language):
            done = CliRunner().invoke(command, [*map(str, arguments)])
        i18n.use(before)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout

    run("init", tmp_path / "w.crm", "--name", "팀")
    return run


def test_propose_and_take(crm, tmp_path):
    where = ("--workspace", tmp_path / "w.crm")
    with open_workspace(tmp_path / "w.crm", passphrase=PASSPHRASE).closing() as workspace:
        there = str(records.create(workspace, "account", {"name": "㈜한빛전자", "phone": "02-1234-5678"}).id)
    file = tmp_path / "accounts.csv"
    file.write_text("account,phone\n한빛 전자,0212345678\n두빛화학,\n", encoding="utf-8")
    code, text = crm("import", file, "--dry-run", "--duplicates", "--json", *where)
    assert code == 0
    plain = json.loads(text)
    (alike,) = plain["duplicates"]
    assert (alike["row"], alike["name"], alike["records"]) == (2, "한빛 전자", [{"id": there, "name": "㈜한빛전자"}])
    assert alike["probability"] > 0.9
    assert f"㈜한빛전자 ({there})" in crm("import", file, "--dry-run", "--duplicates", *where, language="ko")[1]
    mapping = plain["mapping"]
    mapping["files"]["accounts.csv"]["rows"] = {"2": there}
    (tmp_path / "mapping.json").write_text(json.dumps(mapping), encoding="utf-8")
    code, text = crm("import", file, "--mapping", tmp_path / "mapping.json", "--json", *where)
    assert code == 0
    assert (json.loads(text)["files"][0]["created"], json.loads(text)["files"][0]["updated"]) == (1, 1)
    with open_workspace(tmp_path / "w.crm", passphrase=PASSPHRASE).closing() as workspace:
        assert records.get(workspace, "account", there).fields["name"] == "한빛 전자"
