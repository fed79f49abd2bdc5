"""The shell's rows of data: pages, sections and actions. Menus, navigation, palette and tool tips are made from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from desktop_crm.ui.runtime.context import UiContext


Page = QWidget
"""What the shell mounts, by the name that the composition root knows it by."""
Build = Callable[["UiContext"], Page]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRow:
    """One page. `build` imports its room when the page is first opened; `entity` names whose rows it opens and counts."""

    key: str
    title: str
    section: str
    icon: str
    build: Build
    entity: str = ""
    counted: bool = True
    creates: str = ""
    """The words of its entry in the menu of new things; empty for none."""
    shortcut: str = ""
    more_entities: tuple[str, ...] = field(default=())
    """Other entities whose rows this page opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow:
    """One thing the shell can do."""

    key: str
    text: str
    act: Callable[[], object]
    icon: str = ""
    shortcut: str = ""
    words: str = ""
    """More words that the palette finds it by."""
    in_palette: bool = True
    only_typed: bool = False
    """Shown by the palette only when its name is typed, so that an empty field shows what is done daily."""


Rows = Callable[[], tuple[PageRow, ...]]
"""Makes the rows in the language of now; called again when the language changes."""
