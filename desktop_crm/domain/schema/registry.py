"""The one registry, and the checks that hold for it whenever the program starts."""

from __future__ import annotations

from collections.abc import Iterator

from desktop_crm.domain.schema.entities import ALL
from desktop_crm.domain.schema.fields import Entity

SCHEMA_VERSION = 2
"""The version of the registry, as spoken on the wire; it grows with every field or entity added."""


class Registry:
    """Entities by name, in an order in which referred-to entities mostly come first."""

    def __init__(self, entities: tuple[Entity, ...]) -> None:
        self._by_name = {entity.name: entity for entity in entities}
        self._by_plural = {entity.plural: entity for entity in entities}

    def __getitem__(self, name: str) -> Entity:
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Entity]:
        return iter(self._by_name.values())

    def names(self) -> tuple[str, ...]:
        """Every entity's name."""
        return tuple(self._by_name)

    def find(self, word: str) -> Entity | None:
        """The entity by its name or its plural."""
        return self._by_name.get(word) or self._by_plural.get(word)


REGISTRY = Registry(ALL)
