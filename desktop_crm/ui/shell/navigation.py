"""The navigation at the left: sections of pages with how many records each holds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.i18n import formats, tr
from desktop_crm.ui.shell.rows import PageRow
from desktop_crm.ui.theme import current, fonts, icon
from desktop_crm.ui.theme.tokens import HINT_PX, ICON_SIZE
from desktop_crm.ui.widgets.labels import label, restyle

if TYPE_CHECKING:
    from desktop_crm.foundation.changes import Changes
    from desktop_crm.services.workspace import Workspace
    from desktop_crm.ui.runtime.context import UiContext

WIDTH = 196
MARGIN = 8


class Spacing(NamedTuple):
    """How close rows stand: what the style calls it, the heights of a row and a heading, a heading's room above and below."""

    name: str
    row: int
    head: int
    above: int
    below: int


SPACINGS = (Spacing("wide", 32, 30, 9, 3), Spacing("snug", 26, 24, 6, 2), Spacing("dense", 20, 20, 3, 1))
COUNT_MARGIN = 9
COUNT_PAUSE_MS = 250


class NavButton(QPushButton):
    """One page in the navigation. Signals: `stepped(1 or -1)` on the arrow keys."""

    stepped = Signal(int)

    def __init__(self, row: PageRow, parent: QWidget | None = None) -> None:
        super().__init__(row.title, parent)
        self.row = row
        self.setProperty("kind", "nav")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAccessibleName(row.title)
        self.setToolTip(f"{row.title}  {row.shortcut}" if row.shortcut else row.title)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self._count = ""
        self.toggled.connect(self._tint)
        self._tint(False)

    def show_count(self, count: int) -> None:
        self._count = formats.number(count)
        self.setAccessibleDescription(self._count)
        self.update()

    def count_text(self) -> str:
        return self._count

    def paintEvent(self, event: QPaintEvent) -> None:
        """The count is painted, not a label of its own: twenty more widgets would be felt at every start."""
        super().paintEvent(event)
        if self._count:
            painter = QPainter(self)
            painter.setPen(QColor(current().ink_3))
            painter.setFont(fonts.sized(self.font(), HINT_PX))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self.rect().adjusted(0, 0, -COUNT_MARGIN, 0), side, self._count)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step:  # an exclusive button would open the next page; here the arrows move the keyboard alone
            self.stepped.emit(step)
        else:
            super().keyPressEvent(event)

    def _tint(self, checked: bool) -> None:
        look = current()
        self.setIcon(icon(self.row.icon, look.accent if checked else look.ink_3))


class Navigation(QFrame):
    """Signals: `chosen(page key)`."""

    chosen = Signal(str)

    def __init__(self, rows: tuple[PageRow, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "side")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(tr("Navigation"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 1, 0)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = QWidget(area.viewport())
        holder.setProperty("role", "clear")
        box = QVBoxLayout(holder)
        box.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        box.setSpacing(0)
        self._buttons: dict[str, NavButton] = {}
        self._heads: list[QLabel] = []
        self._spacing: Spacing | None = None
        section = ""
        for row in rows:
            if row.section != section:
                section = row.section
                head = label(section, "label", parent=holder)
                self._heads.append(head)
                box.addWidget(head)
            button = NavButton(row, holder)
            button.clicked.connect(partial(self._on_clicked, row.key))
            button.stepped.connect(self._on_stepped)
            self._buttons[row.key] = button
            box.addWidget(button)
        box.addStretch(1)
        area.setWidget(holder)
        outer.addWidget(area)
        self._context: UiContext | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(COUNT_PAUSE_MS)
        self._pause.timeout.connect(self.count)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The lower the screen, the closer stand the rows, so that all pages are in sight."""
        room, rows, heads = self.height() - 2 * MARGIN, len(self._buttons), len(self._heads)
        spacing = next((one for one in SPACINGS if rows * one.row + heads * one.head <= room), SPACINGS[-1])
        if spacing == self._spacing:
            return
        self._spacing = spacing
        for head in self._heads:
            head.setContentsMargins(10, spacing.above, 0, spacing.below)
        for button in self._buttons.values():
            button.setProperty("spacing", spacing.name)
            restyle(button)

    def attach(self, context: UiContext) -> None:
        """Count the records of an open workspace, now and after changes."""
        self._context = context
        context.hub.changed.connect(self._on_changed)
        self.count()

    def show_current(self, key: str) -> None:
        if key in self._buttons:
            self._buttons[key].setChecked(True)
            self.setFocusProxy(self._buttons[key])

    def button(self, key: str) -> NavButton:
        return self._buttons[key]

    def show_count(self, key: str, count: int) -> None:
        if key in self._buttons:
            self._buttons[key].show_count(count)

    @Slot(int)
    def _on_stepped(self, step: int) -> None:
        buttons = list(self._buttons.values())
        focused = next((place for place, button in enumerate(buttons) if button.hasFocus()), None)
        if focused is not None:
            buttons[(focused + step) % len(buttons)].setFocus()

    @Slot()
    def count(self) -> None:
        if self._context is None or not self._context.lanes.open:
            return
        entities = {key: b.row.entity for key, b in self._buttons.items() if b.row.entity and b.row.counted}
        self._context.lanes.read(partial(counts_of, self._context.workspace, entities), self._show_counts)

    def _show_counts(self, counts: dict[str, int]) -> None:
        for key, count in counts.items():
            self.show_count(key, count)

    def _on_clicked(self, key: str, _checked: bool = False) -> None:
        self.chosen.emit(key)

    @Slot(object, object)
    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches(*(b.row.entity for b in self._buttons.values() if b.row.entity)):
            self._pause.start()


def counts_of(workspace: Workspace, entities: dict[str, str]) -> dict[str, int]:
    """How many records each page holds; runs on the read lane."""
    from desktop_crm.services import records

    return {key: records.count(workspace, entity) for key, entity in entities.items()}
