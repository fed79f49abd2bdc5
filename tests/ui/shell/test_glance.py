"""The first look on its own thread: begun before the toolkit, shown with the first paint, or after it when the keyring was slow."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from threading import Event

import pytest

from desktop_crm import bootstrap
from desktop_crm.foundation.glance import Glance, glance
from desktop_crm.foundation.settings import Settings
from desktop_crm.services.first_look import first_look
from desktop_crm.services.workspace import open_workspace
from desktop_crm.ui.shell.application import Opening, Running
from desktop_crm.ui.shell.first_look import FirstLookPage


@pytest.fixture
def start(qtbot, qapp, settings, secrets, crm_file):
    """`start(glance)` begins the app on that file; what it painted first is in `running.seen`."""
    begun: list[Running] = []
    settings.put("language", "en")

    def begin(first: Glance) -> Running:
        def opened(path, passphrase):
            return open_workspace(path, passphrase=passphrase, secrets=secrets)

        running = Running(qapp, settings, bootstrap.pages, Opening(open_file=opened, make=None, glance=first))
        begun.append(running)
        qtbot.addWidget(running.window)
        return running

    yield begin
    for running in begun:
        running.window.close()
        running.stop()


def rows(running: Running) -> list[str]:
    pages = running.window.frame.findChildren(FirstLookPage)
    return [page.rows[0][0] for page in pages]


def test_a_look_that_is_over_is_in_the_first_picture(qtbot, start, crm_file, secrets) -> None:
    first = Glance(partial(first_look, secrets=secrets), crm_file)
    assert first.found().nodes[0].name == "한빛그룹"
    running = start(first)
    seen: list[list[str]] = []
    running.window.painted.connect(lambda: seen.append(rows(running)))
    with qtbot.waitSignal(running.looked):
        running.begin(crm_file)
    assert seen == [["한빛그룹"]]
    qtbot.waitUntil(lambda: running.context is not None)


def test_a_slow_keyring_does_not_hold_the_window_back(qtbot, start, crm_file, secrets) -> None:
    answered = Event()

    def slow(path):
        answered.wait()
        return first_look(path, secrets)

    running = start(Glance(slow, crm_file))
    seen: list[list[str]] = []
    running.window.painted.connect(lambda: seen.append(rows(running)))
    running.begin(crm_file)
    assert running.window.isVisible()
    assert rows(running) == []
    answered.set()
    with qtbot.waitSignal(running.looked):
        pass
    assert rows(running) == ["한빛그룹"]
    qtbot.waitUntil(lambda: running.context is not None)


def test_what_cannot_be_looked_into_is_opened_in_the_ordinary_way(qtbot, start, crm_file) -> None:
    running = start(Glance(lambda _: None, crm_file))
    running.begin(crm_file)
    qtbot.waitUntil(lambda: running.context is not None)
    assert rows(running) == []


def test_only_a_start_that_shows_the_accounts_looks_ahead(tmp_path) -> None:
    def looked(path):
        return path

    file = tmp_path / "team.crm"
    assert glance(looked, None) is None
    Settings().put("workspace.path", str(file))
    assert glance(looked, None) is None, "the file is gone"
    file.touch()
    known = glance(looked, None)
    assert known is not None
    assert known.found() == file
    Settings().put("workspace.typed", True)
    assert glance(looked, None) is None, "the passphrase is asked for first"
    given = glance(looked, file)
    assert given is not None
    assert given.found() == file
    Settings().put("window.page", "quote")
    assert glance(looked, file) is None, "another page is shown"


def test_the_look_begins_without_the_toolkit() -> None:
    code = (
        "import sys, desktop_crm.foundation.glance; print([name for name in sys.modules if name.startswith('PySide6')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
