"""A stakeholder map as a list, for people outside of the program: one line for each person, as a workbook."""

from __future__ import annotations

from pathlib import Path

from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.exchange.xlsx_writing import xlsx_bytes
from desktop_crm.i18n.labels import field_label, option_label

PERSONAL = (
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
_PLAIN = ("label", "title", "department", "reports_to_id")
_OPTIONS = frozenset(PERSONAL) - {"influence", "goals", "pains", "note"}


def save_list(view: MapView, path: Path, sheet: str) -> int:
    """Write a map's people as XLSX; returns how many. What a view was stripped of is no column.

    Raises Refusal `export.cell.too_long`; Trouble `export.file.unwritable`.
    """
    names = (*_PLAIN, *(name for name in PERSONAL if any(getattr(node, name) not in {None, ""} for node in view.nodes)))
    heads = [field_label("map_node", name) for name in names]
    rows = []
    for node in view.nodes:
        boss = view.node(node.reports_to_id)
        row: list[object] = []
        for name in names:
            value = getattr(node, name)
            if name == "reports_to_id":
                value = boss.label if boss else ""
            elif name in _OPTIONS:
                value = option_label(name, value)
            row.append(value)
        rows.append(row)
    write_whole(path, xlsx_bytes(heads, rows, sheet=sheet))
    return len(rows)
