"""Hearing at once that others have changed something. It tells that there is news; `services.sync` fetches it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from desktop_crm.services.presence import Present, told
from desktop_crm.services.sync_account import account_of
from desktop_crm.services.workspace import Workspace
from desktop_crm.sync.client.news import NewsLine


class Listening:
    """One connection to the workspace's server. `run` blocks its thread until the line ends; `stop` ends it from any thread."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._line: NewsLine | None = None
        self._stopped = False

    def run(self, heard: Callable[[int], None], met: Callable[[Present], None] | None = None) -> None:
        """Tell each new head of the server's history, and who else looks at a record. Ends at once for a workspace without a server."""
        account = account_of(self._workspace)
        if account is None:
            return
        with self._lock:
            if self._stopped:
                return
            self._line = NewsLine(account.url, account, account.pin)
        for news in self._line.tidings():
            if isinstance(news, int):
                heard(news)
            elif met is not None:
                met(told(news))

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._line is not None:
                self._line.stop()
