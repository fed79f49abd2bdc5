"""The theme of the running app: follows the system's light or dark, or is fixed to one; switches live.

Signals: `changed` (GUI thread) after the palette and the style sheet were replaced. The shell rebuilds its pages then,
so that whatever painted itself from tokens takes the new ones.
"""

from __future__ import annotations

from enum import StrEnum
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QStyleFactory

from desktop_crm.foundation.paths import resources
from desktop_crm.ui.theme import fonts, tokens
from desktop_crm.ui.theme.palette import palette_of
from desktop_crm.ui.theme.tokens import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QStyleHints

PROPERTY = "crm_theme"


class Scheme(StrEnum):
    """What the user chose."""

    system = "system"
    light = "light"
    dark = "dark"
    contrast = "contrast"
    """High contrast, light or dark as the system is."""


class Theme(QObject):
    """Owns the look of the application; one per QApplication."""

    changed = Signal()

    def __init__(self, app: QApplication, scheme: Scheme = Scheme.system) -> None:
        super().__init__(app)
        self._app = app
        self._scheme = scheme
        self._tokens = self._wanted()
        app.setProperty(PROPERTY, self)
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(fonts.load())
        self._paint()
        self._hints.colorSchemeChanged.connect(self._on_system_scheme)

    @property
    def tokens(self) -> Tokens:
        return self._tokens

    @property
    def scheme(self) -> Scheme:
        return self._scheme

    @property
    def _hints(self) -> QStyleHints:
        return self._app.styleHints()

    def choose(self, scheme: Scheme) -> None:
        """Fix the theme, or let it follow the system again."""
        self._scheme = scheme
        self._switch()

    def _on_system_scheme(self, _scheme: Qt.ColorScheme) -> None:
        self._switch()

    def _switch(self) -> None:
        wanted = self._wanted()
        if wanted is self._tokens:
            return
        self._tokens = wanted
        self._paint()
        self.changed.emit()

    def _wanted(self) -> Tokens:
        dark = self._hints.colorScheme() is Qt.ColorScheme.Dark
        if self._scheme is Scheme.contrast:
            return CONTRAST_DARK if dark else CONTRAST_LIGHT
        if self._scheme is Scheme.system:
            return DARK if dark else LIGHT
        return DARK if self._scheme is Scheme.dark else LIGHT

    def _paint(self) -> None:
        self._app.setPalette(palette_of(self._tokens))
        self._app.setStyleSheet(style_sheet(self._tokens))


def current() -> Tokens:
    """The tokens in force; light before a theme was installed (a bare widget in a test)."""
    app = QApplication.instance()
    theme = app.property(PROPERTY) if app is not None else None
    return theme.tokens if isinstance(theme, Theme) else LIGHT


def style_sheet(look: Tokens) -> str:
    """The one style sheet, made from tokens and resources/themes/base.qss."""
    values: dict[str, str] = {name: str(getattr(look, name)) for name in Tokens.__slots__ if name != "dark"}
    for name in ("RADIUS_CONTROL", "RADIUS_CARD", "CONTROL_HEIGHT", "BODY_PX", "HINT_PX", "SECTION_PX", "TITLE_PX"):
        values[name.lower()] = str(getattr(tokens, name))
    values["icons"] = resources("themes").as_posix()
    values["shade"] = "dark" if look.dark else "light"
    text = resources("themes", "base.qss").read_text(encoding="utf-8")
    return Template(text).substitute(values)


def chosen_scheme() -> Scheme:
    """What the user chose for the running app."""
    app = QApplication.instance()
    theme = app.property(PROPERTY) if app is not None else None
    return theme.scheme if isinstance(theme, Theme) else Scheme.system
