"""The note of a visit: typed text is on disk within half a second, and the words that suggest something are marked in it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QMimeData, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, tr
from desktop_crm.services import visits
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import current
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.labels import label

SAVE_MS = 250
"""From the first key that is not on disk; the write itself takes some more."""


class NoteBox(QPlainTextEdit):
    """Signals: `pasted(mime)` when files or a picture were pasted, which are no text."""

    pasted = Signal(object)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasImage() or any(url.isLocalFile() for url in source.urls()):
            self.pasted.emit(source)
        else:
            super().insertFromMimeData(source)


class NoteCard(Card):
    """Signals: `saved()` after what was typed is on disk."""

    saved = Signal()

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("Note"), parent=parent)
        self._context = context
        self._visit: str | None = None
        self._showing = False
        self.state = label("", "hint")
        self.corner.addWidget(self.state)
        self.box = NoteBox()
        self.box.setProperty("role", "plain")
        self.box.setTabChangesFocus(True)
        self.box.setAccessibleName(tr("Note"))
        self.box.setPlaceholderText(tr("What was said, in your own words. It is saved while you type."))
        self.body.addWidget(self.box, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self.save)
        self.box.textChanged.connect(self._on_typed)

    def show_note(self, visit_id: str, text: str) -> None:
        """Show a visit's note; what is being typed into the same note is never replaced."""
        if visit_id == self._visit and (self._timer.isActive() or self.box.hasFocus()):
            return
        self._flush()
        self._visit = visit_id
        if text != self.box.toPlainText():
            self._showing = True
            self.box.setPlainText(text)
            self._showing = False
            self.state.clear()

    def mark(self, places: Iterable[tuple[int, int]]) -> None:
        """Mark these parts of the text."""
        look = current()
        ground = QTextCharFormat()
        ground.setBackground(QColor(look.accent_soft))
        ground.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        ground.setUnderlineColor(QColor(look.accent))
        marks = []
        length = len(self.box.toPlainText())
        for start, end in places:
            if end > length:
                continue
            one = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.box.document())
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            one.cursor, one.format = cursor, ground
            marks.append(one)
        self.box.setExtraSelections(marks)

    def save(self) -> None:
        """Keep what is typed."""
        self._timer.stop()
        if self._visit is None:
            return
        work = partial(visits.save_note, self._context.workspace, self._visit, self.box.toPlainText())
        self._context.lanes.write(work, self._on_saved, self._context.reporter.report, self)

    def _flush(self) -> None:
        if self._timer.isActive():
            self.save()

    def _on_typed(self) -> None:
        if self._showing or self._visit is None:
            return
        self.state.setText(tr("Saving…"))
        if not self._timer.isActive():
            self._timer.start()

    def _on_saved(self, _changes: Changes) -> None:
        if not self._timer.isActive():
            now = self._context.workspace.clock.now().astimezone()
            self.state.setText(tr("Saved {time}", time=formats.time(now, seconds=True)))
        self.saved.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        self._flush()
        super().hideEvent(event)
