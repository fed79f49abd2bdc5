"""A real process of the app ends in order when the terminal or the system asks for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_crm.ui.shell.signals import SignalWatch

PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from desktop_crm import bootstrap
from desktop_crm.ui.shell import application
begin = application.Running.begin
def told(self, path):
    begin(self, path)
    QTimer.singleShot(0, lambda: print("ready", flush=True))
application.Running.begin = told
sys.exit(bootstrap.run_app(["desktop-crm"]))
"""


def test_a_signal_is_told_inside_qts_loop(qtbot, qapp) -> None:
    before = signal.getsignal(signal.SIGINT)  # a run in the background ignores it from the start
    watch = SignalWatch()
    with qtbot.waitSignal(watch.asked_to_end):
        signal.raise_signal(signal.SIGINT)
    watch.stop()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.skipif(sys.platform == "win32", reason="not for Windows: its terminals send other events")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_app_ends_in_order(tmp_path: Path, number: signal.Signals) -> None:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "DESKTOP_CRM_HOME": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", PROGRAM], env=env, stdout=subprocess.PIPE, text=True) as app:
        try:
            assert app.stdout.readline().strip() == "ready"
            app.send_signal(number)
            assert app.wait(timeout=300) == 0
        finally:
            app.kill()
    assert (tmp_path / "config" / "settings.json").is_file()
