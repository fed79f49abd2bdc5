"""Backups and restoring through the terminal: real processes, their exit codes, their JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop_crm.services import records
from desktop_crm.services.workspace import open_workspace
from tests.support.terminal import PASSPHRASE, Laptop

OWN = "another machine's words"


@pytest.fixture(scope="module")
def laptop(tmp_path_factory):
    made = Laptop.at(tmp_path_factory.mktemp("safety") / "laptop")
    assert made.run("init", made.workspace, "--name", "Safety", "--currency", "KRW").returncode == 0
    return made


def write(path, words):
    path.write_text(words + "\n", encoding="utf-8")
    return path


def test_back_up_list_and_restore(laptop):
    made = laptop.ask("backup")
    assert made["kind"] == "hand"
    assert laptop.ask("backups") == [made]
    done = laptop.run("restore", made["file"], "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["workspace"] == str(laptop.workspace)
    assert Path(told["aside"]).exists()
    assert {one["kind"] for one in laptop.ask("backups")} == {"hand", "aside"}
    laptop.ask("accounts", "tree")


def test_a_backup_with_words_of_its_own_opens_elsewhere(laptop, tmp_path):
    words = write(tmp_path / "own", OWN)
    away = tmp_path / "away.crm"
    laptop.ask("backup", away, "--own-passphrase-file", words)
    assert laptop.refused("backup", away)["code"] == "backup.exists"
    done = laptop.run("restore", away, "--json", DESKTOP_CRM_PASSPHRASE=OWN)
    assert json.loads(done.stdout)["error"]["code"] == "backup.no_home"
    target = tmp_path / "other machine" / "w.crm"
    done = laptop.run("restore", away, "--to", target, "--passphrase-file", words)
    assert (done.returncode, str(target) in done.stdout) == (0, True)
    done = laptop.run("accounts", "tree", "--workspace", target, DESKTOP_CRM_PASSPHRASE=PASSPHRASE)
    assert done.returncode == 1
    done = laptop.run("accounts", "tree", "--workspace", target, DESKTOP_CRM_PASSPHRASE=OWN)
    assert done.returncode == 0


def test_a_damaged_workspace_says_so_without_noise_and_its_backups_are_listed(laptop):
    made = laptop.ask("backup")
    good = laptop.workspace.read_bytes()
    for damaged in (good[:40] + b"X" + good[41:], good[:-100], good[:-8192]):
        laptop.workspace.write_bytes(damaged)
        done = laptop.run("accounts", "tree", "--workspace", laptop.workspace, "--json")
        assert done.returncode == 3
        assert json.loads(done.stdout)["error"]["code"] == "workspace.damaged"
        assert "ERROR" not in done.stderr
        assert "backups" in done.stderr
    assert made in laptop.ask("backups")
    assert laptop.run("restore", made["file"]).returncode == 0
    laptop.ask("accounts", "tree")


def test_a_check_says_that_all_is_well_and_repair_costs_nothing(laptop):
    told = laptop.ask("check")
    assert (told["sound"], told["found"], told["left"]) == (True, [], [])
    assert laptop.ask("check", "--repair")["sound"]
    done = laptop.run("check", "--workspace", laptop.workspace)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)


def test_a_check_that_finds_something_ends_with_one_until_it_is_repaired(laptop):
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        records.create(workspace, "account", {"name": "한빛"})
        with workspace.database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM search_title")
    done = laptop.run("check", "--workspace", laptop.workspace, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["sound"]) == (1, False)
    assert [one["code"] for one in told["found"]] == ["check.search"]
    done = laptop.run("check", "--workspace", laptop.workspace)
    assert done.returncode == 1
    assert "search index" in done.stdout
    done = laptop.run("check", "--repair", "--workspace", laptop.workspace, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["left"], len(told["found"])) == (0, [], 1)


def test_another_passphrase_opens_it_from_then_on(tmp_path):
    laptop = Laptop.at(tmp_path / "rekeyed")
    assert laptop.run("init", laptop.workspace, "--name", "Safety", "--currency", "KRW").returncode == 0
    words = write(tmp_path / "new", OWN)
    assert laptop.run("passphrase", "--workspace", laptop.workspace).returncode == 2
    empty = write(tmp_path / "empty", "")
    assert laptop.refused("passphrase", "--new-passphrase-file", empty)["code"] == "passphrase.too_short"
    assert laptop.ask("passphrase", "--new-passphrase-file", words)["keyring"] is False
    assert laptop.refused("accounts", "tree")["code"] == "workspace.wrong_key"
    done = laptop.run("accounts", "tree", "--workspace", laptop.workspace, DESKTOP_CRM_PASSPHRASE=OWN)
    assert done.returncode == 0
