"""One value, ready to be drawn; knows nothing of where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.ui.theme import Mood


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value, ready to be drawn. A mood makes it a pill; `entity` and `row_id` make it a way to another row."""

    text: str
    exact: str = ""
    mood: Mood | None = None
    strong: bool = False
    row_id: str = ""


EMPTY = Cell(text="")
