"""One error in the user's words."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """Title, what happened, what was kept, what to do: marked English texts."""

    title: str
    happened: str
    kept: str
    next_step: str
