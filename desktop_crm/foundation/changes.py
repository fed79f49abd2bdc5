"""What a write did, in words every floor can read. Carries names and ids, never values or sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from desktop_crm.foundation.ids import RowId, TxId


class ChangeKind(StrEnum):
    """What happened to a row as a whole."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row that a transaction touched."""

    entity: str
    row_id: RowId
    kind: ChangeKind
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Everything one transaction (or several, joined) touched. `tx_id` names the transaction for undo; joined ones have none."""

    tx_id: TxId | None = None
    items: tuple[Change, ...] = ()
    remote: bool = False
    _entities: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_entities", frozenset(item.entity for item in self.items))

    def __bool__(self) -> bool:
        return bool(self.items)

    def touches(self, *entities: str) -> bool:
        """Whether any row of these entities changed."""
        return not self._entities.isdisjoint(entities)

    def rows(self, entity: str) -> frozenset[RowId]:
        """The ids of this entity's rows that changed."""
        return frozenset(item.row_id for item in self.items if item.entity == entity)

    def join(self, other: Changes) -> Changes:
        """Both as one, for one refresh."""
        if not other:
            return self
        if not self:
            return other
        return Changes(items=self.items + other.items, remote=self.remote and other.remote)

    @staticmethod
    def none() -> Changes:
        """Nothing happened."""
        return Changes()

    @staticmethod
    def joined(parts: Iterable[Changes]) -> Changes:
        """All of them as one."""
        whole = Changes.none()
        for part in parts:
            whole = whole.join(part)
        return whole
