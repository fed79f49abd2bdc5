"""What changed in a proposal, in words. Codes come as text."""

from __future__ import annotations

from desktop_crm.i18n.catalogue import mark, ptr, told, tr

_FIELDS = {
    "title": mark("Heading"),
    "text": mark("Text"),
    "content_id": mark("From the library"),
    "image": mark("Picture"),
    "pages": mark("PDF pages"),
    "goals": mark("Goals"),
    "team": mark("Our team"),
    "price": mark("Prices"),
    "kind": mark("Kind of block"),
}


def field_words(name: str) -> str:
    """What a part of a block is called."""
    return told(_FIELDS[name]) if name in _FIELDS else name


def change_words(change: str) -> str:
    """What happened to a block."""
    words = {
        "added": ptr("proposal block", "Added"),
        "removed": ptr("proposal block", "Removed"),
        "changed": tr("Changed"),
        "moved": ptr("proposal block", "Moved"),
    }
    return words[change]
