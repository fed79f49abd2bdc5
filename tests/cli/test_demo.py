"""The demo from the terminal, as a real process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop_crm.services.workspace import open_workspace
from tests.support.terminal import PASSPHRASE, Laptop


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    return Laptop.at(tmp_path_factory.mktemp("demo") / "home")


def test_a_demo_in_a_file_of_its_own(laptop: Laptop) -> None:
    done = laptop.run("demo", "--accounts", 12, "--output", laptop.workspace, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["workspace"] == str(laptop.workspace)
    assert told["counts"]["account"] == 12
    with open_workspace(laptop.workspace, passphrase=PASSPHRASE).closing() as workspace:
        assert workspace.author.user_id is not None


def test_a_file_that_is_there_is_not_written_over(laptop: Laptop, tmp_path: Path) -> None:
    there = tmp_path / "there.crm"
    there.write_bytes(b"mine")
    done = laptop.run("demo", "--accounts", 3, "--output", there)
    assert done.returncode == 1
    assert there.read_bytes() == b"mine"
    assert done.stdout == ""


@pytest.mark.parametrize("wrong", [("--accounts", "0"), ("--accounts", "many"), ("--seed", "x")])
def test_wrong_use_is_told_apart(laptop: Laptop, wrong: tuple[str, str]) -> None:
    assert laptop.run("demo", *wrong, "--output", laptop.home / "never.crm").returncode == 2


def test_the_words_are_in_the_language_of_the_system(laptop: Laptop) -> None:
    done = laptop.run("demo", "--accounts", 3, "--output", laptop.home / "ko.crm", LANG="ko_KR.UTF-8")
    assert done.stdout.startswith("데모 작업공간을 만들었습니다")
    done = laptop.run("demo", "--accounts", 3, "--output", laptop.home / "en.crm", LANG="en_US.UTF-8")
    assert done.stdout.startswith("Demo workspace made")
