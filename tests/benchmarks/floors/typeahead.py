"""The floor of search as you type: a line, FTS5 over pairs of signs, fifty rows in Qt's own table. Same cipher, `synchronous=FULL`.

It looks in one column of names alone, takes what comes first, and knows neither kinds nor ranks nor details.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView, QVBoxLayout, QWidget

from tests.benchmarks.floors.bulk import connection
from tests.benchmarks.seeds import names

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
SHOWN = 50
ROOT = QModelIndex()


def initials(name: str) -> str:
    """Initial consonants of syllables, other signs as they are, small."""
    places = ((sign, ord(sign) - 0xAC00) for sign in name)
    return "".join(INITIALS[place // 588] if 0 <= place < 11172 else sign.lower() for sign, place in places)


def pairs(name: str) -> str:
    """Two signs each within every word, and its last sign alone."""
    found: list[str] = []
    for word in name.lower().split():
        found += [word[at : at + 2] for at in range(len(word))]
    return " ".join(found)


def build(path: Path, count: int) -> None:
    """A file of `count` names with both indexes."""
    file = connection(path)
    file.execute("CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT, initials TEXT)")
    for table in ("by_name", "by_initials"):
        file.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5(words, content='', detail=none, prefix='1',"
            " tokenize='unicode61 remove_diacritics 0')"
        )
    file.execute("BEGIN")
    for n, name in enumerate(names(count), 1):
        first = initials(name)
        file.execute("INSERT INTO account VALUES (?, ?, ?)", (n, name, first))
        file.execute("INSERT INTO by_name (rowid, words) VALUES (?, ?)", (n, pairs(name)))
        file.execute("INSERT INTO by_initials (rowid, words) VALUES (?, ?)", (n, pairs(first)))
    file.execute("COMMIT")
    for table in ("by_name", "by_initials"):
        file.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
    file.close()


def find(file: Any, typed: str) -> list[tuple[Any, ...]]:
    """The first fifty names that hold what was typed."""
    plain = typed.lower()
    only = all(sign in INITIALS for sign in plain)
    table, column = ("by_initials", "initials") if only else ("by_name", "lower(name)")
    words = [plain[at : at + 2] for at in range(max(len(plain) - 1, 1))]
    asked = " AND ".join(f'"{word}"{" *" if len(word) == 1 else ""}' for word in words)
    return list(
        file.execute(
            f"SELECT id, name, initials FROM {table} JOIN account ON id = {table}.rowid"
            f" WHERE {table} MATCH ? AND instr({column}, ?) LIMIT {SHOWN}",
            (asked, plain),
        )
    )


class Model(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[Any, ...]] = []

    def rowCount(self, parent: QModelIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, _parent: QModelIndex = ROOT) -> int:
        return 3

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        return str(self.rows[index.row()][index.column()]) if role == 0 else None

    def put(self, rows: list[tuple[Any, ...]]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


class View(QTableView):
    paints = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.paints += 1


class Window(QWidget):
    """A line over a table; every change of the line fills the table."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.file = connection(path)
        self.line, self.view, self.model = QLineEdit(), View(), Model()
        self.view.setModel(self.model)
        self.view.verticalHeader().hide()
        box = QVBoxLayout(self)
        box.addWidget(self.line)
        box.addWidget(self.view)
        self.resize(900, 700)
        self.line.textChanged.connect(self.look)

    def look(self, text: str) -> None:
        self.model.put(find(self.file, text) if text.strip() else [])

    def press(self, text: str) -> float:
        """Seconds from the key press that makes this text to its painted rows."""
        paints, began = self.view.paints, time.perf_counter()
        self.line.setText(text)
        while self.view.paints == paints:
            QApplication.processEvents()
        return time.perf_counter() - began

    def empty(self) -> None:
        self.line.blockSignals(True)
        self.line.clear()
        self.line.blockSignals(False)
