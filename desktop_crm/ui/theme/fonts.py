"""The bundled type: Pretendard for text, Noto Sans KR for what it lacks. Without it Hangul would be boxes."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from desktop_crm.foundation.paths import resources
from desktop_crm.ui.theme.tokens import BODY_PX

LOADED = "crm_fonts"
"""The property of the application that names the files registered: asking for all families of the system costs more."""
FAMILIES = ("Pretendard", "Noto Sans KR")


def load() -> QFont:
    """Register the files of the text's own family once, and return the body font."""
    _register("Pretendard*.ttf")
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPixelSize(BODY_PX)
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return tabular(font)


def load_rest() -> None:
    """Register what is rarely needed (hanja and the like); called after the first paint."""
    _register("Noto*-Regular.ttf")


def of_paper(*, noto: bool) -> QFont:
    """The body font for what is printed: plain figures, since the others are found in no search (files know them by private signs).

    `noto`: in the type that is otherwise there for what the text's own lacks.
    """
    font = load()
    font.clearFeatures()
    if noto:
        _register("Noto*.ttf")
        font.setFamilies(list(reversed(FAMILIES)))
    return font


def _register(pattern: str) -> None:
    app = QGuiApplication.instance()
    if app is None:
        return
    known = set(app.property(LOADED) or ())
    for path in sorted(resources("fonts").glob(pattern)):
        if path.name not in known:
            QFontDatabase.addApplicationFont(str(path))
            known.add(path.name)
    app.setProperty(LOADED, sorted(known))


def tabular(font: QFont) -> QFont:
    """The same font with figures of equal width, so that columns of amounts line up."""
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def sized(font: QFont, pixels: int, *, bold: bool = False) -> QFont:
    """A copy of `font` in another size or weight."""
    copy = QFont(font)
    copy.setPixelSize(pixels)
    copy.setBold(bold)
    return copy
