"""Wishes about the app itself, from the pages to the window: another language, another appearance, another workspace."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Preferences(QObject):
    """Signals: `language_wanted("ko")`, `scheme_wanted("dark")`, `workspace_left()`."""

    language_wanted = Signal(str)
    scheme_wanted = Signal(str)
    workspace_left = Signal()
