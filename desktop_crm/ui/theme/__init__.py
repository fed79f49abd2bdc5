"""The look: tokens, palette, type, icons and the style sheet made from them. No widget lives here."""

from __future__ import annotations

from desktop_crm.ui.theme.icons import icon, pixmap
from desktop_crm.ui.theme.moods import mood_of
from desktop_crm.ui.theme.theme import Scheme, Theme, current
from desktop_crm.ui.theme.tokens import Mood, Tokens

__all__ = ["Mood", "Scheme", "Theme", "Tokens", "current", "icon", "mood_of", "pixmap"]
