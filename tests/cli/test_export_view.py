"""`export --view`: what a kept view of a list shows, at the terminal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop_crm import i18n
from desktop_crm.cli.main import group
from desktop_crm.domain.lists.filters import Filter, Group, Test
from desktop_crm.domain.lists.views import ListView
from desktop_crm.services import list_views, records
from desktop_crm.services.workspace import init_workspace

PASSPHRASE = "열려라 참깨 2026"


@pytest.fixture
def crm(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    file = tmp_path / "w.crm"
    with init_workspace(file, name="w", passphrase=PASSPHRASE).closing() as workspace:
        for name, industry in (("한빛전자", "전자"), ("누리소프트", "소프트웨어"), ("다온전자", "전자")):
            records.create(workspace, "account", {"name": name, "industry": industry})
        where = Group(parts=(Filter(field="industry", test=Test.CONTAINS, value="전자"),))
        list_views.keep(workspace, "account", "account", ListView(name="전자", columns=("name",), where=where))

    def run(*arguments):
        with i18n.speaking("en"):
            return CliRunner().invoke(group(lambda: 0), [*map(str, arguments), "--workspace", str(file), "--json"])

    return run


def test_a_view_is_written_with_its_columns_and_filter(crm, tmp_path):
    target = tmp_path / "out.csv"
    done = crm("export", "accounts", "--view", "전자", "--output", target, "--encoding", "cp949")
    assert json.loads(done.stdout)["rows"] == 2
    assert target.read_bytes().decode("cp949").split("\r\n")[:3] == ["Account name", "다온전자", "한빛전자"]


def test_a_view_that_is_not_there_is_refused(crm, tmp_path):
    done = crm("export", "accounts", "--view", "없음", "--output", tmp_path / "out.csv")
    assert (done.exit_code, json.loads(done.stdout)["error"]["code"]) == (1, "view.missing")
    assert not (tmp_path / "out.csv").exists()


def test_a_view_is_no_json(crm, tmp_path):
    done = crm("export", "accounts", "--view", "전자", "--format", "json", "--output", tmp_path / "out.json")
    assert done.exit_code == 2


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_view_goes_to_standard_output_and_nothing_else_with_it(crm, tmp_path, form):
    target = tmp_path / "out"
    crm("export", "accounts", "--view", "전자", "--format", form, "--output", target)
    said = crm("export", "accounts", "--view", "전자", "--format", form, "--output", "-")
    assert said.exit_code == 0
    assert said.stdout_bytes == target.read_bytes()
    assert not (tmp_path / "-").exists()
