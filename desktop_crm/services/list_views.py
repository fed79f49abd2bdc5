"""The views that people keep of their lists. They stay on this laptop, inside the encrypted workspace, since filters name customers."""

from __future__ import annotations

import json
from collections.abc import Callable

from desktop_crm.domain.lists.views import KeptViews, ListView, views_from_json, views_to_json
from desktop_crm.domain.schema import REGISTRY
from desktop_crm.persistence.facts import read_facts, write_fact
from desktop_crm.services.workspace import Workspace

__all__ = ["KeptViews", "ListView"]


def kept(workspace: Workspace, name: str, entity: str) -> KeptViews:
    """The views of the list of that name."""
    with workspace.read() as session:
        return _read(read_facts(session.connection()).get(_fact(name), ""), entity)


def keep(workspace: Workspace, name: str, entity: str, view: ListView) -> KeptViews:
    """Keep a view, in the place of the one that had its name. Raises Refusal `view.name`."""
    return _change(workspace, name, entity, lambda kept: kept.keeping(view))


def rename(workspace: Workspace, name: str, entity: str, view: str, new: str) -> KeptViews:
    """Give a view another name. Raises Refusal `view.name`, `view.name.taken`."""
    return _change(workspace, name, entity, lambda kept: kept.renaming(view, new))


def delete(workspace: Workspace, name: str, entity: str, view: str) -> KeptViews:
    """Forget a view."""
    return _change(workspace, name, entity, lambda kept: kept.without(view))


def open_with(workspace: Workspace, name: str, entity: str, view: str) -> KeptViews:
    """Let the list open with a view; with the list as it is, when there is none of that name."""
    return _change(workspace, name, entity, lambda kept: kept.opening_with(view))


def _change(workspace: Workspace, name: str, entity: str, change: Callable[[KeptViews], KeptViews]) -> KeptViews:
    with workspace.database.writing() as connection:
        now = change(_read(read_facts(connection).get(_fact(name), ""), entity))
        text = json.dumps(views_to_json(REGISTRY[entity], now), ensure_ascii=False)
        write_fact(connection, _fact(name), text)
    return now


def _read(text: str, entity: str) -> KeptViews:
    try:
        return views_from_json(REGISTRY[entity], json.loads(text) if text else {})
    except ValueError:
        return KeptViews()


def _fact(name: str) -> str:
    return f"views:{name}"
