"""The floor of a cold start: a bare window with menus, a toolbar, a tree of 200 rows and a form of 20 fields.

Run as a program it prints the moment after its first paint, on the clock that all processes share; with `memory` the bytes it
then holds, with what a client of a database imports beside it.
"""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QApplication,
    QFormLayout,
    QLineEdit,
    QMainWindow,
    QSplitter,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)


class Window(QMainWindow):
    painted = False

    def paintEvent(self, event) -> None:
        super().paintEvent(event)
        if not self.painted:
            self.painted = True
            QTimer.singleShot(0, self.done)

    def done(self) -> None:
        if sys.argv[1:] == ["memory"]:
            import sqlite3  # noqa: F401

            import msgspec  # noqa: F401
            import sqlalchemy.orm  # noqa: F401

            from tests.benchmarks.measure import resident

            print(resident(), flush=True)
        else:
            print(time.perf_counter(), flush=True)
        QApplication.quit()


def main() -> int:
    app = QApplication(sys.argv[:1])
    window = Window()
    window.resize(1280, 800)
    for number in range(6):
        menu = window.menuBar().addMenu(f"Menu {number}")
        for item in range(12):
            menu.addAction(f"Action {item}")
    toolbar = window.addToolBar("tools")
    for number in range(12):
        toolbar.addAction(f"거래처 {number}")
    tree = QTreeWidget()
    tree.setHeaderLabels(["이름", "단계", "금액"])
    tree.addTopLevelItems([QTreeWidgetItem([f"회사 {n}", "lead", "1,000"]) for n in range(200)])
    form = QWidget()
    layout = QFormLayout(form)
    for number in range(20):
        layout.addRow(f"필드 {number}", QLineEdit("값"))
    tabs = QTabWidget()
    tabs.addTab(form, "기본")
    splitter = QSplitter()
    splitter.addWidget(tree)
    splitter.addWidget(tabs)
    window.setCentralWidget(splitter)
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
