"""The floor of a tree: Qt's own view over a bare lazy model, a level read from the file when it is opened. Same cipher.

A node knows its row and its children; `data` answers for display alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import QTreeView

from tests.benchmarks.floors.bulk import connection
from tests.benchmarks.seeds import names, parents

HEADS = ("이름", "진행 중", "가중", "수주", "")
ROOT = QModelIndex()


class Node:
    __slots__ = ("count", "id", "nodes", "parent", "row", "shown")

    def __init__(self, row_id: int, row: int, parent: Node | None, count: int, shown: tuple[Any, ...]) -> None:
        self.id, self.row, self.parent, self.count, self.shown = row_id, row, parent, count, shown
        self.nodes: list[Node] | None = None


class Model(QAbstractItemModel):
    """Children are read when Qt first asks how many there are."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.file = connection(path)
        self.root = Node(-1, 0, None, 1, ())

    def node(self, index: QModelIndex) -> Node:
        return index.internalPointer() if index.isValid() else self.root

    def under(self, node: Node) -> list[Node]:
        if node.nodes is None:
            rows = self.file.execute(
                "SELECT id, children, name, open, weighted, won FROM account WHERE parent = ? ORDER BY place",
                (node.id,),
            )
            node.nodes = [Node(row[0], place, node, row[1], row[2:]) for place, row in enumerate(rows)]
        return node.nodes

    def rowCount(self, parent: QModelIndex = ROOT) -> int:
        return len(self.under(self.node(parent)))

    def columnCount(self, _parent: QModelIndex = ROOT) -> int:
        return len(HEADS)

    def hasChildren(self, parent: QModelIndex = ROOT) -> bool:
        return self.node(parent).count > 0

    def index(self, row: int, column: int, parent: QModelIndex = ROOT) -> QModelIndex:
        under = self.under(self.node(parent))
        return self.createIndex(row, column, under[row]) if 0 <= row < len(under) else QModelIndex()

    def parent(self, index: QModelIndex = ROOT) -> QModelIndex:
        above = index.internalPointer().parent
        return QModelIndex() if above is None or above is self.root else self.createIndex(above.row, 0, above)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        return HEADS[section] if role == 0 and orientation == Qt.Orientation.Horizontal else None

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        if role != 0 or index.column() == len(HEADS) - 1:
            return None
        value = index.internalPointer().shown[index.column()]
        return f"{value:,}" if isinstance(value, int) else value


def build(path: Path, count: int) -> None:
    """A file of `count` accounts, each with its place, its number of children and three sums."""
    above = parents(count)
    children = [0] * count
    for parent in above:
        if parent is not None:
            children[parent] += 1
    made = connection(path)
    made.execute(
        "CREATE TABLE account (id INTEGER PRIMARY KEY, parent INTEGER, place INTEGER, name TEXT, children INTEGER,"
        " open INTEGER, weighted INTEGER, won INTEGER)"
    )
    made.execute("BEGIN")
    made.executemany(
        "INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (n, -1 if above[n] is None else above[n], n, name, children[n], n * 7, n * 5, n * 3)
            for n, name in enumerate(names(count))
        ),
    )
    made.execute("CREATE INDEX by_parent ON account (parent, place)")
    made.execute("COMMIT")
    made.close()


def view(path: Path) -> QTreeView:
    """A view of the file, not yet shown."""
    made = QTreeView()
    made.setUniformRowHeights(True)
    made.setModel(Model(path))
    return made
