"""Turns tokens into a QPalette, for what the style sheet does not reach (selections, placeholders, links)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette

if TYPE_CHECKING:
    from desktop_crm.ui.theme.tokens import Tokens


def palette_of(tokens: Tokens) -> QPalette:
    """The palette of one set of tokens."""
    palette = QPalette()
    role = QPalette.ColorRole
    for name, colour in (
        (role.Window, tokens.ground),
        (role.WindowText, tokens.ink),
        (role.Base, tokens.surface),
        (role.AlternateBase, tokens.sunken),
        (role.Text, tokens.ink),
        (role.Button, tokens.surface),
        (role.ButtonText, tokens.ink),
        (role.BrightText, tokens.on_accent),
        (role.ToolTipBase, tokens.ink),
        (role.ToolTipText, tokens.surface),
        (role.PlaceholderText, tokens.ink_3),
        (role.Highlight, tokens.accent_soft),
        (role.HighlightedText, tokens.ink),
        (role.Link, tokens.accent),
        (role.LinkVisited, tokens.accent),
        (role.Accent, tokens.accent),
        (role.Light, tokens.surface),
        (role.Midlight, tokens.sunken),
        (role.Mid, tokens.line),
        (role.Dark, tokens.line_strong),
        (role.Shadow, tokens.shadow),
    ):
        palette.setColor(name, QColor(colour))
    for name in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.ink_3))
    return palette
