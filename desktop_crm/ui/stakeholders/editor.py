"""The editor of one map: fulfils the wishes of gestures, keys and panels by services, each as one act with a name.

Signals (GUI thread), for what needs a widget: `person_wanted(boss_id or None, place or None)`, `name_wanted(node_id)`,
`line_offered(source, target, screen place)`, `menu_wanted(screen place, scene place)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Signal

from desktop_crm.domain.schema.options import BuyingRole, EdgeKind, EvidenceTopic, MapLayout
from desktop_crm.domain.stakeholders import aligning, layout, reporting
from desktop_crm.domain.stakeholders.aligning import Alignment
from desktop_crm.domain.stakeholders.geometry import CARD_HEIGHT, CARD_WIDTH, LEVEL_PITCH, Point
from desktop_crm.domain.stakeholders.support_grid import BAND_VALUES, band
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.i18n import ntr, tr
from desktop_crm.i18n.labels import option_label
from desktop_crm.services import stakeholder_copy, stakeholder_facts, stakeholder_privacy, stakeholders
from desktop_crm.services.stakeholder_facts import Offer
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.stakeholders.clipboard import from_clipboard, put_on_clipboard
from desktop_crm.ui.stakeholders.model import MapModel

SLIP = 20.0
"""A card of a laid-out map that is dropped nearer than this to its place slips back."""


class MapEditor(MapModel):
    """Fulfils `MapWishes`."""

    person_wanted = Signal(object, object)
    name_wanted = Signal(str)
    line_offered = Signal(str, str, QPoint)
    menu_wanted = Signal(QPoint, QPointF)

    def move_cards(self, places: Mapping[str, QPointF], pointer: QPointF) -> None:
        view, frame = self._view, self._scene.frame
        if view is None:
            return
        if view.layout is MapLayout.INFLUENCE_SUPPORT and frame is not None:
            self._move_in_grid(view, places, frame.meaning(Point(pointer.x(), pointer.y())))
            return
        if view.layout is MapLayout.SENIORITY_DEPARTMENT and frame is not None:
            self._move_in_ranks(view, places, frame.meaning(Point(pointer.x(), pointer.y())))
            return
        corners = {node_id: whole_place(place) for node_id, place in places.items()}
        text = ntr("Move {n} card", "Move {n} cards", len(corners))
        if view.layout is MapLayout.FREE:
            homeless = [
                one.id for one in view.nodes if (one.x is None or one.y is None) and one.id in self._scene.cards
            ]
            homes = {one: whole_place(self._scene.home(one)) for one in homeless}
            self._run(text, stakeholders.move, homes | corners)
            return
        if all((place - self._scene.home(one)).manhattanLength() < SLIP for one, place in places.items()):
            self._scene.settle()
            return
        shown = [one.id for one in view.nodes if one.id in self._scene.cards]
        whole = {one: whole_place(self._scene.home(one)) for one in shown} | corners
        self._run(text, stakeholders.move, whole, MapLayout.FREE)

    def report_to(self, node_ids: Iterable[str], boss_id: str | None) -> None:
        ids = tuple(node_ids)
        boss = self._view.node(boss_id) if self._view else None
        text = tr("Report to {name}", name=words.name_of(boss)) if boss else tr("Report to nobody")
        self._run(text, stakeholders.set_reports_to, ids, boss_id)

    def may_report_to(self, node_ids: Iterable[str], boss_id: str) -> bool:
        bosses = self._view.bosses() if self._view else {}
        return all(not reporting.circle(bosses, node_id, boss_id) for node_id in node_ids)

    def offer_line(self, source_id: str, target_id: str, at: QPoint) -> None:
        self.line_offered.emit(source_id, target_id, at)

    def offer_person(self, source_id: str | None, at: QPointF | None) -> None:
        self.person_wanted.emit(source_id, at)

    def edit_name(self, node_id: str) -> None:
        self.name_wanted.emit(node_id)

    def connect_people(self, source_id: str, target_id: str, kind: EdgeKind) -> None:
        """A line of this kind between two people."""
        self._run(tr("Draw a line"), stakeholders.connect, source_id, target_id, kind)

    def add_contact(self, contact_id: str, name: str, boss_id: str | None, at: QPointF | None) -> None:
        """A card for somebody who is in the contacts."""
        fn = self._adding(stakeholders.add_person, boss_id, at, contact_id=contact_id, name=name)
        self.act(tr("Add {name}", name=name), fn, choose_added=True)

    def add_name(self, name: str, boss_id: str | None, at: QPointF | None) -> None:
        """A card for somebody new, who becomes a contact."""
        fn = self._adding(stakeholders.add_person, boss_id, at, name=name)
        self.act(tr("Add {name}", name=name), fn, choose_added=True)

    def add_seat(self, label: str, boss_id: str | None, at: QPointF | None) -> None:
        """A placeholder."""
        fn = self._adding(stakeholders.add_placeholder, boss_id, at, label=label)
        self.act(tr("Add a vacant seat"), fn, choose_added=True)

    def add_role(self, role: BuyingRole) -> None:
        """A vacant seat for a role that nobody has yet."""
        word = option_label("buying_role", role)
        fn = self._adding(stakeholders.add_placeholder, None, None, label="", role=role)
        self.act(tr("Add a vacant seat: {role}", role=word), fn, choose_added=True)

    def set_tie(self, node_id: str, user_id: str, competitor: str, strength: int | None) -> None:
        """How close one of ours or a competitor is to somebody."""
        fn = partial(stakeholder_facts.set_tie, self._context.workspace, self._map_id or "", node_id)
        whose = {"user_id": user_id} if user_id else {"competitor": competitor}
        self.act(tr("Enter a tie"), partial(fn, strength=strength, **whose))

    def remove_tie(self, tie_id: str) -> None:
        """The tie is no more."""
        self.act(tr("Remove a tie"), partial(stakeholder_facts.remove_tie, self._context.workspace, tie_id))

    def add_evidence(self, topic: EvidenceTopic, text: str, node_id: str | None) -> None:
        """What we know a value of somebody, or a letter of the scorecard, by."""
        node = self._view.node(node_id) if self._view else None
        value = getattr(node, topic.value, None) if node is not None else None
        fn = partial(stakeholder_facts.add_evidence, self._context.workspace, self._map_id or "", topic, text)
        self.act(tr("Enter evidence"), partial(fn, node_id=node_id, value="" if value is None else str(value)))

    def remove_evidence(self, evidence_id: str) -> None:
        """The evidence does not hold."""
        fn = partial(stakeholder_facts.remove_evidence, self._context.workspace, evidence_id)
        self.act(tr("Remove evidence"), fn)

    def take_over(self, offers: Iterable[Offer]) -> None:
        """Values that another map knows better."""
        chosen = tuple(offers)
        text = ntr("Take over {n} value", "Take over {n} values", len(chosen))
        self._run(text, stakeholder_facts.take_over, chosen)

    def set_private(self, on: bool) -> None:
        """For the account team alone, or for everybody."""
        text = tr("Close the map to others") if on else tr("Open the map to everybody")
        self._run(text, stakeholder_privacy.set_private, on)

    def rename(self, name: str) -> None:
        """Another name for the map."""
        if self._view is not None and name.strip() not in {"", self._view.name}:
            self._run(tr("Rename the map"), stakeholders.rename_map, name)

    def mark_reviewed(self) -> None:
        """The map was gone through today."""
        fn = partial(stakeholder_facts.mark_reviewed, self._context.workspace, self._map_id or "")
        self.act(tr("Mark as reviewed today"), fn, any_day=True)

    def identify(self, node_id: str, *, name: str, contact_id: str | None = None) -> None:
        """A vacant seat is taken by a contact, or by somebody new."""
        identify = partial(stakeholders.identify, self._context.workspace, self._map_id or "", node_id)
        fn = partial(identify, name=name, contact_id=contact_id)
        self.act(tr("Add {name}", name=name), fn)

    def set_fields(self, node_ids: Iterable[str], fields: Mapping[str, Any]) -> None:
        """Values of cards; a value that stands already is no act."""
        ids = tuple(node_ids)
        nodes = [node for node in map(self._view.node, ids) if node is not None] if self._view else []
        if any(getattr(node, name) != value for node in nodes for name, value in fields.items()):
            self._run(words.fields_act(nodes, fields), stakeholders.set_fields, ids, dict(fields))

    def set_edge(self, edge_id: str, fields: Mapping[str, Any]) -> None:
        """Values of a line; a value that stands already is no act."""
        edge = next((one for one in self._view.edges if one.id == edge_id), None) if self._view else None
        if edge is not None and any(getattr(edge, name) != value for name, value in fields.items()):
            self._run(tr("Change a line"), stakeholders.set_edge, edge_id, dict(fields))

    def delete_chosen(self) -> None:
        nodes, line = sorted(self._scene.chosen), self._scene.chosen_line
        if nodes:
            text = ntr("Take {n} card off the map", "Take {n} cards off the map", len(nodes))
            self._run(text, stakeholders.delete, nodes)
        elif line is not None:
            self._run(tr("Delete a line"), stakeholders.delete, (), (line,))

    def copy_chosen(self) -> None:
        chosen = sorted(self._scene.chosen)
        if self._view is None or not chosen:
            return
        nodes = [node for node in map(self._view.node, chosen) if node is not None]
        put_on_clipboard(self._view.id, chosen, [words.spoken(node, None) for node in nodes])

    def paste(self) -> None:
        clip = from_clipboard()
        if clip is not None:
            text = ntr("Paste {n} card", "Paste {n} cards", len(clip[1]))
            fn = partial(stakeholder_copy.paste, self._context.workspace, self._map_id or "", *clip)
            self.act(text, fn, choose_added=True)

    def group_chosen(self) -> None:
        chosen = sorted(self._scene.chosen)
        if self._view is None or not chosen:
            return
        departments = {node.department for node in map(self._view.node, chosen) if node is not None}
        name = departments.pop() if len(departments) == 1 else ""
        fn = partial(stakeholders.group, self._context.workspace, self._view.id, chosen, name or tr("Group"))
        self.act(tr("Group the cards"), fn, choose_added=True, then=self.name_wanted.emit)

    def set_layout(self, wanted: MapLayout) -> None:
        """Another layout, for everyone."""
        if self._view is not None and wanted is not self._view.layout:
            self._run(words.layout_word(wanted), stakeholders.set_layout, wanted)

    def align(self) -> None:
        """Bring the chosen cards (or all) of a free map into line."""
        if self._view is None or self._view.layout is not MapLayout.FREE:
            return
        corners = layout.free(self._view)
        chosen = set(self._scene.chosen)
        moved = layout.aligned(self._view, corners, chosen) if len(chosen) > 1 else layout.org_chart(self._view)
        places = {one: (round(corner.x), round(corner.y)) for one, corner in moved.items() if corner != corners[one]}
        if places:
            self._run(tr("Align"), stakeholders.move, places)

    def line_up(self, wanted: Alignment) -> None:
        """Bring the chosen cards of a free map onto one edge, one middle, or to equal distances."""
        if self._view is None or self._view.layout is not MapLayout.FREE:
            return
        corners = layout.free(self._view)
        moved = aligning.lined_up(corners, sorted(self._scene.chosen), wanted)
        if moved:
            places = {one: (round(corner.x), round(corner.y)) for one, corner in moved.items()}
            self._run(words.alignment_word(wanted), stakeholders.move, places)

    def cut_chosen(self) -> None:
        if self._scene.chosen and not self.looking_back:
            self.copy_chosen()
            self.delete_chosen()

    def undo(self) -> None:
        self._context.undo.undo()

    def redo(self) -> None:
        self._context.undo.redo()

    def menu(self, at: QPoint, place: QPointF) -> None:
        self.menu_wanted.emit(at, place)

    def tip(self, node_id: str) -> str:
        view = self.view
        node = view.node(node_id) if view else None
        return words.spoken(node, view.node(node.reports_to_id)) if node and view else ""

    def _move_in_grid(self, view: MapView, places: Mapping[str, QPointF], meaning: Any) -> None:
        """A drop in a cell says attitude and influence; influence changes only when the band does."""
        nodes = [node for node in map(view.node, places) if node is not None]
        if meaning is None or all((band(node.influence), node.support) == meaning for node in nodes):
            self._scene.settle()
            return
        wanted_band, support = meaning
        fields: dict[str, Any] = {"support": support}
        if any(band(node.influence) is not wanted_band for node in nodes):
            fields["influence"] = BAND_VALUES[wanted_band]
        self.set_fields([node.id for node in nodes], fields)

    def _move_in_ranks(self, view: MapView, places: Mapping[str, QPointF], meaning: Any) -> None:
        """A drop in another column says the department; a title is not made by dragging."""
        nodes = [node for node in map(view.node, places) if node is not None]
        if meaning is None or all(node.department == meaning[1] for node in nodes):
            self._scene.settle()
        else:
            self.set_fields([node.id for node in nodes], {"department": meaning[1]})

    def _adding(
        self, service: Callable[..., Any], boss_id: str | None, at: QPointF | None, **fields: Any
    ) -> Callable[[], Any]:
        spot = self._spot(boss_id, at)
        return partial(service, self._context.workspace, self._map_id, reports_to_id=boss_id, at=spot, **fields)

    def _spot(self, boss_id: str | None, at: QPointF | None) -> tuple[int, int] | None:
        """Where a new card stands on a free map: where it was asked for, else below the boss; other layouts need no place."""
        if self._view is None or self._view.layout is not MapLayout.FREE:
            return None
        taken = layout.free(self._view)
        wish = Point(at.x() - CARD_WIDTH / 2, at.y() - CARD_HEIGHT / 2) if at is not None else None
        if wish is None and boss_id in taken:
            wish = Point(taken[boss_id].x, taken[boss_id].y + LEVEL_PITCH)
        if wish is None:
            bottom = max((corner.y for corner in taken.values()), default=-LEVEL_PITCH)
            wish = Point(min((corner.x for corner in taken.values()), default=0.0), bottom + LEVEL_PITCH)
        spot = layout.free_spot(taken, wish)
        return round(spot.x), round(spot.y)


def whole_place(place: QPointF) -> tuple[int, int]:
    """A place as it is stored."""
    return round(place.x()), round(place.y())
