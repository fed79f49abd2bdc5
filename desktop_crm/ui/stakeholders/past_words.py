"""A difference of two days in words: who came, who left, who turned, which lines came and went. Texts only."""

from __future__ import annotations

from typing import Any

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.stakeholders.past import Difference, Turn
from desktop_crm.domain.stakeholders.values import EdgeView, MapView, NodeView
from desktop_crm.i18n import ntr, tr
from desktop_crm.i18n.labels import field_label, option_label
from desktop_crm.ui.stakeholders import words


def counts(other: Difference) -> str:
    """How much is other, in one line."""
    if not other:
        return tr("Nothing is other than on that day.")
    turned = len({turn.node_id for turn in other.turned})
    lines = len(other.lines_came) + len(other.lines_gone)
    parts = (
        ntr("{n} came", "{n} came", len(other.came)) if other.came else "",
        ntr("{n} left", "{n} left", len(other.left)) if other.left else "",
        ntr("{n} turned", "{n} turned", turned) if turned else "",
        ntr("{n} line other", "{n} lines other", lines) if lines else "",
    )
    return " · ".join(part for part in parts if part)


def lines(view: MapView, other: Difference) -> tuple[tuple[str, str, str | None], ...]:
    """Each thing that is other: what it is, in words, and the card it is about."""
    known = {node.id: node for node in (*view.nodes, *other.came, *other.left)}
    found: list[tuple[str, str, str | None]] = []
    found += [(tr("Came"), _who(node), node.id) for node in other.came]
    found += [(tr("Left"), _who(node), node.id) for node in other.left]
    found += [(_name(known, turn.node_id), _turn(known, turn), turn.node_id) for turn in other.turned]
    found += [(tr("New line"), _line(known, edge), edge.source_id) for edge in other.lines_came]
    found += [(tr("Line gone"), _line(known, edge), edge.source_id) for edge in other.lines_gone]
    return tuple(found)


def first_line(view: MapView, other: Difference) -> str:
    """The first thing that is other; empty when nothing is."""
    told = lines(view, other)
    return f"{told[0][0]}: {told[0][1]}" if told else ""


def _who(node: NodeView) -> str:
    return " · ".join(part for part in (words.name_of(node), words.place_of(node)) if part)


def _turn(known: dict[str, NodeView], turn: Turn) -> str:
    before, after = (_value(known, turn.field, value) for value in (turn.before, turn.after))
    return tr("{field} {before} → {after}", field=field_label("map_node", turn.field), before=before, after=after)


def _value(known: dict[str, NodeView], field: str, value: Any) -> str:
    if value in {None, ""}:
        return "–"
    if field == "reports_to_id":
        return _name(known, value)
    return option_label(field, value) if REGISTRY["map_node"].field(field).options else str(value)


def _name(known: dict[str, NodeView], node_id: str) -> str:
    node = known.get(node_id)
    return words.name_of(node) if node is not None else "–"


def _line(known: dict[str, NodeView], edge: EdgeView) -> str:
    ends = {"source": _name(known, edge.source_id), "target": _name(known, edge.target_id)}
    return tr("{source} → {target}", **ends) + f" · {words.edge_word(edge)}"
