"""The page of stakeholder maps: the list of all maps, and one map open. Also hands out the account page's tab.

`map_panel(context, account_id)` is the tab: the account's map, or the invitation to begin one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import shiboken6
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QStackedLayout, QVBoxLayout, QWidget

from desktop_crm.domain import text as texts
from desktop_crm.domain.stakeholders.values import MapView
from desktop_crm.foundation.changes import Changes
from desktop_crm.i18n import formats, ntr, ptr, tr
from desktop_crm.i18n.labels import entity_label, field_label
from desktop_crm.services import stakeholders
from desktop_crm.services.stakeholders import MapSummary, Opened
from desktop_crm.ui.runtime.context import UiContext
from desktop_crm.ui.stakeholders.new_map import NewMap
from desktop_crm.ui.stakeholders.panel import MapPanel
from desktop_crm.ui.widgets.buttons import button, primary
from desktop_crm.ui.widgets.cell_delegate import CELL_ROLE, ROW_ID_ROLE
from desktop_crm.ui.widgets.cells import Cell
from desktop_crm.ui.widgets.header import PageHeader
from desktop_crm.ui.widgets.record_table import PlainTable
from desktop_crm.ui.widgets.search_field import SearchField
from desktop_crm.ui.widgets.states import EmptyState, StateStack
from desktop_crm.ui.widgets.steady import SteadyComboBox

_ENTITIES = ("stakeholder_map", "map_node", "account", "opportunity")
_WIDTHS = (300, 260, 260, 90)
_PEOPLE = 3

Index = QModelIndex | QPersistentModelIndex


class MapListModel(QAbstractTableModel):
    """All maps, narrowed by words; thin over frozen summaries."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[MapSummary, ...] = ()
        self._shown: tuple[MapSummary, ...] = ()
        self._text = ""

    def show_maps(self, maps: Sequence[MapSummary]) -> None:
        self._all = tuple(maps)
        self.narrow(self._text)

    def narrow(self, text: str) -> None:
        """Only maps in whose names every word is found."""
        self.beginResetModel()
        self._text = text
        wanted = text.split()
        self._shown = tuple(
            one for one in self._all if all(any(texts.fits(part, word) for part in _parts(one)) for word in wanted)
        )
        self.endResetModel()

    def map_id(self, row: int) -> str:
        return self._shown[row].id

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(_WIDTHS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        one = self._shown[index.row()]
        people = index.column() == _PEOPLE
        texts = (one.name, one.account_name, one.opportunity_name)
        text = formats.number(one.people) if people else texts[index.column()]
        if role == CELL_ROLE:
            return Cell(text=text, strong=index.column() == 0)
        if role == ROW_ID_ROLE:
            return one.id
        if role == Qt.ItemDataRole.TextAlignmentRole and people:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return text if role == Qt.ItemDataRole.DisplayRole else None

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section == _PEOPLE:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        heads = (
            field_label("stakeholder_map", "name"),
            entity_label("account"),
            entity_label("opportunity"),
            ptr("map", "People"),
        )
        return heads[section] if role == Qt.ItemDataRole.DisplayRole else None


def _parts(one: MapSummary) -> tuple[str, ...]:
    return tuple(part for part in (one.name, one.account_name, one.opportunity_name) if part)


class MapList(QWidget):
    """The list. Signals: `opened(map_id)`, `wanted(fields)` for a new map."""

    opened = Signal(str)
    wanted = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slot = context.lanes.slot()
        self._context = context
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = MapListModel(self)
        self.table = PlainTable()
        self.table.setAccessibleName(tr("Stakeholder maps"))
        self.table.setModel(self.model)
        self.table.activated.connect(self._on_activated)
        for column, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, width)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.search = SearchField(tr("Search maps"))
        self.search.setMaximumWidth(260)
        self.search.searched.connect(self.model.narrow)
        self.search.left.connect(self.table.setFocus)
        self.new = primary(tr("New map"), self.begin_new, icon_name="plus")
        self.header = PageHeader(tr("Stakeholder maps"), actions=(self.search, self.new))
        empty = EmptyState(
            tr("No stakeholder maps yet"),
            tr(
                "A map shows who decides, who is for us and whom we do not know. Open an account and start on its map tab."
            ),
            icon_name="map",
        )
        self.states = StateStack(self.table, empty)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.states, 1)
        self.form = NewMap(context, self)
        self.form.wanted.connect(self.wanted)
        self.form.closed.connect(self.table.setFocus)

    def begin_new(self) -> None:
        """Ask what the new map is for."""
        self.form.ask()
        self.form.move(self.width() - self.form.width() - 18, self.header.height() + 8)

    def refresh(self) -> None:
        """Read the list again."""
        self._slot.read(partial(stakeholders.maps, self._context.workspace), self._on_read)

    def _on_read(self, maps: Sequence[MapSummary]) -> None:
        self.model.show_maps(maps)
        self.header.set_subtitle(ntr("{n} map", "{n} maps", len(maps)) if maps else "")
        if maps:
            self.states.show_content()
        else:
            self.states.show_empty()

    def _on_activated(self, index: QModelIndex) -> None:
        self.opened.emit(self.model.map_id(index.row()))


class StakeholdersPage(QWidget):
    """What the shell mounts."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._reading = False
        self.list = MapList(context)
        self.panel = MapPanel(context)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.panel)
        self.list.opened.connect(self._on_opened)
        self.list.wanted.connect(self._make)
        self.panel.toolbar.back_wanted.connect(self._on_back)
        self.panel.editor.gone.connect(self._on_back)
        context.hub.changed.connect(self._on_changed)
        context.undo.turned_on_map.connect(self._on_turned)
        self.list.refresh()

    def title(self) -> str:
        return tr("Stakeholder maps")

    def open_row(self, row_id: str | None) -> None:
        """One map, or the list."""
        if row_id:
            self.panel.open_map(row_id)
            self._stack.setCurrentWidget(self.panel)
            self.panel.canvas.setFocus()
        else:
            self._on_back()

    def begin_new(self, fields: Mapping[str, Any]) -> None:
        """A new map: at once when it is said what for, else by a small form."""
        if fields.get("account_id") or fields.get("opportunity_id"):
            self._make(fields)
        else:
            self._on_back()
            self.list.begin_new()

    def refresh(self) -> None:
        """Read again what is shown."""
        if self._stack.currentWidget() is self.panel:
            self.panel.editor.refresh()
        else:
            self.list.refresh()

    def _make(self, fields: Mapping[str, Any]) -> None:
        known = {name: fields.get(name) for name in ("account_id", "opportunity_id")} | {
            "name": fields.get("name") or ""
        }
        fn = partial(stakeholders.create_map, self._context.workspace, **known)
        self._context.undo.run(tr("Begin the map"), fn, self._on_made)

    def _on_made(self, made: Opened) -> None:
        if shiboken6.isValid(self):
            self._on_opened(made.map_id)

    def _on_opened(self, map_id: str) -> None:
        if self._context.routes.can_open("stakeholder_map"):
            self._context.routes.open("stakeholder_map", map_id)
        else:
            self.open_row(map_id)

    def _on_turned(self, map_id: str) -> None:
        """Undo and redo show what they did: on another map than the one that is open, that one is opened."""
        open_map = self.panel.editor.map_id
        if self.isVisible() and self._stack.currentWidget() is self.panel and open_map not in {None, map_id}:
            self._on_opened(map_id)

    def _on_back(self) -> None:
        self.list.refresh()
        self._stack.setCurrentWidget(self.list)

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if self._stack.currentWidget() is self.list and changes.touches(*_ENTITIES):
            self.list.refresh()


class AccountMap(QWidget):
    """The tab of an account: its map and those of its opportunities, or the invitation to begin one. Looking writes nothing."""

    def __init__(self, context: UiContext, account_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._account_id = account_id
        self._map_id: str | None = None
        self._begun = False
        self.panel = MapPanel(context, tab=True)
        self.panel.shown.connect(self._on_shown)
        self.begin = button(tr("Begin the map"), self._begin, icon_name="plus")
        invitation = EmptyState(
            tr("This account has no map yet"),
            tr("A map shows who decides, who is for us and whom we do not know."),
            (self.begin,),
            icon_name="map",
        )
        self._stack = StateStack(self.panel, invitation)
        self._slot = context.lanes.slot()
        self.chooser = SteadyComboBox()
        self.chooser.setAccessibleName(tr("Stakeholder maps"))
        self.chooser.activated.connect(self._on_chosen)
        self._bar = QFrame()
        self._bar.setProperty("role", "header")
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(18, 6, 18, 6)
        row.addWidget(self.chooser)
        row.addStretch(1)
        self._bar.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._bar)
        box.addWidget(self._stack, 1)
        context.hub.changed.connect(self._on_changed)
        context.undo.turned_on_map.connect(self._on_turned)
        self.refresh()

    def title(self) -> str:
        return tr("Stakeholder map")

    def refresh(self) -> None:
        """Look for the account's maps again."""
        self._slot.read(partial(stakeholders.maps, self._context.workspace, self._account_id), self._on_found)

    def _begin(self) -> None:
        self._begun = True
        fn = partial(stakeholders.open_map, self._context.workspace, account_id=self._account_id)
        self._context.undo.run(tr("Begin the map"), fn)

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if changes.touches("stakeholder_map"):
            self.refresh()

    def _on_found(self, maps: Sequence[MapSummary]) -> None:
        """The map that is open stays; else the account's own before those of its opportunities."""
        self._bar.setVisible(len(maps) > 1)
        if not maps:
            self._stack.show_empty()
            self._map_id = None
            return
        self.chooser.clear()
        for one in maps:
            self.chooser.addItem(one.name or one.opportunity_name or one.account_name, one.id)
        own = next((one.id for one in maps if one.opportunity_id is None), maps[0].id)
        still = next((one.id for one in maps if one.id == self._map_id), own)
        self.chooser.setCurrentIndex(self.chooser.findData(still))
        self._stack.show_content()
        self._open(still)

    def _on_chosen(self, _place: int) -> None:
        self._open(self.chooser.currentData())

    def _on_turned(self, map_id: str) -> None:
        """Undo and redo show what they did, where it was on another map of this account."""
        place = self.chooser.findData(map_id)
        if self.isVisible() and place >= 0:
            self.chooser.setCurrentIndex(place)
            self._open(map_id)

    def _open(self, map_id: str) -> None:
        if map_id != self._map_id:
            self._map_id = map_id
            self.panel.open_map(map_id)

    def _on_shown(self, _view: MapView) -> None:
        if self._begun:
            self._begun = False
            self.panel.ask_for_person()


def map_panel(context: UiContext, account_id: str, parent: QWidget | None = None) -> QWidget:
    """The account page's tab."""
    return AccountMap(context, account_id, parent)
