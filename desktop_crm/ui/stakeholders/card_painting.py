"""Paints one person's card, 190 × 74, on any painter: the screen's, the picture's. Knows a node value, a look and its state."""

from __future__ import annotations

from enum import Flag, auto

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from desktop_crm.domain.schema.options import NodeKind
from desktop_crm.domain.stakeholders.geometry import CARD_HEIGHT, CARD_WIDTH
from desktop_crm.domain.stakeholders.values import NodeView
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.stakeholders.looks import MapLook, coverage_mood, role_mood, support_mood
from desktop_crm.ui.theme import Mood

RADIUS = 9.0
EDGE = 5.0
BOX_EDGE = EDGE * 2.4
LEFT = 15.0
RIGHT = CARD_WIDTH - 12.0
BARS = 35.0
"""How wide the five bars of influence are."""
PLAIN_BELOW = 0.45
PILL_LEAST = 56.0
NAMED_ABOVE = 0.2
CARD = QRectF(0.0, 0.0, CARD_WIDTH, CARD_HEIGHT)
BOUNDS = CARD.adjusted(-5.0, -5.0, 5.0, 5.0)


class CardState(Flag):
    """What is going on with a card besides its content."""

    PLAIN = 0
    CHOSEN = auto()
    HOVERED = auto()
    WELCOME = auto()  # what is dragged may be dropped here
    REFUSED = auto()  # what is dragged may not be dropped here
    CAME = auto()  # was not there on the day that is compared with
    GONE = auto()  # is not there any more
    TURNED = auto()  # is there on both days, but not the same
    FOUND = auto()  # holds what is searched for


MARKS = CardState.CAME | CardState.GONE | CardState.TURNED | CardState.FOUND


_MARKS = {
    CardState.CAME: Mood.good,
    CardState.GONE: Mood.bad,
    CardState.TURNED: Mood.warn,
    CardState.FOUND: Mood.info,
}


_FRAME = CARD.adjusted(0.5, 0.5, -0.5, -0.5)


def _edge() -> QPainterPath:
    outline, edge = QPainterPath(), QPainterPath()
    outline.addRoundedRect(_FRAME, RADIUS, RADIUS)
    edge.addRect(QRectF(0.0, 0.0, EDGE, CARD_HEIGHT))
    return outline.intersected(edge)


def _bars(first: int, last: int) -> QPainterPath:
    """The bars of influence from the first up to the last, as one shape."""
    path = QPainterPath()
    for index in range(first, last):
        height = 5.0 + index * 2.4
        path.addRoundedRect(QRectF(RIGHT - BARS + 1.5 + index * 7.0, 23.0 - height, 5.5, height), 1.0, 1.0)
    return path


# Shapes that are the same on every card are made once.
_EDGE = _edge()
_BARS = tuple((_bars(0, filled), _bars(filled, 5)) for filled in range(6))


def paint_card(painter: QPainter, look: MapLook, node: NodeView, state: CardState, zoom: float) -> None:
    """The card with its upper left corner at the painter's origin; a plain box when `zoom` is small."""
    if zoom < PLAIN_BELOW:
        _paint_box(painter, look, node, state, zoom)
        return
    _paint_frame(painter, look, node, state)
    gone = node.kind is NodeKind.DEPARTED
    empty = node.kind is NodeKind.PLACEHOLDER
    bars = 0.0 if empty and node.influence is None else _paint_bars(painter, look, node.influence)
    painter.setPen(look.ink_3 if gone else look.ink)
    _text(painter, look.name_font, look.name_metrics, words.name_of(node), LEFT, 21.0, RIGHT - bars - 6.0 - LEFT)
    attitude = words.support_word(node.support)
    wide = look.hint_metrics.horizontalAdvance(attitude) if attitude else 0.0
    if attitude:
        painter.setPen(look.ink_of(support_mood(node.support)))
        _text(painter, look.hint_font, look.hint_metrics, attitude, RIGHT - wide, 39.5, wide + 1.0)
    painter.setPen(look.ink_2)
    _text(painter, look.text_font, look.text_metrics, words.place_of(node), LEFT, 39.5, RIGHT - LEFT - wide - 6.0)
    hint = words.coverage_word(node)
    right = _paint_pill(painter, look, node, pill_room(look, hint))
    painter.setPen(look.ink_of(coverage_mood(node.coverage)) if not empty else look.ink_3)
    room = RIGHT - right - 6.0
    shown = look.hint_metrics.elidedText(hint, Qt.TextElideMode.ElideRight, room)
    painter.setFont(look.hint_font)
    painter.drawText(QPointF(RIGHT - look.hint_metrics.horizontalAdvance(shown), 60.5), shown)


def _paint_frame(painter: QPainter, look: MapLook, node: NodeView, state: CardState) -> None:
    if CardState.CHOSEN in state:
        painter.setPen(look.halo)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(CARD.adjusted(-1.5, -1.5, 1.5, 1.5), RADIUS + 1.5, RADIUS + 1.5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.surface)
    painter.drawRoundedRect(_FRAME, RADIUS, RADIUS)
    painter.fillPath(_EDGE, look.attitude(node.support))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_border(look, node, state))
    painter.drawRoundedRect(_FRAME, RADIUS, RADIUS)
    if not state:
        return
    if CardState.WELCOME in state or CardState.REFUSED in state:
        painter.setPen(look.welcome if CardState.WELCOME in state else look.refused)
        painter.drawRoundedRect(CARD.adjusted(-3.0, -3.0, 3.0, 3.0), RADIUS + 3.0, RADIUS + 3.0)
    for mark, mood in _MARKS.items():
        if mark in state:
            painter.setPen(QPen(look.ink_of(mood), 2.4))
            painter.drawRoundedRect(CARD.adjusted(-2.0, -2.0, 2.0, 2.0), RADIUS + 2.0, RADIUS + 2.0)
    if CardState.HOVERED in state:
        _paint_handles(painter, look)


def _border(look: MapLook, node: NodeView, state: CardState) -> QPen:
    if CardState.CHOSEN in state:
        return look.chosen_border
    return look.dashed_border if node.kind is NodeKind.PLACEHOLDER else look.border


def _paint_handles(painter: QPainter, look: MapLook) -> None:
    """Dots in the middle of each side: a line can be drawn from here."""
    painter.setPen(look.chosen_border)
    painter.setBrush(look.surface)
    middle_x, middle_y = CARD_WIDTH / 2, CARD_HEIGHT / 2
    for x, y in ((middle_x, 0.0), (middle_x, CARD_HEIGHT), (0.0, middle_y), (CARD_WIDTH, middle_y)):
        painter.drawEllipse(QPointF(x, y), 3.5, 3.5)


def _paint_bars(painter: QPainter, look: MapLook, influence: int | None) -> float:
    """Five bars, two points of influence each; returns the width they take."""
    on, off = _BARS[0 if influence is None else -(-influence // 2)]
    painter.fillPath(on, look.bar_on)
    painter.fillPath(off, look.bar_off)
    return BARS


def pill_room(look: MapLook, hint: str) -> float:
    """How wide the word in the pill may be, so that what stands beside it is read whole."""
    return min(max(RIGHT - LEFT - 22.0 - look.hint_metrics.horizontalAdvance(hint), PILL_LEAST), 104.0)


def _paint_pill(painter: QPainter, look: MapLook, node: NodeView, room: float) -> float:
    """The buying role (or what stands for it) in a pill with so much room for its word; returns its right end."""
    text, mood = words.pill_of(node), role_mood(node.buying_role)
    if node.kind is NodeKind.DEPARTED:
        mood = Mood.neutral
    text = look.hint_metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
    width = look.hint_metrics.horizontalAdvance(text) + 16.0
    pill = QRectF(LEFT, 48.0, width, 18.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.ground_of(mood))
    painter.drawRoundedRect(pill, 9.0, 9.0)
    painter.setPen(look.ink_of(mood))
    painter.setFont(look.hint_font)
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
    return pill.right()


def _paint_box(painter: QPainter, look: MapLook, node: NodeView, state: CardState, zoom: float) -> None:
    chosen = CardState.CHOSEN in state
    painter.fillRect(CARD, look.accent if chosen else look.border.color())
    inset = 3.0 if chosen else 1.0
    painter.fillRect(CARD.adjusted(inset, inset, -inset, -inset), look.surface)
    painter.fillRect(QRectF(0.0, 0.0, BOX_EDGE, CARD_HEIGHT), look.attitude(node.support))
    if CardState.WELCOME in state or CardState.REFUSED in state:
        painter.setPen(look.welcome if CardState.WELCOME in state else look.refused)
        painter.drawRect(CARD)
    if zoom >= NAMED_ABOVE:
        painter.setPen(look.ink)
        metrics = QFontMetricsF(look.box_font)
        _text(painter, look.box_font, metrics, words.name_of(node), LEFT + 6.0, 47.0, RIGHT - LEFT)


def _text(
    painter: QPainter, font: QFont, metrics: QFontMetricsF, text: str, x: float, base: float, room: float
) -> None:
    painter.setFont(font)
    painter.drawText(QPointF(x, base), metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room, 0.0)))
