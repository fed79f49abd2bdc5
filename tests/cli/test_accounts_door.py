"""The account tree at the terminal."""

from __future__ import annotations

import json
from decimal import Decimal

from click.testing import CliRunner

from desktop_crm import i18n
from desktop_crm.cli.main import group
from desktop_crm.services import accounts, pipeline, records
from desktop_crm.services.workspace import init_workspace

PASSPHRASE = "열려라 참깨 2026"


def test_the_tree_is_printed_depth_first_with_decimal_strings(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    path = tmp_path / "w.crm"
    with init_workspace(path, name="w", passphrase=PASSPHRASE).closing() as workspace:
        stage = {s.kind: s.id for s in pipeline.ensure_pipeline(workspace).pipeline.stages}
        top = accounts.create(workspace, "한빛그룹").id
        child = accounts.create(workspace, "한빛전자", top).id
        records.create(
            workspace,
            "opportunity",
            {
                "name": "a",
                "account_id": child,
                "stage_id": stage["open"],
                "amount": Decimal("100.10"),
                "currency": "USD",
            },
        )
        records.create(
            workspace,
            "opportunity",
            {"name": "b", "account_id": top, "stage_id": stage["won"], "amount": Decimal(7), "currency": "KRW"},
        )
    command = group(lambda: 0)
    done = CliRunner().invoke(command, ["accounts", "tree", "--workspace", str(path), "--json"])
    first, second = json.loads(done.stdout)
    assert first == {
        "id": top,
        "name": "한빛그룹",
        "parent_id": None,
        "depth": 0,
        "own": {"open": [], "weighted": [], "won": [{"currency": "KRW", "amount": "7"}]},
        "total": {
            "open": [{"currency": "USD", "amount": "100.10"}],
            "weighted": [{"currency": "USD", "amount": "75.075"}],
            "won": [{"currency": "KRW", "amount": "7"}],
        },
    }
    assert (second["parent_id"], second["depth"], second["own"]) == (top, 1, second["total"])
    with i18n.speaking("en"):
        told = CliRunner().invoke(command, ["accounts", "tree", "--workspace", str(path)]).stdout
    assert told.splitlines() == ["한빛그룹  open $100.10  won ₩7", "  한빛전자  open $100.10"]


def test_an_empty_workspace_has_an_empty_tree(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    init_workspace(tmp_path / "w.crm", name="w", passphrase=PASSPHRASE).close()
    done = CliRunner().invoke(group(lambda: 0), ["accounts", "tree", "--workspace", str(tmp_path / "w.crm"), "--json"])
    assert (done.exit_code, json.loads(done.stdout)) == (0, [])
