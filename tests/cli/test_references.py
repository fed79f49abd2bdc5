"""Open names on the terminal: listed with their reasons, settled, taken back; and what the exit code of an import says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.terminal import Laptop


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    machine = Laptop.at(tmp_path / "home")
    machine.run("init", machine.workspace, "--name", "Team 1", "--currency", "KRW")
    return machine


def bring(laptop: Laptop, text: str, *options: str) -> tuple[int, str]:
    path = laptop.home / "accounts.csv"
    path.write_text(text, encoding="utf-8")
    done = laptop.run("import", path, "--workspace", laptop.workspace, *options)
    return done.returncode, done.stdout


def test_names_are_listed_settled_and_opened_again(laptop: Laptop) -> None:
    bring(laptop, "name,city\n한빛전자,서울\n")
    laptop.ask("import", laptop.home / "accounts.csv")
    bring(laptop, "name,parent,owner\n갑,한빛전자(주),김민준\n을,한빛전자(주),\n")
    groups = {one["value"]: one for one in laptop.ask("references")}
    assert {value: one["reason"] for value, one in groups.items()} == {"한빛전자(주)": "near", "김민준": "unknown"}
    assert groups["한빛전자(주)"]["rows"] == 2
    done = laptop.ask("accept", groups["한빛전자(주)"]["id"])
    assert done["rows"] == 2
    accounts = {one["name"]: one for one in laptop.export("accounts")}
    assert accounts["갑"]["parent_id"] == accounts["한빛전자"]["id"]
    laptop.ask("reopen", done["id"])
    assert {one["name"]: one["parent_id"] for one in laptop.export("accounts")}["갑"] is None
    laptop.ask("accept", "김민준", "--new")
    assert [one["name"] for one in laptop.export("users")] == ["김민준"]
    laptop.ask("accept", "한빛전자(주)", "--drop")
    assert laptop.ask("references") == []
    assert laptop.refused("accept", "김민준")["code"] == "import.reference.gone"
    assert laptop.run("accept", "x", "--new", "--drop", "--workspace", laptop.workspace).returncode == 2


def test_the_list_for_people_says_the_reason(laptop: Laptop) -> None:
    assert "No name is open." in laptop.run("references", "--workspace", laptop.workspace, LANG="C").stdout
    _, told = bring(laptop, "name,parent\n갑,갑\n을,없는곳\n")
    assert "it would run in a circle" in told
    listed = laptop.run("references", "--workspace", laptop.workspace).stdout
    assert "nothing of that name is known" in listed
    assert "없는곳" in listed


@pytest.mark.parametrize(
    ("text", "code"),
    [("name,employees\n갑,1\n을,x\n", 0), ("name,employees\n,1\n,2\n", 1), ("name,employees\n", 0)],
)
def test_the_exit_code_is_1_only_when_nothing_could_be_taken(laptop: Laptop, text: str, code: int) -> None:
    for options in (("--json",), (), ("--dry-run",)):
        assert bring(laptop, text, "--kind", "accounts", *options)[0] == code
