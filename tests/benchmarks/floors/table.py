"""The floor of a list: Qt's own table over a bare lazy model that knows how many rows there are. Same cipher.

Pages of 256 rows are read by their numbers when `data` asks and kept in a small cache; `data` answers for display alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QTableView

from tests.benchmarks.floors.bulk import connection
from tests.benchmarks.seeds import names

HEADS = ("이름", "단계", "담당", "전화", "도시", "금액")
ROOT = QModelIndex()
PAGE, KEPT = 256, 64


class Model(QAbstractTableModel):
    def __init__(self, path: Path, count: int) -> None:
        super().__init__()
        self.file = connection(path)
        self.count = count
        self.pages: dict[int, list[tuple[Any, ...]]] = {}

    def rowCount(self, parent: QModelIndex = ROOT) -> int:
        return 0 if parent.isValid() else self.count

    def columnCount(self, _parent: QModelIndex = ROOT) -> int:
        return len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        return HEADS[section] if role == 0 and orientation == Qt.Orientation.Horizontal else None

    def page(self, number: int) -> list[tuple[Any, ...]]:
        found = self.pages.get(number)
        if found is None:
            rows = self.file.execute(
                "SELECT name, stage, owner, phone, city, amount FROM account WHERE id >= ? ORDER BY id LIMIT ?",
                (number * PAGE, PAGE),
            )
            found = rows.fetchall()
            if len(self.pages) > KEPT:
                self.pages.pop(next(iter(self.pages)))
            self.pages[number] = found
        return found

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        if role != 0:
            return None
        row = index.row()
        value = self.page(row // PAGE)[row % PAGE][index.column()]
        return f"{value:,}" if isinstance(value, int) else value


def build(path: Path, count: int) -> None:
    """A file of `count` accounts, numbered in their order."""
    made = connection(path)
    made.execute(
        "CREATE TABLE account (id INTEGER PRIMARY KEY, parent INTEGER, name TEXT, stage TEXT, owner TEXT, phone TEXT,"
        " city TEXT, amount INTEGER)"
    )
    made.execute("BEGIN")
    made.executemany(
        "INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((n, n // 2, name, "lead", "김담당", "02-1234-5678", "서울", n * 7) for n, name in enumerate(names(count))),
    )
    made.execute("CREATE INDEX by_parent ON account (parent, id)")
    made.execute("COMMIT")
    made.execute("ANALYZE")
    made.close()


def view(path: Path, count: int) -> QTableView:
    """A view of the file, not yet shown."""
    made = QTableView()
    made.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    made.verticalHeader().hide()
    made.setModel(Model(path, count))
    return made
