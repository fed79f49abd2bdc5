"""`reminders` at the terminal."""

from __future__ import annotations

import json

from click.testing import CliRunner

from desktop_crm import i18n
from desktop_crm.cli.main import group
from desktop_crm.services import records
from desktop_crm.services.workspace import init_workspace

PASSPHRASE = "열려라 참깨 2026"


def test_a_silent_account_is_told_put_off_and_done(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    path = tmp_path / "w.crm"
    with init_workspace(path, name="w", passphrase=PASSPHRASE).closing() as workspace:
        records.create(workspace, "account", {"name": "한빛전자", "tier": "key"})

    def crm(*more):
        with i18n.speaking("en"):
            return CliRunner().invoke(group(lambda: 0), ["reminders", *more, "--workspace", str(path)])

    assert crm().stdout.strip() == "Never contacted  한빛전자"
    key = json.loads(crm("--json").stdout)[0]["key"]
    assert json.loads(crm("--snooze", key, "--json").stdout) == []
    assert json.loads(crm("--done", key, "--json").stdout) == []
