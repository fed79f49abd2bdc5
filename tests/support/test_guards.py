"""The guards themselves: each finds what it is there to find, in a run of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.source_tree import ROOT

CASES = {
    "unexpected in the log": """
        import logging
        def test_it(): logging.getLogger("desktop_crm.sync").warning("the server answered garbage")
    """,
    "threads left running": """
        import threading
        def test_it(): threading.Thread(target=threading.Event().wait, args=(8,), name="crm-lane").start()
    """,
    "windows left open": """
        from PySide6.QtWidgets import QWidget
        def test_it(qtbot):
            global window
            window = QWidget(); window.show()
    """,
    "timers left running": """
        from PySide6.QtCore import QTimer
        def test_it(qtbot):
            global timer
            timer = QTimer(); timer.start(60_000)
    """,
    "units of work left open": """
        def test_it(workspace): workspace.write("test").__enter__()
    """,
}
PEACEFUL = """
    import logging, pytest
    @pytest.mark.expect_log("answered garbage")
    def test_expected(): logging.getLogger("desktop_crm.sync").warning("the server answered garbage")
    def test_skipped(data): data("no-such-file")
    def test_workspace(workspace):
        with workspace.read() as session: assert session is not None
"""


def _outcome(folder: Path, body: str) -> subprocess.CompletedProcess[str]:
    lines = body.strip("\n").splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    test = folder / "test_example.py"
    test.write_text("\n".join(line[indent:] for line in lines), encoding="utf-8")
    borrowed = "import tests.conftest as c\nglobals().update({k: v for k, v in vars(c).items() if k[:2] != '__'})\n"
    (folder / "conftest.py").write_text(borrowed, encoding="utf-8")
    options = ["-q", "-rA", "--no-header", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"), str(test)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.parametrize("complaint", list(CASES))
def test_what_is_left_behind_fails_the_test(tmp_path: Path, complaint: str) -> None:
    done = _outcome(tmp_path, CASES[complaint])
    assert done.returncode == 1, done.stdout + done.stderr
    assert complaint in done.stdout


def test_what_is_expected_or_absent_does_not(tmp_path: Path) -> None:
    done = _outcome(tmp_path, PEACEFUL)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed, 1 skipped" in done.stdout
    assert "data absent: no-such-file" in done.stdout
