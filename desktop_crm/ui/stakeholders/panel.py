"""One map with everything to edit it: header, coverage, stage, inspector. Mounted by the page and as the account page's tab.

It joins the parts and decides nothing about maps; acts are the editor's.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.domain.schema.options import EdgeKind, MapLayout, NodeKind
from desktop_crm.domain.stakeholders.aligning import Alignment
from desktop_crm.domain.stakeholders.findings import Finding
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.i18n import tr
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.stakeholders import words
from desktop_crm.ui.stakeholders.advisor import Advisor
from desktop_crm.ui.stakeholders.clipboard import leave_plain_text
from desktop_crm.ui.stakeholders.coverage_bar import CoverageBar
from desktop_crm.ui.stakeholders.editor import MapEditor
from desktop_crm.ui.stakeholders.inspector import Inspector
from desktop_crm.ui.stakeholders.keeping import Keeping
from desktop_crm.ui.stakeholders.looks import MapLook
from desktop_crm.ui.stakeholders.menus import CardAct, CardMenu, LineMenu
from desktop_crm.ui.stakeholders.outlet import Outlet
from desktop_crm.ui.stakeholders.scene import MapScene
from desktop_crm.ui.stakeholders.stage import MapStage
from desktop_crm.ui.stakeholders.time_bar import TimeBar
from desktop_crm.ui.stakeholders.toolbar import MapToolbar
from desktop_crm.ui.theme import current
from desktop_crm.ui.widgets.toast import Toast

SPOKEN = 5  # of many chosen people a screen reader names the first few
READABLE = 0.5
"""A map that is opened is not made smaller than this; the overview shows the rest."""


class MapPanel(QWidget):
    """Signals: `shown(view)` when a map value was taken."""

    shown = Signal(object)

    def __init__(self, context: UiContext, *, tab: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._goal: tuple[str, str | None, QPointF | None] = ("add", None, None)
        self._fitted: tuple[str, MapLayout, bool] | None = None
        self.scene = MapScene(MapLook(current()), self)
        self.editor = MapEditor(context, self.scene, self)
        context.lanes.stopped.connect(leave_plain_text)
        self.stage = MapStage(context, self.scene, self.editor)
        self.canvas = self.stage.canvas
        self.toolbar = MapToolbar(context, tab=tab)
        self.coverage = CoverageBar()
        self.time_bar = TimeBar(context)
        self.inspector = Inspector()
        self.advisor = Advisor(context, self.editor, self.stage, self.inspector, self)
        self.keeping = Keeping(context, self.editor, self.scene, self.stage)
        self.outlet = Outlet(context, self._shown_view, self.scene, self)
        self._toast = Toast(self)
        self._arrange()
        self._join()

    def open_map(self, map_id: str | None) -> None:
        """Show a map."""
        self._fitted = None
        self.stage.add_panel.close_panel()
        self.time_bar.close_bar()
        self.time_bar.map_id = map_id
        self.editor.open(map_id)
        self.advisor.look()

    def ask_for_person(self, boss_id: str | None = None, at: QPointF | None = None) -> None:
        """Open the panel for adding: below a boss, at a place, or anywhere."""
        view = self.editor.view
        if view is None or self.editor.looking_back:
            return
        boss = view.node(boss_id)
        title = tr("Add someone who reports to {name}", name=words.name_of(boss)) if boss else tr("Add a person")
        self._goal = ("add", boss_id, at)
        self.stage.place_add_panel(boss_id, at)
        self.stage.add_panel.ask(view.id, title)

    def _on_saved(self, name: str) -> None:
        self._toast.tell(tr("Saved as {file}", file=name))

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self.toolbar)
        left.addWidget(self.coverage)
        left.addWidget(self.stage, 1)
        left.addWidget(self.time_bar)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(left, 1)
        whole.addWidget(self.inspector)

    def _join(self) -> None:
        editor, stage, toolbar = self.editor, self.stage, self.toolbar
        editor.shown.connect(self._on_shown)
        editor.person_wanted.connect(self.ask_for_person)
        editor.line_offered.connect(self._on_line_offered)
        editor.menu_wanted.connect(self._on_menu_wanted)
        editor.failed.connect(self._context.reporter.report)
        self.scene.chosen_changed.connect(self._on_chosen)
        self.canvas.gesturing.connect(editor.hold)
        self.canvas.gesturing.connect(self._on_gesturing)
        editor.name_wanted.connect(stage.name_editor.edit)
        stage.name_editor.committed.connect(self._on_name)
        stage.start.clicked.connect(self._on_add_pressed)
        stage.add_panel.contact_taken.connect(self._on_contact_taken)
        stage.add_panel.name_taken.connect(self._on_name_taken)
        stage.add_panel.seat_taken.connect(self._on_seat_taken)
        toolbar.layout_wanted.connect(editor.set_layout)
        toolbar.add_wanted.connect(self._on_add_pressed)
        toolbar.align_wanted.connect(editor.align)
        toolbar.export_wanted.connect(self.outlet.menu)
        self.outlet.saved.connect(self._on_saved)
        self.keeping.search_wanted.connect(stage.search.ask)
        self.canvas.search_wanted.connect(stage.search.ask)
        self.canvas.present_wanted.connect(self.outlet.present)
        self.coverage.pressed.connect(self._on_finding)
        self.advisor.people_wanted.connect(self._show_people)
        self.advisor.identify_wanted.connect(self._ask_who)
        toolbar.more_wanted.connect(self.keeping.menu)
        toolbar.rename_wanted.connect(editor.rename)
        self.keeping.rename_wanted.connect(toolbar.begin_rename)
        for pane in (self.keeping.take_over, self.keeping.erase):
            pane.closed.connect(self.canvas.setFocus)
        toolbar.time_wanted.connect(self.time_bar.toggle)
        self.time_bar.past_wanted.connect(editor.show_past)
        self.time_bar.closed.connect(self.canvas.setFocus)
        self.time_bar.review_wanted.connect(editor.mark_reviewed)
        editor.renewed.connect(self.time_bar.look_again)
        editor.refused_past.connect(self._on_refused_past)
        self.inspector.left.connect(self.canvas.setFocus)
        self.inspector.fields_edited.connect(editor.set_fields)
        self.inspector.boss_edited.connect(editor.report_to)
        self.inspector.edge_edited.connect(editor.set_edge)

    def _on_shown(self, view: MapView) -> None:
        self.toolbar.show_map(view)
        if not self.editor.looking_back:
            self.time_bar.look_again(view)
        self.coverage.show_findings(self.editor.reading.findings if self.editor.reading else ())
        self.inspector.setVisible(bool(view.nodes))
        self.inspector.summary.show_difference(view, self.editor.difference)
        self.stage.show_empty(not view.nodes)
        self._on_chosen()
        fitting = (view.id, view.layout, self.editor.looking_back)
        if self._fitted != fitting:
            self._fitted = fitting
            box = self.layout()
            if box is not None:
                box.activate()  # the inspector has come or gone, and with it the room
            self.canvas.fit(READABLE)
        self.shown.emit(view)

    def _on_chosen(self) -> None:
        view = self.editor.view
        if view is not None:
            self.inspector.show_chosen(view, self.editor.reading, self.scene.chosen, self.scene.chosen_line)
            self.advisor.follow()
            said = "; ".join(self.editor.tip(node_id) for node_id in sorted(self.scene.chosen)[:SPOKEN])
            self.canvas.setAccessibleDescription(said)
            self.stage.minimap.update()

    def _on_gesturing(self, on: bool) -> None:
        if on:
            self.stage.add_panel.close_panel()

    def _on_refused_past(self) -> None:
        self._toast.tell(tr("This is how the map was. Go back to today to change it."))

    def _on_add_pressed(self) -> None:
        self.ask_for_person()

    def _on_name(self, node_id: str, text: str) -> None:
        self.editor.set_fields([node_id], {"label": text})

    def _on_contact_taken(self, contact_id: str, name: str) -> None:
        purpose, other, at = self._goal
        if purpose == "identify" and other is not None:
            self.editor.identify(other, name=name, contact_id=contact_id)
        else:
            self.editor.add_contact(contact_id, name, other, at)

    def _on_name_taken(self, name: str) -> None:
        purpose, other, at = self._goal
        if purpose == "identify" and other is not None:
            self.editor.identify(other, name=name)
        else:
            self.editor.add_name(name, other, at)

    def _on_seat_taken(self, label: str) -> None:
        purpose, other, at = self._goal
        if purpose == "identify" and other is not None:
            self.editor.set_fields([other], {"label": label})
        else:
            self.editor.add_seat(label, other, at)

    def _on_line_offered(self, source_id: str, target_id: str, at: QPoint) -> None:
        if self.editor.view is not None:
            menu = LineMenu(self.editor.view, source_id, target_id, self)
            menu.kind_taken.connect(self._on_kind_taken)
            menu.boss_taken.connect(self._on_boss_taken)
            menu.popup(at)

    def _on_kind_taken(self, source_id: str, target_id: str, kind: EdgeKind) -> None:
        self.editor.connect_people(source_id, target_id, kind)

    def _on_boss_taken(self, person_id: str, boss_id: str) -> None:
        self.editor.report_to([person_id], boss_id)

    def _on_menu_wanted(self, at: QPoint, place: QPointF) -> None:
        if self.editor.view is None:
            return
        relation = self.scene.relation_at(place) if self.scene.card_at(place) is None else None
        if relation is not None:
            self.scene.choose([], relation.edge.id)
        elif self.scene.card_at(place) is None:
            self.scene.choose([])
        self._goal = ("add", None, place)
        menu = CardMenu(self.editor.view, self.scene.chosen, line=self.scene.chosen_line is not None, parent=self)
        menu.taken.connect(self._on_menu_taken)
        menu.popup(at)

    def _on_menu_taken(self, act: CardAct | Alignment) -> None:
        editor, chosen = self.editor, sorted(self.scene.chosen)
        one = chosen[0] if chosen else None
        whole: dict[CardAct, Callable[[], object]] = {
            CardAct.ALIGN: editor.align,
            CardAct.CUT: editor.cut_chosen,
            CardAct.COPY: editor.copy_chosen,
            CardAct.PASTE: editor.paste,
            CardAct.GROUP: editor.group_chosen,
            CardAct.DELETE: editor.delete_chosen,
            CardAct.FIT: self.canvas.fit,
        }
        if isinstance(act, Alignment):
            editor.line_up(act)
        elif act in whole:
            whole[act]()
        elif act is CardAct.ADD:
            self.ask_for_person(None, self._goal[2])
        elif act is CardAct.ADD_REPORT:
            self.ask_for_person(one)
        elif act is CardAct.NO_BOSS:
            editor.report_to(chosen, None)
        elif act is CardAct.UNGROUP:
            editor.set_fields(chosen, {"group_id": None})
        elif act in {CardAct.MARK_LEFT, CardAct.MARK_BACK}:
            kind = NodeKind.DEPARTED if act is CardAct.MARK_LEFT else NodeKind.PERSON
            editor.set_fields(chosen, {"kind": kind})
        elif one is not None:
            self._with_one(act, one)

    def _with_one(self, act: CardAct, node_id: str) -> None:
        if act is CardAct.EDIT_NAME:
            self.stage.name_editor.edit(node_id)
        elif act is CardAct.IDENTIFY:
            self._ask_who(node_id)
        elif act is CardAct.OPEN_CONTACT:
            self._open_contact(node_id)

    def _ask_who(self, node_id: str) -> None:
        self.ask_for_person()
        self._goal = ("identify", node_id, None)
        self.stage.place_add_panel(node_id, None)

    def _open_contact(self, node_id: str) -> None:
        node = self.editor.view.node(node_id) if self.editor.view else None
        if node is not None and node.contact_id is not None:
            self._context.routes.open("contact", node.contact_id)

    def _on_finding(self, finding: Finding) -> None:
        """Show whom a finding is about; one about nobody asks for somebody."""
        self._show_people(finding.node_ids)
        if not finding.node_ids:
            self.ask_for_person()

    def _show_people(self, node_ids: tuple[str, ...]) -> None:
        self.scene.choose(node_ids)
        for node_id in node_ids[:1]:
            self.canvas.show_card(node_id)

    def _shown_view(self) -> MapView | None:
        return self.editor.view
