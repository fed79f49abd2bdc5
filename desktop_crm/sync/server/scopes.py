"""Which scope a row belongs to, and what follows when it moves to another. Rights are asked per scope.

1.  An account that is shared by itself lies in a scope of its own; else in the territory that one of its fields names, where
    territories are in use; else in the scope of the whole team.
2.  What hangs on an account lies where the account lies, and follows it.
    Comments and followers lie where the record lies that they are about.
3.  A private map lies in a scope of its own with its cards, lines, ties and evidence. Who may see it is asked anew each time
    (`server.reach`): its keeper, the account's owner, their teams, and the account's members.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from desktop_crm.domain.schema import REGISTRY, Entity

TEAM: Final = "team"
"""The scope that all members share."""
TERRITORY: Final = "territory:"
SHARED: Final = "account:"
PRIVATE: Final = "map:"

ScopeOfRow = Callable[[str, str], str]
"""(entity, id) to the scope that the row lies in; empty when it is not known."""


class Scopes:
    """The rule that puts every row into one scope. `field`: the account's field that names its territory; empty without territories."""

    def __init__(self, field: str = "") -> None:
        self.field = field

    def home(self, fields: Mapping[str, Any]) -> str:
        """Where an account with these values lies when it is not shared by itself."""
        territory = fields.get(self.field) if self.field else None
        return f"{TERRITORY}{territory}" if territory else TEAM

    def scope_of(
        self, entity: Entity, row_id: str, fields: Mapping[str, Any], shared: Collection[str], scope_of_row: ScopeOfRow
    ) -> str:
        """The scope of a row with these values."""
        if entity.name == "stakeholder_map" and fields.get("private"):
            return f"{PRIVATE}{row_id}"
        if entity.name == "account":
            return f"{SHARED}{row_id}" if row_id in shared else self.home(fields)
        link = self.link(entity, shared)
        target = fields.get(link) if link else None
        kind = entity.field(link).target if link else None
        return (scope_of_row(kind, target) if kind and target else "") or TEAM

    def link(self, entity: Entity, shared: Collection[str]) -> str:
        """The reference that decides a row's scope; empty where all rows of the kind lie with the team anyway."""
        if not entity.scope_path or entity.scope_path[0] == "id":
            return ""
        apart = self.field or shared or entity.scope_path[0] == "map_id"
        return entity.scope_path[0] if apart else ""


def followers(entity: str) -> list[tuple[Entity, str]]:
    """Entities whose scope follows rows of this one, with the field they follow by."""
    return [
        (other, other.scope_path[0])
        for other in REGISTRY
        if other.scope_path and other.scope_path[0] != "id" and other.field(other.scope_path[0]).target == entity
    ]
