"""Waiting in tests of the screen: as long as a busy machine may need, since only a test that fails waits to the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

PATIENCE = 60_000
"""Milliseconds."""


class PatientBot(QtBot):
    """pytest-qt's bot, which by itself gives up after five seconds."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE, **options: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **options)

    def waitSignals(self, signals: list[Any], *, timeout: int = PATIENCE, **options: Any) -> Any:
        return super().waitSignals(signals, timeout=timeout, **options)
