"""Searching everything: words and filters in one line, hits with the piece that was found. A press opens the record.

Files are read in the worker process while the page is open, one after another, so that their words are found too.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from desktop_crm.exchange.file_text import text_of
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.services import full_text
from desktop_crm.services.full_text import Asked, Result, Unread
from desktop_crm.ui.insights.found_list import FoundDelegate, FoundModel
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.theme import Mood
from desktop_crm.ui.widgets.flow_row import FlowRow
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.own_ground import own_ground, paint_ground
from desktop_crm.ui.widgets.pill import Pill
from desktop_crm.ui.widgets.search_field import SearchField
from desktop_crm.ui.widgets.states import EmptyState, StateStack

PAUSE_MS = 220


class FoundList(QListView):
    """Enter and a double press open a hit."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Hits"))
        own_ground(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_ground(self, event)
        super().paintEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class SearchPage(QWidget):
    """`open_row(text)` searches for a text: the palette leads here."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._slot = context.lanes.slot()
        self._passed: frozenset[str] = frozenset()
        self._reading = False
        self.header = PageHeader(tr("Search"))
        self.field = SearchField(
            tr("Words, and filters such as owner:me amount:>100M after:lastmonth"), pause_ms=PAUSE_MS
        )
        self.model = FoundModel(self)
        self.list = FoundList(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(FoundDelegate(self.list))
        hint = tr("Names, notes, mails, lines of quotes and the words in files are searched. Narrow with:")
        keys = "owner:  stage:  amount:>  after:  before:  account:  kind:"
        self._states = StateStack(self.list, EmptyState(tr("Search everything"), f"{hint}\n{keys}", icon_name="search"))
        self.chips = QFrame()
        self._chips = FlowRow(self.chips)
        self._chips.setContentsMargins(18, 0, 18, 8)
        self.chips.hide()
        self._word = label("", "hint")
        self._word.setContentsMargins(18, 0, 18, 8)
        self._word.hide()
        top = QVBoxLayout()
        top.setContentsMargins(18, 10, 18, 8)
        top.addWidget(self.field)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addLayout(top)
        box.addWidget(self.chips)
        box.addWidget(self._word)
        box.addWidget(self._states, 1)
        self.setFocusProxy(self.field)
        self._states.show_empty()
        self.field.searched.connect(self._on_searched)
        self.field.left.connect(self.list.setFocus)
        self.list.activated.connect(self._on_opened)
        self._states.failed.retried.connect(self.refresh)
        context.hub.changed.connect(self._on_changed)

    def title(self) -> str:
        return tr("Search")

    def open_row(self, text: str | None) -> None:
        """Search for a text."""
        if text:
            self.field.setText(text)
            self.refresh()

    def refresh(self) -> None:
        """Ask again."""
        text = self.field.text().strip()
        if not text:
            self._slot.cancel()
            self._states.show_empty()
            self.chips.hide()
            self._word.hide()
            self.header.set_subtitle("")
            return
        work = partial(full_text.search, self._context.workspace, text)
        self._slot.read(work, self._show, self._states.show_failed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read_next()

    @Slot(str)
    def _on_searched(self, _text: str) -> None:
        self.refresh()

    def _show(self, result: Result) -> None:
        self.model.show_found(result.found)
        self._show_chips(result.asked)
        count = len(result.found)
        self.header.set_subtitle(ntr("{n} hit", "{n} hits", count, n=formats.number(count)))
        said = tr("Found instead: {words}", words=result.meant) if result.meant else ""
        said = said or ("" if count else tr("Nothing found"))
        self._word.setText(said)
        self._word.setVisible(bool(said))
        self._states.show_content()

    def _show_chips(self, asked: Asked) -> None:
        self._chips.clear()
        found = chips(asked)
        for words in found:
            self._chips.addWidget(Pill(words, Mood.accent))
        self.chips.setVisible(bool(found))

    @Slot(QModelIndex)
    def _on_opened(self, index: QModelIndex) -> None:
        one = self.model.found(index.row())
        if one is None:
            return
        if one.kind == "visit":
            self._context.routes.go("visit", one.id)
        else:
            self._context.routes.open(*one.opens)

    # files

    def _read_next(self) -> None:
        """One file after another, while the page is in sight."""
        if not self._reading and self.isVisible():
            self._reading = True
            work = partial(full_text.next_unread, self._context.workspace, self._passed)
            self._context.lanes.read(work, self._on_unread, self._on_stuck)

    def _on_unread(self, one: Unread | None) -> None:
        if one is None:
            self._reading = False
            return
        self._passed |= {one.content}
        done = partial(self._on_words, one.content)
        self._context.lanes.work(text_of, one.name, one.mime, one.data, done=done, failed=self._on_stuck)

    def _on_words(self, content: str, words: str) -> None:
        work = partial(full_text.keep_text, self._context.workspace, content, words)
        self._context.lanes.write(work, self._on_kept, self._on_stuck)

    def _on_kept(self, _nothing: None) -> None:
        self._reading = False
        self._read_next()

    def _on_stuck(self, error: BaseException) -> None:
        self._reading = False
        self._context.reporter.report(error)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches("attachment"):
            self._read_next()
        if self.isVisible() and self.field.text().strip():
            self.refresh()


def chips(asked: Asked) -> list[str]:
    """The filters that were understood, in words."""
    found = []
    if asked.owner:
        found.append(tr("Owner: {name}", name=tr("me") if asked.owner == "@me" else asked.owner))
    if asked.stage:
        found.append(tr("Stage: {name}", name=asked.stage))
    if asked.account:
        found.append(tr("Account: {name}", name=asked.account))
    if asked.kind:
        found.append(tr("Kind: {name}", name=asked.kind))
    if asked.least is not None:
        sign = ">" if asked.over else "≥"
        found.append(tr("Amount {sign} {amount}", sign=sign, amount=formats.number(asked.least)))
    if asked.most is not None:
        sign = "<" if asked.under else "≤"
        found.append(tr("Amount {sign} {amount}", sign=sign, amount=formats.number(asked.most)))
    if asked.after is not None:
        found.append(tr("From {day}", day=formats.date(asked.after)))
    if asked.before is not None:
        found.append(tr("Until {day}", day=formats.date(asked.before)))
    return found
