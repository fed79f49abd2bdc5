"""Failed starts are counted, a start that came through ends the count, and a native crash leaves a report."""

from __future__ import annotations

import subprocess
import sys

import pytest

from desktop_crm.foundation import reports
from desktop_crm.foundation.settings import SafeSettings, Settings
from desktop_crm.foundation.starts import ENOUGH, Starts
from tests.support.terminal import environment


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_HOME", str(tmp_path))
    return tmp_path


def test_failed_starts_are_counted_until_one_comes_through():
    assert [Starts().begin() for _ in range(3)] == [0, 1, ENOUGH]
    Starts().came_through()
    assert Starts().begin() == 0


@pytest.mark.parametrize("content", ["", "{", "[]", '{"begun": "x"}', '{"begun": -5}', '{"begun": 1e9}'])
def test_a_broken_note_counts_for_nothing(home, content):
    starts = Starts(home)
    (home / "starting.json").write_text(content)
    assert starts.begin() == 0


def test_a_folder_that_cannot_be_written_never_keeps_the_app_from_starting(home):
    starts = Starts(home / "absent")
    assert starts.begin() == 0
    starts.watch()
    starts.came_through()
    starts.end()


def test_a_native_crash_is_reported_by_the_next_start(home):
    program = (
        "import ctypes\n"
        "from desktop_crm.foundation.starts import Starts\n"
        "secret = 'Hanbit 480000000'\n"
        "starts = Starts(); starts.begin(); starts.watch()\n"
        "def paint(): ctypes.string_at(0)\n"
        "paint()\n"
    )
    env = environment(home, DESKTOP_CRM_HOME=str(home))
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, check=False, timeout=120)
    assert done.returncode < 0
    assert Starts().begin() == 1
    (found,) = reports.listed()
    text = reports.read(found.name)
    assert found.code == "app.crashed"
    assert "in paint" in text
    assert 'File "__init__.py"' in text
    assert sys.prefix not in text
    assert str(home) not in text
    assert "Hanbit" not in text
    Starts().begin()
    assert len(reports.listed()) == 1


def test_safe_settings_show_the_first_day_and_keep_only_language_and_workspace(tmp_path):
    path = tmp_path / "settings.json"
    usual = Settings(path)
    for name, value in {"theme": "dark", "language": "ko", "workspace.path": "/a", "window.page": "quote"}.items():
        usual.put(name, value)
    safe = SafeSettings(path)
    assert (usual.is_safe, safe.is_safe) == (False, True)
    assert (safe.get("theme"), safe.get("window.page"), safe.get("columns", 3)) == (None, None, 3)
    assert (safe.get("language"), safe.get("workspace.path"), safe.get("sync.offline")) == ("ko", "/a", True)
    safe.put("theme", "light")
    safe.put("sync.offline", False)
    safe.put("language", "en")
    assert (safe.get("theme"), safe.get("sync.offline")) == ("light", False)
    again = Settings(path)
    assert (again.get("theme"), again.get("language"), again.get("sync.offline")) == ("dark", "en", None)
    assert again.get("window.page") == "quote"
