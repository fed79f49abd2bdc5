"""The timeline of one record: a list that grows as one scrolls, with a kind, words and exchanges to narrow it.

Handed to other rooms by the composition root: as a tab of an account, a contact, a deal or a contract, and beside a quote.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QListView, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, tr
from desktop_crm.services.timeline import Asked, Sort, StreamEntry
from desktop_crm.ui.activities.stream_delegate import StreamDelegate
from desktop_crm.ui.activities.stream_model import StreamModel
from desktop_crm.ui.activities.stream_words import sort_word
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.flow_row import FlowRow
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.own_ground import own_ground, paint_ground
from desktop_crm.ui.widgets.search_field import SearchField
from desktop_crm.ui.widgets.steady import SteadyComboBox

_ENTITIES = (
    "activity", "task", "attachment", "quote", "quote_version", "proposal", "proposal_version", "opportunity", "account", "contact", "contract", "user",
)  # fmt: skip
PAUSE_MS = 150
AHEAD = 60


class StreamList(QListView):
    """Enter and a double press open an entry."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Timeline"))
        own_ground(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_ground(self, event)
        super().paintEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class StreamPanel(QWidget):
    """`StreamPanel(context, "contact").show_row(id)`."""

    def __init__(self, context: UiContext, entity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("scrolls", True)
        self._context = context
        self._entity = entity
        self._row_id = ""
        self._thread = ""
        self.model = StreamModel(context, entity, self)
        self.list = StreamList(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(StreamDelegate(context.workspace.clock.now(), self.list))
        self.search = SearchField(tr("Search in the timeline"))
        self.sort = SteadyComboBox()
        self.sort.setAccessibleName(tr("Kind"))
        self.sort.addItem(tr("All kinds"), "")
        for one in Sort:
            self.sort.addItem(sort_word(one), str(one))
        self.whole = QCheckBox(tr("With all below"))
        self.grouped = QCheckBox(tr("Exchanges as one"))
        self.back = button(tr("All exchanges"), self._leave_thread, kind="small", icon_name="arrow_left")
        self.back.hide()
        self._count = label("", "hint")
        self._nothing = label(tr("Nothing of that stands here."), "hint")
        self._nothing.setContentsMargins(18, 14, 18, 14)
        self._nothing.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._head())
        box.addWidget(self._nothing)
        box.addWidget(self.list, 1)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PAUSE_MS)
        self._wire()

    def _head(self) -> QWidget:
        head = QFrame()
        head.setProperty("role", "header")
        row = FlowRow(head)
        row.setContentsMargins(14, 8, 14, 8)
        self.search.setMinimumWidth(170)
        for control in (self.search, self.sort, self.grouped, self.whole, self.back, self._count):
            row.addWidget(control)
        self.whole.setVisible(self._entity == "account")  # shown before it has a parent it would be a window
        return head

    def _wire(self) -> None:
        self.search.searched.connect(self._on_narrowed)
        self.search.left.connect(self.list.setFocus)
        self.sort.activated.connect(self._on_narrowed)
        self.whole.toggled.connect(self._on_narrowed)
        self.grouped.toggled.connect(self._on_narrowed)
        self.list.activated.connect(self._on_opened)
        self.model.loaded.connect(self._on_loaded)
        self.list.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self._later.timeout.connect(self.refresh)
        self._context.hub.changed.connect(self._on_changed)

    def show_row(self, row_id: str) -> None:
        """Show the timeline of a record."""
        if row_id != self._row_id:
            self._thread = ""
        self._row_id = row_id
        self.refresh()

    def refresh(self) -> None:
        """Read it again from its newest entry."""
        if self._row_id:
            self.back.setVisible(bool(self._thread))
            self.model.ask(self._row_id, self.asked())

    def asked(self) -> Asked:
        """What the controls say."""
        chosen = str(self.sort.currentData() or "")
        return Asked(
            whole=self.whole.isChecked(),
            sort=Sort(chosen) if chosen else None,
            text=self.search.text().strip(),
            grouped=self.grouped.isChecked(),
            thread=self._thread,
        )

    @Slot()
    def _on_narrowed(self, _value: Any = None) -> None:
        self.refresh()

    def _leave_thread(self) -> None:
        self._thread = ""
        self.refresh()

    @Slot(QModelIndex)
    def _on_opened(self, index: QModelIndex) -> None:
        entry = self.model.entry(index.row())
        if entry is None:
            return
        if entry.among > 1 and self.grouped.isChecked() and not self._thread:
            self._thread = entry.thread
            self.refresh()
        elif entry.sort in {Sort.VISIT, Sort.MAIL}:
            self._context.routes.go(str(entry.sort), entry.row_id)
        elif entry.sort is not Sort.FILE:
            self._context.routes.open(entry.entity, entry.row_id)

    @Slot(int)
    def _on_scrolled(self, _value: int) -> None:
        """The next window is read before one comes to the end of this one."""
        last = self.list.indexAt(self.list.viewport().rect().bottomLeft()).row()
        if last + AHEAD >= self.model.rowCount() and self.model.canFetchMore():
            self.model.fetchMore()

    @Slot(int)
    def _on_loaded(self, count: int) -> None:
        self._nothing.setVisible(count == 0)
        last: StreamEntry | None = self.model.entry(count - 1)
        since = tr("back to {day}", day=formats.date(_day(last))) if last is not None else ""
        self._count.setText(since)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._row_id and self.isVisible() and changes.touches(*_ENTITIES):
            self._later.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._row_id:
            self.refresh()


def _day(entry: StreamEntry) -> date:
    return entry.at.astimezone().date()
