"""A running app over a real workspace file, without a remembered place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from desktop_crm import bootstrap
from desktop_crm.foundation.settings import Settings
from desktop_crm.services.safety.restoring import restore
from desktop_crm.services.workspace import init_workspace, open_workspace
from desktop_crm.ui.shell.application import Opening, Running


@pytest.fixture
def crm_file(tmp_path: Path, secrets) -> Path:
    path = tmp_path / "team.crm"
    workspace = init_workspace(path, name="Sales team 1", secrets=secrets)
    with workspace.write("test") as work:
        me = work.insert("user", {"name": "김하늘"})
        parent = work.insert("account", {"name": "한빛그룹", "owner_id": me})
        work.insert("account", {"name": "한빛전자", "parent_id": parent, "owner_id": me, "employees": 8200})
        work.insert("contact", {"name": "이정훈", "title": "부장", "account_id": parent})
    workspace.act_as(me)
    workspace.close()
    return path


@pytest.fixture
def run(qtbot, qapp, settings: Settings, secrets, tmp_path, monkeypatch) -> Iterator[Callable[..., Running]]:
    """`run(path)` shows the window; with a path the workspace is waited for."""
    started: list[Running] = []
    settings.put("language", "en")
    settings.put("theme", "light")

    def begin(path: Path | None = None) -> Running:
        def opened(file: Path, passphrase: str | None):
            return open_workspace(file, passphrase=passphrase, secrets=secrets)

        def made(wanted):
            if wanted.kind == "restore":
                done = restore(Path(wanted.path), Path(wanted.target), passphrase=wanted.passphrase, secrets=secrets)
                return opened(done.path, wanted.passphrase)
            if wanted.kind == "save":
                monkeypatch.setattr(bootstrap, "open_file", opened)
                return bootstrap.make(wanted)
            return init_workspace(
                tmp_path / f"{wanted.kind}.crm", name=wanted.name, passphrase=wanted.passphrase or None, secrets=secrets
            )

        running = Running(qapp, settings, bootstrap.pages, Opening(open_file=opened, make=made))
        started.append(running)
        qtbot.addWidget(running.window)
        running.begin(path)
        qtbot.waitExposed(running.window)
        if path is not None:
            qtbot.waitUntil(lambda: running.context is not None)
        return running

    yield begin
    for running in started:
        running.window.close()
        running.stop()
        running.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
