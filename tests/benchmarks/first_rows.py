"""Starts the app on a workspace as a user's start does, prints the moment its first rows are painted, and ends.

The one difference: the key comes from the environment, not from a keyring, which is another program's time.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop_crm import bootstrap
from desktop_crm.foundation.settings import Settings
from desktop_crm.security.secrets import MemoryStore
from desktop_crm.ui.shell.application import Opening, Running

SECRET = "BENCHMARK_SECRET"


def main() -> int:
    workspace, scratch = Path(sys.argv[1]), Path(sys.argv[2])
    secrets = MemoryStore()
    secrets.put(*os.environ[SECRET].split("=", 1))
    settings = Settings(scratch / "settings.json")
    settings.put("window.page", "account")

    def look(path: Path) -> object:
        from desktop_crm.services.first_look import first_look

        return first_look(path, secrets)

    app = QApplication(sys.argv[:1])
    running = Running(app, settings, bootstrap.pages, Opening(open_file=None, make=None, look=look))

    def painted() -> None:
        print(time.perf_counter(), flush=True)
        QTimer.singleShot(0, lambda: os._exit(0))  # what comes after the first rows is not measured

    running.looked.connect(painted)
    running.begin(workspace)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
