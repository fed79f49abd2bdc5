"""Where things lie, what the user chose on this machine, and what the log holds."""

from __future__ import annotations

import json
import logging
from decimal import Decimal

import pytest

from desktop_crm.foundation import logs, paths
from desktop_crm.foundation.paths import resources, user_config, user_data
from desktop_crm.foundation.settings import Settings


def test_resources_are_found_in_the_source_tree():
    assert resources("fonts").is_dir()
    assert resources("locale", "ko").is_dir()


def test_resources_are_found_in_a_wheel_and_in_a_frozen_app(tmp_path, monkeypatch):
    package = tmp_path / "desktop_crm"
    (package / "_resources").mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", package)
    assert resources("icons") == package / "_resources" / "icons"
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert resources("icons") == tmp_path / "resources" / "icons"


def test_a_home_of_ones_own_holds_data_and_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("DESKTOP_CRM_HOME", str(tmp_path / "내 집"))
    assert user_data() == tmp_path / "내 집" / "data"
    assert user_data().is_dir()
    assert user_config().is_dir()


def test_settings_outlive_the_program(tmp_path):
    path = tmp_path / "settings.json"
    settings = Settings(path)
    assert settings.get("language", "ko") == "ko"
    settings.put("language", "en")
    settings.put("columns", {"widths": [1, 2]})
    again = Settings(path)
    assert again.get("language") == "en"
    assert again.get("columns") == {"widths": [1, 2]}
    assert not path.with_suffix(".new").exists()


@pytest.mark.parametrize("content", ["", "{", "[1]", "null", "\x00\xff"])
def test_broken_settings_count_as_empty_and_are_written_anew(tmp_path, content):
    path = tmp_path / "settings.json"
    path.write_bytes(content.encode("latin-1"))
    settings = Settings(path)
    assert settings.get("language") is None
    settings.put("language", "ko")
    assert json.loads(path.read_text(encoding="utf-8")) == {"language": "ko"}


def test_the_log_is_json_lines_in_a_file(tmp_path):
    root = logging.getLogger("desktop_crm")
    before = (list(root.handlers), root.level, root.propagate)
    try:
        logs.set_up(tmp_path / "logs")
        logs.get("desktop_crm.test").info("imported", rows=3, amount=str(Decimal("1.5")))
        for handler in root.handlers:
            handler.close()
        (line,) = (tmp_path / "logs" / "desktop-crm.log").read_text(encoding="utf-8").splitlines()
        told = json.loads(line)
        assert (told["event"], told["rows"], told["level"]) == ("imported", 3, "info")
        assert "amount" not in told
    finally:
        root.handlers[:], root.level, root.propagate = before
