"""Collects reference cycles on the GUI thread only, and never walks through much at once while someone works.

Python runs its collector on whatever thread allocates next. A cycle that holds a Qt object, collected by a lane while the GUI
thread uses that object's neighbours, ends the process; so automatic collection rests while lanes run, and a timer does its work.
A walk holds every thread, about a millisecond for some thousand objects. So what has lived for a while, and what was made in
large numbers at once, is set aside (reference counts free it as ever; only cycles wait), and is walked through when the user
turns to another program.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication

from desktop_crm.foundation import collector

EVERY_MS = 1_000
MANY = 50_000
"""Objects that one sweep may walk through, about."""
REST_S = 60.0
"""Between two walks through everything."""


class _Resting:
    """How many sweepers there are; automatic collection rests while there is one."""

    sweepers = 0


class Sweeper(QObject):
    """One for each set of lanes; `stop` gives the work back to Python when it was the last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.sweep)
        self._timer.start()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._on_state)
        self._working = True
        self._grown = 0
        self._walked = time.monotonic()
        _Resting.sweepers += 1
        gc.disable()
        collector.hold()

    @Slot()
    def sweep(self) -> None:
        """Collect the generations whose thresholds were passed; not while someone builds something large."""
        if collector.is_resting():
            return
        counts, limits = gc.get_count(), gc.get_threshold()
        generation = max((n for n, limit in enumerate(limits) if limit and counts[n] > limit), default=None)
        if generation is None:
            return
        new = counts[0]
        if new <= MANY:
            found = gc.collect(2 if self._grown + new > MANY else generation)
            self._grown += max(new - found, 0)
        if self._grown > MANY or new > MANY:
            collector.hold()
            self._grown = 0

    @Slot(Qt.ApplicationState)
    def _on_state(self, state: Qt.ApplicationState) -> None:
        """Nobody looks at us for a moment: the time for a walk through everything."""
        if state == Qt.ApplicationState.ApplicationActive or not self._working or collector.is_resting():
            return
        if time.monotonic() - self._walked > REST_S:
            self.sweep_all()

    def sweep_all(self) -> None:
        """Walk through everything, what was set aside too."""
        collector.release()
        gc.collect()
        collector.hold()
        self._grown, self._walked = 0, time.monotonic()

    def stop(self) -> None:
        if not self._working:
            return
        self._working = False
        self._timer.stop()
        _Resting.sweepers -= 1
        if _Resting.sweepers == 0:
            collector.release()
            gc.enable()
