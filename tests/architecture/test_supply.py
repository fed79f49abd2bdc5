"""What the program is built from: locked by hash, without any address, inside the bounds that pyproject.toml states."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.source_tree import ROOT

LOCKS = ROOT / "packaging" / "locks"
PIN = re.compile(r"^([A-Za-z0-9_.\-]+)==([^\s;\\]+)", re.MULTILINE)


def _project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _pins(name: str) -> dict[str, str]:
    return {canonicalize_name(n): v for n, v in PIN.findall((LOCKS / name).read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", ["app.txt", "test.txt", "freeze.txt"])
def test_locks_name_no_host_and_hash_every_file(name: str) -> None:
    text = (LOCKS / name).read_text(encoding="utf-8")
    assert "://" not in text
    blocks = re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip())
    assert [b.split()[0] for b in blocks if "--hash=sha256:" not in b] == []


@pytest.mark.parametrize(
    ("name", "extras"),
    [("app.txt", ("server",)), ("test.txt", ("server", "test")), ("freeze.txt", ("server", "freeze"))],
    ids=["app", "test", "freeze"],
)
def test_locks_satisfy_what_the_project_asks_for(name: str, extras: tuple[str, ...]) -> None:
    project, pins = _project()["project"], _pins(name)
    asked = list(project["dependencies"])
    for extra in extras:
        asked += project["optional-dependencies"][extra]
    wrong = []
    for line in asked:
        need = Requirement(line)
        pin = pins.get(canonicalize_name(need.name))
        if pin is None or not need.specifier.contains(pin):
            wrong.append(f"{line}: locked {pin}")
    assert wrong == []


@pytest.mark.parametrize("name", ["test.txt", "freeze.txt"])
def test_what_is_tested_and_frozen_is_what_is_run(name: str) -> None:
    app, other = _pins("app.txt"), _pins(name)
    assert {n: (v, other.get(n)) for n, v in app.items() if other.get(n) != v} == {}


def test_the_lock_of_a_package_manager_with_addresses_is_not_committed() -> None:
    assert not (ROOT / "uv.lock").exists()


def test_nothing_stands_at_the_top_that_the_plan_does_not_name() -> None:
    planned = {
        "desktop_crm",
        "resources",
        "tests",
        "packaging",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
    }
    assert {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} == planned
