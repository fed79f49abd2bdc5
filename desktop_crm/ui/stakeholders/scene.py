"""The scene of one map: it follows frozen map values and holds no truth of its own.

`show_map` makes items equal to a value; gestures preview by `preview`, and `settle` puts every card back to its place.
Signals (GUI thread): `chosen_changed()` after the chosen cards or line changed; `moved()` after cards were placed anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QObject, QPointF, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsScene

from desktop_crm.domain.schema.options import MapLayout
from desktop_crm.domain.stakeholders.layout import Placement
from desktop_crm.domain.stakeholders.rank_grid import RankFrame
from desktop_crm.domain.stakeholders.reporting import safe_bosses
from desktop_crm.domain.stakeholders.support_grid import GridFrame
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.ui.stakeholders.bending import bend
from desktop_crm.ui.stakeholders.card_painting import CARD, MARKS, CardState
from desktop_crm.ui.stakeholders.far_sheet import FarSheet
from desktop_crm.ui.stakeholders.glimpses import Glimpses
from desktop_crm.ui.stakeholders.grid_painting import paint_grid
from desktop_crm.ui.stakeholders.items import CardItem, GroupFrame, RelationLine, ReportLine
from desktop_crm.ui.stakeholders.looks import MapLook

MOVE_MS = 200
ANIMATED_UP_TO = 300
BENT_UP_TO = 400
MARGIN = 600.0
Follower = ReportLine | RelationLine | GroupFrame
"""What lies where its cards are."""
PILL_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)


class MapScene(QGraphicsScene):
    """Cards by node id, relation lines by edge id, reports-to lines by the person's id."""

    chosen_changed = Signal()
    moved = Signal()

    def __init__(self, look: MapLook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.BspTreeIndex)
        self.look = look
        self.cards: dict[str, CardItem] = {}
        self.relations: dict[str, RelationLine] = {}
        self.reports: dict[str, ReportLine] = {}
        self.groups: dict[str, GroupFrame] = {}
        self.glimpses = Glimpses(self, look)
        self.chosen: frozenset[str] = frozenset()
        self.chosen_line: str | None = None
        self.sheet = FarSheet(look)  # visible while it paints what is plain
        self.addItem(self.sheet)
        self._homes: dict[str, QPointF] = {}
        self._people: QRectF | None = None
        self._lines_of: dict[str, list[Follower]] = {}
        self._is_free = False
        self._bent: object = None
        self._frame: GridFrame | RankFrame | None = None
        self._from: dict[str, QPointF] = {}
        self._glide = QVariantAnimation(self)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.setDuration(MOVE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(self._on_glide)
        self._glide.finished.connect(self._on_arrived)

    @property
    def frame(self) -> GridFrame | RankFrame | None:
        """The grid behind the cards, if the layout has one."""
        return self._frame

    def show_map(self, view: MapView, placement: Placement, *, animate: bool = False) -> None:
        """Make the items equal to `view`: new ones appear in place, gone ones leave, the rest move to their new homes."""
        self._glide.stop()
        self._is_free = view.layout is MapLayout.FREE and placement.frame is None
        homes = {node_id: QPointF(*corner) for node_id, corner in placement.corners.items()}
        newcomers = self._match_cards(view, homes)
        self._match_reports(view)
        self._match_relations(view)
        self._match_groups(view if self._is_free else None)
        self._index_lines()
        for line in self.reports.values():  # the grid answers another question; lines through it would say nothing
            line.setVisible(placement.frame is None)
        self._homes = homes
        if self._frame != placement.frame:
            self._frame = placement.frame
            self.update()
        self._people = None
        self._choose_what_is_left()
        self._grow()
        if self.sheet.isVisible():
            self.show_far(on=True)
        travellers = [
            node_id for node_id, home in homes.items() if node_id not in newcomers and self.cards[node_id].pos() != home
        ]
        if animate and travellers and len(self.cards) <= ANIMATED_UP_TO:
            self._from = {node_id: self.cards[node_id].pos() for node_id in travellers}
            self._glide.start()
        else:
            self.settle()

    def preview(self, places: Mapping[str, QPointF]) -> None:
        """Show cards elsewhere for the time of a gesture."""
        touched: set[Follower] = set()
        if places:
            self.glimpses.hide()
        for node_id, place in places.items():
            card = self.cards.get(node_id)
            if card is not None:
                card.setPos(place)
                touched.update(self._lines_of.get(node_id, ()))
        for line in touched:
            line.follow()
        if self.sheet.isVisible():
            self.sheet.follow()

    def show_far(self, *, on: bool) -> None:
        """Let one sheet paint what is plain (for a map seen from far off), or let every card and line paint itself."""
        for card in self.cards.values():
            card.stand_far(on)
        for line in self.reports.values():
            line.stand_far(on)
        self.sheet.setVisible(on)
        if on:
            self.sheet.show_all(self.cards.values(), self.reports.values(), self.sceneRect())

    def settle(self) -> None:
        """Every card at home; ends a running animation."""
        self._glide.stop()
        self._from = {}
        self.preview({node_id: home for node_id, home in self._homes.items() if self.cards[node_id].pos() != home})
        for line in self.relations.values():
            line.rest()
        for frame in self.groups.values():
            frame.follow()  # others may stand among its cards now
        self._bend_clear()
        self.glimpses.lay(self.relations if len(self.relations) <= BENT_UP_TO else {}, self.cards.values())
        _place_pills(self)
        self.moved.emit()

    @property
    def gliding(self) -> bool:
        """Whether an animated change of layout is under way."""
        return self._glide.state() is QAbstractAnimation.State.Running

    def home(self, node_id: str) -> QPointF:
        """Where a card belongs."""
        return self._homes[node_id]

    @property
    def is_free(self) -> bool:
        """Whether cards stay where they are put."""
        return self._is_free

    def lanes(self, leave_out: Iterable[str]) -> tuple[list[float], list[float]]:
        """The left and the upper edges of all other cards, each in order."""
        out = set(leave_out)
        others = [home for node_id, home in self._homes.items() if node_id not in out]
        return sorted({home.x() for home in others}), sorted({home.y() for home in others})

    def card_at(self, at: QPointF, leave_out: Iterable[str] = ()) -> CardItem | None:
        """The topmost card under a scene position."""
        out = set(leave_out)
        for item in self.items(at, Qt.ItemSelectionMode.IntersectsItemBoundingRect, Qt.SortOrder.DescendingOrder):
            if isinstance(item, CardItem) and item.node.id not in out:
                return item
        return None

    def relation_at(self, at: QPointF) -> RelationLine | None:
        """The relation line under a scene position."""
        for item in self.items(at):
            if isinstance(item, RelationLine):
                return item
        return None

    def cards_in(self, rect: QRectF) -> set[str]:
        """The ids of the cards that a rectangle touches."""
        return {
            item.node.id
            for item in self.items(rect)
            if isinstance(item, CardItem) and rect.intersects(CARD.translated(item.pos()))
        }

    def people_rect(self) -> QRectF:
        """The smallest rectangle around all cards (and the grid)."""
        if self._people is None:  # asked for at every step of a pan
            self._people = QRectF() if self._frame is None else QRectF(0.0, 0.0, self._frame.width, self._frame.height)
            for place in self._homes.values():
                self._people = self._people.united(CARD.translated(place))
        return self._people

    def choose(self, node_ids: Iterable[str], line: str | None = None) -> None:
        """Choose cards, or one relation line, or nothing."""
        chosen = frozenset(node_id for node_id in node_ids if node_id in self.cards)
        line = line if line in self.relations else None
        if chosen == self.chosen and line == self.chosen_line:
            return
        for node_id in self.chosen ^ chosen:
            card = self.cards.get(node_id)
            if card is not None:
                card.put(CardState.CHOSEN, node_id in chosen)
        self.chosen, self.chosen_line = chosen, line
        self._mark_lines()
        self.chosen_changed.emit()

    def mark(self, marks: Mapping[str, CardState]) -> None:
        """Mark cards (what came, left, turned, or was found); every other card loses its mark."""
        for node_id, card in self.cards.items():
            wanted = marks.get(node_id, CardState.PLAIN)
            card.put(MARKS & ~wanted, False)
            card.put(wanted, True)

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:  # type: ignore[override]
        if self._frame is not None:
            paint_grid(painter, self.look, self._frame)

    def _match_cards(self, view: MapView, homes: Mapping[str, QPointF]) -> set[str]:
        wanted = {node.id for node in view.nodes}
        for node_id in [one for one in self.cards if one not in wanted]:
            self.removeItem(self.cards.pop(node_id))
        newcomers = set()
        for node in view.nodes:
            card = self.cards.get(node.id)
            if card is None:
                card = CardItem(node, self.look)
                card.setPos(homes[node.id])
                self.cards[node.id] = card
                self.addItem(card)
                newcomers.add(node.id)
            else:
                card.show_node(node)
        return newcomers

    def _match_reports(self, view: MapView) -> None:
        bosses = safe_bosses([node.id for node in view.nodes], view.bosses())
        for person, line in list(self.reports.items()):
            if bosses.get(person) != line.boss.node.id or self.cards.get(person) is not line.person:
                self.removeItem(self.reports.pop(person))
        for person, boss in bosses.items():
            if person not in self.reports:
                line = ReportLine(self.cards[boss], self.cards[person], self.look)
                self.reports[person] = line
                self.addItem(line)

    def _match_relations(self, view: MapView) -> None:
        wanted = {edge.id: edge for edge in view.edges if edge.source_id in self.cards and edge.target_id in self.cards}
        for edge_id, line in list(self.relations.items()):
            edge = wanted.get(edge_id)
            ends = (self.cards[edge.source_id], self.cards[edge.target_id]) if edge is not None else None
            if ends != (line.source, line.target):
                self.removeItem(self.relations.pop(edge_id))
        turns: dict[frozenset[str], int] = {}
        for edge_id, edge in wanted.items():
            pair = frozenset((edge.source_id, edge.target_id))
            turn = turns.get(pair, 0)
            turns[pair] = turn + 1
            if edge_id in self.relations:
                self.relations[edge_id].show_edge(edge, turn)
                continue
            line = RelationLine(edge, self.cards[edge.source_id], self.cards[edge.target_id], self.look, turn)
            self.relations[edge_id] = line
            self.addItem(line)

    def _match_groups(self, view: MapView | None) -> None:
        """Frames around groups, in the free layout; elsewhere members stand where the layout puts them."""
        for frame in self.groups.values():
            self.removeItem(frame)
        self.groups = {}
        for group_id, cards in _members(view, self.cards).items():
            self.groups[group_id] = GroupFrame([self.cards[group_id], *cards], self.look, self.cards.values())
            self.addItem(self.groups[group_id])

    def with_members(self, node_ids: Iterable[str]) -> frozenset[str]:
        """These cards and the members of the groups among them."""
        ids = set(node_ids)
        for group_id in ids & self.groups.keys():
            ids |= {card.node.id for card in self.groups[group_id].cards}
        return frozenset(ids)

    def _index_lines(self) -> None:
        self._lines_of = {}
        for group in self.groups.values():
            for card in group.cards:
                self._lines_of.setdefault(card.node.id, []).append(group)
        for report in self.reports.values():
            for card in (report.boss, report.person):
                self._lines_of.setdefault(card.node.id, []).append(report)
        for relation in self.relations.values():
            for card in (relation.source, relation.target):
                self._lines_of.setdefault(card.node.id, []).append(relation)

    def _choose_what_is_left(self) -> None:
        for node_id in self.chosen:
            if node_id in self.cards:
                self.cards[node_id].put(CardState.CHOSEN, True)
        left = self.chosen & self.cards.keys()
        line = self.chosen_line if self.chosen_line in self.relations else None
        if left != self.chosen or line != self.chosen_line:
            self.chosen, self.chosen_line = left, line
            self.chosen_changed.emit()
        self._mark_lines()

    def _mark_lines(self) -> None:
        for report in self.reports.values():
            report.mark(report.person.node.id in self.chosen)
        for edge_id, relation in self.relations.items():
            relation.choose(edge_id == self.chosen_line, among=self.chosen)
        self.glimpses.follow()

    def _bend_clear(self) -> None:
        """Let each curve take the bow that crosses as few lines, and runs behind as few cards, as can be."""
        relations = {line: (edge.edge.kind, edge.turn) for line, edge in self.relations.items()}
        shown = [line for line in self.reports.values() if line.isVisible()]
        standing = (self._homes, relations, {line.person.node.id: line.boss.node.id for line in shown})
        if len(self.relations) > BENT_UP_TO or standing == self._bent:
            return
        self._bent = standing
        bend(self.cards.values(), list(self.relations.values()), shown)

    def _grow(self) -> None:
        """Room around the people to pan in; only ever in steps, so that adding one person does not move the view."""
        need = self.people_rect().adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
        if not self.sceneRect().contains(need) or need.width() < self.sceneRect().width() / 3:
            self.setSceneRect(need.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN))

    def _on_glide(self, share: float) -> None:
        homes = self._homes
        going = {one: at + (homes[one] - at) * share for one, at in self._from.items() if one in homes}
        self.preview(going)

    def _on_arrived(self) -> None:
        self.settle()


def beginning(scene: MapScene, around: QRectF) -> float:
    """Where from side to side one begins to read a map too wide for the screen: a grid at its left, a chart at the head of its largest tree."""
    if scene.frame is not None:
        return around.left()
    below = Counter(_top_of(scene, person) for person in scene.reports)
    top = max(below, key=lambda one: below[one], default=None)
    return scene.home(top).x() + CARD.center().x() if top is not None else around.center().x()


def _top_of(scene: MapScene, person: str) -> str:
    while person in scene.reports:
        person = scene.reports[person].boss.node.id
    return person


def _members(view: MapView | None, cards: Mapping[str, CardItem]) -> dict[str, list[CardItem]]:
    members: dict[str, list[CardItem]] = {}
    for node in view.nodes if view is not None else ():
        if node.group_id in cards and node.group_id is not None:
            members.setdefault(node.group_id, []).append(cards[node.id])
    return members


def _place_pills(scene: MapScene) -> None:
    """Each pill to the place on its curve, next to the middle, where neither a card nor another pill hides it."""
    placed: list[QRectF] = []
    for line in scene.relations.values():
        clear = [share for share in PILL_SHARES if not any(line.pill_at(share).intersects(one) for one in placed)]
        ranked = (*clear, *PILL_SHARES)
        line.put_pill(next((share for share in ranked if not scene.cards_in(line.pill_at(share))), line.share))
        placed.append(line.pill_at(line.share))
