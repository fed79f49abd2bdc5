"""What a merge remembers so that it can be taken back on any laptop at any time. JSON in the merge's row, values as on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.codec import decode, encode

Pointer = tuple[str, str, str, str]
"""Entity, row, reference, and the row that it pointed to."""


@dataclass(slots=True, kw_only=True)
class MergeFacts:
    """`was`: the record that went; `gave`: what it changed in the survivor, before and after; `moved`: what pointed to it.

    `folded`: parts that went into the survivor's own (cards of one person on one map): entity, part, the other part.
    `filled`: values that those parts gave: entity, row, field, value before and after. `dropped`: lines that would have begun and
    ended in the survivor. `made`: rows made by the merge.
    """

    was: dict[str, Any] = field(default_factory=dict)
    gave: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    moved: list[Pointer] = field(default_factory=list)
    folded: list[tuple[str, str, str]] = field(default_factory=list)
    filled: list[tuple[str, str, str, Any, Any]] = field(default_factory=list)
    dropped: list[tuple[str, str]] = field(default_factory=list)
    made: list[tuple[str, str]] = field(default_factory=list)


def written(entity: str, facts: MergeFacts) -> str:
    """The facts as JSON."""
    kinds = REGISTRY[entity]
    return msgspec.json.encode(
        {
            "was": {name: encode(kinds.field(name), value) for name, value in facts.was.items() if value is not None},
            "gave": {
                name: [encode(kinds.field(name), before), encode(kinds.field(name), after)]
                for name, (before, after) in facts.gave.items()
            },
            "moved": sorted(facts.moved),
            "folded": sorted(facts.folded),
            "filled": [
                [other, row_id, name, *(encode(REGISTRY[other].field(name), value) for value in (before, after))]
                for other, row_id, name, before, after in facts.filled
            ],
            "dropped": sorted(facts.dropped),
            "made": sorted(facts.made),
        },
        order="sorted",
    ).decode()


def read(entity: str, text: str | None) -> MergeFacts:
    """The facts back; what a newer version wrote beside them is passed over."""
    kinds = REGISTRY[entity]
    raw: Mapping[str, Any] = msgspec.json.decode(text or "{}")
    return MergeFacts(
        was={name: decode(kinds.field(name), value) for name, value in raw.get("was", {}).items()},
        gave={
            name: (decode(kinds.field(name), before), decode(kinds.field(name), after))
            for name, (before, after) in raw.get("gave", {}).items()
        },
        moved=[(str(one[0]), str(one[1]), str(one[2]), str(one[3])) for one in raw.get("moved", ())],
        folded=[(str(one[0]), str(one[1]), str(one[2])) for one in raw.get("folded", ())],
        filled=[
            (other, row_id, name, *(decode(REGISTRY[other].field(name), value) for value in (before, after)))
            for other, row_id, name, before, after in raw.get("filled", ())
        ],
        dropped=[(str(one[0]), str(one[1])) for one in raw.get("dropped", ())],
        made=[(str(one[0]), str(one[1])) for one in raw.get("made", ())],
    )
