"""Above the hours: the heads of the days, and what takes whole days. A drag moves that from day to day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta, tzinfo
from typing import Protocol

from PySide6.QtCore import QPoint, QRect, Qt, SignalInstance
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_crm.domain.activities.agenda import Bar, Event, bars
from desktop_crm.i18n import formats
from desktop_crm.ui.activities.calendar_pieces import MIDDLE, paint_ground, paint_line, small
from desktop_crm.ui.theme import current

GUTTER, LINE, GAP = 62, 22, 2
HEAD, HEAD_WITH_NAME = 28, 44
MOST_LANES = 6
SUNDAY = 6


class Days(Protocol):
    """The view of which this is the head."""

    first: date
    days: int
    day: date
    today: date
    zone: tzinfo
    events: tuple[Event, ...]
    holidays: Mapping[date, str]
    opened: SignalInstance
    canvas: QWidget

    def shown_days(self) -> list[date]: ...
    def column(self, place: int) -> int: ...
    def place_at(self, x: int) -> int: ...
    def take(self, event: Event | None) -> None: ...
    def is_taken(self, event: Event) -> bool: ...
    def shift(self, event: Event, days: int, minutes: int) -> None: ...


class DayHeads(QWidget):
    """The heads of the days, and what takes whole days."""

    def __init__(self, view: Days) -> None:
        super().__init__()
        self._view = view
        self._bars: tuple[Bar, ...] = ()
        self._head = HEAD
        self._press: tuple[QPoint, Event, int] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.lay()

    def lay(self) -> None:
        view = self._view
        self._bars = bars([one for one in view.events if one.whole], view.first, view.days, view.zone)
        lanes = min(max((bar.lane for bar in self._bars), default=-1) + 1, MOST_LANES)
        self._head = HEAD_WITH_NAME if set(view.shown_days()) & set(view.holidays) else HEAD
        self.setFixedHeight(self._head + lanes * LINE + 4)
        self.update()

    def box(self, bar: Bar) -> QRect:
        left, right = self._view.column(bar.first) + 3, self._view.column(bar.last + 1) - 4
        return QRect(left, self._head + bar.lane * LINE, right - left, LINE - GAP)

    def event_at(self, point: QPoint) -> Event | None:
        return next((bar.event for bar in self._bars if bar.lane < MOST_LANES and self.box(bar).contains(point)), None)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, view = QPainter(self), current(), self._view
        painter.fillRect(event.rect(), QColor(look.surface))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, day in enumerate(view.shown_days()):
            left, width = view.column(place), view.column(place + 1) - view.column(place)
            free = day.weekday() == SUNDAY or day in view.holidays
            today = day == view.today
            painter.setFont(small(self, bold=today))
            painter.setPen(QColor(look.accent if today else look.bad if free else look.ink_2))
            head = QRect(left + 6, 4, width - 10, 20)
            painter.drawText(head, MIDDLE, f"{formats.weekday(day)} {formats.date_short(day)}")
            painter.setFont(small(self))
            if day in view.holidays:
                painter.setPen(QColor(look.bad))
                below = QRect(left + 6, 22, width - 10, 18)
                painter.drawText(
                    below,
                    MIDDLE,
                    painter.fontMetrics().elidedText(view.holidays[day], Qt.TextElideMode.ElideRight, width - 10),
                )
        for bar in self._bars:
            if bar.lane < MOST_LANES:
                paint_ground(painter, self.box(bar), bar.event, chosen=view.is_taken(bar.event))
                paint_line(painter, self.box(bar), bar.event, "")
        painter.setPen(QColor(look.line))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        found = self.event_at(point)
        place = self._view.place_at(point.x())
        self._view.day = self._view.first + timedelta(days=place)
        self._view.take(found)
        self._press = (point, found, place) if found is not None else None
        self._view.canvas.setFocus()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        press, self._press = self._press, None
        if press is not None:
            by = self._view.place_at(event.position().toPoint().x()) - press[2]
            if by:
                self._view.shift(press[1], by, 0)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self.event_at(event.position().toPoint())
        if found is not None:
            self._view.opened.emit(found)
