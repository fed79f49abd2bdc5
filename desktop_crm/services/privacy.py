"""What does not leave the workspace in exports: private maps unless asked for, and, when the setting says so, what we note of people's attitudes.

Backups, archives and sync are no exports: they keep everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop_crm.domain.stakeholders.erased import LOST_VALUES
from desktop_crm.persistence.stores import stakeholders as store
from desktop_crm.services import settings
from desktop_crm.services.workspace import Workspace

ATTITUDES: Final = {
    "map_node": frozenset(
        {
            "support",
            "influence",
            "political_status",
            "decision_orientation",
            "adaptability",
            "response_mode",
            "goals",
            "pains",
            "note",
        }
    ),
    "map_evidence": frozenset({"value", "body"}),
    "map_tie": frozenset({"strength"}),
}
"""Fields by entity."""


def hidden_fields(workspace: Workspace, entity: str) -> frozenset[str]:
    """The fields of an entity that an export leaves out."""
    if entity not in ATTITUDES or settings.shared_value(workspace, "privacy.attitudes"):
        return frozenset()
    return ATTITUDES[entity]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """What an export leaves out of one entity: whole rows, fields of every row, and the values that conflicts keep of those."""

    rows: frozenset[str]
    fields: frozenset[str]
    conflicts: frozenset[str]

    def hides(self, row_id: str, field: str) -> bool:
        """Whether this value stays here."""
        return field in self.fields or (row_id in self.conflicts and field in LOST_VALUES)


def withheld(workspace: Workspace, entity: str, *, private: bool) -> Withheld:
    """What stays here of an entity; `private`: rows of private maps go out."""
    kept_in = not settings.shared_value(workspace, "privacy.attitudes")
    with workspace.read() as session:
        rows = set[str]() if private else store.private_rows(session, entity)
        told = store.conflicts_about(session, ATTITUDES) if kept_in and entity == "conflict" else set[str]()
    return Withheld(rows=frozenset(rows), fields=hidden_fields(workspace, entity), conflicts=frozenset(told))
