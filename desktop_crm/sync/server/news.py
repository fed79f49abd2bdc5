"""Tells those who listen that the head has moved, whichever process moved it.

What this process commits it hears at once; what another one commits it sees by looking, as long as anybody listens.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from sqlalchemy.exc import DBAPIError

LOOKS_EVERY: Final = 0.25
_PATIENCE: Final = 5.0


class News:
    """Thread-safe. Callbacks run on the thread that committed, or on the one that looks. `head`: asks the database.
    `look_around`: looks for what else other processes did there.
    """

    def __init__(self, head: Callable[[], int], look_around: Callable[[], None]) -> None:
        self._head, self._look_around = head, look_around
        self._listeners: dict[object, Callable[[int], None]] = {}
        self._lock = threading.Lock()
        self._told = 0
        self._ended = threading.Event()
        self._watch: threading.Thread | None = None

    def listen(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """Be told each new head; call what is returned to stop."""
        key = object()
        with self._lock:
            self._listeners[key] = listener
            if self._watch is None:
                self._told, self._ended = self._head(), threading.Event()
                self._watch = threading.Thread(target=self._look, args=(self._ended,), name="news", daemon=True)
                self._watch.start()

        def stop() -> None:
            with self._lock:
                self._listeners.pop(key, None)
                watch = None if self._listeners else self._watch
                if watch is not None:
                    self._watch = None
                    self._ended.set()
            if watch is not None:
                watch.join(_PATIENCE)

        return stop

    def __len__(self) -> int:
        return len(self._listeners)

    def tell(self, head: int) -> None:
        """The head has moved there."""
        with self._lock:
            listeners = list(self._listeners.values()) if head != self._told else []
            self._told = head
        for listener in listeners:
            listener(head)

    def _look(self, ended: threading.Event) -> None:
        while not ended.wait(LOOKS_EVERY):
            try:
                self.tell(self._head())
                self._look_around()
            except DBAPIError:
                continue  # the database is away; requests say so
