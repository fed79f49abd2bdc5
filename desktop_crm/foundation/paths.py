"""Where things lie: the program's resources in the three forms it ships in, and the user's folders."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent.parent
_APP = "desktop-crm"


def resources(*parts: str) -> Path:
    """A path in `resources/`: of the frozen app, of the wheel (`desktop_crm/_resources`) or of the source tree."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        root = Path(frozen) / "resources"
    elif (_PACKAGE / "_resources").is_dir():
        root = _PACKAGE / "_resources"
    else:
        root = _PACKAGE.parent / "resources"
    return root.joinpath(*parts)


def user_data() -> Path:
    """The folder for workspaces; `DESKTOP_CRM_HOME` overrides it. Made when absent."""
    return _made("data")


def user_config() -> Path:
    """The folder for settings and logs; `DESKTOP_CRM_HOME` overrides it. Made when absent."""
    return _made("config")


def _made(kind: Literal["data", "config"]) -> Path:
    home = os.environ.get("DESKTOP_CRM_HOME")
    path = Path(home) / kind if home else _of_the_system(kind)
    path.mkdir(parents=True, exist_ok=True)
    return path


def _of_the_system(kind: Literal["data", "config"]) -> Path:
    import platformdirs

    known = platformdirs.PlatformDirs(_APP, appauthor=False)
    return known.user_data_path if kind == "data" else known.user_config_path
