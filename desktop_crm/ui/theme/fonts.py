"""The bundled type: Pretendard for text, Noto Sans KR for what it lacks. Without it Hangul would be boxes."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from desktop_crm.foundation.paths import resources
from desktop_crm.ui.theme.tokens import BODY_PX

LOADED = "crm_fonts"
FAMILIES = ("Pretendard", "Noto Sans KR")


def load() -> QFont:
    """Register the bundled files once and return the body font."""
    app = QApplication.instance()
    if app is None or not app.property(LOADED):  # asking for all families of the system costs more than our files
        for path in sorted(resources("fonts").glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(path))
        if app is not None:
            app.setProperty(LOADED, True)
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPixelSize(BODY_PX)
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return tabular(font)


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
