"""What gestures and keys ask for. The editor fulfils these wishes by services; tests and gestures know only this list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QWidget

from desktop_crm.domain.stakeholders.aligning import Alignment
from desktop_crm.ui.stakeholders.scene import MapScene


class MapWishes(Protocol):
    """Acts on the map, in the words of whoever edits it. Each one writes one transaction, or nothing."""

    def move_cards(self, places: Mapping[str, QPointF], pointer: QPointF) -> None:
        """Cards were dropped on free ground."""

    def report_to(self, node_ids: Iterable[str], boss_id: str | None) -> None:
        """People were dropped on a boss."""

    def may_report_to(self, node_ids: Iterable[str], boss_id: str) -> bool:
        """Whether dropping here would be taken (no circle)."""

    def offer_line(self, source_id: str, target_id: str, at: QPoint) -> None:
        """A line was drawn; ask for its kind at a place of the screen."""

    def offer_person(self, source_id: str | None, at: QPointF | None) -> None:
        """Someone should be added: below somebody, at a place, or anywhere."""

    def edit_name(self, node_id: str) -> None:
        """The name on a card should be edited in place."""

    def delete_chosen(self) -> None:
        """Take the chosen cards or the chosen line off the map."""

    def copy_chosen(self) -> None:
        """Put the chosen cards onto the clipboard."""

    def cut_chosen(self) -> None:
        """Put the chosen cards onto the clipboard and take them off the map."""

    def line_up(self, wanted: Alignment) -> None:
        """Bring the chosen cards into line."""

    def paste(self) -> None:
        """Put the cards of the clipboard onto this map."""

    def group_chosen(self) -> None:
        """Put the chosen cards into a group."""

    def undo(self) -> None:
        """Take the last act back."""

    def redo(self) -> None:
        """Do it again."""

    def menu(self, at: QPoint, place: QPointF) -> None:
        """Show what can be done at a place of the screen."""

    def tip(self, node_id: str) -> str:
        """All of a card in a sentence."""
        ...


class MapSurface(Protocol):
    """What gestures and keys know of the view they happen on."""

    map_scene: MapScene
    wishes: MapWishes

    def viewport(self) -> QWidget:
        """The widget whose cursor changes."""
        ...

    def pan_by(self, dx: int, dy: int) -> None:
        """Move the paper by whole pixels."""

    def zoom_by(self, factor: float, at: QPoint | None = None) -> None:
        """Zoom around a place of the view."""

    def fit(self) -> None:
        """The whole map on the screen."""

    def show_card(self, node_id: str) -> None:
        """Scroll until a card is seen."""
