"""The app as its own process, with a visit's note open, into which keys are pressed without end, until somebody kills it.

python -m tests.e2e.typing_window FILE VISIT: what the file holds each time the window says "saved" goes to standard output as a line of JSON.
"""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_crm import bootstrap
from desktop_crm.foundation.settings import Settings
from desktop_crm.services import records
from desktop_crm.services.workspace import open_workspace
from desktop_crm.ui.shell.application import Opening, Running
from tests.support.terminal import PASSPHRASE

TYPED = "They decide on the budget in December and want the drawings before. "
KEY_MS = 15


def main(path: Path, visit: str) -> None:
    app = QApplication(sys.argv[:1])
    opening = Opening(open_file=lambda file, _typed: open_workspace(file, passphrase=PASSPHRASE), make=bootstrap.make)
    running = Running(app, Settings(path.with_name("settings.json")), bootstrap.pages, opening)
    running.begin(path)
    keys, begun = itertools.cycle(TYPED), []
    clock = QTimer()

    def tell() -> None:
        body = records.get(running.context.workspace, "activity", visit).fields["body"]
        print(json.dumps(body), flush=True)

    def press() -> None:
        if running.context is None:
            return
        if not begun:
            running.context.routes.go("visit", visit)
            begun.append(running.window.frame.pages.currentWidget().view.note)
            begun[0].saved.connect(tell)
        box = begun[0].box
        if not box.toPlainText():
            return  # the note has not been read yet
        if not box.hasFocus():
            box.setFocus()
            box.moveCursor(QTextCursor.MoveOperation.End)
        QTest.keyClick(box, next(keys))

    clock.timeout.connect(press)
    clock.start(KEY_MS)
    app.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
