"""What does not leave the workspace in exports when its setting says so: what we note of people's attitudes on maps.

Backups, archives and sync are no exports: they keep everything.
"""

from __future__ import annotations

from typing import Final

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
