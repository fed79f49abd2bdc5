"""The groups of a list of duplicates: what they are called, how likely they are one, why. Values in, no query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_crm.ui.theme import Mood

LINE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """One group as it is shown. `ids` and `names` go together."""

    id: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    likely: str
    mood: Mood
    why: str

    @property
    def title(self) -> str:
        return " · ".join(self.names)


class GroupModel(QAbstractListModel):
    """Groups, one a row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[GroupLine, ...] = ()

    def show_lines(self, lines: Sequence[GroupLine]) -> None:
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()

    def line(self, place: int) -> GroupLine | None:
        return self._lines[place] if 0 <= place < len(self._lines) else None

    def place_of(self, group_id: str) -> int:
        """Where a group stands; -1 when it is not there."""
        return next((place for place, line in enumerate(self._lines) if line.id == group_id), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.line(index.row())
        if line is None:
            return None
        if role == LINE_ROLE:
            return line
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return f"{line.title} · {line.likely} · {line.why}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{line.title}\n{line.why}"
        return None
