"""`desktop-crm settings`: the same rows of data as on the page, at the terminal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from desktop_crm import i18n
from desktop_crm.cli.main import group
from desktop_crm.i18n import forms
from desktop_crm.services.workspace import init_workspace

PASSPHRASE = "열려라 참깨 2026"


@pytest.fixture
def crm(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    for room in ("foundation.settings", "cli.door"):
        name = "user_config" if room.endswith("settings") else "user_data"
        monkeypatch.setattr(f"desktop_crm.{room}.{name}", lambda: tmp_path)
    init_workspace(tmp_path / "w.crm", name="w", passphrase=PASSPHRASE).close()
    before, spoken = forms.current(), i18n.current()

    def run(*arguments):
        return CliRunner().invoke(group(lambda: 0), ["settings", *map(str, arguments)])

    yield run
    forms.use(before)
    i18n.use(spoken)


def test_a_laptops_setting_is_chosen_and_read(crm):
    assert crm("get", "theme").stdout.strip() == "As the system"
    assert crm("set", "theme", "Dark").exit_code == 0
    assert json.loads(crm("get", "theme", "--json").stdout)["value"] == "dark"


def test_a_shared_one_lies_in_the_workspace(crm):
    done = crm("set", "fiscal.month", "April", "--json")
    assert json.loads(done.stdout)["value"] == 4
    assert json.loads(done.stdout)["tx_id"]
    assert crm("get", "fiscal.month").stdout.strip() == "April"
    assert crm("set", "currencies", "usd, krw").exit_code == 0
    assert crm("get", "currencies").stdout.strip() == "USD, KRW"


def test_the_list_names_groups_and_what_holds(crm, tmp_path):
    text = crm("list").stdout
    assert "Numbers and dates" in text
    assert "backup.days = 7" in text
    assert "fiscal.month" not in text
    assert "fiscal.month = January" in crm("list", "--workspace", tmp_path / "w.crm").stdout
    assert [row["name"] for row in json.loads(crm("list", "weekly", "--json").stdout)] == ["backup.weeks"]
    assert crm("list", "zzzz").stdout.strip() == "Nothing found"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("get", "colour"), "setting.unknown"),
        (("set", "theme", "pink"), "setting.value"),
        (("set", "backup.days", "many"), "setting.value"),
    ],
)
def test_what_does_not_fit_is_refused(crm, arguments, code):
    done = crm(*arguments, "--json")
    assert (done.exit_code, json.loads(done.stdout)["error"]["code"]) == (1, code)


def test_forms_hold_for_what_the_terminal_prints(crm):
    crm("set", "forms.date", "iso")
    crm("list")
    assert forms.current().date == "iso"
