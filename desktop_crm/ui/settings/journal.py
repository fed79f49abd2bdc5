"""The journal: the last acts of this user, the newest first, each with what stands in the way of undoing it, or a button for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, tr
from desktop_crm.i18n.acts import act_text
from desktop_crm.i18n.error_texts import explain
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood, current, pixmap
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.labels import ElidedLabel, clear, label, rule
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.states import EmptyState, StateStack

if TYPE_CHECKING:
    from desktop_crm.services.journal import Entry

_ICONS = {
    "import": "import",
    "created": "plus",
    "updated": "edit",
    "deleted": "trash",
    "restored": "refresh",
}
_WIDEST, _BUTTON = 980, 86


class JournalPage(QWidget):
    """`JournalPage(context)`."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._stale = True
        self.undo_last = button(tr("Undo"), context.undo.undo, icon_name="undo", tip=tr("Undo the last act"))
        self.redo_last = button(tr("Redo"), context.undo.redo, icon_name="redo", tip=tr("Redo what was undone last"))
        header = PageHeader(
            tr("Journal"),
            subtitle=tr("Your last 100 acts on this laptop. They can be undone after a restart too."),
            actions=(self.undo_last, self.redo_last),
        )
        inner = QWidget()
        inner.setProperty("role", "clear")
        self._days = QVBoxLayout(inner)
        self._days.setContentsMargins(18, 16, 18, 16)
        self._days.setSpacing(14)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        area.setAccessibleName(tr("Journal"))
        self._area = area
        empty = EmptyState(
            tr("Nothing was done yet"),
            tr("Whatever you change, import, move or delete is listed here and can be undone."),
            icon_name="history",
        )
        self.states = StateStack(area, empty)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(header)
        box.addWidget(self.states, 1)
        context.hub.changed.connect(self._on_changed)
        context.undo.changed.connect(self._look_again)
        self._show_next()

    def title(self) -> str:
        return tr("Journal")

    def refresh(self) -> None:
        """Read the acts again."""
        self._stale = False
        self._slot.read(self._context.undo.acts.entries, self._show, self._on_failed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _show(self, entries: tuple[Entry, ...]) -> None:
        place, focused = self._area.verticalScrollBar().value(), self._focused()
        clear(self._days)
        day, card = None, None
        for entry in entries:
            moment = entry.at.astimezone()
            if card is None or moment.date() != day:
                day = moment.date()
                card = Card(formats.date(day))
                card.setMaximumWidth(_WIDEST)
                self._days.addWidget(card)
            else:
                card.add(rule())
            card.add(self._row(entry))
        self._days.addStretch(1)
        if entries:
            self.states.show_content()
        else:
            self.states.show_empty()
        self._area.verticalScrollBar().setValue(place)
        again = self.findChild(QPushButton, focused) if focused else None
        if again is not None:
            again.setFocus()

    def _focused(self) -> str:
        """The act whose button holds the keyboard, so that it has it again after the list is made anew."""
        here = self.focusWidget()
        return here.objectName() if isinstance(here, QPushButton) and self._area.isAncestorOf(here) else ""

    def _row(self, entry: Entry) -> QWidget:
        text, moment = act_text(entry.facts), entry.at.astimezone()
        row = QWidget()
        row.setProperty("role", "clear")
        grid = QGridLayout(row)
        grid.setContentsMargins(0, 1, 0, 1)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(1)
        grid.setColumnMinimumWidth(0, 44)
        grid.setColumnStretch(2, 1)
        grid.setColumnMinimumWidth(5, _BUTTON)
        sign = QLabel()
        name = _ICONS.get(entry.facts.cause) or _ICONS[entry.facts.kind]
        sign.setPixmap(pixmap(name, current().ink_3, 16, self.devicePixelRatioF()))
        grid.addWidget(label(formats.time(moment), "hint"), 0, 0)
        grid.addWidget(sign, 0, 1)
        grid.addWidget(ElidedLabel(text, "body2" if entry.undone else "body"), 0, 2)
        if entry.who:
            grid.addWidget(label(entry.who, "hint"), 0, 3)
        if entry.undone:
            grid.addWidget(Pill(tr("undone"), Mood.neutral), 0, 4)
        if entry.refusal is None:
            grid.addWidget(self._button(entry, text), 0, 5)
        else:
            words = explain(entry.refusal)
            grid.addWidget(label(f"{words.title}: {words.happened}", "hint", wrap=True), 1, 2, 1, 4)
        return row

    def _button(self, entry: Entry, text: str) -> QPushButton:
        act = partial(self._context.undo.turn, entry.id, undone=not entry.undone)
        if entry.undone:
            made = button(tr("Redo"), act, kind="small", icon_name="redo")
            made.setAccessibleName(tr("Redo: {act}", act=text))
        else:
            made = button(tr("Undo"), act, kind="small", icon_name="undo")
            made.setAccessibleName(tr("Undo: {act}", act=text))
        made.setObjectName(f"turn:{entry.id}")
        made.installEventFilter(self)
        return made

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A button that the keyboard walks to comes into sight."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._area.ensureWidgetVisible(watched)
        return super().eventFilter(watched, event)

    def _show_next(self) -> None:
        acts = self._context.undo
        self.undo_last.setEnabled(bool(acts.next_undo()))
        self.redo_last.setEnabled(bool(acts.next_redo()))

    def _on_failed(self, error: BaseException) -> None:
        self._context.reporter.report(error)

    @Slot()
    def _look_again(self) -> None:
        self._show_next()
        self._stale = True
        if self.isVisible():
            self.refresh()

    @Slot(object, object)
    def _on_changed(self, _changes: Changes, _initiator: object) -> None:
        self._look_again()
