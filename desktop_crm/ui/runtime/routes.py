"""Routes: how pages reach one another without knowing one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

REMEMBERED = 50

Tab = tuple[str, Callable[[Any], QWidget]]
"""What a tab is called, and what makes its content from the context; it is told the record by `show_row(id)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the user is: a page and, on some pages, one row of it."""

    page: str
    row_id: str | None = None


class Routes(QObject):
    """Signals: `arrived(place)` when the user goes somewhere; `opened(entity, row_id)` when that is one record;
    `creation_requested(entity, fields)` for a new record.
    """

    arrived = Signal(object)
    opened = Signal(str, str)
    creation_requested = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages: dict[str, str] = {}
        self._past: list[Place] = []
        self._future: list[Place] = []
        self._here: Place | None = None
        self.tabs_of_all: Callable[[str], tuple[Tab, ...]] = _no_tabs
        """What the panel of any record shows beside its own tabs, by entity; set once by the composition root."""

    @property
    def here(self) -> Place | None:
        return self._here

    def register(self, entity: str, page: str) -> None:
        """Rows of this entity are opened on that page."""
        self._pages[entity] = page

    def can_open(self, entity: str) -> bool:
        return entity in self._pages

    def open(self, entity: str, row_id: str) -> None:
        """Show one row on the page that is registered for its entity; an entity without a page is ignored."""
        page = self._pages.get(entity)
        if page is not None:
            self._travel(Place(page=page, row_id=row_id))
            self.opened.emit(entity, row_id)

    def go(self, page: str, row_id: str | None = None) -> None:
        """Show a page, or a place on it that is no record."""
        self._travel(Place(page=page, row_id=row_id))

    def create(self, entity: str, **fields: object) -> None:
        """Ask for a new record, with some fields filled in already."""
        self.creation_requested.emit(entity, fields)

    def back(self) -> None:
        self._step(self._past, self._future)

    def forward(self) -> None:
        self._step(self._future, self._past)

    def _travel(self, place: Place) -> None:
        if self._here is not None and place != self._here:
            self._past.append(self._here)
            del self._past[:-REMEMBERED]
            self._future.clear()
        self._here = place
        self.arrived.emit(place)

    def _step(self, source: list[Place], target: list[Place]) -> None:
        if not source:
            return
        if self._here is not None:
            target.append(self._here)
        self._here = source.pop()
        self.arrived.emit(self._here)


def _no_tabs(_entity: str) -> tuple[Tab, ...]:
    return ()
