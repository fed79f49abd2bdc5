"""The newest value of one map, and acts on it. The scene follows; nothing here knows a gesture or a widget.

Every act runs on the write lane under the workspace's undo stack; what comes back is the map as it then is. Changes from
elsewhere (the server, another page, undo) arrive by the hub, the own echo is skipped. While a gesture is under way nothing
moves under the hand: what came in the meantime is shown when it ends.
Signals (GUI thread): `shown(view)` after the scene took a value; `failed(error)` when the map could not be read; `gone()`
when it was deleted; `renewed(view)` when today's map changed while another day is shown; `refused_past()` when an act was
asked for on another day's map.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, Signal

from desktop_crm.domain.stakeholders import layout
from desktop_crm.domain.stakeholders.past import Difference
from desktop_crm.domain.stakeholders.reading import Reading, read
from desktop_crm.domain.stakeholders.showing import of_department
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.foundation.changes import ChangeKind, Changes
from desktop_crm.services import stakeholders
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.runtime.lanes import changes_of
from desktop_crm.ui.stakeholders.card_painting import CardState
from desktop_crm.ui.stakeholders.scene import MapScene

if TYPE_CHECKING:
    from desktop_crm.services.workspace import Workspace

_MAP_ENTITIES = ("stakeholder_map", "map_node", "map_edge", "map_tie", "map_evidence")
_AROUND = ("activity", "opportunity", "stage", "competitor", "workspace_setting")
"""What else a map is read from: the last dealings, the deal's stage, names of competitors, which roles are wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """What an act wrote, and the map right after it."""

    changes: Changes
    view: MapView
    added: tuple[str, ...]


class MapModel(QObject):
    """One map at a time."""

    shown = Signal(object)
    failed = Signal(object)
    gone = Signal()
    renewed = Signal(object)
    refused_past = Signal()

    def __init__(self, context: UiContext, scene: MapScene, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._scene = scene
        self._map_id: str | None = None
        self._view: MapView | None = None
        self._reading: Reading | None = None
        self._past: MapView | None = None
        self.difference: Difference | None = None
        self.department = ""
        """The only department that is shown; empty for all."""
        self._held: tuple[MapView, bool] | None = None
        self._holding = False
        self._acts = 0
        self._turn = 0
        self._stale = False
        self._slot = context.lanes.slot()
        context.hub.changed.connect(self._on_changed)

    @property
    def view(self) -> MapView | None:
        """The map that is shown: as last known, or that of another day."""
        return self._past or self._view

    @property
    def map_id(self) -> str | None:
        """The map that is open, also before it is read."""
        return self._map_id

    @property
    def reading(self) -> Reading | None:
        """What the map says, judged once for every value of it."""
        return self._reading

    @property
    def idle(self) -> bool:
        """Whether nothing that was asked for is still under way."""
        return self._acts == 0

    def open(self, map_id: str | None) -> None:
        """Show another map, or none."""
        self._map_id, self._view, self._held, self._past = map_id, None, None, None
        self.department = ""
        self._slot.cancel()
        if map_id is not None:
            self.refresh()

    def refresh(self) -> None:
        """Read the map again."""
        if self._map_id is not None:
            fn = partial(stakeholders.view, self._context.workspace, self._map_id)
            self._slot.read(fn, partial(self._on_read, self._map_id, self._turn), self._on_read_failed)

    def hold(self, on: bool) -> None:
        """While a gesture is under way, keep what arrives; show it afterwards."""
        self._holding = on
        if not on and self._held is not None:
            (view, animate), self._held = self._held, None
            self._show(view, animate=animate)

    @property
    def looking_back(self) -> bool:
        """Whether the map of another day is shown: then nothing can be changed."""
        return self._past is not None

    def show_past(self, view: MapView | None, marks: Mapping[str, CardState], other: Difference | None) -> None:
        """Show the map of another day with marks on its cards, or today's again; `other` is what is told beside it."""
        today, self.difference = self._view, other
        if view is None and self._past is not None and today is not None:
            self._past = None
            self._show(today, animate=True)
        elif view is not None:
            self._past = view
            self._reading = read(view, self._context.workspace.today())
            self._scene.show_map(view, layout.arrange(view), animate=True)
            self.shown.emit(view)
        self._scene.mark(marks)

    def show_department(self, department: str) -> None:
        """Show one department and everybody above it, or all; for this screen alone."""
        self.department = department
        if self._view is not None and not self.looking_back:
            self._show(self._view, animate=True)

    def act(
        self,
        text: str,
        fn: Callable[[], Any],
        *,
        choose_added: bool = False,
        any_day: bool = False,
        then: Callable[[str], None] | None = None,
    ) -> None:
        """Do one thing that can be undone; `text` says it in the user's language, `then` is told the first that was added."""
        if self._map_id is None:
            return
        if self.looking_back and not any_day:
            self._scene.settle()
            self.refused_past.emit()
            return
        self._acts += 1
        self._turn += 1
        work = partial(perform, self._context.workspace, self._map_id, fn)
        came = partial(self._on_acted, self._map_id, choose_added, then)
        self._context.undo.run(text, work, came, self._on_refused, self)

    def _run(self, text: str, service: Callable[..., Any], *arguments: Any) -> None:
        self.act(text, partial(service, self._context.workspace, self._map_id, *arguments))

    def _on_acted(self, map_id: str, choose_added: bool, then: Callable[[str], None] | None, acted: Acted) -> None:
        if not shiboken6.isValid(self):
            return
        self._ended()
        if map_id != self._map_id:
            return
        self._take(acted.view)
        if choose_added and acted.added:
            self._scene.choose(acted.added)
        if then is not None and acted.added:
            then(acted.added[0])

    def _on_refused(self, error: BaseException) -> None:
        self._ended()
        self._scene.settle()
        self._context.reporter.report(error)

    def _ended(self) -> None:
        self._acts -= 1
        self._turn += 1
        if self._stale and self._acts == 0:
            self._stale = False
            self.refresh()

    def _on_changed(self, changes: Changes, initiator: object) -> None:
        if initiator is self or self._map_id is None:
            return
        if any(item.row_id == self._map_id and item.kind is ChangeKind.DELETED for item in changes.items):
            self.open(None)
            self.gone.emit()
            return
        ours = changes.touches(*_MAP_ENTITIES, *_AROUND)
        people = changes.rows("contact") if changes.touches("contact") else frozenset()
        if ours or (self._view is not None and any(node.contact_id in people for node in self._view.nodes)):
            self.refresh()

    def _on_read(self, map_id: str, turn: int, view: MapView) -> None:
        if map_id != self._map_id:
            return
        if turn == self._turn:
            self._take(view)
        elif self._acts:  # an act began beside this read, so what it gives may be older: look again afterwards
            self._stale = True
        else:
            self.refresh()

    def _on_read_failed(self, error: BaseException) -> None:
        self.failed.emit(error)

    def _take(self, view: MapView) -> None:
        animate = self._view is not None and self._view.id == view.id
        if self._holding:
            self._held = (view, animate)
        else:
            self._show(view, animate=animate)

    def _show(self, view: MapView, *, animate: bool) -> None:
        self._view = view
        if self.looking_back:
            self.renewed.emit(view)
            return
        self._reading = read(view, self._context.workspace.today())
        part = of_department(view, self.department)
        if self.department and not part.nodes:  # the department is gone
            self.department, part = "", view
        self._scene.show_map(part, layout.arrange(part), animate=animate)
        self.shown.emit(view)


def perform(workspace: Workspace, map_id: str, fn: Callable[[], Any]) -> Acted:
    """Run an act and read the map right after it; on the write lane."""
    result = fn()
    return Acted(
        changes=changes_of(result),
        view=stakeholders.view(workspace, map_id),
        added=getattr(result, "ids", ()) or ((result.id,) if hasattr(result, "id") else ()),
    )
