"""What kinds of backups are called, on the screen and in the terminal."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark, told

_KINDS = {
    "daily": mark("Daily"),
    "hand": mark("Made by hand"),
    "aside": mark("Set aside at a restore"),
}


def backup_kind(kind: str) -> str:
    """The word for a kind of backup."""
    return told(_KINDS[kind])
