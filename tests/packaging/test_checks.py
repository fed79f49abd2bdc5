"""How `dev.py test` counts: every test once, a skip only where data is absent."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.source_tree import ROOT

REPORT = """<testsuites><testsuite>
<testcase classname="tests.a" name="works"/>
<testcase classname="tests.a" name="fails"><failure message="no">trace</failure></testcase>
<testcase classname="tests.a" name="breaks"><error message="no">trace</error></testcase>
<testcase classname="tests.a" name="has no data"><skipped type="pytest.skip" message="data absent: crm-maven"/></testcase>
<testcase classname="tests.a" name="was put off"><skipped type="pytest.skip" message="flaky"/></testcase>
<testcase classname="tests.a" name="known to fail"><skipped type="pytest.xfail" message="bug"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    import checks as module

    yield module
    for name in ("checks", "environment"):
        sys.modules.pop(name, None)


def test_every_case_is_counted_once(checks: ModuleType, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT, encoding="utf-8")
    tally = checks.Tally()
    assert checks._count(tally, report)
    assert (tally.passed, tally.failed, tally.skipped) == (2, 2, 2)


def test_only_absent_data_excuses_a_skip(checks: ModuleType, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT, encoding="utf-8")
    tally = checks.Tally()
    checks._count(tally, report)
    assert [c for c in tally.complaints if c.startswith("skipped")] == ["skipped: tests.a::was put off: flaky"]


def test_a_run_without_a_report_has_no_case_to_blame(checks: ModuleType, tmp_path: Path) -> None:
    tally = checks.Tally()
    assert not checks._count(tally, tmp_path / "never-written.xml")
    assert (tally.passed, tally.failed, tally.skipped) == (0, 0, 0)


def test_the_last_line_is_the_one_that_machines_read(checks: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    tally = checks.Tally()
    tally.step("lint", ok=True)
    tally.step("types", ok=False)
    checks._report(tally)
    told = capsys.readouterr().out
    assert told.splitlines()[-1] == "1 passed, 1 failed, 0 skipped"
    assert "✗ types" in told


def test_a_check_that_outlives_the_budget_is_ended_with_its_children(checks: ModuleType) -> None:
    tally = checks.Tally(ends=time.monotonic() - 1)
    nested = f"import subprocess; subprocess.run([{sys.executable!r}, '-c', 'import time; time.sleep(60)'])"
    began = time.monotonic()
    assert checks._run([sys.executable, "-c", nested], tally) == 1
    assert time.monotonic() - began < 20


def test_an_exit_code_is_passed_on(checks: ModuleType) -> None:
    tally = checks.Tally()
    assert checks._run([sys.executable, "-c", "raise SystemExit(3)"], tally) == 3
    assert checks._run([sys.executable, "-c", ""], tally) == 0


def test_the_start_from_the_wheel_sees_neither_the_source_nor_a_home(checks: ModuleType, tmp_path: Path) -> None:
    env, folder = checks._empty_home(tmp_path)
    assert "PYTHONPATH" not in env
    assert env["HOME"] == str(folder)
    assert list(folder.iterdir()) == []


def test_ci_runs_what_everyone_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert "packaging/dev.py test" in script.read_text(encoding="utf-8")
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
