"""Collects reference cycles on the GUI thread only.

Python runs its collector on whatever thread allocates next. A cycle that holds a Qt object, collected by a lane while the GUI
thread uses that object's neighbours, ends the process; so automatic collection rests while lanes run, and a timer does its work.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_crm.foundation.collector import is_resting

EVERY_MS = 1_000


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
        self._working = True
        _Resting.sweepers += 1
        gc.disable()

    @Slot()
    def sweep(self) -> None:
        """Collect the generations whose thresholds were passed; not while someone builds something large."""
        if is_resting():
            return
        for generation in (2, 1, 0):
            limit = gc.get_threshold()[generation]
            if limit and gc.get_count()[generation] > limit:
                gc.collect(generation)
                return

    def stop(self) -> None:
        if not self._working:
            return
        self._working = False
        self._timer.stop()
        _Resting.sweepers -= 1
        if _Resting.sweepers == 0:
            gc.enable()
