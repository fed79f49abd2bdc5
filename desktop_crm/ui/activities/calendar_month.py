"""A month's sheet, painted as one: weeks of days, their events in lanes, holidays. Moving is by drag or Ctrl with an arrow.

It writes nothing: it tells what was wished.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, timedelta, tzinfo

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from desktop_crm.domain.activities.agenda import WEEK, Bar, Event, bars, weeks_of
from desktop_crm.i18n import formats, tr
from desktop_crm.ui.activities.calendar_pieces import MIDDLE, paint_ground, paint_line, small, time_words
from desktop_crm.ui.theme import current

HEAD, NUMBER, LINE, GAP = 26, 24, 20, 2
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -WEEK, Qt.Key.Key_Down: WEEK}


class MonthView(QWidget):
    """Signals: `chosen(event or None)`; `opened(event)`; `day_opened(date)`; `moved(event, date)` to another first day;
    `new_wanted(date)`; `left(date)` when a step leads to a day that is not on the sheet.
    """

    chosen = Signal(object)
    opened = Signal(object)
    day_opened = Signal(object)
    moved = Signal(object, object)
    new_wanted = Signal(object)
    left = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Month"))
        self.first, self.weeks, self.month = date(2000, 1, 3), 6, date(2000, 1, 1)
        self.day = self.today = self.month
        self.taken: Event | None = None
        self._zone: tzinfo = UTC
        self._rows: list[tuple[Bar, ...]] = []
        self._holidays: Mapping[date, str] = {}
        self._press: tuple[QPoint, Event, date] | None = None
        self._over: date | None = None

    def minimumSizeHint(self) -> QSize:
        return QSize(560, HEAD + 5 * (NUMBER + LINE))

    def show_days(self, day: date, begins: int, today: date) -> tuple[date, date]:
        """Take up the month of a day; gives the first and the last day of the sheet."""
        self.first, self.weeks = weeks_of(day, begins)
        self.month, self.day, self.today = day.replace(day=1), day, today
        self._rows, self._holidays = [], {}
        self.update()
        return self.first, self.first + timedelta(days=self.weeks * WEEK - 1)

    def show_events(self, events: Sequence[Event], holidays: Mapping[date, str], zone: tzinfo) -> None:
        self._zone, self._holidays = zone, holidays
        starts = [self.first + timedelta(days=WEEK * week) for week in range(self.weeks)]
        rows: list[list[Event]] = [[] for _ in starts]
        for event in events:
            begin = max((event.first(zone) - self.first).days // WEEK, 0)
            last = event.last(zone) if event.whole else event.first(zone)
            for week in range(begin, min((last - self.first).days // WEEK, self.weeks - 1) + 1):
                rows[week].append(event)
        self._rows = [bars(held, start, WEEK, zone) for held, start in zip(rows, starts, strict=True)]
        if self.taken is not None:
            self._take(next((one for one in events if one.key == self.taken.key), None))
        self._describe()
        self.update()

    def events_of(self, day: date) -> tuple[Event, ...]:
        """What stands on a day, from above."""
        week, place = divmod((day - self.first).days, WEEK)
        if not 0 <= week < len(self._rows):
            return ()
        found = [bar for bar in self._rows[week] if bar.first <= place <= bar.last]
        return tuple(bar.event for bar in sorted(found, key=lambda bar: bar.lane))

    # geometry

    def cell(self, day: date) -> QRect:
        """Where a day stands."""
        week, place = divmod((day - self.first).days, WEEK)
        return QRect(
            QPoint(self._edge(place), self._top(week)), QPoint(self._edge(place + 1) - 1, self._top(week + 1) - 1)
        )

    def day_at(self, point: QPoint) -> date | None:
        if not (self.rect().contains(point) and point.y() >= HEAD):
            return None
        week = min((point.y() - HEAD) * self.weeks // max(self.height() - HEAD, 1), self.weeks - 1)
        place = min(point.x() * WEEK // max(self.width(), 1), WEEK - 1)
        return self.first + timedelta(days=week * WEEK + place)

    def event_at(self, point: QPoint) -> Event | None:
        day = self.day_at(point)
        if day is None:
            return None
        week, place = divmod((day - self.first).days, WEEK)
        for bar in self._rows[week] if self._rows else ():
            shown = bar.first <= place <= bar.last and bar.lane < self._shown(week, place)
            if shown and self._box(week, bar).contains(point):
                return bar.event
        return None

    def _edge(self, place: int) -> int:
        return place * self.width() // WEEK

    def _top(self, week: int) -> int:
        return HEAD + week * (self.height() - HEAD) // self.weeks

    def _room(self) -> int:
        """How many lines find room in a day."""
        return max(((self.height() - HEAD) // self.weeks - NUMBER - GAP) // LINE, 1)

    def _shown(self, week: int, place: int) -> int:
        """How many lanes of a day are shown: one less where the rest must be counted."""
        lanes = max((bar.lane for bar in self._rows[week] if bar.first <= place <= bar.last), default=-1) + 1
        return lanes if lanes <= self._room() else self._room() - 1

    def _box(self, week: int, bar: Bar) -> QRect:
        top = self._top(week) + NUMBER + bar.lane * LINE
        left, right = self._edge(bar.first) + 3, self._edge(bar.last + 1) - 4
        return QRect(left, top, right - left, LINE - GAP)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), current()
        painter.fillRect(event.rect(), QColor(look.surface))
        painter.setFont(small(self))
        for place in range(WEEK):
            painter.setPen(QColor(look.ink_3))
            head = QRect(self._edge(place), 0, self._edge(place + 1) - self._edge(place), HEAD)
            painter.drawText(head, Qt.AlignmentFlag.AlignCenter, formats.weekday(self.first + timedelta(days=place)))
        for number in range(self.weeks * WEEK):
            self._paint_day(painter, self.first + timedelta(days=number))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for week in range(len(self._rows)):
            self._paint_week(painter, week)
        if self._over is not None:
            painter.setPen(QColor(look.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.cell(self._over).adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_day(self, painter: QPainter, day: date) -> None:
        look, box = current(), self.cell(day)
        if day == self.day:
            painter.fillRect(box, QColor(look.accent_soft if self.hasFocus() else look.sunken))
        elif day.month != self.month.month:
            painter.fillRect(box, QColor(look.ground))
        painter.setPen(QColor(look.line))
        painter.drawLine(box.topLeft(), box.topRight())
        painter.drawLine(box.topRight(), box.bottomRight())
        free = day.weekday() == WEEK - 1 or day in self._holidays
        number = QRect(box.left() + 6, box.top() + 3, 22, NUMBER - 5)
        if day == self.today:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.accent))
            painter.drawRoundedRect(number, 9, 9)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        outside = look.ink_3 if day.month != self.month.month else look.ink_2
        painter.setFont(small(self, bold=day == self.today))
        painter.setPen(QColor(look.on_accent if day == self.today else look.bad if free else outside))
        painter.drawText(number, Qt.AlignmentFlag.AlignCenter, str(day.day))
        painter.setFont(small(self))
        if day in self._holidays:
            painter.setPen(QColor(look.bad))
            room = QRect(number.right() + 5, number.top(), box.right() - number.right() - 8, number.height())
            text = painter.fontMetrics().elidedText(self._holidays[day], Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, MIDDLE, text)

    def _paint_week(self, painter: QPainter, week: int) -> None:
        shown = [self._shown(week, place) for place in range(WEEK)]
        hidden = [0] * WEEK
        for bar in self._rows[week]:
            fits = all(bar.lane < shown[place] for place in range(bar.first, bar.last + 1))
            if not fits:
                for place in range(bar.first, bar.last + 1):
                    hidden[place] += 1
                continue
            box = self._box(week, bar)
            taken = self.taken is not None and bar.event.key == self.taken.key
            dragged = taken and self._over is not None
            paint_ground(painter, box, bar.event, chosen=taken, ghost=dragged)
            paint_line(painter, box, bar.event, time_words(bar.event, self._zone))
        painter.setPen(QColor(current().ink_2))
        for place, count in enumerate(hidden):
            if count:
                top = self._top(week) + NUMBER + (self._room() - 1) * LINE
                room = QRect(self._edge(place) + 8, top, self._edge(place + 1) - self._edge(place) - 12, LINE - GAP)
                painter.drawText(room, MIDDLE, tr("{n} more", n=formats.number(count)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update()

    # mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        day = self.day_at(point)
        if event.button() != Qt.MouseButton.LeftButton or day is None:
            return
        self.day = day
        found = self.event_at(point)
        self._take(found)
        self._press = (point, found, day) if found is not None else None
        self._describe()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            return
        point = event.position().toPoint()
        if self._over is None and (point - self._press[0]).manhattanLength() < QApplication.startDragDistance():
            return
        self._over = self.day_at(point)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        press, over = self._press, self._over
        self._press = self._over = None
        if press is not None and over is not None and over != press[2]:
            self._move(press[1], over - press[2])
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        found, day = self.event_at(point), self.day_at(point)
        if found is not None:
            self.opened.emit(found)
        elif day is not None and point.y() - self.cell(day).top() > NUMBER + self._room() * LINE - LINE:
            self.day_opened.emit(day)
        elif day is not None:
            self.new_wanted.emit(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        moving = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key == Qt.Key.Key_Escape and self._press is not None:
            self._press = self._over = None
        elif key in _STEPS and moving and self.taken is not None:
            self._move(self.taken, timedelta(days=_STEPS[key]))
        elif key in _STEPS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._step(_STEPS[key])
        elif key == Qt.Key.Key_Space:
            held = self.events_of(self.day)
            place = next((n for n, one in enumerate(held) if self.taken and one.key == self.taken.key), -1)
            self._take(held[(place + 1) % len(held)] if held else None)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.taken is not None:
                self.opened.emit(self.taken)
            else:
                self.day_opened.emit(self.day)
        else:
            super().keyPressEvent(event)
            return
        self._describe()
        self.update()

    def _step(self, days: int) -> None:
        self.day += timedelta(days=days)
        self._take(None)
        if not self.first <= self.day < self.first + timedelta(days=self.weeks * WEEK):
            self.left.emit(self.day)

    def _move(self, event: Event, by: timedelta) -> None:
        self.day += by
        self.moved.emit(event, event.first(self._zone) + by)

    def _take(self, event: Event | None) -> None:
        if event != self.taken:
            self.taken = event
            self.chosen.emit(event)

    def _describe(self) -> None:
        held = self.taken.subject if self.taken else ", ".join(one.subject for one in self.events_of(self.day))
        named = self._holidays.get(self.day, "")
        self.setAccessibleDescription(", ".join(part for part in (formats.date_long(self.day), named, held) if part))
