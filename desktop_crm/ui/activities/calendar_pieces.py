"""How one thing on the calendar is painted, in the month and in the hours. It knows no act and no page."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop_crm.domain.activities.agenda import Event
from desktop_crm.i18n import formats
from desktop_crm.ui.theme import Mood, current, fonts, mood_of
from desktop_crm.ui.theme.tokens import HINT_PX

RADIUS, EDGE, PAD = 4, 3, 5
FADED = 0.45
MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
TOP = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft


def mood_of_event(event: Event) -> Mood:
    """Visits, meetings and calls as everywhere; tasks are quiet, done ones good."""
    if event.entity == "task":
        return Mood.good if event.done else Mood.neutral
    return mood_of("kind", event.kind)


def small(widget: QWidget, *, bold: bool = False) -> QFont:
    return fonts.sized(widget.font(), HINT_PX, bold=bold)


def time_words(event: Event, zone: tzinfo) -> str:
    """`09:00` in the zone that is shown; empty for whole days."""
    return "" if event.start is None else formats.wall_time(event.start.astimezone(zone))


def paint_ground(painter: QPainter, box: QRect, event: Event, *, chosen: bool, ghost: bool = False) -> None:
    """The soft ground with its edge; the chosen one has a frame, one that is being dragged is faded."""
    look, mood = current(), mood_of_event(event)
    painter.setOpacity(FADED if ghost else 1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.ground_of(mood)))
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    painter.setBrush(QColor(look.ink_of(mood)))
    painter.drawRoundedRect(QRect(box.left(), box.top(), EDGE, box.height()), 1, 1)
    if chosen:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(look.accent), 1.6))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
    painter.setOpacity(1.0)


def paint_line(painter: QPainter, box: QRect, event: Event, time: str) -> None:
    """Time and subject in one line; what is done is struck through."""
    look = current()
    inner = box.adjusted(EDGE + PAD - 1, 0, -2, 0)
    font = painter.font()
    painter.setPen(QColor(look.ink_of(mood_of_event(event))))
    if time:
        painter.drawText(inner, MIDDLE, time)
        inner.setLeft(inner.left() + painter.fontMetrics().horizontalAdvance(time) + 4)
    if event.done:
        struck = QFont(font)
        struck.setStrikeOut(True)
        painter.setFont(struck)
    painter.setPen(QColor(look.ink_3 if event.done else look.ink))
    sign = "↻ " if event.series else ""
    text = painter.fontMetrics().elidedText(sign + event.subject, Qt.TextElideMode.ElideRight, inner.width())
    painter.drawText(inner, MIDDLE, text)
    painter.setFont(font)


def paint_block(painter: QPainter, box: QRect, event: Event, time: str) -> None:
    """Subject, time and account below one another, as far as there is room."""
    look, metrics = current(), painter.fontMetrics()
    if box.height() < 2 * metrics.height() + 4:
        paint_line(painter, box, event, time)
        return
    inner = box.adjusted(EDGE + PAD - 1, 3, -3, -2)
    sign = "↻ " if event.series else ""
    lines = [(f"{sign}{event.subject}", look.ink), (time, look.ink_of(mood_of_event(event)))]
    around = " · ".join(part for part in (event.account, event.place) if part)
    lines += [(around, look.ink_2)] if around else []
    for place, (text, ink) in enumerate(lines):
        top = inner.top() + place * (metrics.height() + 1)
        if top + metrics.height() > inner.bottom() + 2:
            return
        painter.setPen(QColor(ink))
        whole = QRect(inner.left(), top, inner.width(), metrics.height())
        painter.drawText(whole, TOP, metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width()))
