"""The entries of a timeline as a list that grows: windows are read on the read lane as one scrolls near the end.

Signals: `loaded(count)` after a window came.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop_crm.services import timeline
from desktop_crm.services.timeline import LAST_PLACE, Asked, Place, StreamEntry
from desktop_crm.ui.activities.stream_words import spoken
from desktop_crm.ui.runtime.context import UiContext

ENTRY_ROLE = int(Qt.ItemDataRole.UserRole) + 1
FIRST = 40
"""The first window is small, so that it is there at once."""
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class StreamModel(QAbstractListModel):
    loaded = Signal(int)

    def __init__(self, context: UiContext, entity: str, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._entity = entity
        self._row_id = ""
        self._asked = Asked()
        self._entries: list[StreamEntry] = []
        self._whole = True
        self._waiting = False
        self._slot = context.lanes.slot()

    def ask(self, row_id: str, asked: Asked) -> None:
        """Begin anew; what stands there stays until the first window is here."""
        self._row_id, self._asked = row_id, asked
        self._whole, self._waiting = False, True
        self._read(LAST_PLACE, FIRST, self._begin)

    def entry(self, row: int) -> StreamEntry | None:
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index.row())
        if entry is None:
            return None
        if role == ENTRY_ROLE:
            return entry
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return spoken(entry)
        return None

    def canFetchMore(self, parent: Index = _ROOT) -> bool:
        return not (parent.isValid() or self._whole or self._waiting)

    def fetchMore(self, _parent: Index = _ROOT) -> None:
        if self._entries and not self._waiting:
            self._waiting = True
            self._read(timeline.place_of(self._entries[-1]), timeline.WINDOW, self._extend)

    def _read(self, after: Place, limit: int, done: Any) -> None:
        work = partial(
            timeline.window, self._context.workspace, self._entity, self._row_id, self._asked, after=after, limit=limit
        )
        self._slot.read(work, done, self._context.reporter.report)

    def _begin(self, entries: tuple[StreamEntry, ...]) -> None:
        self.beginResetModel()
        self._entries = list(entries)
        self._whole, self._waiting = not entries, False
        self.endResetModel()
        self.loaded.emit(len(self._entries))

    def _extend(self, entries: tuple[StreamEntry, ...]) -> None:
        self._waiting = False
        if not entries:
            self._whole = True
        else:
            first = len(self._entries)
            self.beginInsertRows(_ROOT, first, first + len(entries) - 1)
            self._entries += entries
            self.endInsertRows()
        self.loaded.emit(len(self._entries))
