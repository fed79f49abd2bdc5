"""The first look shows what the ordinary way shows, needs none of the database's libraries, and never says why it cannot."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_crm.foundation.errors import Trouble
from desktop_crm.persistence.cipher import FILE_VERSION
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.services import accounts, records
from desktop_crm.services.first_look import SHOWN, first_look
from desktop_crm.services.workspace import Workspace, init_workspace
from tests.support.source_tree import ROOT


@pytest.fixture
def selling(workspace: Workspace) -> Workspace:
    """A few groups, a won deal in each currency, and more companies than a window shows."""
    pipeline = records.create(workspace, "pipeline", {"name": "Sales"}).id
    won = records.create(
        workspace, "stage", {"name": "Won", "pipeline_id": pipeline, "kind": "won", "probability": Decimal(1)}
    ).id
    parent = records.create(workspace, "account", {"name": "가온소재", "tier": None}).id
    child = records.create(workspace, "account", {"name": "가온소재 울산", "parent_id": parent}).id
    for currency, amount in (("KRW", 5_000_000), ("USD", 1200)):
        deal = {"name": "증설", "account_id": child, "stage_id": won, "pipeline_id": pipeline, "currency": currency}
        records.create(workspace, "opportunity", {**deal, "amount": Decimal(amount)})
    with workspace.write("test") as work:
        work.bulk("account", inserts=[{"name": f"Company {n:03d}"} for n in range(SHOWN + 10)])
    return workspace


def test_it_shows_what_the_ordinary_way_shows(selling: Workspace, secrets: MemoryStore) -> None:
    seen = first_look(selling.path, secrets)
    assert seen is not None
    level = accounts.children(selling, None, 0, SHOWN)
    assert seen.nodes == level.nodes
    assert seen.total == level.total == SHOWN + 11
    assert (seen.name, seen.currency) == (selling.name, "KRW")
    whole = first_look(selling.path, secrets, limit=500)
    assert whole is not None
    (parent,) = (node for node in whole.nodes if node.name == "가온소재")
    assert {s.currency: s.total.won for s in parent.sums} == {"KRW": Decimal(5_000_000), "USD": Decimal(1200)}


def test_it_changes_nothing(selling: Workspace, secrets: MemoryStore) -> None:
    selling.close()
    before = {file: file.read_bytes() for file in selling.path.parent.iterdir()}
    assert first_look(selling.path, secrets) is not None
    assert {file: file.read_bytes() for file in selling.path.parent.iterdir() if file in before} == before


def test_an_empty_workspace_has_nothing_to_show(workspace: Workspace, secrets: MemoryStore) -> None:
    seen = first_look(workspace.path, secrets)
    assert seen is not None
    assert (seen.nodes, seen.total) == ((), 0)


def test_without_a_key_or_a_file_there_is_no_first_look(workspace: Workspace, tmp_path: Path) -> None:
    assert first_look(workspace.path, MemoryStore()) is None
    assert first_look(tmp_path / "absent.crm", MemoryStore()) is None


def test_a_passphrase_is_asked_for_in_the_ordinary_way(tmp_path: Path, secrets: MemoryStore) -> None:
    init_workspace(tmp_path / "said.crm", name="said", passphrase="long enough", secrets=secrets).close()
    assert first_look(tmp_path / "said.crm", secrets) is None


def test_a_wrong_key_or_a_damaged_file_is_left_to_the_ordinary_way(
    new_workspace: Callable[..., Workspace], secrets: MemoryStore
) -> None:
    workspace = new_workspace("mine")
    workspace.close()
    salt = workspace.path.read_bytes()[:16]
    key = secrets.get(f"workspace:{salt.hex()}")
    secrets.put(f"workspace:{salt.hex()}", "00" * 32)
    assert first_look(workspace.path, secrets) is None
    secrets.put(f"workspace:{salt.hex()}", str(key))
    workspace.path.write_bytes(salt + b"\x00" * 8192)
    assert first_look(workspace.path, secrets) is None


def test_a_file_of_a_newer_version_is_left_to_the_ordinary_way(workspace: Workspace, secrets: MemoryStore) -> None:
    with workspace.database.writing() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version={FILE_VERSION + 1}")
    assert first_look(workspace.path, secrets) is None


def test_a_keyring_that_fails_is_left_to_the_ordinary_way(workspace: Workspace) -> None:
    class Locked(MemoryStore):
        def get(self, name: str) -> str | None:
            raise Trouble("keyring.absent", reason="locked")

    assert first_look(workspace.path, Locked()) is None


def test_it_needs_none_of_the_databases_libraries_nor_the_registry() -> None:
    program = (
        "import sys, desktop_crm.services.first_look, desktop_crm.security.keys;"
        "print([n for n in ('sqlalchemy', 'alembic', 'argon2', 'keyring', 'babel', 'PySide6', 'desktop_crm.domain.schema') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
