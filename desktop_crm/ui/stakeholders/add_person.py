"""Adding by typing: a name finds contacts, Enter puts them on the map; what finds nobody becomes a new contact or a seat.

Signals: `contact_taken(contact_id, name)`, `name_taken(name)`, `seat_taken(label)`, `closed()`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop_crm.i18n import tr
from desktop_crm.services import stakeholders
from desktop_crm.services.stakeholders import PersonChoice
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import current, icon
from desktop_crm.ui.theme.tokens import ICON_SIZE
from desktop_crm.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 340
ROW = 34
_ROLE = Qt.ItemDataRole.UserRole


class AddPerson(QFrame):
    """A small panel over the map. The first row is chosen, so that a name and Enter are enough."""

    contact_taken = Signal(str, str)
    name_taken = Signal(str)
    seat_taken = Signal(str)
    closed = Signal()

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "popup")
        self.setObjectName("add-person")
        self.setFixedWidth(WIDTH)
        self._context = context
        self._slot = context.lanes.slot()
        self._map_id = ""
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 10, 10, 8)
        box.setSpacing(6)
        self.title = ElidedLabel("", "hint")
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Type a name"))
        self.line.setAccessibleName(tr("Name of the person"))
        self.line.textEdited.connect(self._search)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setProperty("role", "palette")
        self.list.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setAccessibleName(tr("People found"))
        self.list.itemClicked.connect(self._take)
        box.addWidget(self.title)
        box.addWidget(self.line)
        box.addWidget(self.list)
        self.hide()

    def ask(self, map_id: str, title: str) -> None:
        """Open for a map; the caller has put the panel in its place."""
        self._map_id = map_id
        self.title.set_text(title)
        self.line.clear()
        self._show((), "")
        self.show()
        self.raise_()
        self.line.setFocus()
        self._search("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._key(event):
            return True
        return super().eventFilter(watched, event)

    def close_panel(self) -> None:
        """Close without adding anybody."""
        self._slot.cancel()
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_panel()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take(self.list.currentItem())
        elif key in {Qt.Key.Key_Down, Qt.Key.Key_Up} and self.list.count():
            step = 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
        else:
            return False
        return True

    def _search(self, text: str) -> None:
        fn = partial(stakeholders.candidates, self._context.workspace, self._map_id, text)
        self._slot.read(fn, partial(self._on_found, text))
        self._show((), text)

    def _on_found(self, text: str, found: Sequence[PersonChoice]) -> None:
        if self.isVisible() and text == self.line.text():
            self._show(found, text)

    def _show(self, found: Sequence[PersonChoice], text: str) -> None:
        self.list.clear()
        look, name = current(), text.strip()
        for choice in found:
            place = " · ".join(part for part in (choice.title, choice.department, choice.account_name) if part)
            self._row(f"{choice.name}   {place}", "contact", ("contact", choice.contact_id, choice.name))
        if name:
            self._row(tr("Add “{name}” as a new contact", name=name), "plus", ("name", "", name), look.accent)
        seat = (
            tr("Vacant seat “{name}”, person not yet known", name=name)
            if name
            else tr("Vacant seat, person not yet known")
        )
        self._row(seat, "user", ("seat", "", name))
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(min(self.list.count(), 9) * ROW + 6)
        self.adjustSize()

    def _row(self, text: str, sign: str, data: tuple[str, str, str], colour: str = "") -> None:
        item = QListWidgetItem(icon(sign, colour or current().ink_3), text)
        item.setData(_ROLE, data)
        item.setSizeHint(QSize(0, ROW))
        self.list.addItem(item)

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        kind, contact_id, name = item.data(_ROLE)
        self.close_panel()
        if kind == "contact":
            self.contact_taken.emit(contact_id, name)
        elif kind == "name":
            self.name_taken.emit(name)
        else:
            self.seat_taken.emit(name)
