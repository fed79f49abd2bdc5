"""Starts the app as `first_rows` does and prints the memory of its process, in bytes, once the accounts stand on the real page."""

from __future__ import annotations

import sys
from pathlib import Path

from desktop_crm import __main__ as door
from desktop_crm import bootstrap
from tests.benchmarks import first_rows
from tests.benchmarks.measure import resident

watch: list[object] = []


def pages() -> object:
    """The composition root's own pages; from then on it is watched for the one with the accounts."""
    from PySide6.QtCore import QTimer

    timer = QTimer()
    timer.timeout.connect(settled)
    timer.start(200)
    watch.append(timer)
    return first_rows.PAGES()


def open_file(path: Path, _passphrase: str | None) -> object:
    """As the composition root opens, with the key at hand."""
    from desktop_crm.services.workspace import open_workspace

    return open_workspace(path, secrets=first_rows.handed())


def settled() -> None:
    from PySide6.QtWidgets import QApplication

    trees = [one for one in QApplication.allWidgets() if type(one).__name__ == "AccountTree"]
    if any(tree.isVisible() and tree.model().rowCount() >= 50 for tree in trees):
        print(resident(), flush=True)
        first_rows.leave()


if __name__ == "__main__":
    bootstrap.look = first_rows.first_rows
    bootstrap.pages = pages
    bootstrap.open_file = open_file
    sys.argv = ["desktop-crm"]
    door.main()
