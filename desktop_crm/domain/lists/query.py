"""What is asked of an entity's rows: which of them, in which order, by which groups, and through which window."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_crm.domain.lists.filters import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """One key of an order."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """Filters joined by "and"; `text` is looked for in any of `text_fields`; `group` comes before `sort`, and that before `then`.

    Rows that are equal in all keys stand by id, so that an order is always one and the same.
    """

    filters: tuple[Part, ...] = ()
    text: str = ""
    text_fields: tuple[str, ...] = ()
    group: str = ""
    sort: str | None = None
    descending: bool = False
    then: tuple[Sort, ...] = ()
    offset: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Rows somebody chose: those with `ids`, or, when `matching` is given, all that it finds but those with `ids`."""

    ids: tuple[str, ...] = ()
    matching: ListQuery | None = None

    @staticmethod
    def of(*ids: str) -> Selection:
        """These rows."""
        return Selection(ids=ids)
