"""The walls between the rooms, as import-linter reads them from pyproject.toml."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.source_tree import ROOT


def test_imports_only_go_where_the_plan_lets_them() -> None:
    program = "from importlinter.cli import lint_imports_command as c; c(['--no-cache', '--no-logo'])"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "160"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_packaging_does_not_hide_the_library_of_that_name() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()
