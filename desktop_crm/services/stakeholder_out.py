"""A stakeholder map for people outside of the program: as a list, one line for each person, and the form it is printed in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from desktop_crm.domain.quotes.paper import PaperKind
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.exchange.whole_files import write_whole
from desktop_crm.exchange.xlsx_writing import xlsx_bytes
from desktop_crm.i18n import formats
from desktop_crm.i18n.labels import field_label, option_label
from desktop_crm.services.workspace import Workspace

if TYPE_CHECKING:
    from desktop_crm.documents.look import Look

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


def look(workspace: Workspace, view: MapView) -> Look:
    """The look that the team's form for maps gives this one on paper, in the language that is spoken."""
    from desktop_crm.documents.look import Look, look_of
    from desktop_crm.persistence.stores import quotes as quote_store
    from desktop_crm.services import working_papers

    with workspace.read() as session:
        paper = working_papers.usual_form(session, PaperKind.MAP)
        company = quote_store.supplier(session, None).name or workspace.name
    facts = {
        "number": "",
        "title": view.name,
        "customer": view.account_name,
        "supplier": company,
        "date": formats.date_long(workspace.today()),
    }
    return look_of(paper, working_papers.pictures(workspace, paper), facts, Look())
