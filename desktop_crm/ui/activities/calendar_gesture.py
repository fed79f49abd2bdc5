"""A gesture over the hours of the calendar, from press to release: pure numbers, nothing is painted or written here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QPoint

from desktop_crm.domain.activities.agenda import DAY_MINUTES, Piece

STEP = 15
"""Minutes that a gesture goes by."""


@dataclass(slots=True)
class Gesture:
    """A gesture under way: what is held, from where, and where it is now."""

    point: QPoint
    piece: Piece | None
    day: date
    minute: int
    stretching: bool = False
    moving: bool = False
    to_day: date | None = None
    to_minute: int = 0

    def wished(self) -> tuple[int, int]:
        """The minute of the day and the length that a gesture stands for."""
        if self.piece is None:
            begin = min(self.minute, self.to_minute) // STEP * STEP
            return begin, max(-(-max(self.minute, self.to_minute) // STEP) * STEP - begin, STEP)
        held = self.piece.end - self.piece.begin
        if self.stretching:
            end = max(round(self.to_minute / STEP) * STEP, self.piece.begin + STEP)
            return self.piece.begin, end - self.piece.begin
        begin = round((self.piece.begin + self.to_minute - self.minute) / STEP) * STEP
        return max(min(begin, DAY_MINUTES - STEP), 0), held
