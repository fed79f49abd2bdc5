"""The workspaces that were open lately, for the start screen and the menu: kept in the settings of this machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from desktop_crm.foundation.settings import Settings
from desktop_crm.ui.signin.recent_list import Recent
from desktop_crm.ui.theme import current, icon

_NAME: Final = "workspace.recent"
_MOST: Final = 8


def recent(settings: Settings) -> tuple[Recent, ...]:
    """The newest first; files that are gone stay, so that their backups can be found."""
    lines = settings.get(_NAME, [])
    found = lines if isinstance(lines, list) else []
    return tuple(
        Recent(path=str(line["path"]), name=str(line.get("name") or Path(str(line["path"])).stem))
        for line in found
        if isinstance(line, dict) and line.get("path")
    )


def note(settings: Settings, path: Path, name: str) -> None:
    """Put the workspace that is open now first."""
    others = [one for one in recent(settings) if one.path != str(path)]
    kept = [Recent(path=str(path), name=name), *others][:_MOST]
    settings.put(_NAME, [{"path": one.path, "name": one.name} for one in kept])


def end_menu(menu: QMenu, settings: Settings, act: Callable[[str], None], last: list[QAction]) -> None:
    """One entry for each workspace of late but the one that is open; then what comes last."""
    for one in recent(settings)[1:]:
        if Path(one.path).exists():
            action = QAction(icon("folder", current().ink_2), one.name.replace("&", "&&"), menu)
            action.setToolTip(one.path)
            action.triggered.connect(partial(_switch, act, one.path))
            menu.addAction(action)
    menu.addSeparator()
    menu.addActions(last)


def _switch(act: Callable[[str], None], path: str, _checked: bool = False) -> None:
    act(path)
