"""Days side by side with their hours, painted as one: what takes whole days above, the rest by the clock.

Drag moves, the lower edge stretches, a drag over free hours wishes something new. It writes nothing: it tells what was wished.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.domain.activities.agenda import DAY_MINUTES, LEAST_MINUTES, Event, Piece, bars, moved_by, pieces
from desktop_crm.i18n import formats, tr
from desktop_crm.ui.activities.calendar_gesture import STEP, Gesture
from desktop_crm.ui.activities.calendar_heads import GUTTER, DayHeads
from desktop_crm.ui.activities.calendar_pieces import paint_block, paint_ground, small, time_words
from desktop_crm.ui.theme import current

HOUR = 48
STRETCH = 7
MORNING = 8


class HoursView(QWidget):
    """Signals: `chosen(event or None)`; `opened(event)`; `moved(event, start or None, day or None, minutes or 0)`;
    `new_wanted(date, minute, minutes)`; `left(date)` when a step leads to a day that is not shown.
    """

    chosen = Signal(object)
    opened = Signal(object)
    moved = Signal(object, object, object, int)
    new_wanted = Signal(object, int, int)
    left = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first, self.days = date(2000, 1, 3), 7
        self.day = self.today = self.first
        self.now: datetime | None = None
        self.taken: Event | None = None
        self.zone: tzinfo = UTC
        self.events: tuple[Event, ...] = ()
        self.holidays: Mapping[date, str] = {}
        self.strip = DayHeads(self)
        self.canvas = _Hours(self)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self.canvas)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.strip)
        box.addWidget(self._area, 1)
        self.setFocusProxy(self.canvas)
        self._scrolled = False

    def show_days(self, first: date, days: int, day: date, now: datetime) -> tuple[date, date]:
        """Take up some days; gives the first and the last."""
        self.first, self.days, self.day, self.now = first, days, day, now
        self.today = now.date()
        self.events, self.holidays = (), {}
        self._lay()
        if not self._scrolled:
            self._scrolled = True
            self._area.verticalScrollBar().setRange(0, DAY_MINUTES * HOUR // 60)
            self._area.verticalScrollBar().setValue(MORNING * HOUR - 8)
        return first, first + timedelta(days=days - 1)

    def show_events(self, events: Sequence[Event], holidays: Mapping[date, str], zone: tzinfo) -> None:
        self.events, self.holidays, self.zone = tuple(events), holidays, zone
        if self.taken is not None:
            self.take(next((one for one in self.events if one.key == self.taken.key), None))
        self._lay()

    def shown_days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range(self.days)]

    def column(self, place: int) -> int:
        """The left edge of a day's column; the scroll bar's room is left free in the strip too."""
        return GUTTER + place * (self._area.viewport().width() - GUTTER) // self.days

    def place_at(self, x: int) -> int:
        width = max(self._area.viewport().width() - GUTTER, 1)
        return max(min((x - GUTTER) * self.days // width, self.days - 1), 0)

    def take(self, event: Event | None) -> None:
        if event != self.taken:
            self.taken = event
            self.chosen.emit(event)
        self._describe()
        self.strip.update()
        self.canvas.update()

    def is_taken(self, event: Event) -> bool:
        return self.taken is not None and self.taken.key == event.key

    def step(self, days: int) -> None:
        """Another day."""
        self.day += timedelta(days=days)
        self.take(None)
        if not self.first <= self.day < self.first + timedelta(days=self.days):
            self.left.emit(self.day)

    def walk(self, by: int) -> None:
        """The next or the former event of the day."""
        held = [bar.event for bar in bars(self.events, self.day, 1, self.zone)]
        place = next((n for n, one in enumerate(held) if self.is_taken(one)), -1 if by > 0 else 0)
        if held:
            self.take(held[(place + by) % len(held)])

    def shift(self, event: Event, days: int, minutes: int) -> None:
        """Wish it some days and minutes later."""
        start, day = moved_by(event, days, minutes, self.zone)
        self.day += timedelta(days=days)
        self.moved.emit(event, start, day, 0)

    def stretch(self, event: Event, minutes: int) -> None:
        """Wish it longer or shorter."""
        if not event.whole:
            wanted = max(max(event.minutes, LEAST_MINUTES) + minutes, STEP)
            self.moved.emit(event, event.start, None, wanted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        across = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        down = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0)
        moves, stretches = held == Qt.KeyboardModifier.ControlModifier, held == Qt.KeyboardModifier.ShiftModifier
        if (across or down) and moves and self.taken is not None:
            self.shift(self.taken, across, 0 if self.taken.whole else down * STEP)
        elif down and stretches and self.taken is not None:
            self.stretch(self.taken, down * STEP)
        elif across and not held:
            self.step(across)
        elif down and not held:
            self.walk(down)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.taken is not None:
            self.opened.emit(self.taken)
        elif key == Qt.Key.Key_Escape and self.canvas.drag is not None:
            self.canvas.drag = None
            self.canvas.update()
        else:
            super().keyPressEvent(event)

    def _lay(self) -> None:
        self.strip.lay()
        self.canvas.lay()
        self._describe()

    def _describe(self) -> None:
        held = (
            self.taken.subject
            if self.taken
            else ", ".join(b.event.subject for b in bars(self.events, self.day, 1, self.zone))
        )
        parts = (formats.date_long(self.day), self.holidays.get(self.day, ""), held)
        self.canvas.setAccessibleDescription(", ".join(part for part in parts if part))


class _Hours(QWidget):
    """The hours of the days."""

    def __init__(self, view: HoursView) -> None:
        super().__init__()
        self._view = view
        self._pieces: tuple[Piece, ...] = ()
        self.drag: Gesture | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFixedHeight(24 * HOUR)
        self.setAccessibleName(tr("Hours"))

    def sizeHint(self) -> QSize:
        return QSize(600, 24 * HOUR)

    def lay(self) -> None:
        view = self._view
        self._pieces = tuple(piece for day in view.shown_days() for piece in pieces(view.events, day, view.zone))
        self.drag = None
        self.update()

    def box(self, piece: Piece) -> QRect:
        """Where a piece stands."""
        place = (piece.day - self._view.first).days
        left, right = self._view.column(place) + 2, self._view.column(place + 1) - 6
        width = (right - left) // piece.columns
        top, bottom = piece.begin * HOUR // 60, piece.end * HOUR // 60
        return QRect(left + piece.column * width, top + 1, width - 2, bottom - top - 2)

    def boxes(self) -> dict[str, QRect]:
        """Where each event stands, by its subject's id."""
        return {piece.event.id: self.box(piece) for piece in self._pieces}

    def piece_at(self, point: QPoint) -> Piece | None:
        return next((piece for piece in reversed(self._pieces) if self.box(piece).contains(point)), None)

    def _spot(self, point: QPoint) -> tuple[date, int]:
        place = self._view.place_at(point.x())
        minute = max(min(point.y() * 60 // HOUR, DAY_MINUTES), 0)
        return self._view.first + timedelta(days=place), minute

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, view = QPainter(self), current(), self._view
        painter.fillRect(event.rect(), QColor(look.surface))
        painter.setFont(small(self))
        for place, day in enumerate(view.shown_days()):
            if day == view.day and view.days > 1:
                column = QRect(view.column(place), 0, view.column(place + 1) - view.column(place), self.height())
                painter.fillRect(column & event.rect(), QColor(look.sunken))
        for hour in range(event.rect().top() // HOUR, min(event.rect().bottom() // HOUR + 1, 23) + 1):
            painter.setPen(QColor(look.line))
            painter.drawLine(GUTTER, hour * HOUR, self.width(), hour * HOUR)
            if hour:
                painter.setPen(QColor(look.ink_3))
                spot = QRect(0, hour * HOUR - 9, GUTTER - 8, 18)
                words = formats.wall_time(datetime.combine(view.first, time(hour)))
                painter.drawText(spot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        painter.setPen(QColor(look.line))
        for place in range(view.days):
            painter.drawLine(view.column(place), 0, view.column(place), self.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for piece in self._pieces:
            box = self.box(piece)
            if box.intersects(event.rect()):
                held = self.drag is not None and self.drag.moving and self.drag.piece is piece
                paint_ground(painter, box, piece.event, chosen=view.is_taken(piece.event), ghost=held)
                paint_block(painter, box, piece.event, time_words(piece.event, view.zone))
        self._paint_drag(painter)
        self._paint_now(painter)
        painter.end()

    def _paint_now(self, painter: QPainter) -> None:
        view = self._view
        if view.now is None or not view.first <= view.today < view.first + timedelta(days=view.days):
            return
        place = (view.today - view.first).days
        y = (view.now.hour * 60 + view.now.minute) * HOUR // 60
        painter.setPen(QPen(QColor(current().bad), 1.5))
        painter.drawLine(view.column(place), y, view.column(place + 1), y)

    def _paint_drag(self, painter: QPainter) -> None:
        drag = self.drag
        if drag is None or not drag.moving or drag.to_day is None:
            return
        begin, minutes = drag.wished()
        place = (drag.to_day - self._view.first).days
        left, right = self._view.column(place) + 2, self._view.column(place + 1) - 8
        box = QRect(left, begin * HOUR // 60 + 1, right - left, max(minutes * HOUR // 60 - 2, 8))
        painter.setPen(QPen(QColor(current().accent), 1.6, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4, 4)
        day = datetime.combine(drag.to_day, time())
        shown = [formats.wall_time(day + timedelta(minutes=at)) for at in (begin, begin + minutes)]
        painter.drawText(box.adjusted(8, 2, -2, 0), Qt.AlignmentFlag.AlignTop, "–".join(shown))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._view.keyPressEvent(event)  # the scroll area between the two would take the arrows

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position().toPoint()
        piece = self.piece_at(point)
        day, minute = self._spot(point)
        stretching = piece is not None and self.box(piece).bottom() - point.y() < STRETCH
        self._view.day = day
        self._view.take(piece.event if piece else None)
        self.drag = Gesture(point=point, piece=piece, day=day, minute=minute, stretching=stretching)
        self.setFocus()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point, drag = event.position().toPoint(), self.drag
        if drag is None:
            piece = self.piece_at(point)
            edge = piece is not None and self.box(piece).bottom() - point.y() < STRETCH
            self.setCursor(Qt.CursorShape.SizeVerCursor if edge else Qt.CursorShape.ArrowCursor)
            return
        if drag.moving or (point - drag.point).manhattanLength() >= QApplication.startDragDistance():
            day, minute = self._spot(point)
            one_day = drag.stretching or drag.piece is None
            drag.moving, drag.to_day, drag.to_minute = True, drag.day if one_day else day, minute
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self.drag = self.drag, None
        self.update()
        if drag is None or not drag.moving or drag.to_day is None:
            return
        begin, minutes = drag.wished()
        if drag.piece is None:
            self._view.new_wanted.emit(drag.to_day, begin, minutes)
        elif drag.stretching:
            self._view.stretch(drag.piece.event, minutes - (drag.piece.end - drag.piece.begin))
        else:
            self._view.shift(drag.piece.event, (drag.to_day - drag.day).days, begin - drag.piece.begin)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        piece = self.piece_at(point)
        if piece is not None:
            self._view.opened.emit(piece.event)
        else:
            day, minute = self._spot(point)
            self._view.new_wanted.emit(day, minute // 30 * 30, 60)
