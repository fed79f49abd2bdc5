"""The first look into the workspace that was open last, taken on a thread of its own while the toolkit is still being loaded.

Must import nothing of Qt: it begins before that. What it found is asked for once, by the window that shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

from desktop_crm.foundation.settings import Settings

LAST = "workspace.path"
TYPED = "workspace.typed"
"""Whether the workspace that was open last was opened by a passphrase: the keyring, which would ask to be made, is left alone."""
PAGE = "window.page"
FIRST_PAGE = "account"


def last_workspace(settings: Settings) -> Path | None:
    """The file that was open last, if it is still there."""
    remembered = settings.get(LAST)
    path = Path(remembered) if isinstance(remembered, str) else None
    return path if path is not None and path.exists() else None


class Glance:
    """One look on its way. Made on the GUI thread and asked there; `look` runs on the other one and touches no widget."""

    def __init__(self, look: Callable[[Path], Any], path: Path) -> None:
        self.path = path
        self._look = look
        self._found: Any = None
        self._thread = Thread(target=self._run, name="glance", daemon=True)
        self._thread.start()

    @property
    def ready(self) -> bool:
        """Whether the look is over, so that `found` does not wait."""
        return not self._thread.is_alive()

    def found(self) -> Any:
        """What was seen; None where the file has to be opened in the ordinary way first. Waits for the look to end."""
        self._thread.join()
        return self._found

    def _run(self) -> None:
        self._found = self._look(self.path)


def glance(look: Callable[[Path], Any], path: Path | None) -> Glance | None:
    """Begin to look into the file that the app will open; None where it will show something else first."""
    settings = Settings()
    wanted = path or last_workspace(settings)
    asks_first = path is None and settings.get(TYPED)
    if wanted is None or asks_first or str(settings.get(PAGE) or FIRST_PAGE) != FIRST_PAGE:
        return None
    return Glance(look, wanted)
