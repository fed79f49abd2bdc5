"""Records at the terminal: get, set, history, init, the exit codes and nothing but JSON on standard output."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from desktop_crm import i18n
from desktop_crm.cli.main import ROOMS, group
from desktop_crm.cli.password_file import password_from
from desktop_crm.persistence import file_lock
from desktop_crm.persistence.file_lock import FileLock
from desktop_crm.services import records
from desktop_crm.services.workspace import open_workspace
from tests.support.terminal import Laptop, environment

PASSPHRASE = "열려라 참깨 2026"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "w.crm"


@pytest.fixture
def crm(file, monkeypatch):
    """`crm("get", "account", ID)` runs a command in this process; gives back exit code, standard output, standard error."""
    monkeypatch.setenv("DESKTOP_CRM_PASSPHRASE", PASSPHRASE)
    command = group(lambda: 0)

    def run(*arguments, workspace=True):
        where = ["--workspace", str(file)] if workspace else []
        with i18n.speaking("en"):
            done = CliRunner().invoke(command, [*map(str, arguments), *where])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout, done.stderr

    assert run("init", file, "--name", "팀", "--currency", "usd", "--json", workspace=False)[0] == 0
    return run


@pytest.fixture
def account(crm, file):
    with open_workspace(file, passphrase=PASSPHRASE).closing() as workspace:
        return records.create(workspace, "account", {"name": "한빛전자"}).id


def test_init_says_what_it_made(crm, tmp_path):
    other = tmp_path / "other.crm"
    code, out, _ = crm("init", other, "--name", "둘", "--json", workspace=False)
    assert (code, json.loads(out)) == (0, {"workspace": str(other), "name": "둘", "currency": "KRW"})
    code, out, _ = crm("init", other, "--name", "둘", workspace=False)
    assert code == 1


def test_get_prints_every_field(crm, account):
    code, out, err = crm("get", "account", account, "--json")
    told = json.loads(out)
    assert (code, err, told["id"], told["name"], told["parent_id"]) == (0, "", account, "한빛전자", None)
    assert "한빛전자" in crm("get", "accounts", account)[1]


def test_set_changes_and_history_tells(crm, account):
    code, out, _ = crm(
        "set", "account", account, "employees=8200", "annual_revenue=12.50", "annual_revenue_currency=USD",
        "tags=나,가", "kind=company", "--json",
    )  # fmt: skip
    told = json.loads(out)
    assert (code, told["id"]) == (0, account)
    assert told["changed"] == ["annual_revenue", "annual_revenue_currency", "employees", "kind", "tags"]
    now = json.loads(crm("get", "account", account, "--json")[1])
    assert (now["employees"], now["annual_revenue"], now["tags"]) == (8200, "12.50", ["가", "나"])
    past = json.loads(crm("history", "account", account, "--json")[1])
    assert [entry["kind"] for entry in past] == ["created", "updated"]
    assert {"field": "employees", "old": None, "new": 8200} in past[1]["fields"]
    assert past[1]["tx_id"] == told["tx_id"]
    assert crm("set", "account", account, "employees=", "--json")[0] == 0
    assert json.loads(crm("get", "account", account, "--json")[1])["employees"] is None


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (("get", "account", "nobody"), 1, "record.missing"),
        (("get", "nothing", "x"), 1, "entity.unknown"),
        (("set", "account", "ACCOUNT", "colour=red"), 1, "field.unknown"),
        (("set", "account", "ACCOUNT", "employees=viele"), 1, "value.unreadable"),
        (("set", "account", "ACCOUNT", "kind=gmbh"), 1, "value.not_an_option"),
        (("set", "account", "ACCOUNT", "name="), 1, "value.required"),
        (("set", "account", "ACCOUNT", "parent_id=ACCOUNT"), 1, "account.move.circle"),
        (("set", "account", "ACCOUNT", "owner_id=nobody"), 1, "reference.missing"),
    ],
)
def test_a_refusal_ends_with_one_and_says_why(crm, account, arguments, exit_code, code):
    given = [part.replace("ACCOUNT", account) for part in arguments]
    done, out, err = crm(*given, "--json")
    assert (done, json.loads(out)["error"]["code"]) == (exit_code, code)
    assert err.strip()
    done, out, err = crm(*given)
    assert (done, out) == (exit_code, "")
    assert err.strip()


def test_wrong_use_ends_with_two(crm, account):
    assert crm("set", "account", account, "employees")[0] == 2
    assert crm("set", "account", account)[0] == 2
    assert crm("nonsense", workspace=False)[0] == 2


def test_a_wrong_passphrase_is_refused(crm, file, tmp_path):
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("anders als gedacht\n", encoding="utf-8")
    code, out, _ = crm("get", "account", "x", "--passphrase-file", wrong, "--json")
    assert (code, json.loads(out)["error"]["code"]) == (1, "workspace.wrong_key")
    code, out, _ = crm("get", "account", "x", "--passphrase-file", tmp_path / "none.txt", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (1, "passphrase.unreadable")


def test_a_passphrase_file_may_begin_with_a_byte_order_mark(crm, account, tmp_path, monkeypatch):
    monkeypatch.delenv("DESKTOP_CRM_PASSPHRASE")
    right = tmp_path / "right.txt"
    right.write_bytes(b"\xef\xbb\xbf" + PASSPHRASE.encode() + b"\r\n")
    assert password_from(right) == PASSPHRASE
    assert crm("get", "account", account, "--passphrase-file", right)[0] == 0


def test_a_damaged_first_page_is_told_from_a_wrong_passphrase(crm, file, account):
    content = bytearray(file.read_bytes())
    content[2000] ^= 1
    file.write_bytes(content)
    code, _, err = crm("get", "account", account)
    assert (code, "damaged" in err, "passphrase" in err) == (3, True, False)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("employees=99999999999999999999999", "value.out_of_range"),
        ("employees=-9223372036854775809", "value.out_of_range"),
        ("employees=" + "9" * 5000, "value.unreadable"),
        ("employees=--5", "value.unreadable"),
        ("employees=²", "value.unreadable"),
        ("annual_revenue=1e400", "value.out_of_range"),
        ("annual_revenue=1e-400", "value.out_of_range"),
        ("annual_revenue=" + "9" * 29, "value.out_of_range"),
        ("name=  ", "value.required"),
        ("name=\u3000", "value.required"),
    ],
)
def test_impossible_values_are_refused(crm, account, given, code):
    done, out, _ = crm("set", "account", account, given, "--json")
    assert (done, json.loads(out)["error"]["code"]) == (1, code)


def test_the_largest_possible_values_are_taken(crm, account):
    largest = ("employees=9223372036854775807", "annual_revenue=" + "9" * 28, "annual_revenue_currency=KRW")
    assert crm("set", "account", account, *largest)[0] == 0
    told = json.loads(crm("get", "account", account, "--json")[1])
    assert (told["employees"], told["annual_revenue"]) == (2**63 - 1, "9" * 28)


def test_a_record_that_never_was_has_no_history_and_a_deleted_one_has(crm, file, account):
    code, out, _ = crm("history", "account", "nope", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (1, "record.missing")
    with open_workspace(file, passphrase=PASSPHRASE).closing() as workspace:
        records.delete(workspace, "account", account)
    code, out, _ = crm("history", "account", account, "--json")
    assert (code, [one["kind"] for one in json.loads(out)]) == (0, ["created", "deleted"])


def test_output_that_nobody_reads_ends_quietly(tmp_path):
    laptop = Laptop.at(tmp_path / "home")
    laptop.run("init", laptop.workspace, "--name", "Team 1")
    reading, writing = os.pipe()
    os.close(reading)
    command = [
        sys.executable,
        "-m",
        "desktop_crm",
        "export",
        "teams",
        "--output",
        "t.csv",
        "--workspace",
        laptop.workspace,
    ]
    try:
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=environment(laptop.home),
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            timeout=300,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_without_a_workspace_it_says_which_are_there(crm):
    code, out, _ = crm("get", "account", "x", "--json", workspace=False)
    assert (code, json.loads(out)["error"]["code"]) == (1, "workspace.not_named")


def test_a_fault_of_ours_ends_with_three_and_without_a_trace(crm, account, monkeypatch):
    monkeypatch.setattr("desktop_crm.services.records.get", lambda *_: 1 / 0)
    code, out, err = crm("get", "account", account, "--json")
    assert (code, json.loads(out)["error"]["code"]) == (3, "bug")
    assert "Traceback" not in err


def test_without_a_command_the_app_opens():
    opened = []
    done = CliRunner().invoke(group(lambda: opened.append(1) or 0), [])
    assert (done.exit_code, opened) == (0, [1])


def test_every_command_of_the_contract_is_listed():
    wanted = "init demo import undo-import export accounts quote set get history sync conflicts"
    assert set(wanted.split()) <= set(ROOMS)


def test_a_real_process_prints_json_alone(tmp_path):
    laptop = Laptop.at(tmp_path / "home")
    assert laptop.run("init", laptop.workspace, "--name", "w").returncode == 0
    error = laptop.refused("get", "account", "nobody")
    assert error["code"] == "record.missing"
    done = laptop.run("get", "account", "x", "--workspace", tmp_path / "none.crm", "--json")
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (1, "workspace.missing")


def test_a_history_is_told_in_words(crm, account):
    assert crm("set", "account", account, "employees=1200")[0] == 0
    code, out, _ = crm("history", "account", account)
    assert code == 0
    assert "Created" in out
    assert "    Employees: 1,200" in out
    assert "{" not in out


def test_a_command_waits_for_another_that_is_about_to_end(crm, account, file, monkeypatch):
    holder, tries, take = FileLock(file), [], file_lock.take

    def trying(opened):
        tries.append(opened)
        if len(tries) == 2:
            holder.release()
        take(opened)

    monkeypatch.setattr(file_lock, "take", trying)
    code, out, _ = crm("get", "account", account, "--json")
    assert (code, json.loads(out)["id"], len(tries)) == (0, account, 2)
