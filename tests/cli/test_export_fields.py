"""`desktop-crm export`: chosen fields, and plain words for a field or a kind that there is not."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop_crm.cli.main import group
from desktop_crm.services import records
from desktop_crm.services.workspace import init_workspace

PASSPHRASE = "열려라 참깨 2026"


@pytest.fixture
def crm(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    with init_workspace(tmp_path / "w.crm", name="w", passphrase=PASSPHRASE).closing() as workspace:
        records.create(workspace, "account", {"name": "한빛전자", "industry": "제조", "x_region": "남부"})

    def run(*arguments):
        common = ("--output", "-", "--workspace", str(tmp_path / "w.crm"))
        return CliRunner().invoke(group(lambda: 0), ["export", *map(str, arguments), *common])

    return run


def test_only_the_chosen_fields_come_in_the_order_asked_for(crm):
    lines = crm("accounts", "--fields", "industry, name,x_region").stdout.splitlines()
    assert lines[0] == "id,industry,name,x_region"
    assert lines[1].endswith(",제조,한빛전자,남부")
    (row,) = json.loads(crm("accounts", "--fields", "name", "--format", "json").stdout)
    assert set(row) == {"id", "name"}


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_an_unknown_field_is_named_with_those_there_are(crm, form):
    done = crm("accounts", "--fields", "name,colour", "--format", form)
    assert done.exit_code == 1
    assert "colour" in done.output
    assert "industry" in done.output
    assert "x_region" in done.output


def test_an_unknown_kind_is_named_with_what_is_near(crm):
    done = crm("acounts")
    assert done.exit_code == 2
    assert "acounts is no kind of records. Do you mean accounts" in " ".join(done.output.split())
    assert crm("accounts", "--view", "v", "--fields", "name").exit_code == 2
