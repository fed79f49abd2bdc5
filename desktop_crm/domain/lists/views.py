"""Views that people keep of a list: its columns, order, groups and filter under a name, as JSON and back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from desktop_crm.domain.lists.filter_json import from_json, to_json
from desktop_crm.domain.lists.filters import NOTHING, Group
from desktop_crm.domain.lists.query import Sort
from desktop_crm.domain.schema import Entity
from desktop_crm.foundation.errors import Refusal

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """One view. Without columns it shows those the list proposes."""

    name: str
    columns: tuple[str, ...] = ()
    sorts: tuple[Sort, ...] = ()
    group: str = ""
    where: Group = NOTHING
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptViews:
    """The views of one list, and the name of the one it opens with; no name for the list as it is."""

    views: tuple[ListView, ...] = ()
    default: str = ""

    def named(self, name: str) -> ListView | None:
        """The view of that name."""
        return next((view for view in self.views if view.name == name), None)

    def keeping(self, view: ListView) -> KeptViews:
        """With a view, in the place of the one that had its name. Raises Refusal `view.name`."""
        name = view.name.strip()
        if not name or len(name) > LONGEST_NAME:
            raise Refusal("view.name", most=LONGEST_NAME)
        view = replace(view, name=name)
        if self.named(name) is None:
            return replace(self, views=(*self.views, view))
        return replace(self, views=tuple(view if one.name == name else one for one in self.views))

    def without(self, name: str) -> KeptViews:
        """Without a view."""
        default = "" if self.default == name else self.default
        return KeptViews(views=tuple(view for view in self.views if view.name != name), default=default)

    def renaming(self, name: str, new: str) -> KeptViews:
        """With another name for a view. Raises Refusal `view.name`, `view.name.taken`."""
        new = new.strip()
        if not new or len(new) > LONGEST_NAME:
            raise Refusal("view.name", most=LONGEST_NAME)
        if new != name and self.named(new) is not None:
            raise Refusal("view.name.taken", name=new)
        views = tuple(replace(view, name=new) if view.name == name else view for view in self.views)
        return KeptViews(views=views, default=new if self.default == name else self.default)

    def opening_with(self, name: str) -> KeptViews:
        """With another view to open with."""
        return replace(self, default=name if self.named(name) is not None else "")


def views_to_json(entity: Entity, kept: KeptViews) -> dict[str, Any]:
    """The views of a list as JSON can hold them."""
    return {"default": kept.default, "views": [_view_to_json(entity, view) for view in kept.views]}


def views_from_json(entity: Entity, raw: Any) -> KeptViews:
    """The views back; one that cannot be read, perhaps of a newer version, is left out."""
    found = []
    for one in raw.get("views", []) if isinstance(raw, dict) else []:
        view = _view_from_json(entity, one)
        if view is not None:
            found.append(view)
    default = str(raw.get("default", "")) if isinstance(raw, dict) else ""
    return KeptViews(views=tuple(found)).opening_with(default)


def _view_to_json(entity: Entity, view: ListView) -> dict[str, Any]:
    return {
        "name": view.name,
        "columns": list(view.columns),
        "sorts": [[one.field, one.descending] for one in view.sorts],
        "group": view.group,
        "where": to_json(entity, view.where),
        "text": view.text,
    }


def _view_from_json(entity: Entity, raw: Any) -> ListView | None:
    try:
        where = from_json(entity, raw["where"])
        return ListView(
            name=str(raw["name"]),
            columns=tuple(str(name) for name in raw["columns"]),
            sorts=tuple(Sort(field=str(name), descending=bool(down)) for name, down in raw["sorts"]),
            group=str(raw["group"]),
            where=where if isinstance(where, Group) else Group(parts=(where,)),
            text=str(raw.get("text", "")),
        )
    except (KeyError, TypeError, ValueError, Refusal):
        return None
