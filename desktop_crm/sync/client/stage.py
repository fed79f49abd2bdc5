"""What a run that takes long is doing, in words that whoever shows it can know without the engine."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Bytes of a first file, its rows, or rows page by page."""

    FETCHING = "fetching"
    LAYING = "laying"
    PAGES = "pages"
