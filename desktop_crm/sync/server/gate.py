"""How often somebody may come, and how often a password may be wrong. Kept in this process's memory, for the minute that counts.

A full bucket is told as "server.too_often"; laptops wait and come again.
"""

from __future__ import annotations

import threading
from typing import Final

from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.errors import Refusal

REQUESTS_A_MINUTE: Final = 1200
"""Of one device."""
WRONG_PASSWORDS: Final = 10
"""Of one name in a minute."""
_REMEMBERED: Final = 10_000


class Gate:
    """A bucket for each name: it holds `a_minute`, and fills up steadily. Thread-safe."""

    def __init__(self, clock: Clock, a_minute: int) -> None:
        self._clock, self._most = clock, a_minute
        self._held: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, name: str) -> None:
        """One more. Raises Refusal `server.too_often`."""
        with self._lock:
            left = self._left(name)
            if left < 1:
                raise Refusal("server.too_often")
            if len(self._held) > _REMEMBERED:
                self._held.clear()
            self._held[name] = (left - 1, self._now())

    def look(self, name: str) -> None:
        """Whether there is room, without taking any. Raises Refusal `server.too_often`."""
        with self._lock:
            if self._left(name) < 1:
                raise Refusal("server.too_often")

    def _left(self, name: str) -> float:
        left, at = self._held.get(name, (float(self._most), self._now()))
        return min(float(self._most), left + (self._now() - at) * self._most / 60)

    def _now(self) -> float:
        return self._clock.now().timestamp()
