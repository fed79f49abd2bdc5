"""The hybrid logical clock: stamps that sort in causal order and stay near wall time.

A stamp is text: 12 hex digits of milliseconds since 1970, 4 hex digits of counter, "-", the device. Text order is stamp order.
Source: Kulkarni et al., "Logical Physical Clocks" (2014). Nobody is ever refused for drift (see SYNC.md, "Identity and clocks").
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import NewType

from desktop_crm.foundation.clock import Clock
from desktop_crm.foundation.ids import DeviceId

Stamp = NewType("Stamp", str)

NO_STAMP = Stamp("")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTER_END = 0xFFFF


def make_stamp(millis: int, counter: int, device: str) -> Stamp:
    """Put a stamp together from its three parts."""
    return Stamp(f"{millis:012x}{counter:04x}-{device}")


def read_stamp(stamp: Stamp) -> tuple[int, int, str]:
    """Take a stamp apart: milliseconds since 1970, counter, device. Raises ValueError on other text."""
    head, dash, device = stamp.partition("-")
    if len(head) != 16 or not dash or not device:
        raise ValueError(stamp)
    return int(head[:12], 16), int(head[12:], 16), device


def stamp_time(stamp: Stamp) -> datetime:
    """The wall time of a stamp, in UTC."""
    return _EPOCH + timedelta(milliseconds=read_stamp(stamp)[0])


class HybridClock:
    """One per open workspace (or server). Thread-safe; `last` is saved in the transaction that used it."""

    def __init__(self, device: DeviceId, clock: Clock, last: Stamp = NO_STAMP) -> None:
        self.device = device
        self._clock = clock
        self._lock = threading.Lock()
        self._millis, self._counter = read_stamp(last)[:2] if last else (0, 0)

    @property
    def last(self) -> Stamp:
        """The newest stamp given out or learnt, in this device's name."""
        return make_stamp(self._millis, self._counter, self.device)

    def tick(self) -> Stamp:
        """A new stamp, above every stamp given out or learnt before."""
        with self._lock:
            wall = int((self._clock.now() - _EPOCH).total_seconds() * 1000)
            if wall > self._millis:
                self._millis, self._counter = wall, 0
            else:
                self._advance()
            return make_stamp(self._millis, self._counter, self.device)

    def learn(self, stamp: Stamp) -> None:
        """Take in a stamp made elsewhere, so that the next tick is above it. Never refuses one for drift."""
        millis, counter, _ = read_stamp(stamp)
        with self._lock:
            self._millis, self._counter = max((self._millis, self._counter), (millis, counter))

    def _advance(self) -> None:
        self._counter += 1
        if self._counter > _COUNTER_END:
            self._millis, self._counter = self._millis + 1, 0
