"""The panel at the right: the chosen person or people, the chosen line, or the map as a whole. Edits go out as signals.

Signals: `fields_edited(node_ids, fields)`, `boss_edited(node_ids, boss_id or None)`, `edge_edited(edge_id, fields)`,
`help_wanted(field, entity)` for the questions that lead to a value, `left()` on Escape. Input that is not saved yet is never overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from desktop_crm.domain.schema import REGISTRY
from desktop_crm.domain.schema.options import EdgeKind, NodeKind
from desktop_crm.domain.stakeholders import reporting
from desktop_crm.domain.stakeholders.reading import Reading
from desktop_crm.domain.stakeholders.routes import Way
from desktop_crm.domain.stakeholders.values import MapView, NodeView
from desktop_crm.foundation.errors import Refusal
from desktop_crm.i18n import formats, ntr, tr
from desktop_crm.i18n.labels import field_label
from desktop_crm.services.stakeholder_facts import Written
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.stakeholders.help_choose import QUESTIONS
from desktop_crm.ui.stakeholders.influence_field import InfluenceEditor
from desktop_crm.ui.stakeholders.knowledge import Knowledge
from desktop_crm.ui.stakeholders.summary import MapSummary
from desktop_crm.ui.widgets.avatar import Avatar
from desktop_crm.ui.widgets.buttons import icon_button
from desktop_crm.ui.widgets.card import Card
from desktop_crm.ui.widgets.editors import Editor, LineEditor, NotesEditor, OptionEditor
from desktop_crm.ui.widgets.field_row import FieldRow
from desktop_crm.ui.widgets.labels import ElidedLabel, label

WIDTH = 284
_NODE_FIELDS = (
    "buying_role",
    "influence",
    "support",
    "coverage",
    "reports_to_id",
    "label",
    "title",
    "department",
    "political_status",
    "decision_orientation",
    "adaptability",
    "response_mode",
    "goals",
    "pains",
    "note",
)
_SHARED = frozenset(
    {
        "buying_role",
        "influence",
        "support",
        "coverage",
        "reports_to_id",
        "political_status",
        "decision_orientation",
        "adaptability",
        "response_mode",
    }
)
_OF_GROUP = frozenset({"label", "reports_to_id", "note"})
_TEXTS = frozenset({"label", "title", "department", "note", "goals", "pains"})
_EDGE_FIELDS = ("kind", "strength", "label")


class ChoiceEditor(OptionEditor):
    """One of a list that changes: bosses by name, strengths by word."""

    def offer(self, choices: tuple[tuple[Any, str], ...], nothing: str) -> None:
        """Another list, with `nothing` in front."""
        chosen = self.value()
        self.combo.clear()
        self.combo.addItem(nothing, None)
        for key, text in choices:
            self.combo.addItem(text, key)
        self.show_value(chosen)

    def show_value(self, value: Any) -> None:
        self.combo.setCurrentIndex(max(self.combo.findData(value), 0))


class _Pane(QWidget):
    """Rows of fields of one entity."""

    edited = Signal(str, object)
    help_wanted = Signal(str, str)

    def __init__(self, entity: str, names: tuple[str, ...]) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 14, 16, 16)
        self.column.setSpacing(9)
        self.rows: dict[str, FieldRow] = {}
        for name in names:
            row = FieldRow(REGISTRY[entity].field(name), field_label(entity, name), _editor(entity, name))
            row.setObjectName(name)
            row.editor.committed.connect(_Commit(self, name))
            self.rows[name] = row
            if name in QUESTIONS:
                ask = icon_button("help", tr("Help me choose"), partial(self.help_wanted.emit, name, entity))
                ask.setProperty("beside", "label")
                row.corner.addWidget(ask)

    def add_rows(self) -> None:
        for row in self.rows.values():
            self.column.addWidget(row)

    def show_values(self, values: dict[str, Any], *, fresh: bool) -> None:
        """`fresh` when another thing is shown: unsaved input of the old one is given up."""
        for name, value in values.items():
            row = self.rows[name]
            if fresh or not row.dirty:
                row.show_value(value)
                row.settle()

    def hand_in(self, name: str) -> None:
        row = self.rows[name]
        if not row.dirty:
            return
        try:
            value = row.values()[name]
        except Refusal as refusal:
            row.refuse(refusal)
            return
        row.settle()
        self.edited.emit(name, value)


class _Commit:
    """Tells a pane which of its rows was committed."""

    __slots__ = ("_name", "_pane")

    def __init__(self, pane: _Pane, name: str) -> None:
        self._pane = pane
        self._name = name

    def __call__(self) -> None:
        self._pane.hand_in(self._name)


def _editor(entity: str, name: str) -> Editor:
    field = REGISTRY[entity].field(name)
    if name == "influence":
        return InfluenceEditor(field)
    if name in {"note", "goals", "pains"}:
        return NotesEditor(field)
    if name in {"reports_to_id", "strength"}:
        return ChoiceEditor(field)
    if entity == "map_edge" and name == "kind":
        return OptionEditor(field, tuple((str(kind), text) for text, kind in words.edge_choices()))
    return OptionEditor(field) if field.options else LineEditor(field)


class Inspector(QFrame):
    """Shows what is chosen."""

    fields_edited = Signal(object, object)
    boss_edited = Signal(object, object)
    edge_edited = Signal(str, object)
    help_wanted = Signal(str, str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(tr("Details"))
        self._nodes: tuple[str, ...] = ()
        self._edge: str | None = None
        self._build_people()
        self._build_line()
        self.summary = MapSummary()
        self._stack = QStackedLayout(self)
        self._people_scroll = _scrolled(self.people)
        self._people_scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._summary_scroll = _scrolled(self.summary)
        self._summary_scroll.setAccessibleName(tr("Reading the map"))
        for pane in (self._summary_scroll, self._people_scroll, self.line):
            self._stack.addWidget(pane)

    def show_chosen(self, view: MapView, reading: Reading | None, chosen: frozenset[str], line: str | None) -> None:
        """What is chosen on a map now."""
        nodes = [node for node in view.nodes if node.id in chosen]
        edge = next((one for one in view.edges if one.id == line), None)
        if nodes:
            self._show_people(view, nodes, reading)
        elif edge is not None:
            self._show_line(view, edge.id)
        else:
            self._nodes, self._edge = (), None
            if reading is not None:
                self.summary.show_reading(view, reading)
            self._stack.setCurrentWidget(self._summary_scroll)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _build_people(self) -> None:
        self.people = _Pane("map_node", _NODE_FIELDS)
        head = QHBoxLayout()
        head.setSpacing(10)
        self._avatar = Avatar("", 36)
        names = QVBoxLayout()
        names.setSpacing(0)
        self._name = ElidedLabel("", "section")
        self._place = ElidedLabel("", "body2")
        names.addWidget(self._name)
        names.addWidget(self._place)
        head.addWidget(self._avatar)
        head.addLayout(names, 1)
        self.people.column.addLayout(head)
        self.people.add_rows()
        self._touch = label("", "hint", wrap=True)
        self.people.column.insertWidget(self.people.column.indexOf(self.people.rows["coverage"]) + 1, self._touch)
        self._way_card = Card(sunken=True)
        self._way_title = label(tr("Way to who signs"), "hint")
        self._way_people = label("", "strong", wrap=True)
        self._way_word = label("", "hint", wrap=True)
        for part in (self._way_title, self._way_people, self._way_word):
            self._way_card.add(part)
        self.people.column.insertWidget(self.people.column.indexOf(self._touch) + 1, self._way_card)
        self._erased = label("", "hint", wrap=True)
        self.people.column.insertWidget(1, self._erased)
        self.knowledge = Knowledge()
        self.people.column.addWidget(self.knowledge)
        self.people.column.addStretch(1)
        self.people.edited.connect(self._on_person_edited)
        self.people.help_wanted.connect(self.help_wanted)

    def _build_line(self) -> None:
        self.line = _Pane("map_edge", _EDGE_FIELDS)
        self._line_title = label(tr("Relationship line"), "section")
        self._line_ends = label("", "body2", wrap=True)
        self.line.column.addWidget(self._line_title)
        self.line.column.addWidget(self._line_ends)
        self.line.add_rows()
        self.line.column.addStretch(1)
        self.line.edited.connect(self._on_edge_edited)
        self.line.help_wanted.connect(self.help_wanted)
        strength = self.line.rows["strength"].editor
        if isinstance(strength, ChoiceEditor):
            strength.offer(tuple((level, words.strength_word(level)) for level in (1, 2, 3)), "–")

    def _show_people(self, view: MapView, nodes: list[NodeView], reading: Reading | None) -> None:
        ids = tuple(node.id for node in nodes)
        fresh, self._nodes, self._edge = ids != self._nodes, ids, None
        one = nodes[0] if len(nodes) == 1 else None
        title = words.name_of(one) if one else ntr("{n} person chosen", "{n} people chosen", len(nodes))
        self._avatar.show_name(words.name_of(nodes[0]))
        self._name.set_text(title)
        self._place.set_text(words.place_of(one) if one else tr("A change here is for all of them."))
        group = one if one is not None and one.kind is NodeKind.GROUP else None
        is_group = group is not None
        if group is not None:
            count = sum(node.group_id == group.id for node in view.nodes)
            self._place.set_text(ntr("Group of {n} card", "Group of {n} cards", count))
        self._avatar.setVisible(one is not None and not is_group)
        for name, row in self.people.rows.items():
            row.setVisible(name in _OF_GROUP if is_group else one is not None or name in _SHARED)
        bosses = self.people.rows["reports_to_id"].editor
        if isinstance(bosses, ChoiceEditor):
            below = _all_below(view, ids)
            offered = [node for node in view.nodes if node.id not in below]
            bosses.offer(tuple((node.id, _with_title(node)) for node in offered), tr("Nobody"))
        self.people.show_values({name: _common(nodes, name) for name in _NODE_FIELDS}, fresh=fresh)
        self._touch.setVisible(one is not None and not is_group)
        self._touch.setText(words.touch_word(one.touch) if one else "")
        self._show_way(view, reading.routes.way_from(one.id) if one and reading else None)
        self._erased.setVisible(one is not None and one.erased_at is not None)
        self.knowledge.setVisible(one is not None and not is_group)
        if one is not None:
            self.knowledge.show_person(view, one)
            if one.erased_at is not None:
                self._erased.setText(
                    tr("What was thought of them was erased on {date}.", date=formats.date(one.erased_at))
                )
        self._stack.setCurrentWidget(self._people_scroll)

    def tell_written(self, node_id: str, told: Mapping[str, Written]) -> None:
        """When and by whom each value of the person was written, on hover over its field."""
        if self._nodes != (node_id,):
            return
        for name, row in self.people.rows.items():
            one = told.get(name)
            by = one.by if one else ""
            row.setToolTip(" · ".join(part for part in (by, formats.datetime(one.at)) if part) if one else "")

    @property
    def one(self) -> str | None:
        """The person that is shown alone."""
        return self._nodes[0] if len(self._nodes) == 1 else None

    def take_help(self, field: str, value: object) -> None:
        """A value that the questions led to, for what is shown."""
        if self._edge is not None and field == "kind":
            self.edge_edited.emit(self._edge, {field: EdgeKind(str(value))})
        elif self._nodes:
            options = REGISTRY["map_node"].field(field).options
            self.fields_edited.emit(self._nodes, {field: options(str(value)) if options else value})

    def _show_way(self, view: MapView, way: Way | None) -> None:
        self._way_card.setVisible(way is not None)
        if way is not None:
            people, word = words.way_words(view, way)
            self._way_people.setText(people)
            self._way_word.setText(word)

    def _show_line(self, view: MapView, edge_id: str) -> None:
        edge = next(one for one in view.edges if one.id == edge_id)
        fresh, self._edge, self._nodes = edge_id != self._edge, edge_id, ()
        source, target = view.node(edge.source_id), view.node(edge.target_id)
        if source and target:
            self._line_ends.setText(
                tr("{source} → {target}", source=words.name_of(source), target=words.name_of(target))
            )
        values = {"kind": str(edge.kind), "strength": edge.strength, "label": edge.label}
        self.line.show_values(values, fresh=fresh)
        self._stack.setCurrentWidget(self.line)

    def _on_person_edited(self, name: str, value: object) -> None:
        if name == "reports_to_id":
            self.boss_edited.emit(self._nodes, value)
        else:
            self.fields_edited.emit(self._nodes, {name: _as_shown(name, value)})

    def _on_edge_edited(self, name: str, value: object) -> None:
        if self._edge is not None:
            self.edge_edited.emit(self._edge, {name: _as_shown(name, value)})


def _common(nodes: list[NodeView], name: str) -> Any:
    """The value all of them share, as the registry holds it."""
    values = {getattr(node, name) for node in nodes}
    value = values.pop() if len(values) == 1 else None
    return str(value) if isinstance(value, str) else value


def _as_shown(name: str, value: object) -> object:
    """Text fields of a map value are empty text, not nothing."""
    return "" if value is None and name in _TEXTS else value


def _all_below(view: MapView, ids: tuple[str, ...]) -> set[str]:
    """Those who may not become a boss of `ids`: themselves and everyone under them."""
    reports = reporting.children_of([node.id for node in view.nodes], view.bosses())
    return set(ids).union(*(reporting.below(one, reports) for one in ids))


def _with_title(node: NodeView) -> str:
    return f"{words.name_of(node)} {node.title}".strip()


def _scrolled(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area
