"""What is taken away when what was thought of a person is erased: fields of the card, and of what hangs on it. Data, no behaviour."""

from __future__ import annotations

from typing import Final

CARD: Final = "map_node"
MARK: Final = "erased_at"
THOUGHTS: Final = (
    "buying_role",
    "influence",
    "support",
    "coverage",
    "political_status",
    "decision_orientation",
    "adaptability",
    "response_mode",
    "goals",
    "pains",
    "note",
)
"""Fields of a card."""
PARTS: Final = {
    "map_evidence": ("value", "body"),
    "map_tie": ("competitor_id", "competitor", "strength", "user_id"),
    "map_edge": ("label", "strength", "kind"),
}
"""Fields of what hangs on a card."""
LOST_VALUES: Final = ("before", "kept", "lost")
"""Fields of a conflict about any of them."""
