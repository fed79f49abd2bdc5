"""The walls between the rooms, as import-linter reads them from pyproject.toml."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import pytest

from tests.support.source_tree import ROOT, sources


def test_imports_only_go_where_the_plan_lets_them() -> None:
    program = "from importlinter.cli import lint_imports_command as c; c(['--no-cache', '--no-logo'])"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "160"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("sqlite3", ("desktop_crm/persistence/", "desktop_crm/sync/server/")),
        ("imaplib", ("desktop_crm/mailbox/",)),
        ("smtplib", ("desktop_crm/mailbox/",)),
        ("socket", ("desktop_crm/sync/", "desktop_crm/mailbox/", "desktop_crm/ui/shell/signals.py")),
        ("urllib.request", ()),
        ("http.client", ()),
    ],
)
def test_doors_that_import_linter_cannot_guard_until_someone_uses_them(library: str, rooms: tuple[str, ...]) -> None:
    found = [
        source.at(node)
        for source in sources("desktop_crm")
        if not source.path.startswith(rooms or ("nowhere",))
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Import) and any(alias.name == library for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == library)
    ]
    assert found == []


def test_packaging_does_not_hide_the_library_of_that_name() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()
