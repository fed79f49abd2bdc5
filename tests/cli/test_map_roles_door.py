"""`desktop-crm map-roles`: which roles the team wants at each stage, listed, chosen and given back at the terminal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop_crm.cli.main import group
from desktop_crm.domain.stakeholders.findings import Rule
from desktop_crm.services import pipeline, stakeholders
from desktop_crm.services.workspace import init_workspace, open_workspace

PASSPHRASE = "열려라 참깨 2026"


@pytest.fixture
def file(tmp_path):
    with init_workspace(tmp_path / "w.crm", name="w", passphrase=PASSPHRASE).closing() as workspace:
        pipeline.ensure_pipeline(workspace)
    return tmp_path / "w.crm"


@pytest.fixture
def crm(file, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def run(*arguments):
        return CliRunner().invoke(group(lambda: 0), ["map-roles", *arguments, "--workspace", str(file)])

    return run


def listed(crm, *arguments):
    return json.loads(crm(*arguments, "--json").stdout)


def test_roles_of_a_stage_are_chosen_seen_by_a_map_and_given_back(crm, file):
    before = listed(crm)
    assert before[-1]["stage_id"] == ""
    assert not any(one["chosen"] for one in before)
    name = before[0]["stage"]
    done = crm(name, "--want", "coach", "--want", "champion")
    assert done.exit_code == 0, done.output
    assert done.stdout.strip().endswith("Champion, Coach")
    after = listed(crm)
    assert (after[0]["roles"], after[0]["chosen"]) == (["champion", "coach"], True)
    assert after[1:] == before[1:]
    assert listed(crm, before[0]["stage_id"]) == after[:1]
    assert "as usual" in crm(name, "--usual").stdout
    assert listed(crm) == before


def test_maps_without_a_deal_want_what_was_chosen(crm, file):
    assert crm("-", "--nothing").exit_code == 0
    with open_workspace(file, passphrase=PASSPHRASE).closing() as workspace:
        with workspace.write("test") as work:
            account = work.insert("account", {"name": "한빛전자"})
        found = stakeholders.findings(workspace, stakeholders.open_map(workspace, account_id=account).map_id)
        assert not any(one.rule is Rule.ROLE_MISSING for one in found)
    assert crm("-", "--want", "champion").exit_code == 0
    assert listed(crm, "-")[0]["roles"] == ["champion"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("no such stage",), 1),
        (("--want", "champion"), 2),
        (("-", "--want", "wizard"), 2),
        (("-", "--want", "champion", "--usual"), 2),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(crm, arguments, code):
    assert crm(*arguments).exit_code == code
    assert not any(one["chosen"] for one in listed(crm))
