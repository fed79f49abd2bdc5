"""Icons: SVG line drawings from resources/icons, tinted from tokens and sharp at every scale.

An icon is named by its use ("account", "undo"). A missing name gives an empty icon, never an error at run time;
a test walks all names.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from desktop_crm.foundation.paths import resources
from desktop_crm.ui.theme.tokens import ICON_SIZE


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    path = resources("icons", f"{name}.svg")
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def names() -> tuple[str, ...]:
    """All icon names."""
    return tuple(sorted(path.stem for path in resources("icons").glob("*.svg")))


class _TintedEngine(QIconEngine):
    """Paints one drawing in one colour (another when the control is disabled)."""

    def __init__(self, name: str, colour: str, faded: str) -> None:
        super().__init__()
        self._name = name
        self._colours = (colour, faded)

    def clone(self) -> QIconEngine:
        return _TintedEngine(self._name, *self._colours)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        text = _drawing(self._name)
        if not text:
            return
        colour = self._colours[1] if mode is QIcon.Mode.Disabled else self._colours[0]
        renderer = QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))
        renderer.render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return picture


def icon(name: str, colour: str, faded: str | None = None) -> QIcon:
    """The icon `name` in `colour` (a token's value)."""
    return QIcon(_TintedEngine(name, colour, faded or colour))


def pixmap(name: str, colour: str, size: int = ICON_SIZE, ratio: float = 1.0) -> QPixmap:
    """A picture of the icon, `size` logical pixels wide, for labels and delegates; drawn once, then from Qt's own store."""
    key = f"icon {name} {colour} {size} {ratio}"
    known = QPixmap()
    if QPixmapCache.find(key, known):
        return known
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    text = _drawing(name)
    if text:
        painter = QPainter(picture)
        renderer = QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))
        renderer.render(painter, QRectF(0, 0, picture.width(), picture.height()))
        painter.end()
    picture.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, picture)
    return picture
