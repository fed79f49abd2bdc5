"""Columns of our own exports that say more about what stands beside them: `stage_id:name`, `친밀도 [x_친밀도]`.

An export goes into another workspace, where an id says nothing and a field of one's own has no label yet. Pure text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from desktop_crm.domain.schema.fields import OWN_FIELD_PREFIX

NAMED: dict[str, dict[str, tuple[str, ...]]] = {
    "opportunity": {"pipeline_id": ("name",), "stage_id": ("name", "kind", "probability")},
    "plan_item": {"plan_id": ("account_id",)},
}
"""References of which a file tells more: targets that no file of their own brings; whose plan it is, where plans share a name."""

_LABELLED = re.compile(rf"(?P<label>.*\S)\s*\[(?P<field>{OWN_FIELD_PREFIX}\w+(?:\.\w+)?)\]", re.DOTALL)


def labelled(field: str, label: str) -> str:
    """The header of a field of one's own."""
    plain = " ".join(label.split())
    return f"{plain} [{field}]" if plain and plain != field else field


def unlabelled(column: str) -> tuple[str, str | None]:
    """The label and the field that a header of ours names; None for a header of someone else's."""
    match = _LABELLED.fullmatch(column.strip())
    return (match["label"], match["field"]) if match else (column, None)


def is_beside(entity: str, field: str) -> bool:
    """Whether a field is one that tells about the target of a reference."""
    name, _, aspect = field.partition(":")
    return aspect in NAMED.get(entity, {}).get(name, ())


def told_of(values: Mapping[str, Any], reference: str) -> dict[str, str]:
    """What a row says about the target of a reference, by aspect."""
    start = f"{reference}:"
    return {name.removeprefix(start): str(value) for name, value in values.items() if name.startswith(start)}
