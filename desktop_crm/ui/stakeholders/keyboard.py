"""Keys on the map: arrows walk along the lines, Enter adds a report, Delete, F2, undo, redo, cut, copy, paste, group, align, choose all.

Zooming by keys stands here too.
"""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from desktop_crm.domain.stakeholders.aligning import Alignment
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.stakeholders.wishes import MapSurface

KEY_ZOOM = 1.25
_CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
ALIGNMENTS = {
    QKeyCombination(_CTRL_ALT, key): one
    for one, key in (
        (Alignment.LEFT, Qt.Key.Key_Left),
        (Alignment.CENTRE, Qt.Key.Key_C),
        (Alignment.RIGHT, Qt.Key.Key_Right),
        (Alignment.TOP, Qt.Key.Key_Up),
        (Alignment.MIDDLE, Qt.Key.Key_M),
        (Alignment.BOTTOM, Qt.Key.Key_Down),
        (Alignment.ACROSS, Qt.Key.Key_H),
        (Alignment.DOWN, Qt.Key.Key_V),
    )
}
_WAYS = {
    Qt.Key.Key_Left: QPointF(-1.0, 0.0),
    Qt.Key.Key_Right: QPointF(1.0, 0.0),
    Qt.Key.Key_Up: QPointF(0.0, -1.0),
    Qt.Key.Key_Down: QPointF(0.0, 1.0),
}


def press(canvas: MapSurface, event: QKeyEvent) -> bool:
    """Do what a key stands for; False when it stands for nothing here."""
    scene, key = canvas.map_scene, Qt.Key(event.key())
    if event.matches(QKeySequence.StandardKey.Undo):
        canvas.wishes.undo()
    elif event.matches(QKeySequence.StandardKey.Redo) or event.keyCombination() == _REDO:
        canvas.wishes.redo()
    elif event.matches(QKeySequence.StandardKey.Copy):
        canvas.wishes.copy_chosen()
    elif event.matches(QKeySequence.StandardKey.Cut):
        canvas.wishes.cut_chosen()
    elif event.matches(QKeySequence.StandardKey.Paste):
        canvas.wishes.paste()
    elif event.keyCombination() in ALIGNMENTS:
        canvas.wishes.line_up(ALIGNMENTS[event.keyCombination()])
    elif event.keyCombination() == _GROUP:
        canvas.wishes.group_chosen()
    elif event.matches(QKeySequence.StandardKey.SelectAll):
        scene.choose(scene.cards)
    elif key in _WAYS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        walk(canvas, key)
    elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
        chosen = next(iter(scene.chosen), None) if len(scene.chosen) == 1 else None
        canvas.wishes.offer_person(chosen, None)
    elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
        canvas.wishes.delete_chosen()
    elif key == Qt.Key.Key_F2:
        if len(scene.chosen) == 1:
            canvas.wishes.edit_name(next(iter(scene.chosen)))
    else:
        return _zoom(canvas, event)
    return True


_GROUP = QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_G)
_REDO = QKeyCombination(Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_Z)


def _zoom(canvas: MapSurface, event: QKeyEvent) -> bool:
    if event.matches(QKeySequence.StandardKey.ZoomIn) or event.text() == "+":
        canvas.zoom_by(KEY_ZOOM)
    elif event.matches(QKeySequence.StandardKey.ZoomOut) or event.text() == "-":
        canvas.zoom_by(1 / KEY_ZOOM)
    elif event.text() == "0" or (
        event.key() == Qt.Key.Key_0 and event.modifiers() & Qt.KeyboardModifier.ControlModifier
    ):
        canvas.fit()
    else:
        return False
    return True


def walk(canvas: MapSurface, key: Qt.Key) -> None:
    """Choose the next card in a direction: up and down along reports-to, sideways among colleagues, else the nearest there."""
    scene = canvas.map_scene
    start = _start(scene)
    if start is None:
        return
    if start not in scene.chosen:
        scene.choose([start])
    else:
        scene.choose([_along(scene, start, key) or _nearest(scene, start, _WAYS[key]) or start])
    canvas.show_card(next(iter(scene.chosen)))


def _start(scene: MapScene) -> str | None:
    """The chosen card; without one the card at the upper left."""
    if scene.chosen:
        return min(scene.chosen)
    return min(scene.cards, key=lambda one: (scene.cards[one].y(), scene.cards[one].x()), default=None)


def _along(scene: MapScene, start: str, key: Qt.Key) -> str | None:
    line = scene.reports.get(start)
    boss = line.boss.node.id if line is not None else None
    if key == Qt.Key.Key_Up:
        return boss
    if key == Qt.Key.Key_Down:
        reports = _reports_of(scene, start)
        x = scene.cards[start].x()
        return min(reports, key=lambda one: abs(scene.cards[one].x() - x), default=None)
    if boss is None:
        return None
    row = sorted(_reports_of(scene, boss), key=lambda one: scene.cards[one].x())
    place = row.index(start) + (1 if key == Qt.Key.Key_Right else -1)
    return row[place] if 0 <= place < len(row) else None


def _reports_of(scene: MapScene, boss: str) -> list[str]:
    return [person for person, line in scene.reports.items() if line.boss.node.id == boss]


def _nearest(scene: MapScene, start: str, way: QPointF) -> str | None:
    """The card that costs least to reach in a direction; off-axis steps count double."""
    here = scene.cards[start].middle()
    best, least = None, float("inf")
    for node_id, card in scene.cards.items():
        off = card.middle() - here
        ahead = off.x() * way.x() + off.y() * way.y()
        aside = abs(off.x() * way.y()) + abs(off.y() * way.x())
        if ahead > 1.0 and ahead + 2 * aside < least and ahead >= aside * 0.5:
            best, least = node_id, ahead + 2 * aside
    return best
