"""The server's stream of news (server-sent events): one connection that tells each new head as soon as it is there.

It only says that there is something to pull. It never renews tokens: two who renew at once would lock the laptop out; when the
access token is over, the stream ends, and the next run renews.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from desktop_crm.sync.client.transport import Credentials, checked_url, is_loopback

_SILENCE: Final = httpx.Timeout(10.0, read=45.0)
"""The server says something every 15 seconds; a line that is silent for three of these is dead."""
_DIGITS: Final = 18


class NewsLine:
    """One connection. `heads` is used by one thread; `stop` may be called from any, and ends it at once."""

    def __init__(self, url: str, credentials: Credentials) -> None:
        whole = checked_url(url)
        local = is_loopback(urlsplit(whole).hostname or "")
        self._client = httpx.Client(base_url=whole, timeout=_SILENCE, trust_env=not local, follow_redirects=False)
        self._credentials = credentials
        self._lock = threading.Lock()
        self._wire: Any = None
        self._stopped = False

    def heads(self) -> Iterator[int]:
        """Each new head; ends when the line does. What goes wrong ends it quietly: the next run says what it is."""
        headers = {"authorization": f"Bearer {self._credentials.access()}", "accept": "text/event-stream"}
        try:
            with self._client, self._client.stream("GET", "/sync/v1/events", headers=headers) as response:
                if response.status_code == 200 and self._holds(response.extensions.get("network_stream")):
                    for line in response.iter_lines():
                        digits = line.removeprefix("data:").strip()
                        if line.startswith("data:") and digits.isdecimal() and len(digits) <= _DIGITS:
                            yield int(digits)
        except (httpx.HTTPError, httpx.StreamError, OSError):
            return

    def stop(self) -> None:
        """End the connection, also under a thread that waits for it."""
        with self._lock:
            self._stopped = True
            wire = self._wire.get_extra_info("socket") if self._wire is not None else None
            if wire is not None:
                with suppress(OSError):
                    wire.shutdown(socket.SHUT_RDWR)

    def _holds(self, wire: Any) -> bool:
        with self._lock:
            self._wire = wire
            return not self._stopped
