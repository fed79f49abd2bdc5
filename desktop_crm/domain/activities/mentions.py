"""People of ours named in a comment by @: who is meant, and what is being typed after an @. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from desktop_crm.domain.text import fits, fold

_TYPED = re.compile(r"(?:^|(?<=[\s(\[,.;:]))@([^\s@]*(?: [^\s@]*)?)$")
LONGEST = 40


def mentioned(text: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """Ids of those whose name stands after an @, in the order of the text; the longest name that fits is meant."""
    plain = fold(text)
    ranked = sorted(
        ((fold(name), row_id) for row_id, name in names.items() if name.strip()), key=lambda one: -len(one[0])
    )
    found: dict[str, None] = {}
    place = plain.find("@")
    while place >= 0:
        after = plain[place + 1 :]
        whole = next((name for name, _ in ranked if after.startswith(name)), None)
        if whole is not None:
            found |= dict.fromkeys(row_id for name, row_id in ranked if name == whole)
        place = plain.find("@", place + 1)
    return tuple(found)


def typed_name(before: str) -> str | None:
    """What stands after the last @ before the cursor, while a name may still be typed there; None elsewhere."""
    held = _TYPED.search(before[-LONGEST:])
    return held[1] if held else None


def candidates(typed: str, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """(id, name) of those who may be meant, best first: by the beginning, then by a middle, initial consonants or the other layout."""
    wanted = fold(typed).strip()
    fitting = [(row_id, name) for row_id, name in names.items() if name and (not wanted or fits(name, typed))]
    return tuple(sorted(fitting, key=lambda one: (not fold(one[1]).startswith(wanted), fold(one[1]))))
