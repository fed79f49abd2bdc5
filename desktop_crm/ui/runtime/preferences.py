"""Wishes about the app itself, from the pages to the window: language, appearance, another workspace, the screen locked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacing:
    """Work on the workspace's own file, for which it is closed and opened again: a restore, another key."""

    act: Callable[[], str | None]
    """Runs on a lane while the workspace is closed; gives back the passphrase that opens it then, None for the keyring."""
    words: str
    """What is said meanwhile."""
    before: str | None = None
    """The passphrase that opens it when the work failed."""


class Preferences(QObject):
    """Signals: `language_wanted("ko")`, `scheme_wanted("dark")`, `workspace_left()`, `replacing_wanted(Replacing)`,
    `lock_after_wanted(minutes)` (0: never), `lock_wanted()`, `forms_changed()` when numbers or dates are written otherwise,
    `workspace_wanted(path)` to open another file.
    """

    language_wanted = Signal(str)
    scheme_wanted = Signal(str)
    workspace_left = Signal()
    replacing_wanted = Signal(object)
    lock_after_wanted = Signal(int)
    lock_wanted = Signal()
    forms_changed = Signal()
    workspace_wanted = Signal(str)
