"""Influence as ten bars to press: 0 to 10, or unknown. Mouse, arrow keys and digits; a word says how much it is."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_crm.domain.schema import Field
from desktop_crm.domain.stakeholders.support_grid import band
from desktop_crm.domain.stakeholders.values import INFLUENCE_MAX
from desktop_crm.i18n import tr
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.theme import current
from desktop_crm.ui.theme.tokens import CONTROL_HEIGHT, RADIUS_CONTROL
from desktop_crm.ui.widgets.editors import Editor

BAR = 11.0
LEFT = 9.0


class InfluenceBars(QWidget):
    """The painted control. It tells its editor by calling `took`."""

    def __init__(self, owner: InfluenceEditor) -> None:
        super().__init__(owner)
        self._owner = owner
        self.level: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(200, CONTROL_HEIGHT)

    def word(self) -> str:
        """The level as a word and a number."""
        if self.level is None:
            return tr("Unknown")
        return tr("{n} · {word}", n=self.level, word=words.band_short(band(self.level)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        level = min(max(int((event.position().x() - LEFT) // BAR) + 1, 0), INFLUENCE_MAX)
        if event.position().x() < LEFT + INFLUENCE_MAX * BAR + 4:
            self._owner.take(None if level == self.level else level)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, now = event.key(), self.level or 0
        if key in {Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Plus}:
            self._owner.take(min(now + 1, INFLUENCE_MAX))
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Minus}:
            self._owner.take(max(now - 1, 0))
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._owner.take(None)
        elif event.text().isdigit():
            self._owner.take(INFLUENCE_MAX if event.text() == "0" and self.level == 1 else int(event.text()))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(look.accent if self.hasFocus() else look.line_strong), 1.0))
        painter.setBrush(QColor(look.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CONTROL, RADIUS_CONTROL)
        painter.setPen(Qt.PenStyle.NoPen)
        bottom = self.height() / 2 + 8.0
        for index in range(INFLUENCE_MAX):
            painter.setBrush(QColor(look.ink_2 if self.level is not None and index < self.level else look.line_strong))
            height = 6.0 + index * 1.1
            painter.drawRoundedRect(QRectF(LEFT + index * BAR, bottom - height, BAR - 3.0, height), 1.0, 1.0)
        painter.setPen(QColor(look.ink if self.level is not None else look.ink_3))
        area = QRectF(LEFT + INFLUENCE_MAX * BAR + 8.0, 0.0, self.width(), self.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.word())
        painter.end()


class InfluenceEditor(Editor):
    """The kit's editor around the bars."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.bars = InfluenceBars(self)
        self.box.addWidget(self.bars)
        self.setFocusProxy(self.bars)

    def target(self) -> QWidget:
        return self.bars

    def value(self) -> Any:
        return self.bars.level

    def show_value(self, value: Any) -> None:
        self.bars.level = value
        self.bars.setAccessibleDescription(self.bars.word())
        self.bars.update()

    def take(self, level: int | None) -> None:
        """The user chose a level."""
        if level != self.bars.level:
            self.show_value(level)
            self.changed.emit()
            self.committed.emit()
