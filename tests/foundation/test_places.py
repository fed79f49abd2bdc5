"""Paths, settings and logs: the three forms the program ships in, and files that survive a crash."""

from __future__ import annotations

import json
import logging
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from desktop_crm.foundation import logs, paths
from desktop_crm.foundation.settings import Settings
from tests.support.source_tree import ROOT


def test_resources_of_the_source_tree() -> None:
    assert paths.resources("fonts", "Pretendard-Regular.ttf").is_file()
    assert paths.resources() == ROOT / "resources"


def test_resources_of_the_frozen_app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resources("fonts") == tmp_path / "resources" / "fonts"


def test_resources_of_the_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "desktop_crm"
    (package / "_resources").mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", package)
    assert paths.resources("locale", "ko") == package / "_resources" / "locale" / "ko"


def test_the_wheel_holds_the_resources_where_they_are_looked_for(tmp_path: Path) -> None:
    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    with zipfile.ZipFile(wheel) as file:
        held = set(file.namelist())
    missing = [
        str(resource.relative_to(ROOT))
        for resource in (ROOT / "resources").rglob("*")
        if resource.is_file()
        and f"desktop_crm/_resources/{resource.relative_to(ROOT / 'resources').as_posix()}" not in held
    ]
    assert missing == []
    assert not [name for name in held if name.startswith(("tests/", "packaging/", "resources/"))]


def test_the_users_folders_are_made_and_can_be_moved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DESKTOP_CRM_HOME", str(tmp_path / "elsewhere"))
    assert paths.user_data() == tmp_path / "elsewhere" / "data"
    assert paths.user_config() == tmp_path / "elsewhere" / "config"
    assert paths.user_data().is_dir()
    assert paths.user_config().is_dir()


def test_settings_are_there_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    Settings(file).put("language", "ko")
    again = Settings(file)
    assert again.get("language") == "ko"
    assert again.get("theme") is None
    assert again.get("theme", "system") == "system"


def test_an_unchanged_setting_is_not_written_again(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    settings = Settings(file)
    settings.put("language", "ko")
    before = file.stat().st_mtime_ns
    settings.put("language", "ko")
    assert file.stat().st_mtime_ns == before
    settings.put("theme", None)
    assert json.loads(file.read_text(encoding="utf-8")) == {"language": "ko", "theme": None}


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", "null", '"text"', "\x00\x01"])
def test_broken_settings_count_as_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "settings.json"
    file.write_text(content, encoding="utf-8")
    settings = Settings(file)
    assert settings.get("language") is None
    settings.put("language", "en")
    assert Settings(file).get("language") == "en"


def test_a_crash_while_writing_leaves_the_old_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.json"
    settings = Settings(file)
    settings.put("language", "ko")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        settings.put("language", "en")
    assert Settings(file).get("language") == "ko"


@pytest.fixture
def _logging_as_it_was() -> Iterator[None]:
    logger = logging.getLogger("desktop_crm")
    before = (list(logger.handlers), logger.level, logger.propagate)
    yield
    for handler in logger.handlers:
        if handler not in before[0]:
            handler.close()
    logger.handlers[:], logger.level, logger.propagate = before


@pytest.mark.usefixtures("_logging_as_it_was")
def test_logs_are_json_lines_in_a_file(tmp_path: Path) -> None:
    logs.set_up(tmp_path / "logs")
    logs.get("desktop_crm.sync").info("pulled", rows=3)
    (line,) = (tmp_path / "logs" / "desktop-crm.log").read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert told["event"] == "pulled"
    assert told["rows"] == 3
    assert told["level"] == "info"
    assert told["timestamp"].endswith("Z")


@pytest.mark.usefixtures("_logging_as_it_was")
def test_quiet_levels_are_left_out(tmp_path: Path) -> None:
    logs.set_up(tmp_path, logging.WARNING)
    logs.get("desktop_crm.sync").info("pulled", rows=3)
    assert (tmp_path / "desktop-crm.log").read_text(encoding="utf-8") == ""
