"""Reports on the terminal: a fault leaves one that says where, the list, one of them, and everything in one file."""

from __future__ import annotations

import json
import zipfile

import pytest
from click.testing import CliRunner

from desktop_crm import i18n
from desktop_crm.cli.main import group
from desktop_crm.services import records
from desktop_crm.services.workspace import init_workspace

SECRET = "한빛전자 480000000 minji@hanbit.example"


@pytest.fixture
def crm(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", "열려라 참깨 2026")
    monkeypatch.delenv("DESKTOP_CRM_TRACEBACK", raising=False)

    def run(*arguments, language="en"):
        with i18n.speaking(language):
            return CliRunner().invoke(group(lambda: 0), list(map(str, arguments)))

    return run


def test_nothing_yet(crm):
    assert crm("report").stdout.strip() == "Nothing went wrong so far"
    assert crm("report", language="ko").stdout.strip() == "아직 문제가 없었습니다"
    assert json.loads(crm("report", "--json").stdout) == []
    assert crm("report", "absent.txt").exit_code == 1


def test_a_fault_leaves_a_report_that_can_be_listed_read_and_handed_over(crm, tmp_path, monkeypatch):
    file = tmp_path / "w.crm"
    init_workspace(file, name="w", passphrase="열려라 참깨 2026").close()

    def broken(*_):
        raise RuntimeError(SECRET)

    monkeypatch.setattr(records, "get", broken)
    done = crm("get", "account", "x", "--workspace", file)
    assert done.exit_code == 3
    (listed,) = json.loads(crm("report", "--json").stdout)
    assert f"Report: desktop-crm report {listed['name']}" in done.stderr
    assert listed["code"] == "runtimeerror"
    text = crm("report", listed["name"]).stdout
    assert "cli/records.py:" in text
    assert " broken" in text
    assert not any(part in text for part in SECRET.split())
    assert listed["name"] in crm("report", language="ko").stdout
    target = tmp_path / "all.zip"
    assert json.loads(crm("report", "--bundle", target, "--json").stdout)["files"] == 1
    with zipfile.ZipFile(target) as archive:
        assert f"reports/{listed['name']}" in archive.namelist()
    assert crm("report", "--bundle", tmp_path / "absent" / "x.zip").exit_code == 3


def test_a_safe_start_is_asked_for_by_name(monkeypatch):
    asked = []
    done = CliRunner().invoke(group(lambda **wish: asked.append(wish) or 0), ["--safe-start"])
    assert (done.exit_code, asked) == (0, [{"safe": True}])
    assert CliRunner().invoke(group(lambda **wish: asked.append(wish) or 0), []).exit_code == 0
    assert asked[1] == {}
