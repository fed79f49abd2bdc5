"""Which scope a row belongs to, and what follows when it moves to another. Rights are asked per scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from desktop_crm.domain.schema import REGISTRY, Entity

TEAM: Final = "team"
"""The scope that all members share until there are teams and territories."""

ScopeOfRow = Callable[[str, str], str]
"""(entity, id) to the scope that the row lies in; empty when it is not known."""


class Scopes(Protocol):
    """A rule that puts every row into one scope."""

    moves: bool
    """Whether rows ever change their scope, so that the server has to look at children."""

    def scope_of(self, entity: Entity, fields: Mapping[str, Any], parent_scope: ScopeOfRow) -> str: ...


class SharedScope:
    """Everybody shares everything."""

    moves = False

    def scope_of(self, entity: Entity, fields: Mapping[str, Any], parent_scope: ScopeOfRow) -> str:
        return TEAM


class TerritoryScopes:
    """Accounts lie in the territory that one of their fields names; what hangs on an account follows it."""

    moves = True

    def __init__(self, field: str) -> None:
        self._field = field

    def scope_of(self, entity: Entity, fields: Mapping[str, Any], parent_scope: ScopeOfRow) -> str:
        if entity.name == "account":
            territory = fields.get(self._field)
            return f"territory:{territory}" if territory else TEAM
        if not entity.scope_path:
            return TEAM
        link = entity.field(entity.scope_path[0])
        target = fields.get(link.name)
        if not link.target or not target:
            return TEAM
        return parent_scope(link.target, target) or TEAM


def followers(entity: str) -> list[tuple[Entity, str]]:
    """Entities whose scope follows rows of this one, with the field they follow by."""
    return [
        (other, other.scope_path[0])
        for other in REGISTRY
        if other.scope_path and other.scope_path[0] != "id" and other.field(other.scope_path[0]).target == entity
    ]
