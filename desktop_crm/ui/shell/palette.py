"""The search palette under the top bar's field: records found by the search service, and everything the shell can do.

With nothing typed it shows what was opened lately. Every key press asks anew, and only the latest answer counts.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from desktop_crm.domain import text as texts
from desktop_crm.i18n import tr
from desktop_crm.ui.shell.palette_list import Entry, EntryDelegate, EntryModel
from desktop_crm.ui.shell.rows import ActionRow
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from desktop_crm.services.full_text import Found
    from desktop_crm.services.search import Finder, Hit
    from desktop_crm.services.workspace import Workspace
    from desktop_crm.ui.runtime.context import UiContext

SHOWN, PAGE = 12, 8
LIMIT, RECENT = 20, 8
TEXTS, BEFORE_HIT = 6, 14
NARROWEST = 560
SEARCH_PAGE = "search"
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: PAGE, Qt.Key.Key_PageUp: -PAGE}
_GROUPS = {Qt.Key.Key_Tab: True, Qt.Key.Key_Backtab: False}


class SearchPalette(QFrame):
    """Signals: `opened(entity, row_id)`, `acted(action)`, `left()` on Escape. The keyboard stays in the field."""

    left = Signal()
    opened = Signal(str, str)
    acted = Signal(object)

    def __init__(self, field: SearchField, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("role", "popup")
        self.setAccessibleName(tr("Search results"))
        self.answered = ""
        """The text whose results are shown."""
        self._field = field
        self._context: UiContext | None = None
        self._asking: Asking | None = None
        self._actions: tuple[ActionRow, ...] = ()
        self._icons: dict[str, str] = {}
        self._slot: Any = None
        self._texts: Any = None
        self._named: tuple[Entry, ...] = ()
        self._hurried = False
        box = QVBoxLayout(self)
        box.setContentsMargins(5, 5, 5, 5)
        box.setSpacing(0)
        self.list = QListView()
        self.list.setProperty("role", "palette")
        self.list.setAccessibleName(tr("Search results"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.setItemDelegate(EntryDelegate(self.list))
        self.entries = EntryModel(self)
        self.list.setModel(self.entries)
        self.list.clicked.connect(self._on_clicked)
        self.list.entered.connect(self._on_entered)
        box.addWidget(self.list)
        self._foot = label(tr("↑↓ choose   Tab next group   Enter open   Esc close"), "hint")
        self._foot.setContentsMargins(10, 4, 0, 2)
        box.addWidget(self._foot)
        field.installEventFilter(self)
        field.searched.connect(self.look)
        self.hide()

    def attach(self, context: UiContext, actions: tuple[ActionRow, ...], icons: dict[str, str]) -> None:
        """`icons`: by entity, for what is found."""
        self._context = context
        self._asking = Asking(context.workspace)
        self._actions = tuple(row for row in actions if row.in_palette)
        self._icons = icons
        self._slot, self._texts = context.lanes.slot(), context.lanes.slot()
        context.routes.opened.connect(self._on_opened)

    def begin(self) -> None:
        """Open with the keyboard in the field."""
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        self.look(self._field.text().strip())

    def finish(self) -> None:
        self._hurried = False
        self._field.clear()
        if self._slot is not None:
            self._slot.cancel()  # what an empty field shows is not asked for
            self._texts.cancel()
        self.hide()

    @Slot(str)
    def look(self, text: str) -> None:
        """Find for a text; the empty text shows what was opened lately and what the shell can do."""
        if self._asking is None:
            return
        self._slot.cancel()
        self._texts.cancel()
        if text:
            self._slot.read(partial(self._asking.find, text), partial(self._on_hits, text))
        else:
            self.answered = ""
            if self._field.hasFocus():
                self._slot.read(self._asking.recent, self._on_recent)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self.underMouse():
            self.hide()
        if event.type() == QEvent.Type.MouseButtonPress:
            self.look(self._field.text().strip())
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self.isVisible():
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key, here = Qt.Key(event.key()), self.list.currentIndex().row()
        if key in _STEPS:
            whole = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            step = _STEPS[key]
            self._stand(self.entries.group(here, down=step > 0) if whole else self.entries.step(here, step))
        elif key in _GROUPS:
            self._stand(self.entries.group(here, down=_GROUPS[key]))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            text = self._field.text().strip()
            if text == self.answered:
                self._choose(here)
            else:  # faster than the search: take the first of what it finds
                self._hurried = True
                self.look(text)
        elif key == Qt.Key.Key_Escape:
            self.finish()
            self.left.emit()
        else:
            return False
        return True

    def _stand(self, place: int) -> None:
        self.list.setCurrentIndex(self.entries.index(place))
        if place == 1:  # the head of the first group comes into sight with its first entry
            self.list.scrollToTop()

    def _on_recent(self, hits: tuple[Hit, ...]) -> None:
        if not self._field.text().strip() and self._field.hasFocus():
            lately = tuple(self._entry(hit) for hit in hits)
            self._show((*grouped(tr("Looked at lately"), lately), *grouped(tr("Actions"), self._matching(""))))

    def _on_hits(self, text: str, hits: tuple[Hit, ...]) -> None:
        if text != self._field.text().strip():
            return
        from desktop_crm.i18n.labels import entity_label

        found: list[Entry] = []
        for entity, some in groupby(hits, key=lambda hit: hit.entity):
            found += grouped(entity_label(entity, plural=True), tuple(self._entry(hit) for hit in some))
        actions = grouped(tr("Actions"), self._matching(text))
        first = any(hit.begins for hit in hits) or not hits
        entries = (*found, *actions) if first else (*actions, *found)
        nothing = (Entry(title=tr("Nothing found"), icon="search"),)
        self._named = entries
        self._show((*(entries or nothing), *grouped(tr("Everywhere"), self._everywhere(text))))
        self.answered = text
        if self._hurried:
            self._choose(self.list.currentIndex().row())
        elif self._asking is not None:
            self._texts.read(partial(self._asking.in_texts, text), partial(self._on_texts, text))

    def _on_texts(self, text: str, found: tuple[Found, ...]) -> None:
        """What stands in long texts comes under the names, which stay where they are."""
        if not found or text != self.answered or not self.isVisible():
            return
        held = grouped(tr("In texts"), tuple(self._in_text(one) for one in found))
        chosen = self.list.currentIndex().row() if self._named else -1
        self._show((*self._named, *held, *grouped(tr("Everywhere"), self._everywhere(text))))
        if chosen >= 0:
            self.list.setCurrentIndex(self.entries.index(chosen))

    def _in_text(self, one: Found) -> Entry:
        from desktop_crm.i18n.labels import entity_label

        start = max(one.snippet.hits[0][0] - BEFORE_HIT, 0)
        entity, row_id = one.opens
        return Entry(
            title=one.title,
            subtitle=("…" if start else "") + one.snippet.text[start:],
            kind=entity_label(one.entity),
            icon=self._icons.get(entity, "file"),
            entity=entity,
            row_id=row_id,
        )

    def _entry(self, hit: Hit) -> Entry:
        from desktop_crm.i18n.labels import entity_label

        return Entry(
            title=hit.title,
            subtitle=hit.subtitle,
            kind=entity_label(hit.entity),
            icon=self._icons.get(hit.entity, "file"),
            span=hit.span,
            entity=hit.entity,
            row_id=hit.id,
        )

    def _everywhere(self, text: str) -> tuple[Entry, ...]:
        """The way to the page that searches notes, mails, lines and files too, where the shell has one."""
        if self._context is None or all(row.key != f"go.{SEARCH_PAGE}" for row in self._actions):
            return ()
        words = tr("Search notes, mails and files for “{text}”", text=text)
        act = partial(self._context.routes.go, SEARCH_PAGE, text)
        row = ActionRow(key="everywhere", text=words, act=act, icon="search")
        return (Entry(title=words, icon="search", action=row),)

    def _matching(self, text: str) -> tuple[Entry, ...]:
        return tuple(
            Entry(title=row.text, kind=row.shortcut or tr("Action"), icon=row.icon or "sparkle", action=row)
            for row in self._actions
            if (not text and not row.only_typed)
            or (text and (texts.fits(row.text, text) or texts.fits(row.words, text)))
        )

    def _show(self, entries: tuple[Entry, ...]) -> None:
        self.entries.show_entries(entries)
        self.list.setCurrentIndex(self.entries.index(self.entries.step(-1, 1)))
        self.list.scrollToTop()
        window = self.parentWidget()
        if window is None:
            return
        corner = self._field.mapTo(window, QPoint(0, self._field.height() + 6))
        height = self.entries.height(SHOWN) + 2
        self.list.setFixedHeight(height)
        width = max(self._field.width(), NARROWEST)
        self.setGeometry(corner.x(), corner.y(), min(width, window.width() - corner.x() - 16), height + 38)
        self.show()
        self.raise_()

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(index.row())

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        entry = self.entries.entry(index.row())
        if entry is not None and not entry.head:
            self.list.setCurrentIndex(index)

    @Slot(str, str)
    def _on_opened(self, entity: str, row_id: str) -> None:
        if self._context is not None and self._asking is not None:
            self._context.lanes.write(partial(self._asking.opened, entity, row_id))

    def _choose(self, place: int) -> None:
        entry = self.entries.entry(place)
        if entry is None or entry.head:
            return
        self.finish()
        self.left.emit()
        if entry.action is not None:
            self.acted.emit(entry.action)
        elif entry.row_id:
            self.opened.emit(entry.entity, entry.row_id)


def grouped(head: str, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """A group under its head; nothing for nothing."""
    return (Entry(title=head, head=True), *entries) if entries else ()


class Asking:
    """The search service's finder, made on a lane at the first question: the window is painted before it is imported."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._finder: Finder | None = None

    def find(self, text: str) -> tuple[Hit, ...]:
        return self._made().find(text, LIMIT)

    def in_texts(self, text: str) -> tuple[Found, ...]:
        from desktop_crm.services.full_text import in_texts

        return in_texts(self._workspace, text, TEXTS)

    def recent(self) -> tuple[Hit, ...]:
        return self._made().recent(RECENT)

    def opened(self, entity: str, row_id: str) -> None:
        self._made().opened(entity, row_id)

    def _made(self) -> Finder:
        if self._finder is None:
            from desktop_crm.services.search import Finder

            self._finder = Finder(self._workspace)
        return self._finder
