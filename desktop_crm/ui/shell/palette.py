"""The search palette under the top bar's field: records found by the search service, and everything the shell can do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.i18n import tr
from desktop_crm.ui.shell.rows import ActionRow
from desktop_crm.ui.theme import current, pixmap
from desktop_crm.ui.theme.fonts import sized
from desktop_crm.ui.theme.tokens import HINT_PX
from desktop_crm.ui.widgets.labels import label
from desktop_crm.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from desktop_crm.services.search import Hit
    from desktop_crm.services.workspace import Workspace
    from desktop_crm.ui.runtime.context import UiContext

ENTRY_ROLE = int(Qt.ItemDataRole.UserRole) + 1
LINE = 38
SHOWN = 9
LIMIT = 20

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the palette."""

    title: str
    subtitle: str = ""
    kind: str = ""
    icon: str = ""
    span: tuple[int, int] | None = None
    entity: str = ""
    row_id: str = ""
    action: ActionRow | None = None


class EntryModel(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def entry(self, place: int) -> Entry | None:
        return self._entries[place] if 0 <= place < len(self._entries) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index.row())
        if entry is None:
            return None
        if role == ENTRY_ROLE:
            return entry
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return " · ".join(part for part in (entry.title, entry.kind, entry.subtitle) if part)
        return None


class EntryDelegate(QStyledItemDelegate):
    """Icon, title with the found part bold, what else is known, and at the right what kind of thing it is."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(ENTRY_ROLE)
        if not isinstance(entry, Entry):
            return
        look = current()
        area: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.accent_soft))
            painter.drawRoundedRect(area.adjusted(2, 1, -2, -1), 6, 6)
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(
            QPoint(area.left() + 12, area.center().y() - 8), pixmap(entry.icon or "search", look.ink_3, 16, ratio)
        )
        small = sized(painter.font(), HINT_PX)
        kind_width = _draw_right(painter, area, entry.kind, small, look.ink_3)
        left = area.adjusted(38, 0, -kind_width - 26, 0)
        used = _draw_title(painter, left, entry, look.ink, look.accent)
        painter.setFont(small)
        painter.setPen(QColor(look.ink_3))
        rest = left.adjusted(used + 10, 0, 0, 0)
        if rest.width() > 30:
            text = painter.fontMetrics().elidedText(entry.subtitle, Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()


def _draw_right(painter: QPainter, area: QRect, text: str, font: QFont, colour: str) -> int:
    painter.save()
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(area.adjusted(0, 0, -14, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
    width = painter.fontMetrics().horizontalAdvance(text)
    painter.restore()
    return width


def _draw_title(painter: QPainter, area: QRect, entry: Entry, ink: str, accent: str) -> int:
    """Draw the title, the found part in bold; gives back its width."""
    plain = QFont(painter.font())
    bold = sized(plain, plain.pixelSize() if plain.pixelSize() > 0 else 13, bold=True)
    start, end = entry.span or (0, 0)
    x = area.left()
    for text, font, colour in (
        (entry.title[:start], plain, ink),
        (entry.title[start:end], bold, accent),
        (entry.title[end:], plain, ink),
    ):
        if not text or x >= area.right():
            continue
        painter.setFont(font)
        painter.setPen(QColor(colour))
        room = area.right() - x
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        box = QRect(x, area.top(), room, area.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        x += painter.fontMetrics().horizontalAdvance(shown)
    painter.setFont(plain)
    return x - area.left()


class SearchPalette(QFrame):
    """Signals: `opened(entity, row_id)`, `acted(action)`, `left()` on Escape. The keyboard stays in the field."""

    left = Signal()
    opened = Signal(str, str)
    acted = Signal(object)

    def __init__(self, field: SearchField, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("role", "popup")
        self.setAccessibleName(tr("Search results"))
        self._field = field
        self._context: UiContext | None = None
        self._actions: tuple[ActionRow, ...] = ()
        self._icons: dict[str, str] = {}
        self._slot: Any = None
        self._answered = ""
        self._hurried = False
        box = QVBoxLayout(self)
        box.setContentsMargins(5, 5, 5, 5)
        box.setSpacing(0)
        self.list = QListView()
        self.list.setProperty("role", "palette")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.setItemDelegate(EntryDelegate(self.list))
        self.entries = EntryModel(self)
        self.list.setModel(self.entries)
        self.list.clicked.connect(self._on_clicked)
        self.list.entered.connect(self.list.setCurrentIndex)
        box.addWidget(self.list)
        self._foot = label(tr("↑↓ choose   Enter open   Esc close"), "hint")
        self._foot.setContentsMargins(10, 4, 0, 2)
        box.addWidget(self._foot)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(26)
        shadow.setOffset(0, 6)
        colour = QColor(current().shadow)
        colour.setAlpha(60)
        shadow.setColor(colour)
        self.setGraphicsEffect(shadow)
        field.installEventFilter(self)
        field.searched.connect(self.look)
        self.hide()

    def attach(self, context: UiContext, actions: tuple[ActionRow, ...], icons: dict[str, str]) -> None:
        """`icons`: by entity, for what is found."""
        self._context = context
        self._actions = tuple(row for row in actions if row.in_palette)
        self._icons = icons
        self._slot = context.lanes.slot()

    def begin(self) -> None:
        """Open with the keyboard in the field."""
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        self.look(self._field.text().strip())

    def finish(self) -> None:
        self._hurried = False
        self._field.clear()
        self.hide()

    @Slot(str)
    def look(self, text: str) -> None:
        """Find for a text; the empty text shows what the shell can do."""
        if self._context is None:
            return
        if not text:
            self._slot.cancel()
            self._answered = ""
            if self._field.hasFocus():
                self._show(self._matching(""))
            return
        self._slot.read(partial(hits_of, self._context.workspace, text), partial(self._on_hits, text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self.underMouse():
            self.hide()
        if event.type() == QEvent.Type.MouseButtonPress:
            self.look(self._field.text().strip())
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self.isVisible():
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        count = self.entries.rowCount()
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: SHOWN, Qt.Key.Key_PageUp: -SHOWN}.get(
            key, 0
        )
        if step and count:
            place = min(max(self.list.currentIndex().row() + step, 0), count - 1)
            self.list.setCurrentIndex(self.entries.index(place))
            return True
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            text = self._field.text().strip()
            if text == self._answered:
                self._choose(self.list.currentIndex().row())
            else:  # faster than the search: take the first of what it finds
                self._hurried = True
                self.look(text)
            return True
        if key == Qt.Key.Key_Escape:
            self.finish()
            self.left.emit()
            return True
        return False

    def _on_hits(self, text: str, hits: tuple[Hit, ...]) -> None:
        if text != self._field.text().strip():
            return
        from desktop_crm.i18n.labels import entity_label

        found = tuple(
            Entry(
                title=hit.title,
                subtitle=hit.subtitle,
                kind=entity_label(hit.entity),
                icon=self._icons.get(hit.entity, "file"),
                span=hit.span,
                entity=hit.entity,
                row_id=hit.id,
            )
            for hit in hits
        )
        self._show(found + self._matching(text))
        self._answered = text
        if self._hurried:
            self._choose(0)

    def _matching(self, text: str) -> tuple[Entry, ...]:
        wanted = text.casefold()
        return tuple(
            Entry(title=row.text, kind=row.shortcut or tr("Action"), icon=row.icon or "sparkle", action=row)
            for row in self._actions
            if wanted in f"{row.text} {row.words}".casefold()
        )

    def _show(self, entries: tuple[Entry, ...]) -> None:
        if not entries:
            entries = (Entry(title=tr("Nothing found"), icon="search"),)
        self.entries.show_entries(entries)
        self.list.setCurrentIndex(self.entries.index(0))
        window = self.parentWidget()
        if window is None:
            return
        corner = self._field.mapTo(window, QPoint(0, self._field.height() + 6))
        lines = min(len(entries), SHOWN)
        self.list.setFixedHeight(lines * LINE + 2)
        width = max(self._field.width(), 560)
        self.setGeometry(corner.x(), corner.y(), min(width, window.width() - corner.x() - 16), lines * LINE + 40)
        self.show()
        self.raise_()

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(index.row())

    def _choose(self, place: int) -> None:
        entry = self.entries.entry(place)
        if entry is None:
            return
        self.finish()
        self.left.emit()
        if entry.action is not None:
            self.acted.emit(entry.action)
        elif entry.row_id:
            self.opened.emit(entry.entity, entry.row_id)


def hits_of(workspace: Workspace, text: str) -> tuple[Hit, ...]:
    """Ask the search service; runs on the read lane."""
    from desktop_crm.services import search

    return search.find(workspace, text, LIMIT)
