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
import msgspec

from desktop_crm.foundation.errors import Refusal
from desktop_crm.sync.client.pinning import options
from desktop_crm.sync.client.transport import Credentials, checked_url, is_loopback
from desktop_crm.sync.protocol import Looking, unpack

_SILENCE: Final = httpx.Timeout(10.0, read=45.0)
"""The server says something every 15 seconds; a line that is silent for three of these is dead."""
_DIGITS: Final = 18


class NewsLine:
    """One connection. `heads` is used by one thread; `stop` may be called from any, and ends it at once."""

    def __init__(self, url: str, credentials: Credentials, pin: str = "") -> None:
        whole = checked_url(url)
        host = urlsplit(whole).hostname or ""
        known, self._each = options(whole, host, pin, trust_env=not is_loopback(host))
        self._client = httpx.Client(base_url=whole, timeout=_SILENCE, follow_redirects=False, **known)
        self._credentials = credentials
        self._lock = threading.Lock()
        self._wire: Any = None
        self._stopped = False

    def heads(self) -> Iterator[int]:
        """Each new head; ends when the line does."""
        return (told for told in self.tidings() if isinstance(told, int))

    def tidings(self) -> Iterator[int | Looking]:
        """Each new head, and who else looks at a row. What goes wrong ends the line quietly: the next run says what it is."""
        headers = {"authorization": f"Bearer {self._credentials.access()}", "accept": "text/event-stream"}
        try:
            with self._client, self._client.stream("GET", "/sync/v1/events", headers=headers, **self._each) as response:
                if response.status_code == 200 and self._holds(response.extensions.get("network_stream")):
                    for line in response.iter_lines():
                        told = _told(line.removeprefix("data:").strip()) if line.startswith("data:") else None
                        if told is not None:
                            yield told
        except (httpx.HTTPError, httpx.StreamError, OSError, Refusal):
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


def _told(text: str) -> int | Looking | None:
    """A head, or who looks; None for what is neither."""
    if text.isdecimal() and len(text) <= _DIGITS:
        return int(text)
    try:
        return unpack(text.encode(), Looking)
    except (msgspec.MsgspecError, RecursionError):
        return None
